"""What a list can be narrowed by. Each stands in the address under its code, as a chip when it is on, and as a menu when not.

What an address says is parsed here once; what cannot be understood is left out and said. `Asked` is the whole of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, unit_tree
from linli.core.areas.public import area_condition, area_tree
from linli.core.desk.choosers import Chooser, GridField, PersonField, UnitField
from linli.core.desk.keyset import Sort
from linli.core.platform.public import day_start
from linli.lib.outside import day

V = TypeVar("V")
Rows = QuerySet[Any]
Words = str | Promise
MOST_CHARS = 100
MOST_CHOICES = 60
MOST_LOOKED_AT, MOST_VALUES = 1000, 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a menu: what it says, and what the address then says."""

    words: Words
    value: str


class Filter(Generic[V]):
    """Base of the filters: a code for the address and a title for the menu. `column` is what it asks for."""

    kind = "menu"  # how it is drawn: menu, words, days or switch
    most_chars = MOST_CHARS  # of its words in the address; what is longer is cut

    def __init__(self, code: str, title: Words, column: str = "") -> None:
        self.code, self.title, self.column = code, title, column or code

    def parse(self, words: str, access: Access) -> V | None:
        """What the address means; None for what is not understood."""
        raise NotImplementedError

    def narrow(self, rows: Rows, value: V) -> Rows:
        """The rows that it leaves."""
        return rows.filter(**{self.column: value})

    def said(self, value: V) -> str:
        """What its chip says."""
        return str(value)

    def choices(self, access: Access) -> Iterable[Choice]:  # noqa: ARG002 - of those that offer choices
        """What its menu offers."""
        return ()


class WordsFilter(Filter[str]):
    """Words that are looked for; `find(rows, words)` gives the rows. Shown as a line to type in."""

    kind = "words"

    def __init__(self, code: str, title: Words, find: Callable[[Rows, str], Rows]) -> None:
        super().__init__(code, title)
        self.find = find

    def parse(self, words: str, access: Access) -> str | None:  # noqa: ARG002 - the same for everybody
        """The words."""
        return words

    def narrow(self, rows: Rows, value: str) -> Rows:
        """The rows that the words find."""
        return self.find(rows, value)

    def said(self, value: str) -> str:
        """The words in quotation marks."""
        return _("“%s”") % value


def looked_for_in(*columns: str) -> Callable[[Rows, str], Rows]:
    """A search for lists of thousands: any of the columns contains the words. Larger ones need an index of their own."""

    def find(rows: Rows, words: str) -> Rows:
        condition = Q()
        for column in columns:
            condition |= Q(**{f"{column}__icontains": words})
        return rows.filter(condition)

    return find


class ChoiceFilter(Filter[str]):
    """One of a few values of a column, such as its states: pairs of value and title, or a function that gives them."""

    def __init__(
        self,
        code: str,
        title: Words,
        options: Iterable[tuple[str, Words]] | Callable[[], Iterable[tuple[str, Words]]],
        column: str = "",
    ) -> None:
        super().__init__(code, title, column)
        self.options = options if callable(options) else (lambda kept=tuple(options): kept)

    def parse(self, words: str, access: Access) -> str | None:  # noqa: ARG002 - the same for everybody
        """The value, if it is one."""
        return words if any(words == str(value) for value, _title in self.options()) else None

    def said(self, value: str) -> str:
        """The title of the value."""
        return next(str(title) for one, title in self.options() if str(one) == value)

    def choices(self, access: Access) -> Iterable[Choice]:  # noqa: ARG002 - the same for everybody
        """All values."""
        return [Choice(title, str(value)) for value, title in self.options()]


class OwnFilter(Filter[str]):
    """A word of the address that the list's own reader understands; `say(code, words)` gives what it means."""

    kind = "own"

    def __init__(self, code: str, title: Words, say: Callable[[str, str], str], most_chars: int = MOST_CHARS) -> None:
        super().__init__(code, title)
        self.say, self.most_chars = say, most_chars

    def parse(self, words: str, access: Access) -> str | None:  # noqa: ARG002 - the reader parses it
        """The words as they stand."""
        return words

    def narrow(self, rows: Rows, value: str) -> Rows:  # noqa: ARG002 - the reader does
        """All rows."""
        return rows

    def said(self, value: str) -> str:
        """What the reader makes of it."""
        return self.say(self.code, value)


