"""Leave: the flow with what every flow does, its list, its form, and what is its own: days, overlaps, who sees it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import Given, Transition
from linli.core.platform.public import BadInput, NotAllowed
from linli.subsystems.office.leave import LEAVE, ask_for_leave, work_days
from linli.subsystems.office.leave_pages import LEAVES
from linli.subsystems.office.models import Leave
from tests.city import TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.flow.contract import FlowContract

MONDAY, FRIDAY, NEXT_MONDAY = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 9)


def leave_of(city: TestCity, who: str = "worker", first: date = MONDAY, last: date = FRIDAY, **more: Any) -> Leave:
    """A leave that `who` asks for; `clerk` is of the same unit as `worker`."""
    access, given = city.access[who], {"kind": "annual", "note": "回老家", **more}
    return ask_for_leave(access.actor(), access=access, uuid=uuid4(), first_day=first, last_day=last, **given)


class TestLeave(FlowContract):
    """A leave of the worker of the first community; the clerk stands in."""

    flow = LEAVE
    LEADS = {
        "grant": ({"asked"}, "granted"), "refuse": ({"asked"}, "refused"), "withdraw": ({"asked", "granted"}, "withdrawn"),
        "escalate": ({"asked"}, None),
    }  # fmt: skip
    MAY = {
        "grant": {"leader", "supervisor", "all_roles"}, "refuse": {"leader", "supervisor", "all_roles"}, "withdraw": {"worker"},
        "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Leave:
        item = leave_of(city, stand_in_id=city.users["clerk"].id)
        steps: dict[str, list[tuple[str, str, Given]]] = {
            "asked": [], "granted": [("leader", "grant", Given())], "refused": [("leader", "refuse", Given(reason="人手不够"))],
            "withdrawn": [("worker", "withdraw", Given())],
        }  # fmt: skip
        for who, action, given in steps[state]:
            item = self.attempt(city, who, item, action, given)
        return item

    def given(self, city: TestCity, item: Leave, row: Transition) -> Given:
        return Given(**dict.fromkeys(row.needs, "说明"))

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


class TestLeaves(ListTests):
    shown = LEAVES
    address = "/office/leave/"
    most_statements = 9
    filters: ClassVar = [
        "?waiting=1", "?mine=1", "?state=granted", "?kind=sick", "?days_from=2026-03-02&days_to=2026-03-04",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        begun = Leave.objects.count()
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
