"""What can stand in the slot `search` of a descriptor; the other parts stand in parts.py next door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet

from linli.core.platform.plug.parts import Part, Titles


class Found(NamedTuple):
    """One thing that the search found; `point` (longitude, latitude) when it stands somewhere, `map_url` when the map shows it
    otherwise than by a point."""

    title: str
    note: str
    url: str
    point: tuple[float, float] | None = None
    map_url: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchKind(Part):
    """A kind of things that the one search box finds: an `IndexedKind`, or an `AskedKind` that finds by itself.

    `permission` may be empty where the rows themselves say who sees them. `more` names the list in which all of them stand; it
    takes the words as `q`. Kinds stand by their `order`; on the map those that are `on_map` come first. Read by linli.core.search.
    """

    noun = "search kind"
    code: str
    titles: Titles
    icon: str
    permission: str
    order: int = 100
    more: str = ""
    on_map: bool = False

    def fault(self) -> str:
        word = self.code.replace("_", "")
        plain = word.isascii() and word.isalnum() and word == word.lower() and len(self.code) <= 24
        return "" if plain else "needs a code of at most 24 small letters, digits and _."


@dataclass(frozen=True, kw_only=True)
class AskedKind(SearchKind):
    """A kind that finds by itself, such as names that stand in memory: `find(access, words, most)` gives the best, in one statement at
    most."""

    find: Callable[[Any, str, int], Sequence[Found]]


@dataclass(frozen=True, kw_only=True)
class IndexedKind(SearchKind):
    """A kind whose words stand in the index: rows of `model` by their columns.

    `names` are found by characters, pinyin and initials, `codes` whole, by beginning and by end, `text` by its words. A column must
    be declared as impersonal. `rows(access)` gives what the person may see, and `shown` what is said of a row. With `by_area` these
    are rows of an AreaScoped model in areas where the person holds `permission`, which keeps the work bounded in large tables.
    """

    model: type[Model]
    rows: Callable[[Any], QuerySet[Any]]
    shown: Callable[[Any], Found]
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    by_area: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns by which it is found."""
        return (*self.names, *self.codes, *self.text)