class ValueFilter(Filter[str]):
    """A value that stands in a column of text, such as from whom something came: the menu offers what occurs most often in the
    newest rows that the person sees (`rows(access)`), the address may name any other that does.
    """

    def __init__(self, code: str, title: Words, rows: Callable[[Access], Rows], column: str = "") -> None:
        super().__init__(code, title, column)
        self.rows = rows

    def parse(self, words: str, access: Access) -> str | None:
        """The value, if a row of theirs has it."""
        return words if self.rows(access).filter(**{self.column: words}).exists() else None

    def choices(self, access: Access) -> Iterable[Choice]:
        """The values that occur most often lately, in one statement."""
        newest = self.rows(access).order_by("-id").values_list(self.column, flat=True)[:MOST_LOOKED_AT]
        counted = Counter(value for value in newest if value)
        return [Choice(value, value) for value, _times in counted.most_common(MOST_VALUES)]


class SwitchFilter(Filter[bool]):
    """A condition that is on or off, shown as a chip of its own: `narrow_to(rows)` gives the rows when it is on."""

    kind = "switch"

    def __init__(self, code: str, title: Words, narrow_to: Callable[[Rows], Rows]) -> None:
        super().__init__(code, title)
        self.narrow_to = narrow_to

    def parse(self, words: str, access: Access) -> bool | None:  # noqa: ARG002 - the same for everybody
        """On for 1."""
        return True if words == "1" else None

    def narrow(self, rows: Rows, value: bool) -> Rows:  # noqa: ARG002 - it is on
        """The rows for which it holds."""
        return self.narrow_to(rows)

    def said(self, value: bool) -> str:  # noqa: ARG002 - it is on
        """Its title."""
        return str(self.title)


class AreaFilter(Filter[int]):
    """An area with all that lies in it, of those where the person holds `permission`. `path` leads to an AreaScoped row."""

    def __init__(self, code: str, permission: str, *, path: str = "", title: Words = "") -> None:
        super().__init__(code, title or gettext_lazy("Area"))
        self.permission, self.path = permission, path

    def parse(self, words: str, access: Access) -> int | None:
        """The id of the area with this code."""
        node = area_tree().by_code.get(words)
        return node.id if node is not None and access.may_in_area(self.permission, node.id) else None

    def narrow(self, rows: Rows, value: int) -> Rows:
        """The rows filed under the area."""
        if not self.path:
            return rows.filter(area_condition(value))
        return rows.filter(**{f"{self.path}__in": area_tree().subtree(value)})

    def said(self, value: int) -> str:
        """The area's name."""
        return area_tree().nodes[value].title

    def choices(self, access: Access) -> Iterable[Choice]:
        """What lies one step below the person's own areas; these themselves where nothing does."""
        tree = area_tree()
        tops = access.tops_with(self.permission)
        below = [one for top in sorted(tops) for one in (tree.children.get(top) or (top,))]
        nodes = (tree.nodes[area_id] for area_id in dict.fromkeys(below))
        return [Choice(node.title, node.code) for node in nodes][:MOST_CHOICES]


class ChooserFilter(Filter[Any]):
    """What a chooser of a form offers, as a filter: the rows whose `column` is the id of the one that is chosen."""

    def __init__(self, code: str, chooser: Chooser[Any], column: str, *, id_of: Callable[[Any], int]) -> None:
        super().__init__(code, chooser.label or "", column)
        self.chooser, self.id_of = chooser, id_of

    def parse(self, words: str, access: Access) -> Any:
        """What stands under this code, of what the person may choose."""
        return next((one for one in self.chooser.offers(access) if one.code == words), None)

    def narrow(self, rows: Rows, value: Any) -> Rows:
        """The rows of what is chosen."""
        return rows.filter(**{self.column: self.id_of(value.item)})

    def said(self, value: Any) -> str:
        """Its title."""
        return str(value.title)

    def choices(self, access: Access) -> Iterable[Choice]:
        """What may be chosen, as far as a menu can hold it."""
        return [Choice(one.title, one.code) for one in self.chooser.offers(access)][:MOST_CHOICES]


class UnitFilter(ChooserFilter):
    """A unit in an area where the person holds `permission`."""

    def __init__(self, code: str, permission: str, column: str = "unit_id") -> None:
        super().__init__(code, UnitField(permission=permission), column, id_of=lambda node: int(node.id))

    def parse(self, words: str, access: Access) -> Any:
        """Without going through all that are offered."""
        node = unit_tree().by_code.get(words)
        return super().parse(words, access) if node is not None else None


