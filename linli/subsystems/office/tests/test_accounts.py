"""Small accounts: what is entered stays and is only reversed, sums are exact, months are closed in order by another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from linli.core.flow.public import Given, Transition
from linli.core.inbox.public import waiting_for
from linli.core.platform.public import (
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    Taken,
    clock_at,
    now,
    receive_photo,
    verify,
    work_off,
)
from linli.core.platform.writing.jobs.queue import ensure_periodic
from linli.subsystems.office.accounts.flow import MONTH
from linli.subsystems.office.accounts.ledger import check_entry, reverse_entry
from linli.subsystems.office.accounts.statement import balances, statement_of
from linli.subsystems.office.models import Booking, BookMonth
from tests.api.caller import photo_bytes
from tests.city import FAR_COMMUNITY, SECOND_COMMUNITY, STREET, TestCity
from tests.desk.inherited import browser
from tests.flow.contract import FlowContract

from .account_people import (
    FEBRUARY,
    JANUARY,
    MARCH,
    at,
    book_of,
    check,
    entry_of,
    month_of,
    published_january,
    step,
    with_people,
)

CLOSE = {"checker", "leader", "supervisor", "all_roles"}


@pytest.fixture
def city(city: TestCity) -> TestCity:
    return with_people(city)


class TestMonth(FlowContract):
    """January of the first community's account; the bookkeeper entered something, the checker closes."""

    flow = MONTH
    LEADS = {
        "close": ({"open"}, "closed"),
        "publish": ({"closed"}, "published"),
        "escalate": ({"open", "closed"}, None),
    }
    MAY = {"close": CLOSE, "publish": CLOSE, "escalate": {"SYSTEM"}}

    def settled(self, city: TestCity) -> TestCity:
        return city if "bookkeeper" in city.users else with_people(city)

    def bring_to(self, city: TestCity, state: str) -> BookMonth:
        with clock_at(at(1, 20)):
            book = book_of(city)
            check(city, entry_of(city, book, date(2026, 1, 5)))
        month = month_of(book, JANUARY)
        for action in {"open": (), "closed": ("close",), "published": ("close", "publish")}[state]:
            month = step(city, month, action, "leader")
        return month

    def given(self, city: TestCity, item: BookMonth, row: Transition) -> Given:
        return Given()

    def test_who_entered_something_does_not_close(self, city: TestCity) -> None:
        month = self.bring_to(city, "open")
        Booking.objects.filter(month=month).update(noted_by_id=city.users["leader"].id)
        with pytest.raises(NotAllowed) as refused:
            step(city, month, "close", "leader")
        assert refused.value.code == "own_entry"
        assert step(city, month, "close", "supervisor").state == "closed"


def test_a_month_waits_for_who_closes_it_only_once_it_is_over(city: TestCity) -> None:
    with clock_at(at(1, 31)):
        book = book_of(city)
        assert not waiting_for(city.access["checker"], now(), kind="bookmonth").rows
        with pytest.raises(Refusal, match="还没有过完"):
            step(city, month_of(book, JANUARY), "close")
    with clock_at(at(2, 1)):
        assert [one.state for one in waiting_for(city.access["checker"], now(), kind="bookmonth").rows] == ["open"]
        assert f"{month_of(book, JANUARY).due_at:%Y-%m-%d}" == "2026-02-10"
        assert not waiting_for(city.access["bookkeeper"], now(), kind="bookmonth").rows


def test_the_balance_is_the_sum_of_all_that_was_entered_to_the_last_digit(city: TestCity) -> None:
    with clock_at(at(3, 20)):
        book = book_of(city, opening=Decimal("-0.10"))
        for number in range(1, 31):
            entry_of(city, book, date(2026, 1 + number % 3, 1), "0.10", "interest" if number % 2 else "office")
        entry_of(city, book, date(2026, 3, 2), "9999999999.99", "grant")
        assert str(balances([book])[book.id]) == "9999999999.89"
        assert balances([book], before=FEBRUARY)[book.id] == Decimal("-0.10")
        found = statement_of(month_of(book, MARCH))
        assert (found.opening, found.closing) == (Decimal("-0.10"), Decimal("9999999999.89"))
        assert [f"{line.balance}" for line in found.lines[:2]] == ["-0.20", "-0.10"]
        assert (f"{found.came_in}", f"{found.went_out}") == ("10000000000.49", "0.50")


