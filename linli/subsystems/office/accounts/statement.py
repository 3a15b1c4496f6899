"""The statement of a month: what there was, what came in and went out, what is left. All of it in Decimal, counted from the bookings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from linli.subsystems.office.accounts.models import Book, Booking, BookMonth, Kind, Purpose

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Line:
    """One booking with the balance after it."""

    booking: Booking
    balance: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """A month of an account. `income` and `expense` are the sums of the purposes that occur, in the order of their list."""

    month: BookMonth
    opening: Decimal
    income: list[tuple[Purpose, Decimal]]
    expense: list[tuple[Purpose, Decimal]]
    lines: list[Line]

    @property
    def came_in(self) -> Decimal:
        """The sum of all income."""
        return sum((amount for _purpose, amount in self.income), NOTHING)

    @property
    def went_out(self) -> Decimal:
        """The sum of all expense."""
        return sum((amount for _purpose, amount in self.expense), NOTHING)

    @property
    def closing(self) -> Decimal:
        """What is left at its end."""
        return self.opening + self.came_in - self.went_out


def balances(books: Iterable[Book], before: date | None = None) -> dict[int, Decimal]:
    """What is in accounts by their ids: now, or at the beginning of a month. Two statements.

    What was left when a month was closed stands there; what came since is added up here, since a database may add as floats.
    """
    found = {book.id: book.opening for book in books}
    months = BookMonth.objects.filter(book__in=found, **({"first_day__lt": before} if before else {}))
    for book_id, closing in (
        months.filter(closing__isnull=False).order_by("first_day").values_list("book_id", "closing")
    ):
        found[book_id] = closing or NOTHING
    since = Booking.objects.filter(month__in=months.filter(closing=None).values("id"))
    for book_id, kind, amount in since.values_list("month__book_id", "kind", "amount"):
        found[book_id] += amount if kind == Kind.INCOME else -amount
    return found


def statement_of(month: BookMonth) -> Statement:
    """The statement of a month as it is now, in two statements. A closed one begins with what stands there."""
    opening = month.opening
    if opening is None:
        opening = balances([month.book], before=month.first_day)[month.book_id]
    lines, balance, sums = [], opening, dict.fromkeys(((kind, one) for kind in Kind for one in Purpose), NOTHING)
    occurs = set()
    for booking in month.bookings.order_by("number").select_related("reverses__month"):
        balance += booking.gain
        key = Kind(booking.kind), Purpose(booking.purpose)
        sums[key] += booking.amount
        occurs.add(key)
        lines.append(Line(booking, balance))
    income, expense = (
        [(one, sum_) for (kind, one), sum_ in sums.items() if kind == wanted and (kind, one) in occurs] for wanted in (Kind.INCOME, Kind.EXPENSE)
    )  # fmt: skip
    return Statement(month, opening, income, expense, lines)


def unchecked(month: BookMonth) -> int:
    """How many entries of a month wait to be checked. What was taken out again does not: its counter entry is checked."""
    return month.bookings.filter(Q(checked_by_id=None, reversed_by=None)).count()