class GridFilter(ChooserFilter):
    """A grid in an area where the person holds `permission`."""

    def __init__(self, code: str, permission: str, column: str = "grid_id") -> None:
        super().__init__(code, GridField(permission=permission), column, id_of=lambda node: int(node.id))


class PersonFilter(ChooserFilter):
    """A colleague whom the person may know."""

    def __init__(self, code: str, column: str) -> None:
        super().__init__(code, PersonField(), column, id_of=lambda colleague: int(colleague.user_id))


@dataclass(frozen=True, slots=True)
class Span:
    """Days from and to, both included; either may be open."""

    since: date | None = None
    until: date | None = None


class DaysFilter(Filter[Span]):
    """Rows whose moment (or day, with `of_days`) lies in a span of local days, written as 2026-11-01..2026-11-30."""

    kind = "days"

    def __init__(self, code: str, title: Words, column: str, *, of_days: bool = False) -> None:
        super().__init__(code, title, column)
        self.of_days = of_days

    def parse(self, words: str, access: Access) -> Span | None:  # noqa: ARG002 - the same for everybody
        """The span; None where a day is none, both are open, or it ends before it begins."""
        first, dots, last = words.partition("..")
        since, until = day(first), day(last if dots else first)
        wrong = (first and since is None) or (last and until is None) or (since is None and until is None)
        if wrong or (since and until and until < since):
            return None
        return Span(since, until)

    def narrow(self, rows: Rows, value: Span) -> Rows:
        """The rows of these days."""
        end = value.until + timedelta(days=1) if value.until else None
        moments: tuple[date | datetime | None, ...] = (value.since, end)
        if not self.of_days:
            moments = tuple(day_start(one) if one is not None else None for one in (value.since, end))
        ends = {f"{self.column}__gte": moments[0], f"{self.column}__lt": moments[1]}
        return rows.filter(**{name: at for name, at in ends.items() if at is not None})

    def said(self, value: Span) -> str:
        """The days in words."""
        given = {"title": self.title, "since": value.since, "until": value.until}
        if value.since and value.until:
            return _("%(title)s: %(since)s to %(until)s") % given
        return (_("%(title)s from %(since)s") if value.since else _("%(title)s until %(until)s")) % given


@dataclass(slots=True)
class Asked:
    """What an address asks a list for: parsed filters by code, their words as they stood there, the sort, the cursor."""

    values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    sort: Sort = field(default_factory=lambda: Sort("id", "id"))
    cursor: str = ""

    def with_(self, **changed: str | None) -> str:
        """The query string with some keys changed or dropped; it begins with the first page."""
        merged = {**self.query, **changed}
        return "?" + urlencode({key: value for key, value in merged.items() if value})

    def narrow(self, rows: QuerySet[Any], filters: Sequence[Filter[Any]]) -> QuerySet[Any]:
        """The rows that all filters leave."""
        for one in filters:
            if one.code in self.values:
                rows = one.narrow(rows, self.values[one.code])
        return rows


def parse_asked(
    given: Mapping[str, str], access: Access, *, filters: Sequence[Filter[Any]], sorts: Sequence[Sort]
) -> Asked:
    """Parses an address. What is not understood is left out and said in `wrong`; other keys are nobody's."""
    asked = Asked(sort=sorts[0])
    for one in filters:
        words = _words(given, one.code, one.most_chars) or _two_days(one, given)
        if not words:
            continue
        value = one.parse(words, access)
        if value is None:
            asked.wrong.append(_("Nothing is called “%(value)s” here; the filter was left out.") % {"value": words})
            continue
        asked.values[one.code], asked.query[one.code] = value, words
    wanted = _words(given, "sort")
    for sort in sorts:
        for turned in (sort, Sort(sort.code, sort.column, not sort.descending)):
            if turned.key == wanted:
                asked.sort = turned
                if turned != sorts[0]:
                    asked.query["sort"] = wanted
    asked.cursor = str(given.get("cursor", ""))
    return asked


def _words(given: Mapping[str, str], key: str, most: int = MOST_CHARS) -> str:
    return str(given.get(key, "")).replace("\0", "").strip()[:most]


def _two_days(one: Filter[Any], given: Mapping[str, str]) -> str:
    """A span as a form without scripts sends it: in two fields."""
    if one.kind != "days":
        return ""
    since, until = _words(given, f"{one.code}_from"), _words(given, f"{one.code}_to")
    return f"{since}..{until}" if since or until else ""
