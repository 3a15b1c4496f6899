"""What a table of settings is: declared by a package in its slot `settled`; pages, files, routes, changes and undo are made of it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.utils.translation import gettext as _

from linli.algorithms.timelines import Steps, Values, key_of
from linli.core.configuration.kinds import ConfigField, Titles, parse
from linli.core.platform.public import BadInput, Part, Work, parts

Dates = Literal["instant", "day", "none"]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a file leaves open and is asked once for all its rows: what 天 means here. `choices` are the answers."""

    code: str
    titles: Titles
    choices: Mapping[str, Titles]


@dataclass(frozen=True, kw_only=True)
class ConfigTable(Part):
    """A table of settings that a city keeps by page, by file and by API, each change dated, previewed, on record and undone.

    How to use: declare it in the slot `settled` of a descriptor by `with_files(TABLE)`, which brings its import too. Say which `fields` a
    row has and which of them are its `key_fields`; `timelines()` reads what holds under each key and when, `keep(work, wanted)` makes it
    so for the keys that it is given and tells whoever must know (`work.stands`, `bump`, events). Both work in values (kinds.py), so a
    timeline that was read and kept again changes nothing. `sentence` tells a row in the reader's language.

    `dates`: whether a change may begin at any instant (`instant`: now, or on a day), with a day (`day`: today or later), or whether rows
    have no beginning and hold as long as they stand there (`none`). `usual` marks a table whose rows cannot be added or ended, only be
    set to what is usual again (`usual(key)`).

    `check(values)` refuses a row that cannot be meant; `check_all(rows)`, all rows that will hold. Only who holds `permission` for the whole
    city changes it.

    For files: `join(before, row)` puts a further row of the same key to those before it. A value that a file leaves open is kept as it
    came: `open_questions(values)` names the codes of `questions` that it needs, or what a person has to mend (a sentence), and
    `settle(values, answers)` closes what the answers close.
    """

    noun: ClassVar[str] = "table"
    code: str
    titles: Titles
    explained: Titles
    permission: str
    fields: tuple[ConfigField, ...]
    key_fields: tuple[str, ...]
    timelines: Callable[[], Mapping[str, Steps]]
    keep: Callable[[Work, Mapping[str, Steps]], None]
    sentence: Callable[[Values], str]
    dates: Dates = "instant"
    usual: Callable[[str], Values] | None = None
    check: Callable[[dict[str, Any]], None] | None = None
    check_all: Callable[[Mapping[str, Values]], None] | None = None
    join: Callable[[dict[str, Any], Mapping[str, Any]], dict[str, Any]] | None = None
    questions: tuple[Question, ...] = ()
    open_questions: Callable[[Values], tuple[set[str], list[str]]] | None = None
    settle: Callable[[dict[str, Any], Mapping[str, str]], dict[str, Any]] | None = None
    from_file: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    file_columns: tuple[Any, ...] = ()

    def fault(self) -> str:
        """What of it does not fit together."""
        names = [one.code for one in self.fields]
        if len(set(names)) < len(names) or not set(self.key_fields) <= set(names):
            return "names a field twice, or a key that is no field."
        return "" if self.code.isidentifier() and len(self.code) <= 24 else "needs a code of at most 24 letters."

    @property
    def import_code(self) -> str:
        """The code of the import of its files."""
        return f"settled-{self.code}".replace("_", "-")

    def field(self, code: str) -> ConfigField:
        """One of its fields."""
        return next(one for one in self.fields if one.code == code)

    def key_of(self, values: Values) -> str:
        """What a row is known by."""
        return key_of(values, self.key_fields)

    def read(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """A row out of what was typed or sent. Raises BadInput, naming the field, also for one that does not exist."""
        unknown = next((name for name in raw if name not in {one.code for one in self.fields}), None)
        if unknown is not None:
            raise BadInput(_("There is no field “%s” here.") % str(unknown)[:40], field=str(unknown)[:40])
        values = {one.code: parse(one, raw.get(one.code)) for one in self.fields}
        return self.checked(values)

    def checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """The same, held against what the table asks of a row."""
        if self.check is not None:
            self.check(values)
        if len(self.key_of(values)) > LONGEST_KEY:
            raise BadInput(_("This is too long to be known by; shorten it."), field=self.key_fields[0])
        return values


LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a preview: how it is called, where it stands, before and after in words."""

    title: str
    address: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a change would have done: of `looked` cases so many others, with examples. `cut`: there were more than were looked at."""

    looked: int
    other: int
    cut: bool
    examples: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True)
class ConfigPreview(Part):
    """What a change of a table would have done to what came lately. Brought by whoever has the cases, by the slot `settled`.

    `compute(before, after, access)` gets the rows that hold, by key, without and with the change. It is asked by a page, so it reads a bounded
    number of rows, writes nothing and asks no catalogue that a change would have to be in. `access`: examples are shown of what a person
    may see; counts are of all.
    """

    noun: ClassVar[str] = "preview"
    table: str
    titles: Titles  # such as: Cases of the last month that would have gone to another unit
    compute: Callable[[Mapping[str, Values], Mapping[str, Values], Any], Seen]

    @property
    def key(self) -> str:
        """Of each table one."""
        return self.table


def tables() -> dict[str, ConfigTable]:
    """All tables by code, in the order of the packages."""
    return {one.code: one for one in parts(ConfigTable)}


def preview_of(table: ConfigTable) -> ConfigPreview | None:
    """What looks at cases for a table, if anybody does."""
    return next((one for one in parts(ConfigPreview) if one.table == table.code), None)
