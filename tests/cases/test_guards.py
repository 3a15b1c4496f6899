"""Guards that only somebody with many roles could pass: `all_roles` holds every role of the street and handles for the
environment department, and each separation of duties must stop them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from linli.core.cases.models import CaseRequest
from linli.core.cases.public import Case, Given, act, possible
from linli.core.platform.public import Actor, NotAllowed, Refusal, clock_at
from tests.city import TestCity

SEPARATED = [
    ("send_to_verify", "handled", {}), ("rework", "handled", {"reason": "没弄干净"}), ("verify_pass", "verifying", {}),
    ("verify_fail", "verifying", {"reason": "没弄干净"}), ("rework", "verified", {"reason": "没弄干净"}), ("close", "verified", {}),
    ("pass_and_close", "handled", {}), ("pass_and_close", "verifying", {}),
]  # fmt: skip


def refused(city: TestCity, who: str, case: Case, action: str, **given: Any) -> Refusal:
    """What somebody is told who may not; nothing has changed."""
    before = Case.objects.values().get(id=case.id)
    with pytest.raises(Refusal) as told:
        city.do(who, case, action, **given)
    assert Case.objects.values().get(id=case.id) == before
    return told.value


@pytest.mark.parametrize(("action", "state", "given"), SEPARATED)
def test_who_belongs_to_the_handling_unit_does_not_judge_its_work(
    city: TestCity, action: str, state: str, given: dict[str, Any]
) -> None:
    case = city.bring_to(state)
    told = refused(city, "all_roles", case, action, **given)
    assert isinstance(told, NotAllowed)
    assert told.code == "handler_verifies"
    assert action not in {row.action for row in possible(case, city.access["all_roles"])}
    assert city.do("verifier", case, action, **given).seq == case.seq + 1


@pytest.mark.parametrize(("action", "state", "given"), SEPARATED)
def test_who_handled_a_case_does_not_judge_it_from_another_unit_either(
    city: TestCity, action: str, state: str, given: dict[str, Any]
) -> None:
    case = city.bring_to(state)
    Case.objects.filter(id=case.id).update(
        handled_by_id=city.users["all_roles"].id, handling_unit_id=city.units["roads"].id
    )
    case.refresh_from_db()
    assert refused(city, "all_roles", case, action, **given).code == "handler_verifies"
    assert action not in {row.action for row in possible(case, city.access["all_roles"])}


@pytest.mark.parametrize(
    ("kind", "asked"), [("extension", {"reason": "等雨停", "amount": Decimal(2)}), ("shelving", {"reason": "等备件"})]
)
def test_who_asked_does_not_decide(city: TestCity, kind: str, asked: dict[str, Any]) -> None:
    case = city.do("all_roles", city.bring_to("handling"), f"ask_{kind}", **asked)
    assert refused(city, "all_roles", case, f"grant_{kind}").code == "own_request"
    assert refused(city, "all_roles", case, f"deny_{kind}", reason="不同意").code == "own_request"
    offered = {row.action for row in possible(case, city.access["all_roles"])}
    assert not offered & {f"grant_{kind}", f"deny_{kind}"}
    assert {f"grant_{kind}", f"deny_{kind}"} <= {row.action for row in possible(case, city.access["dispatcher"])}
    granted = city.do("dispatcher", case, f"grant_{kind}")
    assert granted.state == ("shelved" if kind == "shelving" else "handling")


@pytest.mark.parametrize(("action", "given"), [("return", {"reason": "不归我们"}), ("hand_over", {"note": "已清理"})])
@pytest.mark.parametrize(
    ("kind", "asked"), [("extension", {"reason": "等雨停", "amount": Decimal(2)}), ("shelving", {"reason": "等备件"})]
)
def test_what_was_asked_ends_with_the_work_it_was_asked_for(
    city: TestCity, action: str, given: dict[str, Any], kind: str, asked: dict[str, Any]
) -> None:
    case = city.do("handler", city.bring_to("handling"), f"ask_{kind}", **asked)
    extra = {"unit_id": city.units["street_centre"].id} if action == "return" else {"files": (city.photo(),)}
    city.do("handler", case, action, **given, **extra)
    request = CaseRequest.objects.get(case_id=case.id)
    assert (request.granted, request.decided_by_id) == (False, city.users["handler"].id)


@pytest.mark.parametrize(
    ("amount", "fits"), [("0.5", True), ("60", True), ("60.5", False), ("0", False), ("-1", False)]
)
def test_an_extension_is_more_than_nothing_and_at_most_sixty(city: TestCity, amount: str, fits: bool) -> None:
    case, given = city.bring_to("handling"), {"reason": "等雨停", "amount": Decimal(amount)}
    if fits:
        case = city.do("handler", case, "ask_extension", **given)
        assert refused(city, "dispatcher", case, "grant_extension", amount=Decimal(61)).field == "amount"
        city.do("dispatcher", case, "grant_extension")
    else:
        assert refused(city, "handler", case, "ask_extension", **given).field == "amount"


@pytest.mark.parametrize(("stars", "may"), [(1, True), (2, True), (3, False), (5, False)])
def test_only_who_is_not_satisfied_has_it_taken_up_again(city: TestCity, stars: int, may: bool) -> None:
    case, resident = city.bring_to("closed"), Actor(kind="resident")
    act(resident, case.id, "rate", Given(score=stars), uuid=uuid4(), tracking=case.tracking)
    again = {"uuid": uuid4(), "tracking": case.tracking}
    if may:
        assert act(resident, case.id, "reopen", Given(reason="没好"), **again).state == "filed"
    else:
        with pytest.raises(Refusal) as told:
            act(resident, case.id, "reopen", Given(reason="没好"), **again)
        assert told.value.code == "not_unsatisfied"


@pytest.mark.parametrize(("minutes", "may"), [(-1, True), (0, True), (1, False)])
def test_a_case_is_taken_up_again_within_fourteen_days(city: TestCity, minutes: int, may: bool) -> None:
    closed_at = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
    with clock_at(closed_at):
        case = city.bring_to("closed")
    with clock_at(closed_at + timedelta(days=14, minutes=minutes)):
        assert ("reopen" in {row.action for row in possible(case, city.access["supervisor"])}) is may
        if may:
            assert city.do("supervisor", case, "reopen", reason="没好").state == "filed"
        else:
            assert refused(city, "supervisor", case, "reopen", reason="没好").code == "too_late"
