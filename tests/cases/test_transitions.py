"""The table of transitions, tried as a whole: every state × action × person, allowed ones and refused ones.

What is expected stands here a second time, written by hand, so that a slip in the table cannot hide behind itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from linli.core.cases.public import ACTIONS, TABLE, Case, Given, State, act, possible
from linli.core.platform.public import Actor, Refusal
from tests.city import TestCity

OPEN_DESK = {"reported", "confirming", "filed"}
LATE = {"handled", "verifying", "verified"}
# Done by an import of history alone (test_history.py), and by a new version of the grids (test_new_grids.py).
BY_NOBODY = {"settle", "take_over", "take_back", "change_grid"}
# action: the states it is possible in, and where it leads (None: it stays)
EXPECTED: dict[str, tuple[set[str], str | None]] = {
    "send_to_confirm": ({"reported"}, "confirming"),
    "confirm": ({"confirming"}, "reported"),
    "call_off_confirm": ({"confirming"}, "reported"),
    "file": ({"reported", "confirming"}, "filed"),
    "reject": ({"reported", "confirming"}, "rejected"),
    "merge": (OPEN_DESK, "merged"),
    "split": (OPEN_DESK, None),
    "void": (OPEN_DESK | {"dispatched"}, "void"),
    "dispatch": ({"filed"}, "dispatched"),
    "add_assisting": ({"dispatched", "handling"}, None),
    "recall": ({"dispatched"}, "filed"),
    "accept": ({"dispatched"}, "handling"),
    "return": ({"dispatched", "handling"}, "filed"),
    "ask_extension": ({"handling"}, None),
    "grant_extension": ({"handling"}, None),
    "deny_extension": ({"handling"}, None),
    "ask_shelving": ({"handling"}, None),
    "grant_shelving": ({"handling"}, "shelved"),
    "deny_shelving": ({"handling"}, None),
    "resume": ({"shelved"}, "handling"),
    "assist": ({"handling"}, None),
    "hand_over": ({"handling"}, "handled"),
    "send_to_verify": ({"handled"}, "verifying"),
    "call_off_verify": ({"verifying"}, "handled"),
    "verify_pass": ({"verifying"}, "verified"),
    "verify_fail": ({"verifying"}, "handling"),
    "rework": ({"handled", "verified"}, "handling"),
    "close": ({"verified"}, "closed"),
    "pass_and_close": ({"handled", "verifying"}, "closed"),
    "instruct": (OPEN_DESK | {"dispatched", "handling", "shelved"} | LATE, None),
    "urge": ({"dispatched", "handling"} | LATE, None),
    "supervise": ({"filed", "dispatched", "handling", "shelved"} | LATE, None),
    "escalate": (OPEN_DESK | {"dispatched", "handling"} | LATE, None),
    "rate": ({"closed", "archived"}, None),
    "reopen": ({"closed"}, "filed"),
    "archive": ({"closed"}, "archived"),
    "comment": (OPEN_DESK | {"dispatched", "handling", "shelved"} | LATE, None),
    "settle": ({"reported"}, "closed"),
    "take_over": ({"reported"}, "dispatched"),
    "take_back": (set(State.values) - {"void"}, "void"),
    "change_grid": (OPEN_DESK | {"dispatched", "handling", "shelved"} | LATE, None),
}
# action: who of the test city may do it to a case of the first community that the environment department handles
MAY: dict[str, set[str]] = {
    "send_to_confirm": {"acceptance"}, "confirm": {"worker"}, "call_off_confirm": {"acceptance"},
    "call_off_verify": {"verifier"}, "file": {"acceptance"}, "reject": {"acceptance"}, "merge": {"acceptance"},
    "split": {"acceptance"}, "void": {"acceptance", "supervisor"}, "dispatch": {"dispatcher"}, "recall": {"dispatcher"}, "add_assisting": {"dispatcher"},
    "accept": {"handler"}, "return": {"handler"}, "ask_extension": {"handler"}, "grant_extension": {"dispatcher"},
    "deny_extension": {"dispatcher"}, "ask_shelving": {"handler"}, "grant_shelving": {"dispatcher"}, "deny_shelving": {"dispatcher"},
    "resume": {"handler", "dispatcher"}, "assist": {"other_handler"}, "hand_over": {"handler"}, "send_to_verify": {"verifier"},
    "verify_pass": {"worker", "verifier"}, "verify_fail": {"worker", "verifier"}, "rework": {"verifier"}, "close": {"verifier"},
    "pass_and_close": {"verifier"}, "instruct": {"leader"},
    "urge": {"dispatcher", "supervisor", "leader"}, "supervise": {"supervisor", "leader"}, "escalate": {"supervisor", "SYSTEM"}, "rate": {"RESIDENT"},
    "reopen": {"RESIDENT", "supervisor"}, "archive": {"supervisor", "SYSTEM"},
    "comment": {"worker", "acceptance", "dispatcher", "verifier", "supervisor", "leader", "handler", "other_handler"},
    **{action: set() for action in BY_NOBODY},
}  # fmt: skip


# Not by who handled it, whatever else they hold.
NOT_BY_HANDLER = {
    "send_to_verify",
    "call_off_verify",
    "verify_pass",
    "verify_fail",
    "rework",
    "close",
    "pass_and_close",
}
STAFF = {"worker", "acceptance", "dispatcher", "verifier", "handler", "supervisor", "leader"}


def may(action: str, who: str, state: str) -> bool:
    """Whether this person may do the action in this state; a unit may speak on a case only while it has part in it."""
    if who == "all_roles":
        return action not in NOT_BY_HANDLER and bool(MAY[action] & STAFF)
    if action == "comment" and who == "handler":
        return state in ("dispatched", "handling", "shelved")
    if action == "comment" and who == "other_handler":
        return state in ("dispatched", "handling")
    return who in MAY[action]


def test_the_table_is_the_one_that_is_written_down_here() -> None:
    table = {(state, action): row.to for (state, action), row in TABLE.items() if state}
    expected = {(state, action): to or state for action, (states, to) in EXPECTED.items() for state in states}
    assert table == expected
    assert set(ACTIONS) == {*EXPECTED, "report", "solve_on_spot"}


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what happens inside; a write() may be opened in it, as if it were the outermost."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def given_for(city: TestCity, case: Case, action: str, target: Case) -> dict[str, Any]:
    """Everything the action needs, right for this case."""
    row = TABLE[(next(iter(EXPECTED[action][0])), action)]
    values: dict[str, Any] = {
        "reason": {"reason": "原因"}, "note": {"note": "说明"}, "category": {"category_id": city.category().id},
        "return_to": {"unit_id": city.units["street_centre"].id}, "units": {"unit_ids": (city.units["community_office"].id,)},
        "amount": {"amount": Decimal(1)}, "case": {"case_id": target.id}, "found": {"found": True}, "score": {"score": 2},
        "photo": {"files": (city.photo(),)},
    }  # fmt: skip
    given: dict[str, Any] = {}
    for name in row.needs:
        given.update(values[name])
    return given


def prepare(city: TestCity, case: Case, action: str) -> None:
    """What has to have happened before some actions make sense."""
    if action in ("grant_extension", "deny_extension"):
        city.do("handler", case, "ask_extension", reason="等雨停", amount=Decimal(2))
    if action in ("grant_shelving", "deny_shelving"):
        city.do("handler", case, "ask_shelving", reason="等备件")
    if action == "reopen":
        act(
            Actor(kind="resident"),
            case.id,
            "rate",
            Given(score=1),
            uuid=uuid4(),
            tracking=case.tracking,
        )


def attempt(city: TestCity, who: str, case: Case, action: str, given: dict[str, Any]) -> Case:
    """The action by a person, by who holds the tracking number, or by the clock's job."""
    if who == "SYSTEM":
        return act(Actor(kind="system"), case.id, action, Given(**given), uuid=uuid4())
    if who == "RESIDENT":
        return act(Actor(kind="resident"), case.id, action, Given(**given), uuid=uuid4(), tracking=case.tracking)
    return city.do(who, case, action, **given)


