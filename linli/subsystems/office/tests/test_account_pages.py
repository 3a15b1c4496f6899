"""The lists and forms of small accounts, with what every list and form does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access, Role, access_of, grant_scope
from linli.core.areas.public import area_tree
from linli.core.platform.public import (
    SYSTEM,
    clock_at,
    write,
)
from linli.subsystems.office.accounts.ledger import open_book, open_months
from linli.subsystems.office.accounts.lists import BOOKINGS, BOOKS
from linli.subsystems.office.accounts.pages import MONTHS
from linli.subsystems.office.models import Book, Booking
from tests.city import COMMUNITY, FAR_COMMUNITY, OTHER_COMMUNITY, SECOND_COMMUNITY, STREET, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser

from .account_people import (
    JANUARY,
    at,
    book_of,
    check,
    entry_of,
    month_of,
    published_january,
    step,
    with_people,
)


@pytest.fixture
def city(city: TestCity) -> TestCity:
    return with_people(city)


class TestBooks(ListTests):
    shown = BOOKS
    address = "/office/accounts/"
    most_statements = 9
    filters: ClassVar = ["?q=桥东", f"?area={COMMUNITY}"]
    FEW: ClassVar = (COMMUNITY, SECOND_COMMUNITY, OTHER_COMMUNITY)

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["far_acceptance"]

    def grow(self, city: TestCity, count: int) -> None:
        if not Book.objects.exists():
            for code in self.FEW:
                book_of(city, code)

    test_every_sort_pages_through_all_rows_once = None  # type: ignore[assignment]
    test_what_is_not_mine_is_not_there = None  # type: ignore[assignment]

    def test_it_shows_what_is_in_each_account(self, city: TestCity) -> None:
        published_january(city)
        (item,) = BOOKS.data(city.access["leader"], {})["items"]
        shown = {name: item[name] for name in ("area", "balance", "open_since", "published_until")}
        assert shown == {
            "area": "柳荫社区",
            "balance": "1287.50",
            "open_since": "",
            "published_until": "2026年1月",
        }
        assert browser(city.access["far_acceptance"]).get(self.address).status_code == 403
        assert not BOOKS.rows(city.access["auditor"]).exists()


class TestMonths(ListTests):
    shown = MONTHS
    address = "/office/accounts/months/"
    most_statements = 10
    filters: ClassVar = [
        "?waiting=1",
        "?mine=1",
        "?state=closed",
        f"?area={COMMUNITY}",
        "?days_from=2026-01-01&days_to=2026-03-31",
    ]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        if not Book.objects.exists():
            with clock_at(at(1, 20)):
                book_of(city)
                access = city.access["leader"]
                open_book(
                    access.actor(), access=access, uuid=uuid4(), area=area_tree().by_code[SECOND_COMMUNITY], first_day=JANUARY,
                    opening=Decimal(0), shown="sums",
                )  # fmt: skip
            step(city, month_of(Book.objects.earliest("id"), JANUARY), "close", "leader")
        for book in Book.objects.all():
            for _month in range((count + 1) // 2):
                newest = book.months.latest("first_day").first_day
                with clock_at(at(1, 20).replace(year=newest.year + newest.month // 12, month=newest.month % 12 + 1)):
                    self.open_next(book)

    def open_next(self, book: Book) -> None:
        """Opens the month after the newest one, as the night does."""
        with write(SYSTEM):
            open_months(book)


class TestBookings(ListTests):
    shown = BOOKINGS
    address = "/office/accounts/entries/"
    most_statements = 9
    filters: ClassVar = [
        "?q=灯 1", "?unchecked=1", f"?area={SECOND_COMMUNITY}", "?kind=income", "?purpose=interest", "?days_from=2026-01-02&days_to=2026-01-03",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        with clock_at(at(1, 25)):
            books = list(Book.objects.order_by("id")) or [book_of(city), book_of(city, SECOND_COMMUNITY)]
            begun = Booking.objects.count()
            for number in range(begun, begun + count):
                if number % 4 == 3:
                    self.second_keeper(city, books[1], date(2026, 1, 1 + number % 20))
                    continue
                booking = entry_of(
                    city, books[0], date(2026, 1, 1 + number % 20), f"{number + 1}.05", "interest" if number % 3 else "repair", what=f"灯 {number}",
                )  # fmt: skip
                if number % 2:
                    check(city, booking)

    def second_keeper(self, city: TestCity, book: Book, day: date) -> None:
        """Somebody else keeps the account of the second community."""
        if "second" not in city.access:
            user = city.users["dispatcher"]
            grant_scope(SYSTEM, user=user, role=Role.objects.get(code="bookkeeper"), area=city.areas[SECOND_COMMUNITY])
            found = access_of(user.id)
            assert found is not None
            city.access["second"] = found[0]
        entry_of(city, book, day, who="second")

    def test_several_are_checked_at_once_and_ones_own_is_left(self, city: TestCity) -> None:
        with clock_at(at(1, 20)):
            book = book_of(city)
            first, own = (entry_of(city, book, date(2026, 1, 5)) for _one in range(2))
            Booking.objects.filter(id=own.id).update(noted_by_id=city.users["checker"].id)
            form = {"effect_id": str(uuid4()), "ids": [str(first.id), str(own.id)], "reason": ""}
            page = browser(city.access["checker"]).post(f"{self.address}bulk/check/", form).content.decode()
        assert page.count("clock--done") == 1
        assert list(Booking.objects.filter(checked_by_id__isnull=False)) == [first]


class TestBookForm(FormTests):
    good: ClassVar[Typed] = {"area": COMMUNITY, "first_day": "2026-01-15", "opening": "1,000.00", "shown": "entries"}
    wrong: ClassVar = [
        ({"area": STREET}, "area"), ({"area": FAR_COMMUNITY}, "area"), ({"first_day": "2099-01-01"}, "first_day"), ({"first_day": ""}, "first_day"),
        ({"opening": "1e3"}, "opening"), ({"opening": "1.005"}, "opening"), ({"shown": "all"}, "shown"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def address(self, city: TestCity) -> str:
        return "/office/accounts/new/"

    def made(self) -> list[Any]:
        return list(Book.objects.values_list("area__code", "first_day", "opening", "shown"))

    def expected(self, city: TestCity) -> Any:
        return (COMMUNITY, JANUARY, Decimal("1000.00"), "entries")


class TestBookingForm(FormTests):
    good: ClassVar[Typed] = {
        "purpose": "public_gain", "amount": "1,280.50", "day": "2026-01-05", "what": "广告位", "public_words": "广告位收益",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"purpose": ""}, "purpose"), ({"purpose": "bribe"}, "purpose"), ({"amount": "0"}, "amount"), ({"amount": "-5"}, "amount"),
        ({"amount": "1.005"}, "amount"), ({"day": "2025-12-31"}, "day"), ({"day": "2099-01-01"}, "day"), ({"what": " "}, "what"),
        ({"public_words": "电话 13800138000"}, "public_words"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["bookkeeper"]

    def address(self, city: TestCity) -> str:
        book = Book.objects.first() or book_of(city)
        return f"/office/accounts/{book.id}/enter/"

    def made(self) -> list[Any]:
        return list(Booking.objects.values_list("kind", "purpose", "amount", "day", "what", "public_words"))

    def expected(self, city: TestCity) -> Any:
        return ("income", "public_gain", Decimal("1280.50"), date(2026, 1, 5), "广告位", "广告位收益")


class TestReverseForm(FormTests):
    good: ClassVar[Typed] = {"reason": "记重了"}
    wrong: ClassVar = [({"reason": " "}, "reason"), ({"reason": "长" * 121}, "reason")]

    def who(self, city: TestCity) -> Access:
        return city.access["bookkeeper"]

    def address(self, city: TestCity) -> str:
        if not Booking.objects.exists():
            with clock_at(at(1, 20)):
                entry_of(city, book_of(city), date(2026, 1, 5))
        return f"/office/accounts/entries/{Booking.objects.earliest('id').id}/reverse/"

    def made(self) -> list[Any]:
        return list(Booking.objects.filter(reverses__isnull=False).values_list("what", "amount"))

    def expected(self, city: TestCity) -> Any:
        return ("记重了", Decimal("-12.50"))
