"""Emergency plans and their drills: two people approve, the next version replaces, whose plan holds, drills that are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import Given, Transition
from linli.core.inbox.public import waiting_for
from linli.core.platform.public import BadInput, NotAllowed, clock_at, local_today, now
from linli.subsystems.safety.files.standing import standing_of_area, standings
from linli.subsystems.safety.plans.drills import DRILL, call_drill, note_down_drill
from linli.subsystems.safety.plans.flow import PLAN, draft_plan, months_later
from linli.subsystems.safety.plans.lists import DRILLS, PLANS
from linli.subsystems.safety.records import Drill, EmergencyPlan
from linli.subsystems.safety.tests.test_files import colleague, look_ahead
from linli.subsystems.safety.tests.test_hazard import premises_of
from tests.city import COMMUNITY, STREET, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed
from tests.flow.contract import FlowContract

WRITERS, APPROVERS = {"supervisor", "all_roles"}, {"supervisor", "leader", "all_roles"}


def plan_of(city: TestCity, who: str = "supervisor", **more: Any) -> EmergencyPlan:
    """The draft of a plan against fire of the first community, or of `premises`."""
    given = {
        "title": "火灾应急预案",
        "text": "发现火情先呼救再报警。",
        "valid_until": local_today() + timedelta(days=365),
        **more,
    }
    if "premises" not in given:
        given.setdefault("area", city.areas[COMMUNITY])
    access = city.access[who]
    return draft_plan(access.actor(), access, uuid4(), given)


class TestPlan(FlowContract):
    """A plan that a person of all roles wrote, so that the supervisor may review it and the leader approve."""

    flow = PLAN
    LEADS = {
        "edit": ({"draft"}, None), "submit": ({"draft"}, "submitted"), "discard": ({"draft"}, "withdrawn"),
        "review": ({"submitted"}, "reviewed"), "approve": ({"reviewed"}, "in_force"), "send_back": ({"submitted", "reviewed"}, "draft"),
        "remind": ({"in_force"}, "ending"), "prolong": ({"ending"}, "in_force"), "replace": ({"in_force", "ending"}, "replaced"),
        "withdraw": ({"submitted", "reviewed", "in_force", "ending"}, "withdrawn"), "escalate": ({"submitted", "reviewed", "ending"}, None),
    }  # fmt: skip
    MAY = {
        "edit": WRITERS, "submit": {"all_roles"}, "discard": WRITERS, "review": {"supervisor", "leader"}, "approve": {"leader"},
        "send_back": {"supervisor", "leader"}, "remind": {"SYSTEM"}, "prolong": {"supervisor", "leader"}, "replace": {"SYSTEM"},
        "withdraw": APPROVERS, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> EmergencyPlan:
        item = plan_of(city, "all_roles")
        if state == "withdrawn":
            return self.attempt(city, "all_roles", item, "discard", Given(reason="重写"))
        steps = (
            ("submitted", "all_roles", "submit"), ("reviewed", "supervisor", "review"), ("in_force", "leader", "approve"),
            ("ending", "SYSTEM", "remind"), ("replaced", "SYSTEM", "replace"),
        )  # fmt: skip
        for reached, who, action in steps:
            if item.state == state:
                break
            item = self.attempt(city, who, item, action, Given())
            assert item.state == reached
        return item

    def given(self, city: TestCity, item: EmergencyPlan, row: Transition) -> Given:
        values = {"title": "火灾应急预案", "valid_until": local_today() + timedelta(days=700)}
        words = {name: "说明" for name in row.needs if name in ("note", "reason")}
        return Given(**words, values={name: values[name] for name in row.needs if name in values})

    def test_neither_who_wrote_nor_who_reviewed_approves(self, city: TestCity) -> None:
        item = self.attempt(city, "supervisor", plan_of(city, "supervisor"), "submit", Given())
        with pytest.raises(NotAllowed) as refused:
            self.attempt(city, "supervisor", item, "review", Given())
        assert refused.value.code == "own_plan"
        item = self.attempt(city, "leader", item, "review", Given())
        with pytest.raises(NotAllowed) as refused:
            self.attempt(city, "leader", item, "approve", Given())
        assert refused.value.code == "own_review"
        item = self.attempt(city, "all_roles", item, "approve", Given())
        by = {name: city.users[name].id for name in ("supervisor", "leader", "all_roles")}
        assert (item.written_by_id, item.reviewed_by_id, item.approved_by_id) == tuple(by.values())
        assert (item.in_force_on, item.version) == (local_today(), 1)

    def test_who_changed_a_draft_wrote_it(self, city: TestCity) -> None:
        item = plan_of(city, "supervisor")
        item = self.attempt(city, "all_roles", item, "edit", self.given(city, item, self.row_of("edit")))
        assert item.written_by_id == city.users["all_roles"].id

    def test_a_plan_of_nothing_is_not_submitted(self, city: TestCity) -> None:
        with pytest.raises(BadInput):
            self.attempt(city, "all_roles", plan_of(city, "all_roles", text=""), "submit", Given())

    def test_the_next_version_replaces_the_one_before_when_it_comes_into_force(self, city: TestCity) -> None:
        first = self.bring_to(city, "in_force")
        other = self.approved(city, premises=premises_of(city))
        second = plan_of(city, "all_roles")
        assert (second.version, self.fresh(first).state) == (2, "in_force")
        self.attempt(city, "all_roles", second, "submit", Given())
        self.attempt(city, "supervisor", second, "review", Given())
        self.attempt(city, "leader", second, "approve", Given())
        assert [self.fresh(one).state for one in (first, second, other)] == ["replaced", "in_force", "in_force"]

    def approved(self, city: TestCity, **more: Any) -> EmergencyPlan:
        item = plan_of(city, "all_roles", **more)
        for who, action in (("all_roles", "submit"), ("supervisor", "review"), ("leader", "approve")):
            item = self.attempt(city, who, item, action, Given())
        return item

    def test_the_plan_that_holds_is_the_own_one_else_that_of_the_level_above(self, city: TestCity) -> None:
        premises = premises_of(city)

        def holds() -> Any:
            return standings([premises])[premises.id].plan

        assert holds() is None
        street = self.approved(city, area=city.areas[STREET])
        assert holds() == street
        community = self.approved(city)
        assert holds() == community == standing_of_area(city.areas[COMMUNITY].id).plan
        assert "plan" in standings([premises])[premises.id].lacks
        assert "plan" not in standing_of_area(city.areas[COMMUNITY].id).lacks
        own = self.approved(city, premises=premises, valid_until=local_today() + timedelta(days=30))
        assert (own.level, holds()) == ("premises", own)
        assert "plan" not in standings([premises])[premises.id].lacks
        with clock_at(now() + timedelta(days=40)):
            assert holds() == community, "what ended does not hold"
        self.attempt(city, "leader", community, "withdraw", Given(reason="合并"))
        with clock_at(now() + timedelta(days=40)):
            assert holds() == street

    def test_it_waits_for_who_approves_before_it_ends(self, city: TestCity) -> None:
        item = self.approved(city, valid_until=local_today() + timedelta(days=40))
        look_ahead(12)
        look_ahead(13)
        assert (self.fresh(item).state, self.fresh(item).clock_stage) == ("ending", "prolong")
        assert [one.id for one in waiting_for(city.access["leader"], now(), kind="emergency_plan").rows] == [item.id]


class TestDrill(FlowContract):
    """A drill of a plan that the supervisor wrote."""

    flow = DRILL
    LEADS = {
        "hold": ({"due"}, "held"), "told": ({"due"}, "held"), "hand_over": ({"due"}, None), "drop": ({"due"}, "dropped"),
        "escalate": ({"due"}, None),
    }  # fmt: skip
    MAY = {
        "hold": {"all_roles"}, "told": {"worker", "supervisor", "all_roles"}, "hand_over": {"worker", "supervisor", "all_roles"},
        "drop": {"supervisor", "leader", "all_roles", "SYSTEM"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Drill:
        plan = TestPlan().bring_to(city, "in_force")
        assert (call_drill(plan), call_drill(plan)) == (True, False)
        item = plan.drills.get()
        if state == "held":
            return self.attempt(city, "worker", item, "told", self.given(city, item, self.row_of("told")))
        return self.attempt(city, "leader", item, "drop", Given(reason="暴雨")) if state == "dropped" else item

    def given(self, city: TestCity, item: Drill, row: Transition) -> Given:
        values = {"held_on": local_today(), "people": 36, "keeper": colleague(city, "all_roles")}
        return Given(
            reason="说明" if "reason" in row.needs else "",
            values={name: values[name] for name in row.needs if name in values},
        )

    def test_a_drill_is_called_for_before_it_is_due_and_the_next_counts_from_it(self, city: TestCity) -> None:
        plan = TestPlan().bring_to(city, "in_force")
        assert plan.drill_on == months_later(local_today(), 6)
        look_ahead()
        assert not plan.drills.exists()
        days = (plan.drill_on - local_today()).days - 30
        for more in (0, 1):
            look_ahead(days + more)
        drill = plan.drills.get()
        assert (drill.state, drill.due_on, drill.keeper_id) == ("due", plan.drill_on, plan.written_by_id)
        with clock_at(now() + timedelta(days=days)):
            values = {"held_on": local_today(), "people": 48, "went_wrong": "二号楼集合慢了四分钟"}
            self.attempt(city, "all_roles", drill, "hold", Given(values=values))
            plan.refresh_from_db()
            assert plan.drill_on == months_later(local_today(), 6)

    def test_a_plan_that_is_replaced_is_drilled_no_more(self, city: TestCity) -> None:
        drill = self.bring_to(city, "due")
        TestPlan().attempt(city, "SYSTEM", drill.plan, "replace", Given())
        assert (self.fresh(drill).state, drill.plan.__class__.objects.get(id=drill.plan_id).drill_on) == (
            "dropped",
            None,
        )

    def test_a_drill_of_tomorrow_and_one_beside_a_due_one_are_refused(self, city: TestCity) -> None:
        item, access = self.bring_to(city, "due"), city.access["worker"]
        with pytest.raises(BadInput) as refused:
            self.attempt(
                city, "worker", item, "told", Given(values={"held_on": local_today() + timedelta(days=1), "people": 3})
            )
        assert refused.value.field == "held_on"
        with pytest.raises(BadInput) as refused:
            note_down_drill(access.actor(), access, uuid4(), {"plan": item.plan, "held_on": local_today(), "people": 3})
        assert refused.value.field == "plan"


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [(date(2026, 8, 31), 6, date(2027, 2, 28)), (date(2026, 12, 15), 1, date(2027, 1, 15)), (date(2023, 10, 31), 4, date(2024, 2, 29))],
)  # fmt: skip
def test_months_later_is_a_day_that_there_is(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


class TestPlanForm(FormTests):
    good: ClassVar[Typed] = {
        "area": COMMUNITY,
        "title": "防汛预案",
        "valid_until": "2031-03-01",
        "text": "低洼处先转移。",
    }
    wrong: ClassVar = [
        ({"area": ""}, "area"), ({"title": ""}, "title"), ({"valid_until": ""}, "valid_until"), ({"valid_until": "2020-01-01"}, "valid_until"),
        ({"text": "长" * 20_001}, "text"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def address(self, city: TestCity) -> str:
        return "/safety/plans/new/"

    def made(self) -> Iterable[Any]:
        return EmergencyPlan.objects.values_list("title", "level", "version", "state", "text")

    def expected(self, city: TestCity) -> Any:
        return ("防汛预案", "community", 1, "draft", "低洼处先转移。")


class TestDrillForm(FormTests):
    good: ClassVar[Typed] = {"held_on": "2026-11-01", "people": "52", "went_wrong": "广播听不清"}
    wrong: ClassVar = [
        ({"plan": "no such"}, "plan"),
        ({"people": "0"}, "people"),
        ({"held_on": "2040-01-01"}, "held_on"),
    ]

    def send(self, city: TestCity, **changed: Any) -> Any:
        return super().send(city, **changed)

    def who(self, city: TestCity) -> Access:
        return city.access["worker"]

    def address(self, city: TestCity) -> str:
        if not EmergencyPlan.objects.exists():
            self.good["plan"] = str(TestPlan().bring_to(city, "in_force").id)
            self.good["held_on"] = local_today().isoformat()
        return "/safety/drills/new/"

    def made(self) -> Iterable[Any]:
        return Drill.objects.values_list("people", "went_wrong", "state", "title")

    def expected(self, city: TestCity) -> Any:
        return (52, "广播听不清", "held", "火灾应急预案")


class TestPlans(ListTests):
    shown = PLANS
    address = "/safety/plans/"
    most_statements = 9
    filters: ClassVar = [
        "?q=预案 1", f"?area={COMMUNITY}", "?level=street", "?holds=1", "?state=draft", "?waiting=1", "?mine=1",
        "?until_from=2031-01-01&until_to=2031-02-01",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            who, area = ("supervisor", COMMUNITY) if number % 2 else ("all_roles", STREET)
            more = {"valid_until": date(2031, 1, 9)} if number % 3 else {}
            item = plan_of(city, who, area=city.areas[area], title=f"预案 {number // 2}", **more)
            if number % 5 == 0:
                for doer, action in (("all_roles", "submit"), ("supervisor", "review"), ("leader", "approve")):
                    if who == "all_roles":
                        item = TestPlan().attempt(city, doer, item, action, Given())


class TestDrills(ListTests):
    shown = DRILLS
    address = "/safety/drills/"
    most_statements = 9
    filters: ClassVar = [
        f"?area={COMMUNITY}", "?level=street", "?kept=1", "?state=due", "?waiting=1", "?mine=1", "?held_from=2026-11-01&held_to=2026-11-02",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["all_roles"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        plans = [TestPlan().approved(city), TestPlan().approved(city, area=city.areas[STREET])]
        call_drill(plans[0])
        for number in range(count):
            access = city.access[("all_roles", "supervisor")[number % 2]]
            day = (date(2026, 11, 1), local_today())[number % 3 % 2]
            given = {"plan": plans[1], "held_on": day, "people": number + 1}
            note_down_drill(access.actor(), access, uuid4(), given)
