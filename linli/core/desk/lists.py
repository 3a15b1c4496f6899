"""A list of the staff, declared once: `List` gives its page, its rows for the API, its export, and what its tests ask.

filters.py has what narrows a list, keyset.py how pages follow each other, list_pages.py the pages themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, access_on, names_of
from linli.core.desk.filters import Asked, Filter, parse_asked
from linli.core.desk.keyset import AT, Sort, cursor_of, place_of, sorted_after
from linli.core.desk.marks import amount_words, day_words, esc, stamp
from linli.core.platform.public import Actor, BadInput, personal_fields, sentences

R = TypeVar("R")
Words = str | Promise
PAGE_ROWS = 50
COUNTED = 1000  # a total beyond is "more than"
MOST_BULK = 200
NAMES = "names_of_people"  # in the `__dict__` of a row: the names of those who stand on it, by their ids

Plain = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column.

    `value` is what the API and exports give: text, number, moment, day, yes or no. `html` draws the cell where its text
    alone would not do, and gives HTML that is escaped already. `sort` is the column of the database (or a path of relations)
    by which one may sort. `css` is one or more of `number`, `fixed` (no line break), `grow`, `col-wide` (not between 701 and
    1100 px), `card-wide`, `card-plain`, `card-hide` (on a phone). `only` leaves it to where it is of use.
    """

    code: str
    title: Words
    value: Callable[[R], Plain]
    html: Callable[[R], str] | None = None
    sort: str = ""
    css: str = ""
    only: str = ""  # "page" or "data"
    note: Callable[[R], str] | None = None  # a second text in the cell, softer
    kind: type = str  # of the value: str, int, float, Decimal, bool, date, datetime
    code_of: Callable[[R], Plain] | None = None  # what the API gives where the value is a word in the reader's language
    person: str = ""  # the column of the row with the person whose name `value` shows (columns.py)

    @property
    def sent_kind(self) -> type:
        """The type of the value in the API: amounts go as text, since a number of JSON is a float to most who read it."""
        return str if self.kind is Decimal else self.kind


