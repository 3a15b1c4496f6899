"""Small accounts of the demo city: two communities keep theirs for some three months; months that are over are closed and published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from linli.core.access.public import Access, Role, User, access_of, grant_scope, own_area
from linli.core.areas.public import Area, AreaNode, area_tree
from linli.core.flow.public import Given, act
from linli.core.platform.public import SYSTEM, DemoTown, city_zone, local_day
from linli.subsystems.office.accounts.flow import MONTH, month_of, next_month
from linli.subsystems.office.accounts.ledger import check_entry, enter, open_book, reverse_entry
from linli.subsystems.office.accounts.models import Booking, BookMonth
from linli.subsystems.office.told import Told, Way


class Paid(NamedTuple):
    """Something that comes in or goes out: on which day of the month, what for."""

    day: int
    purpose: str
    amount: str
    what: str
    words: str


MONTHLY = (
    (
        Paid(3, "public_gain", "1800.00", "电梯间广告位本月租金，广告公司转账", "电梯间广告位收益"), Paid(6, "repair", "436.50", "3号楼2单元楼道灯更换，师傅垫付", "楼道灯更换"),
        Paid(12, "volunteers", "320.00", "周末清洁日志愿者饮水和手套", "志愿者物资"), Paid(18, "office", "86.40", "议事厅打印纸", ""),
        Paid(24, "activity", "612.00", "重阳敬老活动场地布置和水果", "敬老活动"),
    ),
    (
        Paid(4, "public_gain", "2450.00", "公共车位临停收入，按月结算", "临停车位收益"), Paid(9, "cleaning", "980.00", "绿化带补种和修剪", "绿化补种"),
        Paid(15, "care", "600.00", "走访慰问困难居民3户", "走访慰问"), Paid(21, "donation", "1000.00", "辖区商户捐赠", "商户捐赠"), Paid(26, "repair", "1260.00", "单元门禁维修", "单元门禁维修"),
    ),
)  # fmt: skip
OPENING = ("12680.35", "8046.00")
CLOSED_ON = 4


def accounts(town: DemoTown) -> list[Way]:
    """The accounts of two communities, those with most people."""
    found = []
    for place, area in enumerate(_communities(town)[:2]):
        told = Told(town, f"account-{area.code}", 57)
        found.append(account(told, area, place))
    return found


def _communities(town: DemoTown) -> list[AreaNode]:
    """Communities in which somebody handles and somebody else works in a grid."""
    both = {own_area(one) for one in town.people("handler")} & {own_area(one) for one in town.people("grid_worker")}
    nodes = (area_tree().nodes[area_id] for area_id in both)
    return sorted((node for node in nodes if node.level == "community"), key=lambda node: node.code)


def _given(people: Sequence[Access], role: str, area: AreaNode) -> Access:
    """The first of these people of a community, with a further role there."""
    who = next(one for one in people if own_area(one) == area.id)
    user = User.objects.get(id=who.user_id)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code=role), area=Area.objects.get(id=area.id))
    found = access_of(user.id)
    if found is None:
        raise LookupError(f"{user.username} may not act")
    return found[0]


def account(told: Told, area: AreaNode, place: int) -> Way:
    """Opened; entered, checked and closed month by month, the present one half checked; one entry turns out to be wrong later."""
    yield told.at
    town, opened = told.town, local_day(told.at)
    keeper = _given(town.people("handler"), "bookkeeper", area)
    checker = _given(
        [one for one in town.people("grid_worker") if one.user_id != keeper.user_id], "account_checker", area
    )
    leader = told.one("leader")
    book = open_book(
        leader.actor("demo"), access=leader, uuid=told.uuid(), area=area, first_day=month_of(opened), opening=Decimal(OPENING[place]), shown="entries",
    )  # fmt: skip
    first_day, repairs = month_of(opened), []
    while True:
        for number, paid in enumerate(MONTHLY[place]):
            day = first_day + timedelta(days=paid.day - 1)
            at = _moment(day, 10 + number)
            if at <= told.at:
                continue
            yield at
            entered = _enter(told, keeper, book.id, day, paid)
            if paid.purpose == "repair":
                repairs.append(entered.id)
            if number % 2 == 0:
                yield _moment(day, 16)
                check_entry(checker.actor("demo"), access=checker, booking_id=entered.id)
        yield _moment(next_month(first_day) + timedelta(days=CLOSED_ON - 1), 9)
        yield from _close(told, BookMonth.objects.get(book=book, first_day=first_day), checker)
        if place == 0 and len(repairs) == 1:
            reverse_entry(
                keeper.actor("demo"),
                access=keeper,
                uuid=told.uuid(),
                booking_id=repairs[0],
                reason="同一张发票记了两次",
            )
        first_day = next_month(first_day)


def _enter(told: Told, keeper: Access, book_id: int, day: date, paid: Paid) -> Booking:
    return enter(
        keeper.actor("demo"), access=keeper, uuid=told.uuid(), book_id=book_id, day=day, purpose=paid.purpose, amount=Decimal(paid.amount),
        what=paid.what, public_words=paid.words,
    )  # fmt: skip


def _close(told: Told, month: BookMonth, checker: Access) -> Way:
    """What is not checked yet is; then the month is closed, and published on the same day."""
    for booking in month.bookings.filter(checked_by_id=None, reversed_by=None):
        check_entry(checker.actor("demo"), access=checker, booking_id=booking.id)
    for action, hour in (("close", 10), ("publish", 14)):
        yield _moment(next_month(month.first_day) + timedelta(days=CLOSED_ON - 1), hour)
        act(MONTH, checker.actor("demo"), month.id, action, Given(), uuid=told.uuid(), access=checker)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), city_zone())
