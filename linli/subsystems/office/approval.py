"""Approvals (审批): a purchase or a use of the seal, asked for by any member of the staff, decided by another, then carried out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, own_area
from linli.core.flow.public import (
    Flow,
    Given,
    Stage,
    Transition,
    begin,
    by_system,
    by_who_began,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import Actor, BadInput
from linli.subsystems.office.models import Approval, ApprovalKind, ApprovalState

TRANSITIONS = (
    Transition("ask", "", "asked", ("asker",), needs=("note",), takes=("photo",), starts="approve"),
    Transition("approve", "asked", "approved", ("area",), takes=("note",), stops=("approve",), not_by=("asker",)),
    Transition("refuse", "asked", "refused", ("area",), needs=("reason",), stops=("approve",), not_by=("asker",)),
    *each(("asked", "approved"), "withdraw", ("asker",), "withdrawn", takes=("note",), stops=("approve",)),
    Transition("carry_out", "approved", "done", ("asker",), takes=("note", "photo")),
    Transition("escalate", "asked", "asked", ("system",)),
)

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
    relations={"asker": of_person(), "area": in_area(), "system": by_system()},
    duties={"asker": by_who_began(gettext_lazy("Nobody approves what they asked for."), "own_approval")},
    stages={"approve": Stage(gettext_lazy("Approval"), Decimal(3))},
    effects={"escalate": escalate},
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


def ask_for_approval(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    kind: str,
    subject: str,
    note: str,
    amount: Decimal | None = None,
    files: tuple[dict[str, Any], ...] = (),
) -> Approval:
    """Asks for something. Raises BadInput for a purchase without an amount above zero, and for an amount of anything else."""
    bought = kind == ApprovalKind.PURCHASE
    if bought and (amount is None or amount <= 0):
        raise BadInput(_("Say what it costs."), field="amount")
    if not bought and amount is not None:
        raise BadInput(_("Only a purchase has an amount; leave it empty."), field="amount")
    given = Given(note=note, files=files)
    return begin(
        APPROVAL, actor, "ask", given, area_id=own_area(access), uuid=uuid, access=access, kind=kind, subject=subject,
        amount=amount,
    )  # fmt: skip
