"""Two people at one account at the same instant: numbers stay single, a month is closed once, and nothing enters it afterwards."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from linli.core.flow import act as engine
from linli.core.flow.public import AnyFlow
from linli.core.platform.public import BadInput, Refusal, Taken, clock_at, verify
from linli.subsystems.office.accounts import ledger
from linli.subsystems.office.accounts.ledger import check_entry, reverse_entry
from linli.subsystems.office.accounts.statement import balances, statement_of
from linli.subsystems.office.models import Book, Booking, BookMonth
from tests.cases.test_together import at_once
from tests.city import TestCity, build_city

from .account_people import JANUARY, at, book_of, check, entry_of, month_of, step, with_people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city() -> TestCity:
    return with_people(build_city())


def january_to_close(city: TestCity) -> BookMonth:
    """A month that could be closed."""
    with clock_at(at(1, 20)):
        book = book_of(city)
        check(city, entry_of(city, book, date(2026, 1, 5)))
    return month_of(book, JANUARY)


def held_at(moment: Any, deed: Any) -> Any:
    """The deed at that instant, in whatever thread."""

    def run() -> object:
        with clock_at(moment):
            return deed()

    return run


def test_of_two_who_close_at_once_one_does(city: TestCity) -> None:
    month = january_to_close(city)
    results = at_once(
        *(held_at(at(2, 3), lambda who=who: step(city, month, "close", who)) for who in ("checker", "leader"))
    )  # type: ignore[misc]
    assert sum(isinstance(one, BookMonth) for one in results) == 1
    assert sum(isinstance(one, Refusal) for one in results) == 1
    assert BookMonth.objects.get(id=month.id).seq == 2
    assert verify() == []


@pytest.mark.parametrize("attempt", range(3))
def test_an_entry_that_races_a_close_is_looked_at_or_refused(city: TestCity, attempt: int) -> None:
    """Either it came first, then the close finds it unchecked; or it came after, then the month is closed. Never both went through."""
    month = january_to_close(city)
    results = at_once(
        held_at(at(2, 3), lambda: step(city, month, "close")),
        held_at(at(2, 3), lambda: entry_of(city, month.book, date(2026, 1, 30))),
    )
    closed, entered = (not isinstance(one, Exception) for one in results)
    assert closed != entered, results
    assert all(isinstance(one, (Refusal, BadInput)) for one in results if isinstance(one, Exception)), results
    stands = BookMonth.objects.get(id=month.id)
    if closed:
        assert stands.closing == statement_of(stands).closing == balances([stands.book])[stands.book_id]
    assert verify() == []


@pytest.mark.postgres
def test_without_the_lock_on_the_month_an_entry_slips_into_a_closed_one(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the race is real where whoever enters does not hold the month."""
    month = january_to_close(city)
    closed, entered = threading.Event(), threading.Event()

    def unlocked(rows: Any) -> Any:
        if rows.model is BookMonth:
            found = list(rows)  # reads the month while it is open …
            entered.set()
            closed.wait(timeout=5)  # … and goes on once it is closed

            class Kept:
                def get(self) -> BookMonth:
                    return found[0]

            return Kept()
        return rows

    monkeypatch.setattr(ledger, "locked", unlocked)

    def close() -> object:
        entered.wait(timeout=5)
        done = step(city, month, "close")
        closed.set()
        return done

    results = at_once(
        held_at(at(2, 3), close), held_at(at(2, 3), lambda: entry_of(city, month.book, date(2026, 1, 30)))
    )
    assert isinstance(results[0], BookMonth)
    assert isinstance(results[1], Booking), results[1]
    assert month_of(month.book, JANUARY).closing != statement_of(month_of(month.book, JANUARY)).closing


@pytest.mark.postgres
def test_without_the_lock_of_the_engine_two_would_close(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    month = january_to_close(city)
    gate = threading.Barrier(2)

    def unlocked(_flow: AnyFlow, ids: tuple[int, ...]) -> dict[int, BookMonth]:
        found = BookMonth.objects.in_bulk(ids)
        gate.wait(timeout=5)
        return found

    monkeypatch.setattr(engine, "lock", unlocked)
    results = at_once(
        *(held_at(at(2, 3), lambda who=who: step(city, month, "close", who)) for who in ("checker", "leader"))
    )  # type: ignore[misc]
    assert any(isinstance(one, Taken) for one in results), results


def test_many_entries_at_once_get_numbers_of_their_own_and_none_is_lost(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city, opening=Decimal("0.00"))
    results = at_once(*[held_at(at(1, 21), lambda: entry_of(city, book, date(2026, 1, 20), "0.10", "interest"))] * 8)
    assert all(isinstance(one, Booking) for one in results), results
    assert sorted(Booking.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert balances([book])[book.id] == Decimal("0.80")


def test_the_first_two_entries_of_a_new_month_open_it_once(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
    results = at_once(*[held_at(at(3, 2), lambda: entry_of(city, book, date(2026, 3, 1)))] * 2)
    assert all(isinstance(one, Booking) for one in results), results
    assert book.months.count() == 3


def test_of_two_who_reverse_one_entry_at_once_one_does_and_of_two_who_check_it(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
        booking = entry_of(city, book, date(2026, 1, 5))
    keeper = city.access["bookkeeper"]
    results = at_once(
        *[held_at(at(1, 21), lambda: reverse_entry(keeper.actor(), access=keeper, uuid=uuid4(), booking_id=booking.id, reason="重"))] * 2
    )  # fmt: skip
    assert sum(isinstance(one, Booking) for one in results) == 1
    assert sum(isinstance(one, Taken) for one in results) == 1
    assert balances([Book.objects.get(id=book.id)])[book.id] == Decimal("1000.00")
    results = at_once(
        *[
            held_at(
                at(1, 22),
                lambda who=who: check_entry(city.access[who].actor(), access=city.access[who], booking_id=booking.id),
            )  # type: ignore[misc]
            for who in ("checker", "leader")
        ]
    )
    assert sum(isinstance(one, Booking) for one in results) == 1
    assert sum(isinstance(one, Refusal) for one in results) == 1
