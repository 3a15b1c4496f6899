"""How an inspection goes on: to do → inspected, or not possible for a reason → once more or withdrawn; late, one level up.

It is inspected by handing in its checklist (filling.py), which the table leaves to the system: nobody says so without answers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access, User, people_who_may
from linli.core.flow.public import (
    LONGEST,
    Act,
    Flow,
    Given,
    Relation,
    Stage,
    Transition,
    Who,
    by_system,
    each,
    escalate,
    in_area,
)
from linli.core.platform.public import BadInput, Refusal, local_day, local_today
from linli.core.staff.public import grids_of, worker_of
from linli.subsystems.safety.inspection_records import Inspection, InspectionState

OPEN = ("todo", "missed")
CHIEFS = ("area", "system")
TRANSITIONS = (
    Transition("give", "", "todo", ("system",), starts="inspect"),
    Transition("done", "todo", "done", ("system",), stops=("inspect",)),
    Transition(
        "not_possible", "todo", "missed", ("doer",), needs=("cause", "reason"), takes=("photo",), stops=("inspect",), starts="decide"
    ),
    Transition("again", "missed", "todo", ("area",), needs=("due",), takes=("note",), stops=("decide",), starts="inspect"),
    Transition("hand_over", "todo", "todo", CHIEFS, needs=("assignee", "reason")),
    *each(OPEN, "withdraw", CHIEFS, "withdrawn", needs=("reason",), stops=("inspect", "decide")),
    *each(OPEN, "escalate", ("system",)),
)  # fmt: skip


def _grids_worked(user_id: int) -> list[int]:
    return [grid_id for grid_id in grids_of(user_id) if worker_of(grid_id) == user_id]


def of_doer() -> Relation:
    """Whoever is to go there, as long as they inspect in that area: who it was handed to, else who works in its grid now, else the people
    of its unit. Nothing is handed on when somebody else comes to work in the grid: it is theirs from that day."""

    def holds(item: Inspection, permission: str, who: Who) -> bool:
        access = who.access
        if access is None or not access.may_in_area(permission, item.area_id):
            return False
        if item.assignee_id is not None:
            return item.assignee_id == access.user_id
        if item.grid_id is not None:
            return worker_of(item.grid_id) == access.user_id
        return item.unit_id is not None and item.unit_id == access.unit_id

    def rows(permission: str, access: Access) -> Q:
        nobody = Q(assignee_id__isnull=True)
        grids, unit = Q(grid_id__in=_grids_worked(access.user_id)), Q(grid_id__isnull=True, unit_id=access.unit_id)
        theirs = Q(assignee_id=access.user_id) | (nobody & grids)
        if access.unit_id is not None:
            theirs |= nobody & unit
        inside = AREA.rows
        return theirs & inside(permission, access) if inside is not None else theirs

    return Relation(pgettext_lazy("safety", "who goes there"), holds, rows, covered=True)


AREA = in_area()


def _not_possible(act: Act[Inspection]) -> dict[str, Any]:
    act.item.cause = act.given.values["cause"]
    return {"cause": act.item.cause}


def _again(act: Act[Inspection]) -> dict[str, Any]:
    due = act.given.values["due"]
    if due < local_today() or due - local_today() > LONGEST:
        raise BadInput(pgettext("safety", "Choose today or a later day within ten years."), field="due")
    act.item.due_on, act.item.cause, act.item.sheet_id = due, "", None
    return {"due": due.isoformat()}


def _done(act: Act[Inspection]) -> dict[str, Any]:
    item = act.item
    if item.sheet_id is None:
        raise Refusal(pgettext("safety", "The checklist is not filled in yet."), code="no_checklist")
    item.done_on, item.found_count = local_day(act.work.now), item.found_count or 0
    return {"sheet": item.sheet_id, "found": item.found_count}


def _named(item: Inspection, row: Transition, given: Given, _who: Who, _locked: Any) -> User | None:
    """Who is to go there instead: somebody who inspects in that area. Raises BadInput for anybody else."""
    chosen = given.values.get("assignee")
    if row.action != "hand_over" or chosen is None:
        return None
    found = next((one for one in people_who_may("inspection.do", item.area_id) if one.id == chosen.user_id), None)
    if found is None:
        raise BadInput(
            pgettext("safety", "This person does not inspect in that area; choose somebody who does."), field="assignee"
        )
    return found


def _handed(act: Act[Inspection]) -> dict[str, Any]:
    if act.item.assignee_id == act.named.id:
        raise BadInput(pgettext("safety", "This person has it already; choose somebody else."), field="assignee")
    former, act.item.assignee_id = act.item.assignee_id, act.named.id
    return {"former": former, "assignee": act.named.id}


INSPECTION: Flow[Inspection] = Flow(
    code="inspection",
    title=pgettext_lazy("safety", "inspection"),
    model=Inspection,
    states=InspectionState,
    transitions=TRANSITIONS,
    titles={
        "give": pgettext_lazy("safety", "Give the inspection"),
        "done": pgettext_lazy("safety", "Hand in the checklist"),
        "not_possible": pgettext_lazy("safety", "It cannot be inspected"),
        "again": pgettext_lazy("safety", "Go there again"),
        "hand_over": pgettext_lazy("safety", "Have another go"),
        "withdraw": pgettext_lazy("safety", "Withdraw the inspection"),
        "escalate": pgettext_lazy("safety", "Escalate"),
    },
    relations={"doer": of_doer(), "area": AREA, "system": by_system()},
    stages={
        "inspect": Stage(pgettext_lazy("safety", "Inspecting"), until=lambda item: item.due_on),
        "decide": Stage(pgettext_lazy("safety", "Deciding what now"), Decimal(2)),
    },
    effects={"done": _done, "not_possible": _not_possible, "again": _again, "hand_over": _handed, "escalate": escalate},
    needed={
        "cause": pgettext_lazy("safety", "Choose why it cannot be inspected."),
        "due": pgettext_lazy("safety", "Say by which day it is to be inspected."),
        "assignee": pgettext_lazy("safety", "Choose who is to go there."),
    },
    permissions={"not_possible": "inspection.do", "again": "inspection.decide", "hand_over": "inspection.decide", "withdraw": "inspection.decide"},
    handing={"assignee_id": ("hand_over", "assignee")},
    view="inspection.view",
    not_there=pgettext_lazy("safety", "There is no such inspection."),
    ended=("done", "withdrawn"),
    waiting=("not_possible", "again"),
    page="safety:inspection",
    told={
        "not_possible": ("planned_by_id",), "again": ("assignee_id",), "hand_over": ("assignee_id",), "escalate": ("planned_by_id", "assignee_id"),
    },
    order=("again", "not_possible", "hand_over", "withdraw"),
    next_steps={"missed": ("again",)},
    phases={"todo": "work", "missed": "stopped", "withdrawn": "stopped"},
    named=_named,
    binds=lambda item: {"premises": item.premises_id, "plan": item.plan_id, "period": item.period, "due": item.due_on.isoformat()},
)  # fmt: skip
