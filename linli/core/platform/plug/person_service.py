"""A service inside which the data of a person may exist: one more slot of a descriptor, beside those of `parts.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linli.core.platform.plug.parts import MenuEntry, Part, Titles


@dataclass(frozen=True, kw_only=True)
class PersonService(Part):
    """A service that a person asked for or agreed to, and what it needs of them. Read by linli.core.people.

    `fields` names what it may keep, each with its class ("general", "important", "core"); `holder` is the model that keeps it:
    people.Person, or a table of its own made from `KeyedPerson`. `purposes` are what a value may be revealed for, by who holds
    `permission` over the area of the item. Of those in `general` the person reads that somebody looked, neither who nor why, and
    only `later_days` later: they would give away another person's secret. `keep_days` run from the end of the service.
    `consent` is the text that is agreed to, None where the person asks for the service themselves. A holder of its own says by
    `about(row)` to which item a row belongs, in words for the person, and by `area(row)` in which area that lies.
    """

    noun = "service to people"
    code: str
    titles: Titles
    why: Titles
    fields: tuple[tuple[str, str], ...]
    purposes: Mapping[str, Titles]
    permission: str
    keep_days: int
    consent: Titles | None = None
    general: tuple[str, ...] = ()
    later_days: int = 30
    holder: str = "people.Person"
    about: Callable[[Any], str] | None = None
    area: Callable[[Any], int | None] | None = None

    def fault(self) -> str:
        classes = dict(self.fields).values()
        if not self.fields or not set(classes) <= {"general", "important", "core"}:
            return "needs fields, each of the class general, important or core."
        if not self.purposes or not set(self.general) <= self.purposes.keys():
            return "needs purposes, and words generally only what is one of them."
        if self.holder != "people.Person" and (self.about is None or self.area is None):
            return "has a holder of its own, so it has to say which item a row belongs to and in which area."
        if len(self.code) > 16 or not self.code.isidentifier():
            return "needs a code of at most 16 letters."
        return "" if self.keep_days >= 1 else "has to keep what it needs for a day at least."

    @property
    def look_up_name(self) -> str:
        """The name of the page on which people of a service of people.Person are found by their whole number."""
        return f"look-up-{self.code}"

    @property
    def look_up_titles(self) -> Titles:
        """What that page is called."""
        return {"zh-hans": f"查找：{self.titles['zh-hans']}", "en": f"Look up: {self.titles['en']}"}

    @property
    def parts(self) -> tuple[Part, ...]:
        """The line of the menu that leads to that page."""
        if self.holder != "people.Person":
            return ()
        entry = MenuEntry(
            titles=self.look_up_titles, url_name=self.look_up_name, permission=self.permission, icon="search", section="people", order=300
        )  # fmt: skip
        return (entry,)

    @property
    def data_class(self) -> str:
        """The highest class among its fields: that of the key."""
        return max((one for _name, one in self.fields), key=("general", "important", "core").index)