def test_an_entry_is_never_changed_and_a_wrong_one_is_reversed_once(city: TestCity) -> None:
    access = city.access["bookkeeper"]
    with clock_at(at(1, 20)):
        book = book_of(city)
        wrong = entry_of(city, book, date(2026, 1, 5), "125.00")
        before = Booking.objects.filter(id=wrong.id).values().get()
        counter = reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=wrong.id, reason="金额写错")
        assert (counter.amount, counter.number, counter.reverses_id) == (Decimal("-125.00"), 2, wrong.id)
        assert balances([book])[book.id] == Decimal("1000.00")
        assert Booking.objects.filter(id=wrong.id).values().get() == before
        with pytest.raises(Taken, match="已经红冲过"):
            reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=wrong.id, reason="再来")
        with pytest.raises(BadInput, match="本身就是红冲"):
            reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=counter.id, reason="再来")
    with clock_at(at(2, 2)):  # the counter entry is checked; the wrong one need not be
        with pytest.raises(Refusal, match="还有 1 笔未核对"):
            step(city, month_of(book, JANUARY), "close")
        check(city, counter)
        assert step(city, month_of(book, JANUARY), "close").closing == Decimal("1000.00")


def test_what_is_found_wrong_in_a_closed_month_is_reversed_in_the_open_one(city: TestCity) -> None:
    access = city.access["bookkeeper"]
    book = published_january(city)
    wrong = Booking.objects.get(purpose="repair")
    with clock_at(at(2, 5)):
        counter = reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=wrong.id, reason="记重了")
    assert (counter.month, counter.day) == (month_of(book, FEBRUARY), date(2026, 2, 5))
    assert month_of(book, JANUARY).closing == Decimal("1287.50")
    assert statement_of(month_of(book, FEBRUARY)).closing == Decimal("1300.00")


def test_what_is_found_wrong_before_its_month_is_closed_is_reversed_in_it(city: TestCity) -> None:
    access = city.access["bookkeeper"]
    with clock_at(at(1, 20)):
        wrong = entry_of(city, book_of(city), date(2026, 1, 5))
    with clock_at(at(2, 5)):
        counter = reverse_entry(access.actor(), access=access, uuid=uuid4(), booking_id=wrong.id, reason="记重了")
    assert (counter.month_id, counter.day) == (wrong.month_id, date(2026, 1, 31))


def test_nothing_enters_a_closed_month_a_day_to_come_or_one_before_the_account(city: TestCity) -> None:
    book = published_january(city)
    before = Booking.objects.count()
    with clock_at(at(2, 5)):
        for day, words in (
            (date(2026, 1, 31), "已结账"),
            (date(2026, 2, 6), "还没有到"),
            (date(2025, 12, 31), "从2026年1月1日开始"),
        ):
            with pytest.raises(BadInput, match=words) as refused:
                entry_of(city, book, day)
            assert refused.value.field == "day"
    assert Booking.objects.count() == before


