"""The flow of the example: a bench is to be mended. A small flow, with all that a flow can have."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access
from linli.core.flow.public import (
    Act,
    Flow,
    Given,
    Stage,
    Transition,
    TwoStep,
    begin,
    by_system,
    by_who_began,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import Actor
from linli.subsystems.example.models import Repair, RepairState

TRANSITIONS = (
    Transition("ask", "", "asked", ("area",), needs=("note",), takes=("photo",), starts="take"),
    Transition("take", "asked", "doing", ("area",), takes=("note",), stops=("take",), starts="mend", not_by=("asker",)),
    Transition("refuse", "asked", "refused", ("area",), needs=("reason",), stops=("take",), not_by=("asker",)),
    *each(("asked", "doing"), "withdraw", ("asker",), "refused", needs=("reason",), stops=("take", "mend")),
    Transition("give_back", "doing", "asked", ("area",), needs=("reason",), stops=("mend",), starts="take"),
    Transition("ask_extension", "doing", "doing", ("area",), needs=("reason", "amount")),
    Transition("grant_extension", "doing", "doing", ("chief",), takes=("note", "amount")),
    Transition("deny_extension", "doing", "doing", ("chief",), needs=("reason",)),
    Transition("finish", "doing", "done", ("area",), needs=("note", "photo"), stops=("mend",), not_by=("asker",)),
    *each(("asked", "doing"), "escalate", ("system",)),
)


def _finish(_act: Act[Repair]) -> dict[str, Any]:
    return {"mended": True}


REPAIR: Flow[Repair] = Flow(
    code="repair",
    title=_("repair"),
    model=Repair,
    states=RepairState,
    transitions=TRANSITIONS,
    titles={
        "ask": _("Ask for repair"),
        "take": _("Take on"),
        "refuse": _("Refuse the repair"),
        "withdraw": _("Withdraw"),
        "give_back": _("Give back"),
        "ask_extension": _("Ask for extension"),
        "grant_extension": _("Grant extension"),
        "deny_extension": _("Refuse extension"),
        "finish": _("Repaired"),
        "escalate": _("Escalate"),
    },
    relations={"area": in_area(), "chief": in_area(), "asker": of_person(), "system": by_system()},
    duties={"asker": by_who_began(_("Who asked for a repair does not decide about it."), "own_repair")},
    stages={
        "take": Stage(_("Take on"), Decimal(2)),
        "mend": Stage(_("Repair"), Decimal(5)),
    },
    two_steps=(
        TwoStep("extension", "ask_extension", "grant_extension", "deny_extension", Decimal(10), extends="mend"),
    ),
    effects={"finish": _finish, "escalate": escalate},
    permissions={
        **dict.fromkeys(("refuse", "give_back", "ask_extension", "finish"), "repair.take"),
        "deny_extension": "repair.grant_extension",
    },
    view="repair.view",
    not_there=_("There is no such repair."),
    ended=("done", "refused"),
    waiting=("take", "finish", "grant_extension"),
    page="example:repair",
    told={"refuse": ("begun_by_id",), "finish": ("begun_by_id",)},
    order=("take", "finish", "grant_extension", "deny_extension", "ask_extension", "give_back", "refuse", "withdraw"),
    next_steps={"asked": ("take",), "doing": ("grant_extension", "finish")},
    phases={"asked": "new", "doing": "work"},
)


def ask_for_repair(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    area_id: int,
    place: str,
    note: str,
    files: tuple[dict[str, Any], ...] = (),
) -> Repair:
    """Asks to have a bench mended. Raises NotAllowed, BadInput without words, Taken for a uuid that came before."""
    given = Given(note=note, files=files)
    return begin(REPAIR, actor, "ask", given, area_id=area_id, uuid=uuid, access=access, place=place)
