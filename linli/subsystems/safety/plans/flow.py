"""Emergency plans: written, submitted, reviewed by one and approved by another, in force until a day, replaced by the next version.

Drills of a plan are items of their own: a job calls for one before it is due, whoever holds one says how many came and what went wrong.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Max, QuerySet
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access
from linli.core.areas.public import Area
from linli.core.flow.public import (
    Act,
    Flow,
    Given,
    Stage,
    Transition,
    begin_from,
    by_person,
    by_system,
    each,
    escalate,
    flows,
    in_area,
    of_person,
)
from linli.core.flow.public import act as do
from linli.core.platform.public import SYSTEM, Actor, BadInput, local_today, locked, value_of
from linli.core.registry.public import Premises
from linli.subsystems.safety.file_settings import DRILL_MONTHS
from linli.subsystems.safety.records import EmergencyPlan, PlanState
from linli.subsystems.safety.subjects import subject_of

IN_FORCE, CHECKED = ("in_force", "ending"), ("submitted", "reviewed")
TRANSITIONS = (
    Transition("draft", "", "draft", ("area",), takes=("photo",)),
    Transition("edit", "draft", "draft", ("area",), needs=("title", "valid_until"), takes=("text", "photo")),
    Transition("submit", "draft", "submitted", ("writer",), takes=("note",), starts="review"),
    Transition(
        "review", "submitted", "reviewed", ("area",), takes=("note",), stops=("review",), starts="approve", not_by=("writer",)
    ),
    Transition(
        "approve", "reviewed", "in_force", ("area",), takes=("note",), stops=("approve",), not_by=("writer", "reviewer")
    ),
    *each(CHECKED, "send_back", ("area",), "draft", needs=("reason",), stops=("review", "approve"), not_by=("writer",)),
    Transition("remind", "in_force", "ending", ("system",), starts="prolong"),
    Transition(
        "prolong", "ending", "in_force", ("area",), needs=("valid_until", "note"), stops=("prolong",), not_by=("writer",)
    ),
    *each(IN_FORCE, "replace", ("system",), "replaced", stops=("prolong",)),
    Transition("discard", "draft", "withdrawn", ("area",), needs=("reason",)),
    *each((*CHECKED, *IN_FORCE), "withdraw", ("area",), "withdrawn", needs=("reason",), stops=("review", "approve", "prolong")),
    *each((*CHECKED, "ending"), "escalate", ("system",)),
)  # fmt: skip


def of_same_subject(plan: EmergencyPlan) -> QuerySet[EmergencyPlan]:
    """All versions of the plan of a subject."""
    if plan.premises_id:
        return EmergencyPlan.objects.filter(premises_id=plan.premises_id)
    return EmergencyPlan.objects.filter(area_id=plan.area_id, level=plan.level)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, the last of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _check_until(day: date) -> None:
    if day <= local_today():
        raise BadInput(pgettext("safety", "Say until which day to come the plan holds."), field="valid_until")


def _one_at_a_time(plan: EmergencyPlan) -> None:
    """Lets one write at a time number or replace the plans of a subject: two that come into force at once would both hold."""
    rows: QuerySet[Any] = (
        Premises.objects.filter(id=plan.premises_id) if plan.premises_id else Area.objects.filter(id=plan.area_id)
    )
    locked(rows, pointed_at=True).first()


def _draft(act: Act[EmergencyPlan]) -> dict[str, Any]:
    plan = act.item
    _one_at_a_time(plan)
    _check_until(plan.valid_until)
    plan.written_by_id = act.work.actor.user_id
    plan.version = (of_same_subject(plan).aggregate(last=Max("version"))["last"] or 0) + 1
    return {"version": plan.version}


def _edit(act: Act[EmergencyPlan]) -> dict[str, Any]:
    plan, values = act.item, act.given.values
    _check_until(values["valid_until"])
    plan.title, plan.valid_until = values["title"], values["valid_until"]
    plan.text, plan.written_by_id = values.get("text") or "", act.work.actor.user_id
    return {}


def _submit(act: Act[EmergencyPlan]) -> dict[str, Any]:
    plan = act.item
    if not plan.text and not PLAN.tables.file._default_manager.filter(**PLAN.key_of(plan.id)).exists():
        raise BadInput(pgettext("safety", "Write the plan, or add photos of its pages, before you submit it."))
    _check_until(plan.valid_until)
    return {}


def _review(act: Act[EmergencyPlan]) -> dict[str, Any]:
    act.item.reviewed_by_id = act.work.actor.user_id
    return {}


def _approve(act: Act[EmergencyPlan]) -> dict[str, Any]:
    """Comes into force; the version that held until now is replaced in the same write."""
    plan, today = act.item, local_today()
    _one_at_a_time(plan)
    _check_until(plan.valid_until)
    plan.approved_by_id, plan.in_force_on = act.work.actor.user_id, today
    plan.drill_on = months_later(today, int(value_of(DRILL_MONTHS)))
    former = of_same_subject(plan).filter(state__in=IN_FORCE).exclude(id=plan.id).order_by("id")
    for one in former:
        do(PLAN, SYSTEM, one.id, "replace", PLAN.given(), uuid=uuid5(one.uuid, f"replaced by {plan.id}"))
    return {"replaces": [one.id for one in former]}


def _prolong(act: Act[EmergencyPlan]) -> dict[str, Any]:
    day = act.given.values["valid_until"]
    _check_until(day)
    former, act.item.valid_until = act.item.valid_until, day
    return {"former": former.isoformat(), "until": day.isoformat()}


def _over(act: Act[EmergencyPlan]) -> dict[str, Any]:
    """A plan that does not hold any more is not drilled."""
    why = pgettext("safety", "The plan does not hold any more.")
    for drill in act.item.drills.filter(state="due"):
        do(flows()["drill"], SYSTEM, drill.id, "drop", Given(reason=why), uuid=uuid5(drill.uuid, "over"))
    act.item.drill_on = None
    return {}


PLAN: Flow[EmergencyPlan] = Flow(
    code="emergency_plan",
    title=pgettext_lazy("safety", "emergency plan"),
    model=EmergencyPlan,
    states=PlanState,
    transitions=TRANSITIONS,
    titles={
        "draft": pgettext_lazy("safety", "Write an emergency plan"),
        "edit": pgettext_lazy("safety", "Change the draft"),
        "submit": pgettext_lazy("safety", "Submit the plan"),
        "review": pgettext_lazy("safety", "Reviewed"),
        "approve": pgettext_lazy("safety", "Approve the plan"),
        "send_back": pgettext_lazy("safety", "Send back"),
        "remind": pgettext_lazy("safety", "It ends soon"),
        "prolong": pgettext_lazy("safety", "It holds longer"),
        "replace": pgettext_lazy("safety", "Replaced by a newer one"),
        "discard": pgettext_lazy("safety", "Discard the draft"),
        "withdraw": pgettext_lazy("safety", "Withdraw the plan"),
        "escalate": pgettext_lazy("safety", "Escalate"),
    },
    relations={"area": in_area(), "writer": of_person("written_by_id", covered=True), "system": by_system()},
    duties={
        "writer": by_person("written_by_id", pgettext_lazy("safety", "Whoever wrote a plan neither reviews nor approves it."), "own_plan"),
        "reviewer": by_person(
            "reviewed_by_id", pgettext_lazy("safety", "Whoever reviewed a plan does not approve it; that is a second person's."), "own_review"
        ),
    },
    stages={
        "review": Stage(pgettext_lazy("safety", "Review"), Decimal(5)),
        "approve": Stage(pgettext_lazy("safety", "Approval"), Decimal(5)),
        "prolong": Stage(pgettext_lazy("safety", "New version, or longer"), until=lambda plan: plan.valid_until),
    },
    effects={
        "draft": _draft, "edit": _edit, "submit": _submit, "review": _review, "approve": _approve, "prolong": _prolong,
        "replace": _over, "withdraw": _over, "escalate": escalate,
    },
    needed={
        "title": pgettext_lazy("safety", "Say what the plan is for."),
        "valid_until": pgettext_lazy("safety", "Say until when it holds."),
    },
    notes={"prolong": pgettext_lazy("safety", "Say why it still fits.")},
    permissions={
        "edit": "emergency_plan.draft", "discard": "emergency_plan.draft", "send_back": "emergency_plan.review",
        "prolong": "emergency_plan.approve", "withdraw": "emergency_plan.approve",
    },
    view="emergency_plan.view",
    not_there=pgettext_lazy("safety", "There is no such emergency plan."),
    ended=("replaced", "withdrawn"),
    waiting=("submit", "review", "approve", "prolong"),
    page="safety:plan",
    heading=lambda plan: f"{plan.title} · {plan.subject_words}",
    told={
        "review": ("written_by_id",), "approve": ("written_by_id", "reviewed_by_id"), "send_back": ("written_by_id",),
        "remind": ("written_by_id",), "prolong": ("written_by_id",), "replace": ("written_by_id",), "withdraw": ("written_by_id",),
    },
    order=("submit", "review", "approve", "prolong", "edit", "send_back", "discard", "withdraw"),
    next_steps={"draft": ("submit",), "submitted": ("review",), "reviewed": ("approve",), "ending": ("prolong",)},
    phases={
        "draft": "new", "submitted": "check", "reviewed": "check", "in_force": "done", "ending": "waiting", "replaced": "joined",
        "withdrawn": "stopped",
    },
)  # fmt: skip


def draft_plan(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> EmergencyPlan:
    """Writes a plan, the next version of what its subject has. Raises NotAllowed, BadInput, Taken for a uuid that came before."""
    return begin_from(PLAN, actor, subject_of(values), access=access, uuid=uuid)
