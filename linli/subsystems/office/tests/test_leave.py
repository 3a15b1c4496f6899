"""Leave: the flow with what every flow does, its list, its form, and what is its own: days, overlaps, who sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import Given, Transition, begin_from
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, clock_at, local_today, write
from linli.subsystems.office.leave.days import work_days
from linli.subsystems.office.leave.flow import LEAVE
from linli.subsystems.office.leave.pages import LEAVES
from linli.subsystems.office.models import Leave
from linli.subsystems.office.tasks import end_leaves
from tests.city import TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.flow.contract import FlowContract

MONDAY, FRIDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 9)
THURSDAY = date(2026, 3, 5)
BACK = Given(values={"back_day": THURSDAY})


def leave_of(city: TestCity, who: str = "worker", first: date = MONDAY, last: date = FRIDAY, **more: Any) -> Leave:
    """A leave that `who` asks for; `clerk` is of the same unit as `worker`."""
    given = {"kind": "annual", "note": "回老家", "stand_in_id": None, **more, "first_day": first, "last_day": last}
    return begin_from(LEAVE, city.access[who].actor(), given, access=city.access[who], uuid=uuid4())


class TestLeave(FlowContract):
    """A leave of the worker of the first community; the clerk stands in."""

    flow = LEAVE
    LEADS = {
        "grant": ({"asked"}, "granted"), "refuse": ({"asked"}, "refused"), "withdraw": ({"asked", "granted"}, "withdrawn"),
        "report_back": ({"granted"}, "back"), "escalate": ({"asked"}, None),
    }  # fmt: skip
    MAY = {
        "grant": {"leader", "supervisor", "all_roles"}, "refuse": {"leader", "supervisor", "all_roles"}, "withdraw": {"worker"},
        "report_back": {"worker", "SYSTEM"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Leave:
        item = leave_of(city, stand_in_id=city.users["clerk"].id)
        steps: dict[str, list[tuple[str, str, Given]]] = {
            "asked": [], "granted": [("leader", "grant", Given())], "refused": [("leader", "refuse", Given(reason="人手不够"))],
            "withdrawn": [("worker", "withdraw", Given())], "back": [("leader", "grant", Given()), ("worker", "report_back", BACK)],
        }  # fmt: skip
        for who, action, given in steps[state]:
            item = self.attempt(city, who, item, action, given)
        return item

    def given(self, city: TestCity, item: Leave, row: Transition) -> Given:
        return BACK if row.action == "report_back" else Given(**dict.fromkeys(row.needs, "说明"))

    def test_nobody_decides_about_their_own(self, city: TestCity) -> None:
        mine = leave_of(city, "leader")
        with pytest.raises(NotAllowed) as refused:
            self.attempt(city, "leader", mine, "grant", Given())
        assert refused.value.code == "own_leave"
        assert self.attempt(city, "supervisor", mine, "grant", Given()).state == "granted"

    def test_who_is_late_to_decide_is_escalated(self, city: TestCity) -> None:
        item = leave_of(city)
        assert (item.clock_stage, item.clock_state) == ("decide", "running")
        assert self.attempt(city, "SYSTEM", item, "escalate", Given()).escalation_level == 1

    def test_who_asked_who_stands_in_and_who_decides_see_it_and_nobody_else(self, city: TestCity) -> None:
        item = self.bring_to(city, "asked")
        seen = {who for who, access in city.access.items() if LEAVE.visible(access).filter(id=item.id).exists()}
        assert seen == {"worker", "clerk", "leader", "supervisor", "all_roles"}
        assert seen == {who for who, access in city.access.items() if LEAVE.may_view(item, access)}


def test_work_days_are_those_of_the_calendar(city: TestCity) -> None:
    assert work_days(MONDAY, NEXT_MONDAY) == 6
    assert (
        work_days(date(2026, 2, 15), date(2026, 2, 23)) == 0
    )  # Spring Festival 2026; both Sundays count as the calendar says
    assert leave_of(city, last=NEXT_MONDAY).work_days == 6


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (FRIDAY, MONDAY, "last_day"),
        (MONDAY, date(2027, 3, 8), "last_day"),
        (date(2026, 3, 7), date(2026, 3, 8), "first_day"),
    ],
)
def test_days_that_cannot_be_meant_are_refused(city: TestCity, first: date, last: date, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        leave_of(city, first=first, last=last)
    assert refused.value.field == field
    assert not Leave.objects.exists()


def test_days_that_are_taken_are_refused_until_they_are_free_again(city: TestCity) -> None:
    first = leave_of(city)
    with pytest.raises(BadInput) as refused:
        leave_of(city, first=FRIDAY, last=NEXT_MONDAY)
    assert refused.value.field == "first_day"
    TestLeave().attempt(city, "worker", first, "withdraw", Given())
    assert leave_of(city, first=FRIDAY, last=NEXT_MONDAY).state == "asked"


def test_who_is_away_does_not_stand_in(city: TestCity) -> None:
    away = leave_of(city, "clerk")
    assert leave_of(city, stand_in_id=away.begun_by_id).state == "asked"  # asked for is not yet away
    TestLeave().attempt(city, "leader", away, "grant", Given())
    with pytest.raises(BadInput) as refused:
        leave_of(city, "acceptance", FRIDAY, FRIDAY, stand_in_id=away.begun_by_id)
    assert refused.value.field == "stand_in"


def test_who_is_back_early_frees_the_rest_and_who_is_late_or_not_there_yet_is_told(city: TestCity) -> None:
    with clock_at(datetime(2026, 3, 5, 1, 0, tzinfo=UTC)):  # Thursday morning
        leave = TestLeave().bring_to(city, "granted")
        for day in (MONDAY, FRIDAY):
            with pytest.raises(BadInput) as refused:
                TestLeave().attempt(city, "worker", leave, "report_back", Given(values={"back_day": day}))
            assert refused.value.field == "back_day"
        back = TestLeave().attempt(city, "worker", leave, "report_back", BACK)
        assert (back.state, back.last_day, back.work_days, back.back_day) == ("back", date(2026, 3, 4), 3, THURSDAY)
        assert leave_of(city, first=THURSDAY, last=FRIDAY).work_days == 2


def test_who_is_back_in_time_or_after_it_keeps_the_days_that_were_granted(city: TestCity) -> None:
    for who, day in (("worker", date(2026, 3, 7)), ("clerk", date(2026, 3, 10))):
        leave = TestLeave().attempt(city, "leader", leave_of(city, who), "grant", Given())
        back = TestLeave().attempt(city, who, leave, "report_back", Given(values={"back_day": day}))
        assert (back.last_day, back.work_days, back.back_day) == (FRIDAY, 5, day)


def test_a_leave_of_which_nobody_reports_back_ends_by_itself_a_week_later(city: TestCity) -> None:
    leave = TestLeave().bring_to(city, "granted")
    for day, state in ((date(2026, 3, 13), "granted"), (date(2026, 3, 14), "back"), (date(2026, 3, 15), "back")):
        with clock_at(datetime(day.year, day.month, day.day, 1, tzinfo=UTC)), write(SYSTEM) as work:
            end_leaves(work, {})
        leave = TestLeave().fresh(leave)
        assert leave.state == state
    assert (leave.back_day, leave.work_days, leave.seq) == (date(2026, 3, 7), 5, 3)


def test_who_decides_sees_who_is_away_today_and_others_do_not(city: TestCity) -> None:
    TestLeave().bring_to(city, "granted")
    for at, who, seen in ((FRIDAY, "leader", True), (FRIDAY, "clerk", False), (date(2026, 3, 7), "leader", False)):
        with clock_at(datetime(at.year, at.month, at.day, 1, tzinfo=UTC)):
            page = browser(city.access[who]).get("/office/leave/").content.decode()
        assert ('id="away-title"' in page) is seen, (at, who)


class TestLeaves(ListTests):
    shown = LEAVES
    address = "/office/leave/"
    most_statements = 9
    filters: ClassVar = [
        "?waiting=1", "?mine=1", "?state=granted", "?kind=sick", "?days_from=2026-03-02&days_to=2026-03-04", "?away=1",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        begun = max(0, Leave.objects.count() - 1)
        if not Leave.objects.exists():  # somebody is away today
            today = local_today()
            away = leave_of(city, "acceptance", today - timedelta(days=3), today + timedelta(days=7))
            TestLeave().attempt(city, "leader", away, "grant", Given())
        for number in range(begun, begun + count):
            day = date.fromordinal(MONDAY.toordinal() + 7 * (number // 3) + number % 3)
            who = ("worker", "clerk", "leader")[number % 3]
            item = leave_of(city, who, day, day, kind="sick" if number % 2 else "annual")
            if number % 4 == 1:
                TestLeave().attempt(city, "supervisor", item, "grant", Given())

    def test_several_are_granted_at_once_and_ones_own_is_left(self, city: TestCity) -> None:
        mine, other = leave_of(city, "leader"), leave_of(city, "worker")
        form = {"effect_id": str(uuid4()), "ids": [str(mine.id), str(other.id)], "reason": ""}
        page = browser(self.who(city)).post(f"{self.address}bulk/grant/", form).content.decode()
        assert page.count("clock--done") == 1
        assert list(Leave.objects.filter(state="granted").values_list("id", flat=True)) == [other.id]


class TestLeaveForm(FormTests):
    good: ClassVar[Typed] = {
        "kind": "annual", "first_day": "2026-03-02", "last_day": "2026-03-06", "note": "回老家", "stand_in": "CLERK",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"kind": "forever"}, "kind"), ({"first_day": ""}, "first_day"), ({"last_day": "2026-03-01"}, "last_day"),
        ({"first_day": "2026-03-07", "last_day": "2026-03-08"}, "first_day"), ({"note": " "}, "note"), ({"stand_in": "9999"}, "stand_in"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        type(self).good = {**self.good, "stand_in": str(city.users["clerk"].id)}
        return city.access["worker"]

    def address(self, city: TestCity) -> str:
        self.who(city)
        return "/office/leave/new/"

    def made(self) -> list[Any]:
        return list(Leave.objects.values_list("kind", "first_day", "last_day", "work_days", "stand_in_id", "state"))

    def expected(self, city: TestCity) -> Any:
        return ("annual", MONDAY, FRIDAY, 5, city.users["clerk"].id, "asked")

    def stranger(self, city: TestCity) -> None:
        """Every member of the staff may ask."""


def test_a_stand_in_is_of_the_own_unit_and_not_oneself(city: TestCity) -> None:
    page = browser(city.access["worker"]).get("/office/leave/new/").content.decode()
    assert f'value="{city.users["clerk"].id}"' in page
    assert f'value="{city.users["worker"].id}"' not in page
    assert f'value="{city.users["leader"].id}"' not in page
