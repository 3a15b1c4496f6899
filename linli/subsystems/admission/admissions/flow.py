"""Admission (准入): a department asks, the grid office examines and decides, grids do it until the term ends.

What is admitted is given to grids by giving.py; this says what may be done, by whom.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.flow.public import (
    Duty,
    Flow,
    Relation,
    Stage,
    Transition,
    Who,
    by_system,
    each,
    escalate,
    in_area,
    of_unit,
)
from linli.core.staff.public import grids_of
from linli.subsystems.admission.admissions import effects
from linli.subsystems.admission.admissions.models import Admission, AdmissionGrid, AdmissionState

WAITS, HOLDS = ("asked", "examined"), ("admitted", "suspended")
SEEN_IN_GRIDS = (*HOLDS, "ended")
STOPS = ("examine", "decide")

TRANSITIONS = (
    Transition("ask", "", "asked", ("department",), takes=("photo",), starts="examine"),
    Transition("examine", "asked", "examined", ("area",), needs=("note",), stops=("examine",), starts="decide", not_by=("department",)),
    Transition("admit", "examined", "admitted", ("area",), takes=("note",), stops=("decide",), not_by=("department",)),
    *each(WAITS, "refuse", ("area",), "refused", needs=("reason",), stops=STOPS, not_by=("department",)),
    Transition("suspend", "admitted", "suspended", ("area",), needs=("reason",)),
    Transition("resume", "suspended", "admitted", ("area",), takes=("note",), not_by=("department",)),
    *each(HOLDS, "end", ("area",), "ended", needs=("reason",)),
    *each((*WAITS, *HOLDS), "withdraw", ("department",), "withdrawn", takes=("note",), stops=STOPS),
    *each(HOLDS, "run_out", ("system",), "ended"),
    *each(WAITS, "escalate", ("system",)),
)  # fmt: skip


def works_there() -> Relation:
    """Who works in one of its grids: they see what is admitted into them, and may do nothing by it."""

    def rows(_permission: str, access: Access) -> Q:
        mine = AdmissionGrid.objects.filter(item_id=OuterRef("pk"), grid_id__in=grids_of(access.user_id))
        return Q(Exists(mine), state__in=SEEN_IN_GRIDS)

    def holds(item: Admission, _permission: str, who: Who) -> bool:
        return who.access is not None and Admission.objects.filter(rows("", who.access), id=item.id).exists()

    return Relation(pgettext_lazy("admission", "who works in one of the grids"), holds, rows, asks=False)


def of_the_department() -> Duty:
    """What a department asked for is decided by another unit."""

    def holds(item: Admission, access: Access | None) -> bool:
        return access is not None and item.unit_id is not None and item.unit_id == access.unit_id

    return Duty(
        pgettext_lazy("admission", "No department decides about what it asked for."),
        "own_admission",
        holds,
        lambda access: Q(unit_id=access.unit_id, unit_id__isnull=False),
    )


def _words(item: Admission) -> dict[str, Any]:
    return {"unit": item.unit_id, "hours_month": f"{item.hours_month}", "amount": f"{item.amount}"}


ADMISSION: Flow[Admission] = Flow(
    code="admission",
    title=pgettext_lazy("admission", "admission"),
    model=Admission,
    states=AdmissionState,
    transitions=TRANSITIONS,
    titles={
        "ask": pgettext_lazy("admission", "Ask for admission"),
        "examine": pgettext_lazy("admission", "Give an opinion"),
        "admit": pgettext_lazy("admission", "Admit"),
        "refuse": pgettext_lazy("admission", "Do not admit"),
        "suspend": pgettext_lazy("admission", "Suspend"),
        "resume": pgettext_lazy("admission", "Let it go on"),
        "end": pgettext_lazy("admission", "End it early"),
        "withdraw": pgettext_lazy("admission", "Withdraw the request"),
        "run_out": pgettext_lazy("admission", "The term is over"),
        "escalate": pgettext_lazy("admission", "Escalate"),
    },
    relations={"department": of_unit(), "area": in_area(), "worker": works_there(), "system": by_system()},
    duties={"department": of_the_department()},
    stages={
        "examine": Stage(pgettext_lazy("admission", "Examination"), Decimal(3)),
        "decide": Stage(pgettext_lazy("admission", "Decision"), Decimal(3)),
    },
    effects={
        "ask": effects.ask, "admit": effects.admit, "resume": effects.resume, "suspend": effects.call_off, "end": effects.call_off,
        "withdraw": effects.call_off, "escalate": escalate,
    },
    notes={"examine": pgettext_lazy("admission", "Say what the grid office thinks of it.")},
    permissions={
        **dict.fromkeys(("examine", "admit", "refuse", "suspend", "resume", "end"), "admission.decide"),
        "withdraw": "admission.ask",
    },
    view="admission.view",
    not_there=pgettext_lazy("admission", "There is no such admission."),
    ended=("refused", "withdrawn", "ended"),
    waiting=("examine", "admit"),
    page="admission:admission",
    heading=str,
    told={
        "admit": ("begun_by_id",), "refuse": ("begun_by_id",), "suspend": ("begun_by_id",), "resume": ("begun_by_id",),
        "end": ("begun_by_id",), "run_out": ("begun_by_id",), "withdraw": ("admitted_by_id",), "escalate": ("begun_by_id",),
    },
    order=("examine", "admit", "resume", "refuse", "suspend", "end", "withdraw"),
    next_steps={"asked": ("examine",), "examined": ("admit",), "suspended": ("resume",)},
    phases={
        "asked": "new", "examined": "check", "admitted": "work", "suspended": "stopped", "refused": "stopped",
        "withdrawn": "stopped", "ended": "done",
    },
    binds=_words,
)  # fmt: skip
