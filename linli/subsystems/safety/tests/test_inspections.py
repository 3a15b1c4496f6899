"""Inspections: their flow, what plans give and when, and what becomes of answers that are hazards."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from linli.core.flow.public import Given, Transition
from linli.core.grids.public import Grid
from linli.core.inbox.public import waiting_for
from linli.core.ledger.public import retire
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    NotThere,
    Refusal,
    clock_at,
    local_today,
    now,
    work_off,
    write,
)
from linli.core.registry.public import PREMISES
from linli.core.staff.public import GridAssignment, assign, end_assignment
from linli.subsystems.safety.inspection_records import Inspection, InspectionPlan
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.inspections.lists import Named
from linli.subsystems.safety.inspections.planning import change_plan, end_plan, give_due, make_plan
from linli.subsystems.safety.tests.inspected import (
    begun,
    look,
    plan_given,
    plan_of,
    premises_at,
    the_inspection,
)
from tests.city import COMMUNITY, FAR_STREET, OTHER_COMMUNITY, TestCity, build_city
from tests.flow.contract import FlowContract

CHIEFS = {"supervisor", "leader", "all_roles"}


class TestInspection(FlowContract):
    """Premises in the first grid, whose worker is to go there."""

    flow = INSPECTION
    LEADS = {
        "done": ({"todo"}, "done"), "not_possible": ({"todo"}, "missed"), "again": ({"missed"}, "todo"), "hand_over": ({"todo"}, None),
        "withdraw": ({"todo", "missed"}, "withdrawn"), "escalate": ({"todo", "missed"}, None),
    }  # fmt: skip
    MAY = {
        "done": {"SYSTEM"}, "not_possible": {"worker"}, "again": CHIEFS, "hand_over": {*CHIEFS, "SYSTEM"}, "withdraw": {*CHIEFS, "SYSTEM"},
        "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Inspection:
        item = one_given(city)
        if state == "done":
            begun(city, "worker", item)
            return self.attempt(city, "SYSTEM", item, "done", Given())
        if state == "missed":
            return self.attempt(
                city, "worker", item, "not_possible", Given(reason="卷帘门关着", values={"cause": "closed"})
            )
        return self.attempt(city, "SYSTEM", item, "withdraw", Given(reason="重复")) if state == "withdrawn" else item

    def prepare(self, city: TestCity, item: Inspection, action: str) -> None:
        if action == "done" and item.sheet_id is None:
            Inspection.objects.filter(id=item.id).update(sheet_id=1)

    def given(self, city: TestCity, item: Inspection, row: Transition) -> Given:
        values: dict[str, Any] = {}
        if row.action == "hand_over":
            other = "supervisor" if item.assignee_id == city.users["all_roles"].id else "all_roles"
            values = {"assignee": Named(city.users[other].id)}
        if row.action == "not_possible":
            values = {"cause": "refused"}
        if row.action == "again":
            values = {"due": local_today() + timedelta(days=7)}
        return Given(reason="说明" if "reason" in row.needs else "", values=values)

    def test_without_a_checklist_nothing_is_inspected(self, city: TestCity) -> None:
        with pytest.raises(Refusal) as refused:
            self.attempt(city, "SYSTEM", one_given(city), "done", Given())
        assert refused.value.code == "no_checklist"

    def test_it_is_handed_to_nobody_who_does_not_inspect_there(self, city: TestCity) -> None:
        for who in ("acceptance", "other_worker"):
            with pytest.raises(BadInput) as refused:
                self.attempt(
                    city,
                    "leader",
                    one_given(city),
                    "hand_over",
                    Given(reason="休假", values={"assignee": Named(city.users[who].id)}),
                )
            assert refused.value.field == "assignee"

    def test_a_late_one_goes_up(self, city: TestCity) -> None:
        item = one_given(city)
        with clock_at(now() + timedelta(days=120)):
            with write(SYSTEM) as work:
                work.enqueue("escalate_late", {})
            work_off()
        assert self.fresh(item).escalation_level >= 1


def one_given(city: TestCity) -> Inspection:
    return the_inspection(city) if not Inspection.objects.exists() else Inspection.objects.get()


# What plans give.


def test_a_plan_gives_each_of_its_premises_once_a_period(city: TestCity) -> None:
    """By kind, risk and area of the ledger; due on the last day of the quarter; the next quarter anew."""
    chief = city.access["supervisor"]
    meant = premises_at(city, risk="major")
    premises_at(city, "阳光小学", kind="school", risk="major")
    premises_at(city, "老张客栈", risk="low")
    premises_at(city, "北门小店", area=OTHER_COMMUNITY, lon=115.035, risk="major")
    with clock_at(at_day(date(2026, 2, 2))):
        plan = plan_of(chief, city, risks=("major",))
    (item,) = Inspection.objects.all()
    assert (item.premises_id, item.period, item.due_on) == (meant.id, "2026-Q1", date(2026, 3, 31))
    assert item.grid_id == Grid.objects.get(code="G1").id
    for day in (date(2026, 2, 3), date(2026, 3, 31)):
        with clock_at(at_day(day)):
            look()
    assert Inspection.objects.count() == 1
    with clock_at(at_day(date(2026, 4, 1))):
        look()
    assert sorted(Inspection.objects.values_list("period", flat=True)) == ["2026-Q1", "2026-Q2"]
    with clock_at(at_day(date(2026, 4, 2))):
        later = premises_at(city, "新开的店", risk="major")
        look()
    assert Inspection.objects.get(premises_id=later.id).period == "2026-Q2"
    with clock_at(at_day(date(2026, 4, 3))):
        end_plan(chief.actor(), access=chief, plan_id=plan.id)
    with clock_at(at_day(date(2026, 7, 1))):
        look()
    assert Inspection.objects.count() == 3


def at_day(day: date) -> Any:
    """Ten in the morning of a day."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=now().tzinfo)