@dataclass(frozen=True, slots=True)
class Bulk:
    """Something that is done to many rows at once, each by itself and each once.

    `effect(actor, access, row_id, reason)` does it to one row, which passed the gate of the list, and raises a Refusal where
    it cannot be. A `danger` says in its title what happens.
    """

    code: str
    title: Words
    permission: str
    effect: Callable[[Actor, Access, int, str], object]
    with_reason: bool = True
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands in an empty list: what will stand there, and how to get it."""

    title: Words
    text: Words
    icon: str = "list"


NOTHING = Empty(gettext_lazy("Nothing here yet"), gettext_lazy("What is added will stand here."))


@dataclass(slots=True)
class Page(Generic[R]):
    """One page of a list: its rows, and where the next one begins (empty at the end)."""

    rows: list[R]
    next_cursor: str = ""


Reader = Callable[[Access, Asked, int], Page[Any]]


def with_people(columns: Sequence[Column[Any]], rows: Sequence[Any]) -> None:
    """Reads the names that person columns show of these rows, in one statement; none where no column shows any."""
    wanted = [column.person for column in columns if column.person]
    if wanted:
        names = names_of({getattr(row, column) for row in rows for column in wanted})
        for row in rows:
            row.__dict__[NAMES] = names


@dataclass(frozen=True)
class List(Generic[R]):
    """The declaration of a list.

    How to use: write one at the head of a module of pages and mount its addresses::

        PLANS = List(code="plans", title=_("Patrol plans"), permission="patrol.view", rows=visible_plans, columns=(…),
                     filters=(…), address=lambda plan: page_at("patrol:plan", plan.id))
        urlpatterns = [*list_urls(PLANS, "plans/"), …]

    An empty `permission` opens the list to every member of the staff; what they see of it says `rows`.

    `rows(access)` gives the rows that a person may see, through the gate; every reading and every bulk action begins there.
    `complete(access, rows)` turns the rows of one page into what the columns take, in a fixed number of statements. `order`
    is the code of the column that a list is sorted by at first, with `-` backwards. `reader` reads a page instead of
    `rows` where an area has a faster way; it keeps to the same filters, sorts and cursors.

    Why own and no library: docs/adr/0024-own-lists.md.
    """

    code: str
    title: Words
    permission: str
    rows: Callable[[Access], QuerySet[Any]]
    columns: Sequence[Column[R]]
    address: Callable[[R], str] | None = None
    filters: Sequence[Filter[Any]] = ()
    order: str = ""
    complete: Callable[[Access, list[Any]], list[R]] | None = None
    id_of: Callable[[R], int] = field(default=lambda row: int(row.id))
    bulk: Sequence[Bulk] = ()
    empty: Empty = NOTHING
    template: str = "desk/list.html"
    context: Callable[[HttpRequest], Mapping[str, object]] | None = None  # for a template of its own
    beside: Sequence[
        tuple[str, Words]
    ] = ()  # lists next to this one: the name of the page of each, and what leads there
    exported: bool = True
    title_in_print: Words = ""  # such as 收文登记簿; else the title
    page_rows: int = PAGE_ROWS
    counted: int = COUNTED
    reader: Reader | None = None
    narrow: Callable[[Access, Asked], QuerySet[Any]] | None = (
        None  # with a reader: what its filters leave, to be counted
    )

    def __post_init__(self) -> None:
        for codes in (
            [column.code for column in self.columns],
            ["sort", "cursor", *(one.code for one in self.filters)],
        ):
            if len(set(codes)) < len(codes):
                raise ImproperlyConfigured(f"The list {self.code!r} names a column or filter twice: {codes}.")
        if self.order and self.order.lstrip("-") not in [column.code for column in self.columns if column.sort]:
            raise ImproperlyConfigured(f"The list {self.code!r} is sorted by {self.order!r}, which no column can do.")

    def holds_personal(self, access: Access) -> bool:
        """Whether its rows hold people's data, as their model declares: whoever takes it out then says what for."""
        if "_personal" not in self.__dict__:  # the same for everybody, and every page asks
            self.__dict__["_personal"] = bool(personal_fields(self.rows(access).model))
        return bool(self.__dict__["_personal"])

    @property
    def sorts(self) -> list[Sort]:
        """The orders that a list can have, the usual one first. Without one it is by id, the newest first."""
        able = [Sort(column.code, column.sort) for column in self.columns if column.sort]
        usual = next((one for one in able if one.code == self.order.lstrip("-")), Sort("id", "id"))
        backwards = self.order.startswith("-") or not self.order
        return [Sort(usual.code, usual.column, backwards), *(one for one in able if one.code != usual.code)]

    def asked(self, given: Mapping[str, str], access: Access) -> Asked:
        """What an address or a call of the API asks for."""
        return parse_asked(given, access, filters=self.filters, sorts=self.sorts)

    def narrowed(self, access: Access, asked: Asked) -> QuerySet[Any]:
        """The rows that the person may see and the filters leave, without order."""
        return self.narrow(access, asked) if self.narrow else asked.narrow(self.rows(access), self.filters)

    def page(self, access: Access, asked: Asked, count: int = 0) -> Page[R]:
        """One page from where `asked.cursor` says; a cursor of another sort, or of nobody, begins at the first row."""
        count = count or self.page_rows
        if self.reader is not None:
            return self.reader(access, asked, count)
        rows = self.narrowed(access, asked)
        place = place_of(rows.model, asked.sort, asked.cursor)
        found = list(sorted_after(rows, asked.sort, place)[: count + 1])
        following = (
            cursor_of(asked.sort, getattr(found[count - 1], AT), found[count - 1].pk) if len(found) > count else ""
        )
        found = found[:count]
        return Page(self.completed(access, found), following)

    def completed(self, access: Access, rows: list[Any]) -> list[R]:
        """Rows with all that the columns take."""
        shown = self.complete(access, rows) if self.complete else rows
        with_people(self.columns, shown)
        return shown

    def total(self, access: Access, asked: Asked, page: Page[R]) -> str:
        """How many rows there are, in words. Asks for no more than `counted`, and only where a page is not all."""
        if not asked.cursor and not page.next_cursor:
            return _("%s in all") % len(page.rows)
        if not self.counted or self.reader is not None:
            return ""
        found = self.narrowed(access, asked).order_by()[: self.counted + 1].count()
        return _("more than %s") % self.counted if found > self.counted else _("%s in all") % found

    def every_row(self, access: Access, asked: Asked, chunk: int = 500) -> Iterator[R]:
        """All rows that the filters leave, page by page, so that neither memory nor one statement grows with them."""
        while True:
            page = self.page(access, asked, chunk)
            yield from page.rows
            if not page.next_cursor:
                return
            asked.cursor = page.next_cursor

    def data(self, access: Access, given: Mapping[str, str], count: int = 0) -> dict[str, Any]:
        """One page for the API: `items` with what the columns give and their `id`, and `next`, the cursor of the next page.

        The filters, sorts and cursors are those of the page; moments are RFC 3339, days ISO. Who may ask is asked by the
        route. Raises BadInput for what is not understood: a program is told, where a page shows the rest.
        """
        asked = self.asked(given, access)
        wrong = asked.wrong or (
            [_("There is no such order.")] if given.get("sort") not in ("", None, asked.sort.key) else []
        )
        if wrong:
            raise BadInput(sentences(wrong), field="query")
        if asked.cursor and self.reader is None and place_of(self.rows(access).model, asked.sort, asked.cursor) is None:
            raise BadInput(
                _("This cursor does not belong to this list; take `next` of the page before, with the same filters."),
                field="cursor",
            )
        page = self.page(access, asked, count)
        items = [{"id": self.id_of(row)} | self.values_of(row) for row in page.rows]
        return {"items": items, "next": page.next_cursor or None}

    @property
    def data_columns(self) -> list[Column[R]]:
        """The columns that programs get."""
        return [column for column in self.columns if column.only != "page"]

    def values_of(self, row: R) -> dict[str, Any]:
        """What the columns give of one row, for the API."""
        return {column.code: _for_json((column.code_of or column.value)(row)) for column in self.data_columns}


def _for_json(value: Plain) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def new_button(name: str, words: Words, permission: str = "") -> Callable[[HttpRequest], Mapping[str, object]]:
    """A `context` of a list: the button at its head, and in the empty list, that leads to the page called `name`; for who
    holds the permission (empty: for everybody)."""

    def context(request: HttpRequest) -> Mapping[str, object]:
        return {"list_new_url": reverse(name), "list_new_words": words} if access_on(request).may(permission) else {}

    return context


def cell_text(value: Plain) -> str:
    """A value as a cell shows it: escaped, with a dash for none."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, bool):
        return esc(_("yes") if value else _("no"))
    if isinstance(value, Decimal):
        return amount_words(value)
    return esc(day_words(value) if isinstance(value, date) else value)
