"""Admission: the flow with what every flow does, and what is its own: refused without right, duty, hours and money;
decided by another unit than asked; given to grids once a period while it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from linli.algorithms.rhythm import period_of
from linli.core.cases.public import IndicatorScope
from linli.core.flow.public import Given, Transition, act
from linli.core.grids.public import Grid, main_layer
from linli.core.inbox.public import TASK, About, PlanGiven, Task, give_task, make_task_plan, waiting_for
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    NotAllowed,
    clock_at,
    ensure_periodic,
    local_today,
    now,
    work_off,
)
from linli.core.staff.public import GridAssignment, assign, end_assignment
from linli.subsystems.admission.admissions.beside import admitted_here, to_decide
from linli.subsystems.admission.admissions.giving import ask_admission
from linli.subsystems.admission.admissions.indicators import done as share_done
from linli.subsystems.admission.admissions.indicators import hours as share_hours
from linli.subsystems.admission.admissions.load import loads_of
from linli.subsystems.admission.periods import hours_a_month
from linli.subsystems.admission.public import ADMISSION, Admission
from tests.city import COMMUNITY, STREET, TestCity
from tests.flow.contract import FlowContract

DECIDE = {"leader", "supervisor"}
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # a Monday, twelve o'clock in the city
MONTH: dict[str, Any] = {
    "title": "独居老人用气安全入户检查",
    "legal_basis": "《城镇燃气管理条例》第三十条",
    "duty_department": "培训网格员，隐患由本单位上门处置",
    "duty_grid": "入户看软管和阀门，登记隐患",
    "every": "month",
    "hours": Decimal(6),
    "amount": Decimal("12000.00"),
    "payer": "环卫所 年度专项",
}


def asked(city: TestCity, who: str = "handler", areas: tuple[str, ...] = (COMMUNITY,), **more: Any) -> Admission:
    """What the environment department asks of the two grids of the first community, for a year from today."""
    today = local_today()
    values = {
        **MONTH,
        "first_day": today,
        "last_day": today + timedelta(days=364),
        "areas": tuple(city.areas[one] for one in areas),
        **more,
    }
    access = city.access[who]
    return ask_admission(access.actor(), access, uuid4(), values)


def do(city: TestCity, who: str, item: Admission, action: str, **given: Any) -> Admission:
    """One step by a person."""
    access = city.access[who]
    return act(ADMISSION, access.actor(), item.id, action, Given(**given), uuid=uuid4(), access=access)


def admitted(city: TestCity, **more: Any) -> Admission:
    """The same, admitted by the leader."""
    item = asked(city, **more)
    do(city, "leader", item, "examine", note="可承接")
    return do(city, "leader", item, "admit", note="同意")


def tasks(item: Admission) -> list[Task]:
    """What it gave, by grid and age."""
    return list(Task.objects.filter(about_flow="admission", about_id=item.id).order_by("grid_id", "id"))


def at(instant: datetime) -> None:
    """Lets the jobs look at an instant."""
    ensure_periodic(NOON - timedelta(hours=1))
    with clock_at(instant):
        work_off()


class TestAdmission(FlowContract):
    """A task that the environment department asks of the grids of the first community."""

    flow = ADMISSION
    LEADS = {
        "examine": ({"asked"}, "examined"), "admit": ({"examined"}, "admitted"), "refuse": ({"asked", "examined"}, "refused"),
        "suspend": ({"admitted"}, "suspended"), "resume": ({"suspended"}, "admitted"), "end": ({"admitted", "suspended"}, "ended"),
        "withdraw": ({"asked", "examined", "admitted", "suspended"}, "withdrawn"), "run_out": ({"admitted", "suspended"}, "ended"),
        "escalate": ({"asked", "examined"}, None),
    }  # fmt: skip
    # `all_roles` leads and supervises over the street, but works in the department that asks: suspending and ending they may.
    MAY = {
        "examine": DECIDE, "admit": DECIDE, "refuse": DECIDE, "resume": DECIDE, "suspend": {*DECIDE, "all_roles"},
        "end": {*DECIDE, "all_roles"}, "withdraw": {"handler", "all_roles"}, "run_out": {"SYSTEM"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Admission:
        item = asked(city)
        ways = {
            "asked": (), "examined": ("examine",), "admitted": ("examine", "admit"), "suspended": ("examine", "admit", "suspend"),
            "refused": ("refuse",), "withdrawn": (), "ended": ("examine", "admit", "end"),
        }  # fmt: skip
        for action in ways[state]:
            item = self.attempt(city, "leader", item, action, self.given(city, item, self.row_of(action)))
        return do(city, "handler", item, "withdraw") if state == "withdrawn" else item

    def given(self, city: TestCity, item: Admission, row: Transition) -> Given:
        return Given(**dict.fromkeys(row.needs, "说明"))

    def test_nobody_decides_about_what_their_own_department_asked(self, city: TestCity) -> None:
        with pytest.raises(NotAllowed) as refused:
            do(city, "all_roles", asked(city), "examine", note="好")
        assert refused.value.code == "own_admission"


@pytest.mark.parametrize(
    ("lacks", "value"),
    [
        ("legal_basis", " "), ("duty_department", ""), ("duty_grid", ""), ("hours", Decimal(0)), ("hours", None), ("amount", Decimal(0)),
        ("amount", None), ("payer", " "), ("title", ""), ("every", "sometimes"), ("hours", Decimal(201)),
    ],
)  # fmt: skip
def test_without_right_duty_hours_or_money_nothing_is_asked(city: TestCity, lacks: str, value: Any) -> None:
    with pytest.raises(BadInput) as refused:
        asked(city, **{lacks: value})
    assert refused.value.field == lacks
    assert not Admission.objects.exists()


def test_a_term_is_one_and_grids_are_some(city: TestCity) -> None:
    today = local_today()
    for more, field in (
        ({"last_day": today - timedelta(days=1)}, "last_day"), ({"first_day": today + timedelta(days=400)}, "last_day"),
        ({"last_day": today + timedelta(days=1200)}, "last_day"), ({"areas": ()}, "areas"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            asked(city, **more)
        assert refused.value.field == field


def test_who_answers_for_all_of_the_grids_decides(city: TestCity) -> None:
    assert asked(city).area_id == city.areas[COMMUNITY].id
    both = asked(city, areas=(COMMUNITY, "990101001002"))
    assert both.area_id == city.areas[STREET].id
    assert both.grids.count() == 3
    wide = asked(city, areas=("990101000000",))
    assert not ADMISSION.may_view(wide, city.access["leader"])
    assert do(city, "supervisor", wide, "examine", note="好").state == "examined"


def test_what_is_admitted_is_a_task_of_each_grid_once_a_period_until_the_term_ends(city: TestCity) -> None:
    with clock_at(NOON):
        item = admitted(city, first_day=date(2026, 11, 23), last_day=date(2026, 12, 10))
        work_off()
        worker, gap = tasks(item)
        assert (worker.assignee_id, gap.assignee_id) == (city.users["worker"].id, city.users["leader"].id)
        assert (worker.subject, worker.due_on, worker.about_id) == (MONTH["title"], date(2026, 11, 30), item.id)
        waits = waiting_for(city.access["worker"], now(), kind="task").rows
        assert [one.id for one in waits] == [worker.id]
    at(NOON + timedelta(hours=5))
    assert len(tasks(item)) == 2
    at(NOON + timedelta(days=8))  # December
    assert [one.due_on for one in tasks(item)] == [date(2026, 11, 30), date(2026, 12, 10)] * 2
    at(NOON + timedelta(days=20))
    item.refresh_from_db()
    assert (item.state, len(tasks(item))) == ("ended", 4)


def test_what_begins_later_gives_nothing_before(city: TestCity) -> None:
    with clock_at(NOON):
        item = admitted(city, first_day=date(2026, 11, 25), last_day=date(2026, 12, 10))
        work_off()
    assert not tasks(item)
    at(NOON + timedelta(days=2))
    assert len(tasks(item)) == 2


def test_who_works_in_the_grid_now_has_it_and_what_was_handed_on_stays(city: TestCity) -> None:
    with clock_at(NOON):
        item = admitted(city, first_day=date(2026, 11, 23), last_day=date(2026, 12, 10))
        work_off()
        assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
        end_assignment(SYSTEM, assignment=GridAssignment.objects.get(user=city.users["worker"]))
        assign(SYSTEM, user=city.users["acceptance"], grid=Grid.objects.get(code="G1"), force="base")
    at(NOON + timedelta(hours=1))
    assert [one.assignee_id for one in tasks(item)] == [city.users["acceptance"].id, city.users["clerk"].id]
    with clock_at(NOON + timedelta(hours=2)):
        who = city.access["clerk"]
        other = type("Colleague", (), {"user_id": city.users["worker"].id})
        act(
            TASK,
            who.actor(),
            tasks(item)[1].id,
            "hand_over",
            Given(reason="帮忙", values={"assignee": other}),
            uuid=uuid4(),
            access=who,
        )
    at(NOON + timedelta(hours=3))
    assert tasks(item)[1].assignee_id == city.users["worker"].id


def test_what_is_suspended_is_called_off_and_given_anew_when_it_goes_on(city: TestCity) -> None:
    with clock_at(NOON):
        item = admitted(city, first_day=date(2026, 11, 23), last_day=date(2026, 12, 10))
        work_off()
        mine = tasks(item)[0]
        who = city.access["worker"]
        act(TASK, who.actor(), mine.id, "done", Given(note="查了", amount=Decimal("4.5")), uuid=uuid4(), access=who)
        do(city, "leader", item, "suspend", reason="防汛")
        work_off()
        assert [one.state for one in tasks(item)] == ["done", "withdrawn"]
        do(city, "leader", item, "resume")
        work_off()
        assert [one.state for one in tasks(item)] == ["done", "withdrawn", "open"]  # what was done is not asked twice
        do(city, "handler", item, "withdraw")
        work_off()
        assert [one.state for one in tasks(item)] == ["done", "withdrawn", "withdrawn"]
    at(NOON + timedelta(days=8))
    assert len(tasks(item)) == 3


def test_a_reason_is_needed_where_a_grid_would_carry_too_much(city: TestCity) -> None:
    admitted(city, hours=Decimal(30))
    more = asked(city, hours=Decimal(15))
    do(city, "leader", more, "examine", note="超出")
    with pytest.raises(BadInput) as refused:
        do(city, "leader", more, "admit")
    assert refused.value.field == "note"
    assert "45.00" in refused.value.sentence
    assert do(city, "leader", more, "admit", note="年底专项，减免其他事项").state == "admitted"


def test_a_department_gives_no_task_to_grids_by_itself(city: TestCity) -> None:
    """`all_roles` works in a department and holds `task.give` over the street; the leader of the street's centre does the same."""
    due, layer = local_today() + timedelta(days=3), main_layer()
    assert layer is not None
    grid = next(node for node in layer.nodes.values() if node.code == "G1")
    office, worker = city.units["community_office"].id, city.users["worker"].id

    def give(who: str, **to: Any) -> Any:
        access = city.access[who]
        return give_task(access.actor(), access=access, uuid=uuid4(), subject="入户检查", due=due, **to)

    def plan(who: str, **to: Any) -> Any:
        access = city.access[who]
        given = PlanGiven(subject="入户检查", every="day", valid_from=local_today(), **to)
        return make_task_plan(access.actor(), access=access, uuid=uuid4(), given=given)

    for made, to, field in (
        (give, {"assignee_id": worker}, "assignee"), (give, {"assignee_id": worker, "about": About(grid_id=grid.id)}, "assignee"),
        (give, {"unit_id": office}, "unit"), (plan, {"assignee_id": worker}, "assignee"), (plan, {"unit_id": office}, "unit"),
        (plan, {"grid_id": grid.id}, "grid"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            made("all_roles", **to)
        assert refused.value.field == field
        assert made("leader", **to).id
    assert give("all_roles", assignee_id=city.users["handler"].id).id  # its own people
    assert give("all_roles", assignee_id=city.users["dispatcher"].id).id  # a desk works in no grid
    mine = give("all_roles", assignee_id=city.users["handler"].id)
    access, to = city.access["all_roles"], type("Colleague", (), {"user_id": worker})
    with pytest.raises(BadInput):
        act(
            TASK,
            access.actor(),
            mine.id,
            "hand_over",
            Given(reason="转", values={"assignee": to}),
            uuid=uuid4(),
            access=access,
        )


def test_figures_tile_and_panel(city: TestCity) -> None:
    with clock_at(NOON):
        item = admitted(city, first_day=date(2026, 11, 23), last_day=date(2026, 12, 10))
        asked(city)  # waits
        work_off()
        access = city.access["worker"]
        act(
            TASK,
            access.actor(),
            tasks(item)[0].id,
            "done",
            Given(note="查了", amount=Decimal(9)),
            uuid=uuid4(),
            access=access,
        )
        leader = city.access["leader"]
        scope = IndicatorScope(leader, NOON - timedelta(days=22), NOON + timedelta(days=10))
        assert (share_done(scope), share_hours(scope)) == ((1.0, 2.0), (9.0, 6.0))
        assert (to_decide(leader), to_decide(city.access["acceptance"])) == (1, None)
        grid = Grid.objects.get(code="G1")
        shown = admitted_here(access, grid)
        assert shown is not None
        assert (shown["hours"], shown["admitted"]) == (Decimal("6.00"), [(item, "环卫所", True)])
        assert admitted_here(leader, Grid.objects.get(code="G3")) is None
        assert ADMISSION.may_view(item, access)
        assert not ADMISSION.may_view(item, city.access["other_handler"])


@pytest.mark.parametrize(
    ("every", "day", "key", "last"),
    [
        ("once", date(2026, 11, 23), "once", date(2026, 12, 31)), ("day", date(2026, 11, 23), "2026-11-23", date(2026, 11, 23)),
        ("week", date(2026, 11, 25), "2026-W48", date(2026, 11, 29)), ("week", date(2026, 12, 31), "2026-W53", date(2026, 12, 31)),
        ("month", date(2026, 12, 1), "2026-12", date(2026, 12, 31)), ("quarter", date(2026, 10, 1), "2026-Q4", date(2026, 12, 31)),
        ("quarter", date(2026, 8, 9), "2026-Q3", date(2026, 9, 30)),
    ],
)  # fmt: skip
def test_a_day_lies_in_a_period(every: str, day: date, key: str, last: date) -> None:
    assert period_of(every, day, date(2026, 12, 31)) == (key, last)


@pytest.mark.parametrize(
    ("every", "hours"), [("day", "41.67"), ("week", "8.67"), ("month", "2.00"), ("quarter", "0.67"), ("once", "0.16")]
)
def test_hours_of_a_month(every: str, hours: str) -> None:
    assert hours_a_month(Decimal(2), every, date(2026, 1, 1), date(2026, 12, 31)) == Decimal(hours)


def test_what_follows_on_something_else_does_not_add_to_it(city: TestCity) -> None:
    today = local_today()
    spring = admitted(city, first_day=today, last_day=today + timedelta(days=99))
    autumn = admitted(city, first_day=today + timedelta(days=100), last_day=today + timedelta(days=200))
    whole = asked(city, first_day=today, last_day=today + timedelta(days=300))
    assert {one.beside for one in loads_of(whole)} == {spring.hours_month} == {autumn.hours_month}
    admitted(city, first_day=today + timedelta(days=99), last_day=today + timedelta(days=100))  # lies over both
    assert {one.beside for one in loads_of(whole)} == {2 * spring.hours_month}
