"""Standing in: what waits for somebody by name waits for their stand-in while it lasts, and for nobody else; a leave arranges it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.core.access.public import StandIn, begin_stand_in, end_stand_in
from linli.core.flow.public import Duty, Given, Transition, Who, begin_from, flows, of_person, possible, waiting
from linli.core.flow.relations import EVERYWHERE, NOBODY
from linli.core.inbox.public import TASK, notices_of, waiting_for
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    NotAllowed,
    NotThere,
    clock_at,
    local_today,
    now,
    verify,
    work_off,
)
from linli.subsystems.example.models import Repair
from linli.subsystems.example.repair import REPAIR
from linli.subsystems.office.public import LEAVE
from tests.city import TestCity
from tests.desk.inherited import browser
from tests.flow import test_repair
from tests.flow.contract import FlowContract

from .test_task import Colleague, task_of

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
# Steps that wait for somebody by name and stay theirs while they are away, each with the reason.
THEIR_OWN = {
    ("leave", "report_back"): "whoever was away comes back themself",
    ("document_out", "hand_in"): "a draft is its writer's; who finishes it could check it next",
    ("meeting", "write"): "minutes are the words of who took them down; who writes them could approve them next",
    ("meeting", "submit"): "the same",
    ("document_in", "read"): "nobody has read for somebody else",
    ("task", "take"): "what a unit gets is offered to all of its people already",
    ("round", "end"): "a round is ended by who walks it, or by its window",
}


class Doing(FlowContract):
    """The helper of the contract, with any flow."""

    __test__ = False

    def __init__(self, flow: Any = TASK) -> None:
        self.flow = flow


def cover(city: TestCity, away: str = "verifier", by: str = "clerk", first: date = MONDAY, days: int = 5) -> StandIn:
    """The clerk of another unit stands in for the verifier in that week."""
    return begin_stand_in(
        SYSTEM, user_id=city.users[away].id, stand_in_id=city.users[by].id, first_day=first, last_day=first + timedelta(days=days - 1)
    )  # fmt: skip


def tasks_of(city: TestCity, who: str, instant: datetime) -> list[tuple[int, str]]:
    with clock_at(instant):
        return [(one.id, one.stood_in_for) for one in waiting_for(city.access[who], instant, kind="task").rows]


def test_every_step_that_waits_by_name_is_covered_or_says_why_not() -> None:
    found = {
        (flow.code, row.action)
        for flow in flows().values()
        for row in flow.rows
        if row.action in flow.waiting and not flow.code.startswith("repair")
        for relation in (flow.relations[name] for name in row.who)
        if relation.rows is not None and not relation.covered and not relation.asks
    }
    assert found <= set(THEIR_OWN), sorted(found - set(THEIR_OWN))


def test_it_waits_for_both_and_says_for_whom_and_only_on_those_days(city: TestCity) -> None:
    with clock_at(NOON):
        item = task_of(city)
        cover(city)
    assert tasks_of(city, "clerk", NOON) == [(item.id, "Verifier")]
    assert tasks_of(city, "verifier", NOON) == [(item.id, "")]
    assert tasks_of(city, "clerk", NOON + timedelta(days=4)) == [(item.id, "Verifier")]
    assert tasks_of(city, "clerk", NOON + timedelta(days=5)) == []
    assert tasks_of(city, "clerk", NOON - timedelta(days=1)) == []
    with clock_at(NOON):
        page = browser(city.access["clerk"]).get("/inbox/").content.decode()
    assert "代Verifier办理" in page


def test_the_entry_says_who_did_it_for_whom_and_the_trail_holds(city: TestCity) -> None:
    with clock_at(NOON):
        item = task_of(city)
        with pytest.raises(NotThere):
            Doing().attempt(city, "clerk", item, "done", Given(note="好了"))
        cover(city)
        Doing().attempt(city, "clerk", item, "done", Given(note="好了"))
        page = browser(city.access["leader"]).get(f"/tasks/{item.id}/").content.decode()
        assert "Clerk（代Verifier）" in page
        facts = TASK.tables.event._default_manager.filter(**TASK.key_of(item.id)).latest("seq").facts
        assert facts["for"] == city.users["verifier"].id
        assert list(verify()) == []


def test_it_ends_and_is_not_passed_on(city: TestCity) -> None:
    with clock_at(NOON):
        task_of(city)
        row = cover(city)
        cover(city, away="clerk", by="worker")
        assert tasks_of(city, "worker", NOON) == []
        assert end_stand_in(SYSTEM, StandIn.objects.filter(id=row.id)) == 1
        assert end_stand_in(SYSTEM, StandIn.objects.filter(id=row.id)) == 0
    assert tasks_of(city, "clerk", NOON) == []


def test_it_gives_no_permission_and_what_is_somebodys_own_stays_theirs(city: TestCity) -> None:
    """The clerk stands in for the leader: neither the leader's decisions nor their own leave come with it."""
    with clock_at(NOON):
        cover(city, away="leader")
        worker, leader, clerk = city.access["worker"], city.access["leader"], city.access["clerk"]
        day = date(2026, 12, 7)
        given = {"kind": "annual", "first_day": day, "last_day": day, "note": "事", "stand_in_id": None}
        asked = begin_from(LEAVE, worker.actor(), given, access=worker, uuid=uuid4())
        own = begin_from(LEAVE, leader.actor(), given, access=leader, uuid=uuid4())
        for item in (asked, own):
            assert possible(LEAVE, item, Who(clerk)) == []
            with pytest.raises((NotAllowed, NotThere)):
                Doing(LEAVE).attempt(city, "clerk", item, "withdraw", Given())


