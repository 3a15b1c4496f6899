"""People and accounts that the tests of small accounts use: a bookkeeper, a checker, an account with some entries."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from linli.core.access.public import Access, Role, access_of, create_user, grant_scope
from linli.core.areas.public import area_tree
from linli.core.flow.public import Given, act
from linli.core.platform.public import SYSTEM, clock_at
from linli.subsystems.office.accounts.flow import MONTH
from linli.subsystems.office.accounts.ledger import check_entry, enter, open_book
from linli.subsystems.office.models import Book, Booking, BookMonth
from tests.city import BUILT_AT, COMMUNITY, PASSWORD, TestCity

ZONE = ZoneInfo("Asia/Shanghai")
JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)

NAMES = {"bookkeeper": "Chen Fang", "checker": "Gao Ming"}


def at(month: int, day: int) -> datetime:
    """Nine in the morning of a day of 2026."""
    return datetime(2026, month, day, 9, 0, tzinfo=ZONE)


def with_people(city: TestCity) -> TestCity:
    """The city with who keeps the account of its first community and who checks it."""
    unit = city.units["community_office"]
    for who, role in (("bookkeeper", "bookkeeper"), ("checker", "account_checker")):
        with clock_at(BUILT_AT):
            user = create_user(SYSTEM, username=who, display_name=NAMES[who], unit=unit, password=PASSWORD)
            grant_scope(SYSTEM, user=user, role=Role.objects.get(code=role), area=city.areas[COMMUNITY])
        found = access_of(user.id)
        assert found is not None
        city.users[who], city.access[who] = user, found[0]
    return city


def book_of(city: TestCity, code: str = COMMUNITY, first_day: date = JANUARY, **more: Any) -> Book:
    """The account of a community, opened by the leader with 1,000 yuan."""
    access, given = city.access["supervisor"], {"opening": Decimal("1000.00"), "shown": "entries", **more}
    return open_book(
        access.actor(), access=access, uuid=uuid4(), area=area_tree().by_code[code], first_day=first_day, **given
    )


def entry_of(
    city: TestCity, book: Book, day: date, amount: str = "12.50", purpose: str = "repair", **more: Any
) -> Booking:
    """Something that the bookkeeper enters."""
    access = city.access[more.pop("who", "bookkeeper")]
    given = {"what": "换楼道灯，王某某垫付", "public_words": "更换楼道灯", **more}
    return enter(
        access.actor(), access=access, uuid=uuid4(), book_id=book.id, day=day, purpose=purpose, amount=Decimal(amount), **given
    )  # fmt: skip


def check(city: TestCity, *bookings: Booking) -> None:
    """The checker says that entries are right."""
    access = city.access["checker"]
    for booking in bookings:
        check_entry(access.actor(), access=access, booking_id=booking.id)


def step(city: TestCity, month: BookMonth, action: str, who: str = "checker") -> BookMonth:
    """A step of a month."""
    access: Access = city.access[who]
    return act(MONTH, access.actor(), month.id, action, Given(), uuid=uuid4(), access=access)


def month_of(book: Book, first_day: date) -> BookMonth:
    """A month of an account as it stands."""
    return BookMonth.objects.get(book=book, first_day=first_day)


def published_january(city: TestCity, **more: Any) -> Book:
    """An account whose January is published: 1,000.00 and 300.00 came in, 12.50 went out."""
    with clock_at(at(1, 20)):
        book = book_of(city, **more)
        check(city, entry_of(city, book, date(2026, 1, 5), "300", "public_gain", public_words="广告位收益"))
        check(city, entry_of(city, book, date(2026, 1, 6)))
    with clock_at(at(2, 3)):
        step(city, month_of(book, JANUARY), "close")
        step(city, month_of(book, JANUARY), "publish")
    return book
