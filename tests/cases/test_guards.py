"""Guards that only somebody with many roles could pass: `all_roles` holds every role of the street and handles for the
environment department, and each separation of duties must stop them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from linli.core.cases.public import Case, possible
from linli.core.platform.public import NotAllowed, Refusal
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
