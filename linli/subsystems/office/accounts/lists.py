"""The lists of small accounts: the accounts, their months, what was entered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, restrict
from linli.core.desk.public import (
    AreaFilter,
    Bulk,
    ChoiceFilter,
    Column,
    DaysFilter,
    Empty,
    List,
    SwitchFilter,
    WordsFilter,
    column_of,
    looked_for_in,
    marks,
    new_button,
    page_at,
    person_column,
)
from linli.core.flow.public import ItemPages, flow_list
from linli.core.platform.public import Actor
from linli.subsystems.office.accounts.flow import month_words
from linli.subsystems.office.accounts.ledger import check_entry
from linli.subsystems.office.accounts.models import Book, Booking, BookMonth, Kind, MonthState, Purpose
from linli.subsystems.office.accounts.statement import balances

VIEW = "account.view"


def with_balances(_access: Access, books: list[Book]) -> list[Book]:
    """The accounts of a page with what is in them now."""
    found = balances(books)
    for book in books:
        book.__dict__["balance"] = found[book.id]
    return books


def books_seen(access: Access) -> QuerySet[Book]:
    """The accounts that a person may see, with the oldest month that is open and the newest that residents may read."""
    months = BookMonth.objects.filter(book=OuterRef("pk"))
    oldest = months.filter(state=MonthState.OPEN).order_by("first_day").values("first_day")[:1]
    newest = months.filter(state=MonthState.PUBLISHED).order_by("-first_day").values("first_day")[:1]
    rows = Book.objects.annotate(open_since=Subquery(oldest), published_until=Subquery(newest)).select_related("area")
    return restrict(access, VIEW, rows)


def in_words(name: str) -> Any:
    """The month in a column of a row; empty for none."""
    return lambda row: month_words(row.__dict__[name]) if row.__dict__[name] else ""


BOOKS = List[Book](
    code="books",
    title=gettext_lazy("Community accounts"),
    permission=VIEW,
    rows=books_seen,
    complete=with_balances,
    address=lambda book: page_at("office:book", book.id),
    columns=(
        Column("area", gettext_lazy("Community"), lambda book: book.area.title),
        Column("balance", gettext_lazy("Balance in yuan"), lambda book: book.__dict__["balance"], css="number fixed", kind=Decimal),
        Column("open_since", gettext_lazy("Open since"), in_words("open_since"), css="fixed"),
        Column("published_until", gettext_lazy("Published until"), in_words("published_until"), css="fixed"),
    ),
    filters=(WordsFilter("q", gettext_lazy("Community"), looked_for_in("area__name")), AreaFilter("area", VIEW)),
    empty=Empty(gettext_lazy("No account yet"), gettext_lazy("The small account of each community stands here."), "file-text"),
    context=new_button("office:new-book", gettext_lazy("Open an account"), "account.open"),
    beside=(("office:months", gettext_lazy("Months")), ("office:bookings", gettext_lazy("Entries"))),
)  # fmt: skip


def months_list(pages: ItemPages) -> List[BookMonth]:
    """The months of the accounts that a person may see."""
    return flow_list(
        pages,
        code="months",
        title=gettext_lazy("Months of accounts"),
        columns=(
            Column("area", gettext_lazy("Community"), lambda month: str(month.book)),
            Column("month", gettext_lazy("Month"), lambda month: month_words(month.first_day), sort="first_day", css="fixed", code_of=str),
            column_of(BookMonth, "closing", gettext_lazy("Left in yuan"), css="number fixed"),
        ),
        complete=with_areas,
        order="-month",
        filters=(AreaFilter("area", VIEW), DaysFilter("days", gettext_lazy("Month"), "first_day", of_days=True)),
        empty=Empty(gettext_lazy("No month yet"), gettext_lazy("The months of accounts stand here: open, closed, published."), "calendar"),
    )  # fmt: skip


def with_areas(_access: Access, months: list[BookMonth]) -> list[BookMonth]:
    """The months of a page with their accounts and communities, in one statement."""
    books = {one.id: one for one in Book.objects.filter(id__in={one.book_id for one in months}).select_related("area")}
    for month in months:
        month.book = books[month.book_id]
    return months


def check_one(actor: Actor, access: Access, booking_id: int, _reason: str) -> None:
    """Says of one entry of many that it is right."""
    check_entry(actor, access=access, booking_id=booking_id)


def signed(booking: Booking) -> str:
    """An amount as it changes the balance, drawn."""
    return f'<span class="money money--{booking.kind}">{marks.amount_words(booking.gain)}</span>'


BOOKINGS = List[Booking](
    code="bookings",
    title=gettext_lazy("Entries of accounts"),
    permission=VIEW,
    rows=lambda access: restrict(access, VIEW, Booking.objects.select_related("month", "area")),
    address=lambda booking: page_at("office:booking", booking.id),
    columns=(
        Column("number", gettext_lazy("No."), str, css="fixed"),
        column_of(Booking, "day", gettext_lazy("Day"), sort=True, css="fixed"),
        Column("area", gettext_lazy("Community"), lambda booking: booking.area.title, css="fixed col-wide"),
        column_of(Booking, "what", gettext_lazy("What"), css="grow"),
        column_of(Booking, "purpose", gettext_lazy("Purpose"), css="fixed col-wide"),
        Column("gain", gettext_lazy("Yuan"), lambda booking: booking.gain, html=signed, css="number fixed", kind=Decimal),
        person_column("noted_by", gettext_lazy("Entered by"), "noted_by_id", css="fixed col-wide"),
        person_column("checked_by", gettext_lazy("Checked by"), "checked_by_id", css="fixed"),
    ),
    order="-day",
    filters=(
        WordsFilter("q", gettext_lazy("What"), looked_for_in("what", "public_words")),
        SwitchFilter("unchecked", gettext_lazy("Not checked yet"), lambda rows: rows.filter(checked_by_id=None, reversed_by=None)),
        AreaFilter("area", VIEW),
        ChoiceFilter("kind", gettext_lazy("Kind"), Kind.choices),
        ChoiceFilter("purpose", gettext_lazy("Purpose"), Purpose.choices),
        DaysFilter("days", gettext_lazy("Day"), "day", of_days=True),
    ),
    bulk=(Bulk("check", gettext_lazy("Checked, right"), "account.check", check_one, with_reason=False),),
    empty=Empty(gettext_lazy("No entry yet"), gettext_lazy("What came in and went out stands here."), "list"),
)  # fmt: skip