@pytest.mark.parametrize("state", State.values)
def test_every_action_by_everybody_is_done_or_refused_as_written(city: TestCity, state: str) -> None:
    case = city.bring_to(state)
    target = city.report(category="道路破损")
    if state in ("dispatched", "handling"):
        city.do("dispatcher", case, "add_assisting", unit_ids=(city.units["roads"].id,))
        case.refresh_from_db()
    tried, said = 0, []
    for action in EXPECTED:
        right_state = state in EXPECTED[action][0]
        for who in [*city.users, "SYSTEM", "RESIDENT"]:
            tried += 1
            with undone():
                if right_state:
                    prepare(city, case, action)
                before = Case.objects.get(id=case.id)
                given = given_for(city, case, action, target)
                try:
                    after = attempt(city, who, case, action, given)
                except Refusal as refusal:
                    said.append(refusal.sentence)
                    assert not (right_state and may(action, who, state)), f"{action} by {who} in {state} was refused"
                    unchanged = Case.objects.get(id=case.id)
                    assert (unchanged.state, unchanged.seq) == (before.state, before.seq)
                else:
                    assert right_state, f"{action} by {who} was done in {state}"
                    assert may(action, who, state), f"{action} by {who} was done, who may not"
                    assert after.state == (EXPECTED[action][1] or state)
                    assert after.seq == before.seq + 1
    assert tried == len(EXPECTED) * (len(city.users) + 2)
    assert not [words for words in said for number in (case.tracking, target.tracking) if number in words]


@pytest.mark.parametrize("state", State.values)
def test_the_page_offers_what_the_service_does(city: TestCity, state: str) -> None:
    case = city.bring_to(state)
    for who, access in city.access.items():
        for row in possible(case, access):
            assert may(row.action, who, state)


@pytest.mark.parametrize(
    "action", [action for action in EXPECTED if TABLE[(next(iter(EXPECTED[action][0])), action)].needs]
)
def test_an_action_without_what_it_needs_is_refused_and_changes_nothing(city: TestCity, action: str) -> None:
    state = sorted(EXPECTED[action][0])[0]
    case = city.bring_to(state)
    prepare(city, case, action)
    if action == "assist":
        city.do("dispatcher", case, "add_assisting", unit_ids=(city.units["roads"].id,))
    before = Case.objects.get(id=case.id)
    given = given_for(city, case, action, city.report(category="道路破损"))
    for missing in given:
        less = {name: value for name, value in given.items() if name != missing}
        with pytest.raises(Refusal) as refused:
            attempt(city, sorted(MAY[action])[0], case, action, less)
        assert refused.value.field
    unchanged = Case.objects.get(id=case.id)
    assert (unchanged.state, unchanged.seq) == (before.state, before.seq)