def leave_of(city: TestCity) -> Any:
    """A leave of the worker from Monday to Friday; the clerk of the unit stands in."""
    worker = city.access["worker"]
    given = {
        "kind": "annual", "first_day": MONDAY, "last_day": MONDAY + timedelta(days=4), "note": "事",
        "stand_in_id": city.users["clerk"].id,
    }  # fmt: skip
    return begin_from(LEAVE, worker.actor(), given, access=worker, uuid=uuid4())


def test_a_leave_that_is_granted_arranges_it_and_one_that_is_withdrawn_or_over_ends_it(city: TestCity) -> None:
    flow = Doing(LEAVE)
    with clock_at(NOON - timedelta(days=3)):
        item = task_of(city, "leader", "worker")
        first = leave_of(city)
        assert tasks_of(city, "clerk", NOON) == []
        flow.attempt(city, "leader", first, "grant", Given())
        assert tasks_of(city, "clerk", NOON) == [(item.id, "Worker")]
        flow.attempt(city, "worker", first, "withdraw", Given())
        assert tasks_of(city, "clerk", NOON) == []
        second = leave_of(city)
        flow.attempt(city, "leader", second, "grant", Given())
    with clock_at(NOON + timedelta(days=2)):
        flow.attempt(city, "worker", second, "report_back", Given(values={"back_day": MONDAY + timedelta(days=2)}))
    assert tasks_of(city, "clerk", NOON + timedelta(days=1)) == [(item.id, "Worker")]
    assert tasks_of(city, "clerk", NOON + timedelta(days=2)) == []


def test_who_is_asked_by_name_to_look_at_a_case_is_covered_too(city: TestCity) -> None:
    case = city.bring_to("handled")
    city.do("verifier", case, "send_to_verify", checker_id=city.users["worker"].id)
    assert [one.id for one in waiting_for(city.access["worker"], now(), kind="case").rows] == [case.id]
    assert waiting_for(city.access["verifier"], now(), kind="case").rows == []
    cover(city, away="worker", by="verifier", first=local_today() - timedelta(days=1), days=3)
    assert [one.id for one in waiting_for(city.access["verifier"], now(), kind="case").rows] == [case.id]


@pytest.mark.parametrize("kept", ["worker", "clerk"])
def test_a_duty_of_either_keeps_who_stands_in_from_the_step(city: TestCity, kept: str) -> None:
    """A step that is the worker's by name and open to cover: not for the clerk, once a duty keeps the worker or the clerk from it."""
    row = Transition("take", "asked", "doing", ("asker",), not_by=("kept",))
    rows = tuple(row if one.action == "take" else one for one in REPAIR.transitions)
    with clock_at(NOON):
        item = test_repair.TestRepair().bring_to(city, "asked")
        cover(city, away="worker", by="clerk")
        free, bound = (
            dataclasses.replace(
                REPAIR, transitions=rows, waiting=("take",), relations={**REPAIR.relations, "asker": of_person(covered=True)},
                duties={**REPAIR.duties, "kept": _duty_of(city.users[who].id)},
            )
            for who in ("leader", kept)
        )  # fmt: skip
        clerk = city.access["clerk"]
        for flow, may in ((free, True), (bound, False)):
            assert ("take" in [one.action for one in possible(flow, item, Who(clerk))]) == may
            assert Repair.objects.filter(waiting(flow, clerk), id=item.id).exists() == may
        with pytest.raises(NotAllowed) as refused:
            Doing(bound).attempt(city, "clerk", item, "take", Given())
        assert refused.value.code == "kept"
        assert Doing(free).attempt(city, "clerk", item, "take", Given()).state == "doing"


def _duty_of(user_id: int) -> Duty:
    return Duty(
        "Not yours.", "kept", lambda _item, access: access is not None and access.user_id == user_id,
        lambda access: EVERYWHERE if access.user_id == user_id else NOBODY,
    )  # fmt: skip


def test_whoever_stands_in_is_told_too(city: TestCity) -> None:
    with clock_at(NOON):
        cover(city)
        item = task_of(city)
        work_off()
        assert [one.url for one in notices_of(city.access["clerk"])[0]] == [f"/tasks/{item.id}/"]


def test_handing_on_what_one_does_for_another(city: TestCity) -> None:
    with clock_at(NOON):
        item = task_of(city, "leader", "worker")
        cover(city, away="worker", by="clerk")
        given = Given(reason="我也不在", values={"assignee": Colleague(city.users["clerk"].id)})
        after = Doing().attempt(city, "clerk", item, "hand_over", given)
        assert after.assignee_id == city.users["clerk"].id


def test_who_stands_in_for_nobody_asks_no_table_for_it(city: TestCity) -> None:
    cover(city)
    access = city.access["leader"]
    access.stood_in_for()
    with CaptureQueriesContext(connection) as asked:
        assert access.stood_in_for() == ()
    assert len(asked) == 0


def test_what_cannot_be_meant_is_refused(city: TestCity) -> None:
    for changed, field in (({"by": "verifier"}, "stand_in"), ({"days": 0}, "last_day"), ({"days": 400}, "last_day")):
        with pytest.raises(BadInput) as refused:
            cover(city, **changed)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert not StandIn.objects.exists()
