"""A random walk through the loop: whatever people try in whatever order, the rules hold and the trail stays whole."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linli.core.cases.public import ACTIONS, TABLE, Case, CaseClock, CaseEvent, Given, State, act
from linli.core.platform.public import Actor, Refusal, clock_at, now, verify
from tests.cases.test_transitions import MAY
from tests.city import TestCity

PEOPLE = [
    "worker",
    "acceptance",
    "dispatcher",
    "handler",
    "other_handler",
    "verifier",
    "supervisor",
    "RESIDENT",
    "SYSTEM",
]
ANY_ACTION = st.sampled_from([action for action in ACTIONS if action not in ("report", "solve_on_spot")])
# Half of the steps are anybody trying anything; the other half pick one of the steps that are possible.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PEOPLE), ANY_ACTION, st.integers(0, 72)),
        st.tuples(st.just("?"), st.integers(0, 999), st.integers(0, 72)),
    ),
    min_size=10,
    max_size=60,
)
ENDS = {"rejected", "merged", "void"}
WALKS = 12


def chosen(who: str, action: str | int, state: str) -> tuple[str, str]:
    """The person and action of a step; a number picks among what the table has for the state, endings rarely."""
    if isinstance(action, str):
        return who, action
    rows = [
        row
        for (at, _action), row in TABLE.items()
        if at == state and MAY[row.action] and (row.to not in ENDS or action % 7 == 0)
    ]
    if not rows:
        return "acceptance", "file"
    row = rows[action % len(rows)]
    return sorted(MAY[row.action])[action % len(MAY[row.action])], row.action


# Random people rarely get far; these openings bring the walk to the later half of the loop.
TO_HANDLING = [("acceptance", "file", 1), ("dispatcher", "dispatch", 1), ("handler", "accept", 1)]
TO_CLOSED = [
    *TO_HANDLING,
    ("handler", "hand_over", 5),
    ("verifier", "send_to_verify", 1),
    ("worker", "verify_pass", 1),
    ("verifier", "close", 1),
]


def everything(city: TestCity, action: str, state: str) -> dict[str, Any]:
    """All that the row takes, so that only state and person decide."""
    row = TABLE.get((state, action))
    names = {*row.needs, *row.takes} if row else set()
    values: dict[str, dict[str, Any]] = {
        "reason": {"reason": "原因"}, "note": {"note": "说明 𠮷 🧹"}, "category": {"category_id": city.category().id},
        "return_to": {"unit_id": city.units["street_centre"].id}, "unit": {"unit_id": city.units["environment"].id},
        "units": {"unit_ids": (city.units["roads"].id,)}, "amount": {"amount": Decimal(1)}, "found": {"found": True}, "score": {"score": 1},
        "photo": {"files": (city.photo(),)},
    }  # fmt: skip
    given: dict[str, Any] = {}
    for name in names:
        given.update(values.get(name, {}))
    return given


def one_step(city: TestCity, case_id: int, who: str, action: str) -> None:
    case = Case.objects.get(id=case_id)
    given = everything(city, action, case.state)
    if action == "merge":
        given["case_id"] = city.report(category="道路破损").id
    if who in ("RESIDENT", "SYSTEM"):
        tracking = case.tracking if who == "RESIDENT" else ""
        actor = Actor(kind="resident") if who == "RESIDENT" else Actor(kind="system")
        act(actor, case_id, action, Given(**given), uuid=uuid4(), tracking=tracking)
    else:
        city.do(who, case_id, action, **given)


def check(case_id: int) -> None:
    """What must hold after every step."""
    case = Case.objects.get(id=case_id)
    events = list(CaseEvent.objects.filter(case_id=case_id).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, case.seq + 1))
    assert events[-1].state_to == case.state
    for before, after in pairwise(events):
        assert after.state_from == before.state_to
        assert TABLE[(after.state_from, after.action)].to == after.state_to
    assert case.unit_id
    open_clocks = list(CaseClock.objects.filter(case_id=case_id, stopped_at__isnull=True))
    if case.state in ("closed", "archived", "rejected", "merged", "void"):
        assert not open_clocks
        assert case.closed_at is not None
    running = [clock for clock in open_clocks if clock.paused_at is None]
    if case.clock_state == "running":
        assert case.clock_stage in {clock.stage for clock in running}
        assert any(clock.due_at == case.due_at for clock in running)
    if case.state == "shelved":
        assert case.clock_state == "paused" or not open_clocks
    if case.handled_by_id:
        passed = [event for event in events if event.action == "verify_pass"]
        handed = [event for event in events if event.action == "hand_over"]
        assert not passed or not handed or passed[-1].actor_id != handed[-1].actor_id


@pytest.mark.parametrize("opening", [[], TO_HANDLING, TO_CLOSED], ids=["report", "handling", "closed"])
def test_no_walk_leaves_the_table_or_breaks_the_trail(city: TestCity, opening: list[tuple[str, str, int]]) -> None:
    visited: set[str] = set()
    taken = 0

    # Without shrinking: a step is a database transaction, and the failing walk is printed anyway.
    @settings(max_examples=WALKS, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def walk(steps: list[tuple[str, str, int]]) -> None:
        nonlocal taken
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]
        with block:
            instant = now()
            with clock_at(instant):
                case_id = city.report().id
            for number, (who, action, hours) in enumerate([*opening, *steps]):
                instant += timedelta(hours=hours)
                with clock_at(instant):
                    seq = Case.objects.values_list("seq", flat=True).get(id=case_id)
                    state = Case.objects.values_list("state", flat=True).get(id=case_id)
                    try:
                        one_step(city, case_id, *chosen(who, action, state))
                    except Refusal:
                        assert Case.objects.values_list("seq", flat=True).get(id=case_id) == seq
                    else:
                        taken += number >= len(opening)
                    check(case_id)
                    visited.add(Case.objects.values_list("state", flat=True).get(id=case_id))
            assert verify() == []
            transaction.set_rollback(True)

    walk()
    assert visited <= set(State.values)
    assert taken >= WALKS  # not refusals alone; a state count would depend on luck
