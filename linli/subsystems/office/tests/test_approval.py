"""Approvals: the flow with what every flow does, its list, its form, and what is its own: what a purchase costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import Given, Transition, begin_from
from linli.core.platform.public import BadInput, NotAllowed, clock_at, local_day, now
from linli.subsystems.office.approvals.flow import APPROVAL
from linli.subsystems.office.approvals.pages import APPROVALS
from linli.subsystems.office.models import Approval
from tests.city import BUILT_AT, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed
from tests.flow.contract import FlowContract

DECIDE = {"leader", "supervisor", "all_roles"}


def approval_of(city: TestCity, who: str = "worker", **more: Any) -> Approval:
    """A purchase that `who` asks for."""
    given = {"kind": "purchase", "subject": "打印纸", "note": "库存用完", "amount": Decimal("380.50"), **more}
    return begin_from(APPROVAL, city.access[who].actor(), given, access=city.access[who], uuid=uuid4())


class TestApproval(FlowContract):
    """A purchase that the worker of the first community asked for."""

    flow = APPROVAL
    LEADS = {
        "approve": ({"asked"}, "approved"), "refuse": ({"asked"}, "refused"), "withdraw": ({"asked", "approved"}, "withdrawn"),
        "carry_out": ({"approved"}, "done"), "escalate": ({"asked"}, None),
    }  # fmt: skip
    MAY = {
        "approve": DECIDE, "refuse": DECIDE, "withdraw": {"worker"}, "carry_out": {"worker"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Approval:
        item, approve = approval_of(city), ("leader", "approve", Given())
        steps: dict[str, list[tuple[str, str, Given]]] = {
            "asked": [], "approved": [approve], "done": [approve, ("worker", "carry_out", Given())],
            "refused": [("leader", "refuse", Given(reason="没有预算"))], "withdrawn": [("worker", "withdraw", Given())],
        }  # fmt: skip
        for who, action, given in steps[state]:
            item = self.attempt(city, who, item, action, given)
        return item

    def given(self, city: TestCity, item: Approval, row: Transition) -> Given:
        return Given(**dict.fromkeys(row.needs, "说明"))

    def test_nobody_approves_what_they_asked_for(self, city: TestCity) -> None:
        mine = approval_of(city, "leader")
        with pytest.raises(NotAllowed) as refused:
            self.attempt(city, "leader", mine, "approve", Given())
        assert refused.value.code == "own_approval"
        assert self.attempt(city, "supervisor", mine, "approve", Given()).state == "approved"


@pytest.mark.parametrize(("kind", "amount"), [("purchase", None), ("purchase", Decimal(0)), ("seal", Decimal(5))])
def test_a_purchase_costs_something_and_a_seal_does_not(city: TestCity, kind: str, amount: Decimal | None) -> None:
    with pytest.raises(BadInput) as refused:
        approval_of(city, kind=kind, amount=amount)
    assert refused.value.field == "amount"
    assert not Approval.objects.exists()
    assert approval_of(city, kind="seal", subject="居住证明", amount=None).amount is None


class TestApprovals(ListTests):
    shown = APPROVALS
    address = "/office/approvals/"
    most_statements = 9
    filters: ClassVar = [
        "?q=纸 1",
        "?waiting=1",
        "?mine=1",
        "?state=approved",
        "?kind=seal",
        "?asked_on_from=DAY&asked_on_to=DAY",
    ]

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        given = {name: words.replace("DAY", f"{local_day(now()):%Y-%m-%d}") for name, words in given.items()}
        return super().walk(access, count, **given)

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            seal: dict[str, Any] = {"kind": "seal", "amount": None} if number % 2 else {}
            who = ("worker", "clerk", "leader")[number % 3]
            with clock_at(BUILT_AT if number % 5 == 0 else now()):
                item = approval_of(city, who, subject=f"纸 {number}", **seal)
                if number % 4 == 1:
                    TestApproval().attempt(city, "supervisor", item, "approve", Given())


class TestApprovalForm(FormTests):
    good: ClassVar[Typed] = {"kind": "purchase", "subject": "打印纸", "amount": "380.50", "note": "库存用完"}
    wrong: ClassVar = [
        ({"kind": "wish"}, "kind"), ({"subject": " "}, "subject"), ({"subject": "长" * 121}, "subject"), ({"amount": ""}, "amount"),
        ({"amount": "-1"}, "amount"), ({"kind": "seal"}, "amount"), ({"note": ""}, "note"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["worker"]

    def address(self, city: TestCity) -> str:
        return "/office/approvals/new/"

    def made(self) -> list[Any]:
        return list(Approval.objects.values_list("kind", "subject", "amount", "state"))

    def expected(self, city: TestCity) -> Any:
        return ("purchase", "打印纸", Decimal("380.50"), "asked")

    def stranger(self, city: TestCity) -> None:
        """Every member of the staff may ask."""
