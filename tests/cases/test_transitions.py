"""The table of transitions, tried as a whole: every state × action × person, allowed ones and refused ones.

What is expected stands here a second time, written by hand, so that a slip in the table cannot hide behind itself.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from linli.core.cases.public import CASE, TABLE, Case, Given, State, act
from linli.core.flow.public import Transition
from linli.core.platform.public import Actor, Refusal
from tests.city import TestCity
from tests.flow.contract import FlowContract

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


class TestCaseFlow(FlowContract):
    """The inherited tests of a flow, for cases."""

    flow = CASE
    LEADS = EXPECTED
    MAY = MAY

    def bring_to(self, city: TestCity, state: str) -> Case:
        """A case of the first community in this state, on which another department assists where that can be."""
        case = city.bring_to(state)
        if state in ("dispatched", "handling"):
            city.do("dispatcher", case, "add_assisting", unit_ids=(city.units["roads"].id,))
            case.refresh_from_db()
        return case

    def may(self, action: str, who: str, state: str) -> bool:
        return may(action, who, state)

    def prepare(self, city: TestCity, item: Case, action: str) -> None:
        prepare(city, item, action)

    def given(self, city: TestCity, item: Case, row: Transition) -> Given:
        target = city.report(category="道路破损") if row.action == "merge" else item
        return Given(**given_for(city, row.action, target))

    def key_of(self, item: Case) -> str:
        return item.tracking

    def hides(self, item: Case) -> set[str]:
        return {item.tracking}


def given_for(city: TestCity, action: str, target: Case) -> dict[str, Any]:
    """Everything the action needs."""
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
        act(Actor(kind="resident"), case.id, "rate", Given(score=1), uuid=uuid4(), tracking=case.tracking)


@pytest.mark.parametrize(
    "action", [action for action in EXPECTED if TABLE[(next(iter(EXPECTED[action][0])), action)].needs]
)
def test_each_thing_that_an_action_needs_is_asked_for_by_its_name(city: TestCity, action: str) -> None:
    case = TestCaseFlow().bring_to(city, sorted(EXPECTED[action][0])[0])
    prepare(city, case, action)
    doers = sorted(MAY[action])
    if not doers:
        return
    given = given_for(city, action, city.report(category="道路破损"))
    for missing in given:
        less = {name: value for name, value in given.items() if name != missing}
        with pytest.raises(Refusal) as refused:
            TestCaseFlow().attempt(city, doers[0], case, action, Given(**less))
        assert refused.value.field