@pytest.mark.parametrize(
    ("every", "key", "last"),
    [("week", "2026-W06", 8), ("month", "2026-02", 28), ("once", "once", 28), ("quarter", "2026-Q1", 28)],
)
def test_what_is_due_is_due_on_the_last_day_of_its_period_or_of_the_term(
    city: TestCity, every: str, key: str, last: int
) -> None:
    premises_at(city)
    with clock_at(at_day(date(2026, 2, 4))):
        plan_of(city.access["supervisor"], city, every=every, last_day=date(2026, 2, 28))
    item = Inspection.objects.get()
    assert (item.period, item.due_on) == (key, date(2026, 2, last))


def test_many_are_given_in_parts_and_go_on_where_a_worker_died(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.subsystems.safety.inspections.planning.MOST_AT_ONCE", 2)
    for number in range(5):
        premises_at(city, f"{number}号店")
    chief = city.access["supervisor"]
    plan = make_plan(chief.actor(), access=chief, uuid=uuid4(), given=plan_given(city))
    with write(SYSTEM) as work:
        assert give_due(work, plan.id)
    assert (Inspection.objects.count(), InspectionPlan.objects.get().looked_on) == (2, None)
    look()
    assert Inspection.objects.count() == 5
    assert InspectionPlan.objects.get().looked_on == local_today()


def test_the_table_itself_takes_premises_once_a_period(city: TestCity) -> None:
    item = the_inspection(city)
    item.pk, item.uuid = None, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        item.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_give_a_plan_at_once_give_each_once() -> None:
    """The second waits for the plan's lock and finds nothing to give."""
    city = build_city()
    for number in range(3):
        premises_at(city, f"{number}号店")
    chief = city.access["supervisor"]
    plan = make_plan(chief.actor(), access=chief, uuid=uuid4(), given=plan_given(city))
    barrier, troubles = threading.Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(20)
            with write(SYSTEM) as work:
                give_due(work, plan.id)
        except Exception as error:
            troubles.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert troubles == []
    assert Inspection.objects.count() == 3


def test_it_waits_for_whoever_works_in_the_grid_on_that_day(city: TestCity) -> None:
    item = the_inspection(city)

    def waits(who: str) -> bool:
        return [one.id for one in waiting_for(city.access[who], now(), kind="inspection").rows] == [item.id]

    assert waits("worker")
    assert not waits("all_roles")
    with clock_at(now() + timedelta(days=1)):
        assign(SYSTEM, user=city.users["all_roles"], grid=Grid.objects.get(code="G1"), force="base")
        end_assignment(SYSTEM, assignment=GridAssignment.objects.get(user=city.users["worker"]))
    with clock_at(now() + timedelta(days=2)):
        assert waits("all_roles")
        assert not waits("worker")


def test_of_a_grid_without_worker_the_office_of_the_community_goes_there(city: TestCity) -> None:
    premises_at(city, lon=115.015)  # nobody works in the second grid
    plan_of(city.access["supervisor"], city)
    item = Inspection.objects.get()
    assert (item.grid_id, item.unit_id) == (None, city.units["community_office"].id)
    assert waiting_for(city.access["worker"], now(), kind="inspection").rows  # one of its people who inspects


def test_a_team_goes_where_a_plan_says_so(city: TestCity) -> None:
    premises_at(city)
    plan_of(city.access["supervisor"], city, doer="team", team_id=city.units["street_centre"].id, every="once")
    assert Inspection.objects.get().unit_id == city.units["street_centre"].id


def test_what_is_retired_is_not_inspected_any_more(city: TestCity) -> None:
    item = the_inspection(city)
    retire(SYSTEM, PREMISES, item.premises_id)
    look()
    item.refresh_from_db()
    assert item.state == "withdrawn"
    look(days=100)
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"), ({"doer": "team"}, "team"), ({"team_id": 1}, "team"), ({"form_id": 0}, "form"), ({"kinds": ("palace",)}, "kinds"),
        ({"last_day": date(2020, 1, 1)}, "last_day"), ({"every": "hourly"}, "every"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_meant_is_refused(city: TestCity, changes: dict[str, Any], field: str) -> None:
    chief = city.access["supervisor"]
    with pytest.raises(BadInput) as refused:
        make_plan(chief.actor(), access=chief, uuid=uuid4(), given=plan_given(city, **changes))
    assert refused.value.field == field
    assert not InspectionPlan.objects.exists()


def test_nobody_plans_for_an_area_that_is_not_theirs(city: TestCity) -> None:
    chief = city.access["supervisor"]
    with pytest.raises(BadInput) as refused:
        make_plan(chief.actor(), access=chief, uuid=uuid4(), given=plan_given(city, area=FAR_STREET))
    assert refused.value.field == "area"
    plan = plan_of(chief, city)
    with pytest.raises(NotThere):
        end_plan(city.access["worker"].actor(), access=city.access["worker"], plan_id=plan.id)


def test_a_changed_plan_gives_by_what_it_says_from_now_on(city: TestCity) -> None:
    chief = city.access["supervisor"]
    premises_at(city)
    premises_at(city, "阳光小学", kind="school")
    plan = plan_of(chief, city)
    change_plan(
        chief.actor(), access=chief, plan_id=plan.id, given=plan_given(city, kinds=(), first_day=plan.first_day)
    )
    work_off()
    assert Inspection.objects.count() == 2
    for field, changes in (("every", {"every": "week"}), ("area", {"area": COMMUNITY})):
        other = plan_given(city, **{"first_day": plan.first_day, **changes})
        with pytest.raises(BadInput) as refused:
            change_plan(chief.actor(), access=chief, plan_id=plan.id, given=other)
        assert refused.value.field == field
