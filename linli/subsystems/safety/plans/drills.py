"""Drills of emergency plans: called for by a job before they are due, or noted down as held; a plan has one that is due at most."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.flow.public import (
    Act,
    Flow,
    Given,
    Stage,
    Transition,
    begin,
    begin_from,
    by_system,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import SYSTEM, Actor, BadInput, local_today, value_of
from linli.subsystems.safety.file_settings import DRILL_MONTHS
from linli.subsystems.safety.plans.flow import IN_FORCE, months_later
from linli.subsystems.safety.records import Drill, DrillState, EmergencyPlan

SAID = ("held_on", "people")
MOST_PEOPLE = 1_000_000
TRANSITIONS = (
    Transition("note_down", "", "held", ("area",), takes=("photo",)),
    Transition("call", "", "due", ("system",), starts="hold"),
    Transition("told", "due", "held", ("area",), needs=SAID, takes=("went_wrong", "photo"), stops=("hold",)),
    Transition("hold", "due", "held", ("keeper",), needs=SAID, takes=("went_wrong", "photo"), stops=("hold",)),
    Transition("hand_over", "due", "due", ("keeper", "area"), needs=("keeper", "reason")),
    Transition("drop", "due", "dropped", ("area", "system"), needs=("reason",), stops=("hold",)),
    Transition("escalate", "due", "due", ("system",)),
)  # fmt: skip


def _held(drill: Drill) -> dict[str, Any]:
    """What a drill that was held says; the plan's next one is counted from it."""
    day = drill.held_on or local_today()
    if day > local_today():
        raise BadInput(pgettext("safety", "This day has not come yet."), field="held_on")
    if not drill.people or drill.people > MOST_PEOPLE:
        raise BadInput(pgettext("safety", "Say how many took part."), field="people")
    _next(drill.plan, day)
    return {"plan": drill.plan_id, "on": day.isoformat(), "people": drill.people}


def _next(plan: EmergencyPlan, day: date) -> None:
    on = months_later(day, int(value_of(DRILL_MONTHS)))
    if plan.state in IN_FORCE and (plan.drill_on is None or on > plan.drill_on):
        plan.drill_on = on
        plan.save(update_fields=["drill_on"])


def _note_down(act: Act[Drill]) -> dict[str, Any]:
    if act.item.plan.state not in IN_FORCE:
        raise BadInput(pgettext("safety", "This plan is not in force."), field="plan")
    if act.item.plan.drills.filter(state="due").exists():
        raise BadInput(
            pgettext("safety", "A drill of this plan is due; say on its page that it was held."), field="plan"
        )
    return _held(act.item)


def _hold(act: Act[Drill]) -> dict[str, Any]:
    drill, values = act.item, act.given.values
    drill.held_on, drill.people, drill.went_wrong = values["held_on"], values["people"], values.get("went_wrong") or ""
    return _held(drill)


def _hand_over(act: Act[Drill]) -> dict[str, Any]:
    former, act.item.keeper_id = act.item.keeper_id, act.given.values["keeper"].user_id
    return {"former": former, "keeper": act.item.keeper_id}


def _drop(act: Act[Drill]) -> dict[str, Any]:
    """Not held: the next one is due as if it had been, so that it is asked for once."""
    if act.item.due_on:
        _next(act.item.plan, act.item.due_on)
    return {}


DRILL: Flow[Drill] = Flow(
    code="drill",
    title=pgettext_lazy("safety", "drill"),
    model=Drill,
    states=DrillState,
    transitions=TRANSITIONS,
    titles={
        "call": pgettext_lazy("safety", "A drill is due"),
        "note_down": pgettext_lazy("safety", "Note down a drill"),
        "hold": pgettext_lazy("safety", "It was held"),
        "told": pgettext_lazy("safety", "Note down that it was held"),
        "hand_over": pgettext_lazy("safety", "Let another hold it"),
        "drop": pgettext_lazy("safety", "It is not held"),
        "escalate": pgettext_lazy("safety", "Escalate"),
    },
    relations={"area": in_area(), "keeper": of_person("keeper_id", covered=True), "system": by_system()},
    stages={"hold": Stage(pgettext_lazy("safety", "Holding the drill"), until=lambda drill: drill.due_on)},
    effects={"note_down": _note_down, "hold": _hold, "told": _hold, "hand_over": _hand_over, "drop": _drop, "escalate": escalate},
    needed={
        "held_on": pgettext_lazy("safety", "Say on which day it was held."), "people": pgettext_lazy("safety", "Say how many took part."),
        "keeper": pgettext_lazy("safety", "Choose who holds it."),
    },
    permissions={"told": "drill.note_down", "hand_over": "drill.note_down", "drop": "emergency_plan.approve"},
    handing={"keeper_id": ("hand_over", "keeper")},
    view="emergency_plan.view",
    not_there=pgettext_lazy("safety", "There is no such drill."),
    ended=("held", "dropped"),
    waiting=("hold",),
    page="safety:drill",
    heading=lambda drill: f"{drill.title} · {drill.subject_words}",
    told={"call": ("keeper_id",), "escalate": ("keeper_id",), "hand_over": ("keeper_id",)},
    order=("hold", "told", "hand_over", "drop"),
    next_steps={"due": ("hold", "told")},
    phases={"due": "waiting", "held": "done", "dropped": "stopped"},
)  # fmt: skip


def note_down_drill(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Drill:
    """Notes down a drill that was held of a plan in force. Raises NotAllowed, BadInput, Taken for a uuid that came before."""
    plan: EmergencyPlan = values["plan"]
    area = area_tree().nodes[plan.area_id]
    columns = {**values, **_of(plan), "area": area, "keeper_id": access.user_id}
    return begin_from(DRILL, actor, columns, access=access, uuid=uuid, action="note_down")


def _of(plan: EmergencyPlan) -> dict[str, Any]:
    names = ("title", "level", "premises_id", "premises_name")
    return {name: getattr(plan, name) for name in names}


def call_drill(plan: EmergencyPlan) -> bool:
    """Calls for the drill of a plan that is due, unless one is called for already. Twice calls once."""
    if plan.drill_on is None or plan.drills.filter(state="due").exists():
        return False
    uuid = uuid5(plan.uuid, f"drill {plan.drill_on} {plan.drills.count()}")
    begin(
        DRILL, SYSTEM, "call", Given(), area_id=plan.area_id, uuid=uuid, plan_id=plan.id, due_on=plan.drill_on,
        keeper_id=plan.written_by_id, **_of(plan),
    )  # fmt: skip
    return True
