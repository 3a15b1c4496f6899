"""How a hazard goes on: found, told to whoever answers for it, rectified with proof, rechecked by somebody else; late, one level up.

What an inspection finds goes the same way; what it finds again is added to, and if it was said to be rectified, it is not.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from linli.core.areas.public import area_tree
from linli.core.flow.public import (
    Act,
    Flow,
    Stage,
    Transition,
    by_person,
    by_system,
    by_who_began,
    each,
    escalate,
    in_area,
)
from linli.core.platform.public import BadInput, value_of
from linli.core.registry.public import Premises
from linli.subsystems.safety.models import Hazard, HazardState, ToldWhom
from linli.subsystems.safety.premises import premises_now, responsible
from linli.subsystems.safety.settings import DAYS

OPEN = ("found", "told", "rectified")
TRANSITIONS = (
    Transition("find", "", "found", ("area", "system"), takes=("note", "photo"), starts="tell"),
    *each(("found", "told"), "found_again", ("system",), takes=("note", "photo")),
    Transition("still_there", "rectified", "told", ("system",), takes=("note", "photo"), stops=("recheck",), starts="rectify"),
    Transition("tell", "found", "told", ("area",), needs=("note",), takes=("told_whom",), stops=("tell",), starts="rectify"),
    Transition("drop", "found", "dropped", ("area",), needs=("reason",), stops=("tell",), not_by=("finder",)),
    Transition("rectify", "told", "rectified", ("area",), needs=("note", "photo"), stops=("rectify",), starts="recheck"),
    Transition("close", "rectified", "closed", ("area",), takes=("note", "photo"), stops=("recheck",), not_by=("mender",)),
    Transition(
        "not_yet", "rectified", "told", ("area",), needs=("reason",), takes=("photo",), stops=("recheck",), starts="rectify",
        not_by=("mender",),
    ),
    *each(OPEN, "escalate", ("system",)),
)  # fmt: skip


def _find(act: Act[Hazard]) -> dict[str, Any]:
    """A hazard of premises stands where they do and is filed in their area."""
    hazard = act.item
    if hazard.premises_id is None:
        if not hazard.place:
            raise BadInput(pgettext("safety", "Say where it is, or choose the premises."), field="place")
        return {"severity": hazard.severity}
    premises = Premises.objects.get(id=hazard.premises_id)
    if not area_tree().contains(hazard.area_id, premises.area_id):
        raise BadInput(pgettext("safety", "These premises lie in another area."), field="premises")
    hazard.lon, hazard.lat = premises.lon, premises.lat
    return {"severity": hazard.severity, "premises": premises.id}


def _tell(act: Act[Hazard]) -> dict[str, Any]:
    """Whoever answers for the premises is whom the ledger names on that day: its entry is kept with the step, no name."""
    hazard = act.item
    hazard.told_whom = act.given.values.get("told_whom") or ""
    if hazard.told_whom != ToldWhom.RESPONSIBLE:
        return {"told": hazard.told_whom} if hazard.told_whom else {}
    premises = premises_now(hazard)
    if premises is None or not responsible(premises):
        raise BadInput(
            pgettext("safety", "The ledger names nobody who answers for it; say who was told."), field="told_whom"
        )
    return {"told": hazard.told_whom, "premises": premises.id, "entry": premises.seq}


def _rectify(act: Act[Hazard]) -> dict[str, Any]:
    act.item.rectified_by_id = act.work.actor.user_id
    return {}


HAZARD: Flow[Hazard] = Flow(
    code="hazard",
    title=pgettext_lazy("safety", "hazard"),
    model=Hazard,
    states=HazardState,
    transitions=TRANSITIONS,
    titles={
        "find": pgettext_lazy("safety", "Write down a hazard"),
        "found_again": pgettext_lazy("safety", "Found again"),
        "still_there": pgettext_lazy("safety", "Still there at an inspection"),
        "tell": pgettext_lazy("safety", "Tell who answers for it"),
        "drop": pgettext_lazy("safety", "It is no hazard"),
        "rectify": pgettext_lazy("safety", "It is rectified"),
        "close": pgettext_lazy("safety", "Rechecked: it is gone"),
        "not_yet": pgettext_lazy("safety", "Rechecked: not yet"),
        "escalate": pgettext_lazy("safety", "Escalate"),
    },
    relations={"area": in_area(), "system": by_system()},
    duties={
        "finder": by_who_began(pgettext_lazy("safety", "Whoever found it does not drop it; ask somebody else."), "own_finding"),
        "mender": by_person(
            "rectified_by_id", pgettext_lazy("safety", "Whoever said that it is rectified does not recheck it."), "own_rectifying"
        ),
    },
    stages={
        "tell": Stage(pgettext_lazy("safety", "Telling"), Decimal(1)),
        "rectify": Stage(pgettext_lazy("safety", "Rectifying")),
        "recheck": Stage(pgettext_lazy("safety", "Rechecking"), Decimal(3)),
    },
    limit=lambda hazard, stage: (Decimal(value_of(DAYS[hazard.severity])), "work_day") if stage == "rectify" else None,
    effects={"find": _find, "tell": _tell, "rectify": _rectify, "escalate": escalate},
    notes={
        "tell": pgettext_lazy("safety", "Say who was told, and what they have to do."),
        "rectify": pgettext_lazy("safety", "Say what was done."),
    },
    permissions={"not_yet": "hazard.recheck", "close": "hazard.recheck"},
    view="hazard.view",
    not_there=pgettext_lazy("safety", "There is no such hazard."),
    ended=("closed", "dropped"),
    waiting=("tell", "rectify", "close"),
    page="safety:hazard",
    heading=lambda hazard: f"{hazard.get_severity_display()} · {hazard.title}",
    told={
        "tell": ("begun_by_id",), "drop": ("begun_by_id",), "close": ("begun_by_id", "rectified_by_id"),
        "not_yet": ("begun_by_id", "rectified_by_id"), "still_there": ("rectified_by_id",),
    },
    needed={"told_whom": pgettext_lazy("safety", "Say who was told.")},
    order=("tell", "rectify", "close", "not_yet", "drop"),
    next_steps={"found": ("tell",), "told": ("rectify",), "rectified": ("close",)},
    phases={"found": "new", "told": "work", "rectified": "check", "dropped": "stopped"},
)  # fmt: skip
