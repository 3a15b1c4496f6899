"""Approvals (审批): a purchase or a use of the seal, asked for by any member of the staff, decided by another, then carried out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.flow.public import (
    Act,
    Flow,
    Stage,
    Transition,
    by_system,
    by_who_began,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import BadInput
from linli.subsystems.office.approvals.models import Approval, ApprovalKind, ApprovalState

TRANSITIONS = (
    Transition("ask", "", "asked", ("asker",), needs=("note",), takes=("photo",), starts="approve"),
    Transition("approve", "asked", "approved", ("area",), takes=("note",), stops=("approve",), not_by=("asker",)),
    Transition("refuse", "asked", "refused", ("area",), needs=("reason",), stops=("approve",), not_by=("asker",)),
    *each(("asked", "approved"), "withdraw", ("asker",), "withdrawn", takes=("note",), stops=("approve",)),
    Transition("carry_out", "approved", "done", ("buyer",), takes=("note", "photo")),
    Transition("escalate", "asked", "asked", ("system",)),
)


def _ask(act: Act[Approval]) -> dict[str, Any]:
    """A purchase costs something, nothing else has an amount."""
    bought, amount = act.item.kind == ApprovalKind.PURCHASE, act.item.amount
    if bought and (amount is None or amount <= 0):
        raise BadInput(_("Say what it costs."), field="amount")
    if not bought and amount is not None:
        raise BadInput(_("Only a purchase has an amount; leave it empty."), field="amount")
    return {}


APPROVAL: Flow[Approval] = Flow(
    code="approval",
    title=gettext_lazy("approval"),
    model=Approval,
    states=ApprovalState,
    transitions=TRANSITIONS,
    titles={
        "ask": gettext_lazy("Ask for approval"),
        "approve": gettext_lazy("Approve"),
        "refuse": gettext_lazy("Do not approve"),
        "withdraw": gettext_lazy("Withdraw the request"),
        "carry_out": gettext_lazy("It is done"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={"asker": of_person(), "buyer": of_person(covered=True), "area": in_area(), "system": by_system()},
    duties={"asker": by_who_began(gettext_lazy("Nobody approves what they asked for."), "own_approval")},
    stages={"approve": Stage(gettext_lazy("Approval"), Decimal(3))},
    effects={"ask": _ask, "escalate": escalate},
    notes={"ask": gettext_lazy("Say in a few words what it is needed for.")},
    permissions={"approve": "approval.decide", "refuse": "approval.decide"},
    view="approval.view",
    not_there=gettext_lazy("There is no such request."),
    ended=("done", "refused", "withdrawn"),
    waiting=("approve", "carry_out"),
    page="office:approval",
    heading=lambda approval: f"{approval.get_kind_display()} · {approval.subject}",
    told={"approve": ("begun_by_id",), "refuse": ("begun_by_id",)},
    order=("approve", "carry_out", "refuse", "withdraw"),
    next_steps={"asked": ("approve",), "approved": ("carry_out",)},
    phases={"asked": "check", "approved": "work", "refused": "stopped", "withdrawn": "stopped"},
)