def test_months_are_closed_in_their_order_and_one_without_entries_as_well(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
    with clock_at(at(3, 3)):
        entry_of(city, book, date(2026, 3, 2))
        assert [f"{one.first_day:%m}" for one in book.months.order_by("first_day")] == ["01", "02", "03"]
        with pytest.raises(Refusal, match="更早的月份"):
            step(city, month_of(book, FEBRUARY), "close")
        step(city, month_of(book, JANUARY), "close")
        assert step(city, month_of(book, FEBRUARY), "close").closing == Decimal("1000.00")


def test_the_month_that_has_begun_is_opened_at_night_in_every_account(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        books = [book_of(city), book_of(city, SECOND_COMMUNITY)]
        ensure_periodic(now())
    for moment, count in ((at(1, 31), 1), (at(2, 1), 2), (at(2, 2), 2)):
        with clock_at(moment):
            ensure_periodic(now())
            work_off()
            assert [book.months.count() for book in books] == [count, count]


def test_an_entry_is_checked_once_and_never_by_who_made_it(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        booking = entry_of(city, book_of(city), date(2026, 1, 5))
        Booking.objects.filter(id=booking.id).update(noted_by_id=city.users["checker"].id)
        checker, leader = city.access["checker"], city.access["leader"]
        with pytest.raises(NotAllowed) as refused:
            check_entry(checker.actor(), access=checker, booking_id=booking.id)
        assert refused.value.code == "own_entry"
        check_entry(leader.actor(), access=leader, booking_id=booking.id)
        with pytest.raises(Refusal, match="已经核对过"):
            check_entry(leader.actor(), access=leader, booking_id=booking.id)


def test_the_database_itself_refuses_a_wrong_sign_and_a_check_by_ones_own_hand(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        booking = entry_of(city, book_of(city), date(2026, 1, 5))
    for wrong in ({"amount": Decimal("-1")}, {"checked_by_id": booking.noted_by_id}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.filter(id=booking.id).update(**wrong)


def test_who_has_nothing_to_do_with_an_account_sees_nothing_and_may_nothing(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
        booking = entry_of(city, book, date(2026, 1, 5))
        for who, error in (("other_worker", NotThere), ("leader", NotAllowed), ("checker", NotAllowed)):
            with pytest.raises(error):
                entry_of(city, book, date(2026, 1, 6), who=who)
        stranger = city.access["other_worker"]
        with pytest.raises(NotThere):
            check_entry(stranger.actor(), access=stranger, booking_id=booking.id)
        with pytest.raises(NotAllowed):
            book_of(city, FAR_COMMUNITY)
        with pytest.raises(BadInput):
            book_of(city, STREET)
        with pytest.raises(Taken, match="已经有账"):
            book_of(city)
    assert Booking.objects.count() == 1


def test_public_words_with_a_long_number_are_refused(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
        for words in ("退押金 13800138000", "转 6222 0200 1234 5678", "0571-87654321"):
            with pytest.raises(BadInput) as refused:
                entry_of(city, book, date(2026, 1, 5), public_words=words)
            assert refused.value.field == "public_words"
        assert entry_of(city, book, date(2026, 1, 5), public_words="3 号楼 2 单元 120 盏灯").public_words


def test_an_amount_that_was_changed_behind_its_back_shows_in_the_trail(city: TestCity) -> None:
    published_january(city)
    assert verify() == []
    Booking.objects.filter(purpose="repair").update(amount=Decimal("2.50"))
    assert any("office_booking" in str(finding) for finding in verify())


def test_the_page_of_an_entry_shows_the_receipt_and_offers_what_one_may(city: TestCity) -> None:
    with clock_at(at(1, 20)):
        book = book_of(city)
        booking = entry_of(city, book, date(2026, 1, 5), receipt_id=receive_photo(photo_bytes()).id)
    address = f"/office/accounts/entries/{booking.id}/"
    offered = {who: browser(city.access[who]).get(address).content.decode() for who in ("bookkeeper", "checker")}
    assert ['data-dialog="reverse"' in page for page in offered.values()] == [True, False]
    assert ["核对无误" in page for page in offered.values()] == [False, True]
    client = browser(city.access["checker"])
    picture = client.get(f"{address}receipt/display/")
    assert picture["Content-Type"] == "image/jpeg"
    assert b"".join(picture.streaming_content)  # type: ignore[arg-type]
    assert browser(city.access["other_worker"]).get(f"{address}receipt/display/").status_code == 403
    form = {"effect_id": str(uuid4())}
    assert client.post(f"{address}check/", form).status_code == 302
    assert client.post(f"{address}check/", form).status_code == 302  # the same press
    assert client.post(f"{address}check/", {"effect_id": str(uuid4())}).status_code == 409
    assert Booking.objects.get().checked_by_id == city.users["checker"].id
