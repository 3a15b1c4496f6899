"""Plans of inspections: made, changed and ended by people; what is due is given by the job, once for premises and period.

The job looks at each plan once a day. A write holds the plan's lock and gives a part of what lacks; with the last part the day is noted.
A killed worker leaves whole parts, the next run gives the rest, and the period is unique among the inspections as the last guard. Of the
time in which no worker lived nothing is made up: the running period is given. Premises that came later join the running period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import pgettext

from linli.algorithms.rhythm import Period, period_of
from linli.core.access.public import Access, restrict, unit_tree
from linli.core.areas.public import AreaNode, area_condition, area_tree
from linli.core.flow.public import LONGEST, Given, act, begin
from linli.core.forms.public import Form
from linli.core.grids.public import locate_main
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotThere,
    Work,
    cleaned,
    job,
    local_day,
    local_today,
    locked,
    periodic,
    row_uuid,
    write,
)
from linli.core.registry.public import Premises, PremisesKind, Risk
from linli.core.staff.public import worker_of
from linli.subsystems.safety.inspection_records import Doer, Every, Inspection, InspectionPlan, Level
from linli.subsystems.safety.inspections.checklists import checklists
from linli.subsystems.safety.inspections.flow import INSPECTION

MOST_AT_ONCE, MOST_PLANS, MOST_WITHDRAWN = 200, 5000, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGiven:
    """What a plan says, as it was typed."""

    title: str
    level: str
    area: AreaNode
    form_id: int
    every: str
    doer: str
    first_day: date
    last_day: date
    kinds: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    team_id: int | None = None
    note: str = ""


def plans_seen(access: Access) -> QuerySet[InspectionPlan]:
    """The plans of the areas where this person sees inspections."""
    return restrict(access, "inspection.view", InspectionPlan.objects.all())


def premises_of(plan: InspectionPlan | PlanGiven) -> QuerySet[Premises]:
    """The premises that a plan means, as the ledger holds them now."""
    area_id = plan.area.id
    rows = Premises.objects.filter(area_condition(area_id), retired_at__isnull=True, merged_into_id__isnull=True)
    rows = rows.filter(kind__in=plan.kinds) if plan.kinds else rows
    return rows.filter(risk__in=plan.risks) if plan.risks else rows


def make_plan(actor: Actor, *, access: Access, uuid: UUID, given: PlanGiven) -> InspectionPlan:
    """Makes a plan and has what is due given at once. Raises BadInput for what cannot be meant, Taken for a uuid that came before."""
    columns = _columns(given, access)
    if given.last_day < local_today():
        raise BadInput(pgettext("safety", "This day is over; choose today or a later one."), field="last_day")
    with write(actor) as work:
        plan = InspectionPlan(
            **area_tree().scope_columns(given.area.id), uuid=row_uuid(work.actor, uuid), made_by_id=access.user_id, **columns
        )  # fmt: skip
        plan.save(force_insert=True)
        _audit(work, plan, "make")
        work.enqueue("safety.give_plan", {"plan_id": plan.id})
    return plan


def change_plan(actor: Actor, *, access: Access, plan_id: int, given: PlanGiven) -> None:
    """Changes what a plan says from now on; what it has given stays as it is. How often, from when and where cannot change: then it is another
    plan. Raises NotThere, BadInput."""
    columns = _columns(given, access)
    with write(actor) as work:
        plan = _locked(access, plan_id)
        said = {**columns, "area_id": given.area.id}
        for name, field in (("every", "every"), ("first_day", "first_day"), ("area_id", "area")):
            if said[name] != getattr(plan, name):
                raise BadInput(
                    pgettext("safety", "This cannot change any more; end the plan and make another."), field=field
                )
        for name, value in columns.items():
            setattr(plan, name, value)
        plan.looked_on = None
        plan.save()
        _audit(work, plan, "change")
        work.enqueue("safety.give_plan", {"plan_id": plan.id})


def end_plan(actor: Actor, *, access: Access, plan_id: int) -> None:
    """Ends a plan with today; what it has given is still to be done. Twice does nothing more. Raises NotThere."""
    with write(actor) as work:
        plan, today = _locked(access, plan_id), local_day(work.now)
        if plan.last_day > today:
            plan.last_day = max(today, plan.first_day)
            plan.save(update_fields=["last_day"])
            _audit(work, plan, "end")


def _locked(access: Access, plan_id: int) -> InspectionPlan:
    rows = restrict(access, "inspection.plan", InspectionPlan.objects.filter(id=plan_id))
    if not rows.exists():
        raise NotThere(pgettext("safety", "There is no such plan of yours."))
    return locked(InspectionPlan.objects.filter(id=plan_id)).get()


def _audit(work: Work, plan: InspectionPlan, what: str) -> None:
    facts = {
        "form": plan.form_id, "every": plan.every, "kinds": plan.kinds, "risks": plan.risks, "doer": plan.doer, "team": plan.team_id,
        "first": plan.first_day.isoformat(), "last": plan.last_day.isoformat(),
    }  # fmt: skip
    work.audit(area_tree().audit_chain(plan.area_id), f"inspection_plan.{what}", "inspection_plan", plan.id, facts)


def _columns(given: PlanGiven, access: Access) -> dict[str, Any]:
    """What was typed as columns. Raises BadInput for what cannot be meant."""
    if given.area.id not in access.areas_with("inspection.plan"):
        raise BadInput(pgettext("safety", "You plan no inspections there; choose an area of yours."), field="area")
    title = cleaned("title", given.title, max_chars=80, lines=False)
    if not title:
        raise BadInput(pgettext("safety", "Give the plan a title."), field="title")
    for name, choices in (("level", Level), ("every", Every), ("doer", Doer)):
        if getattr(given, name) not in choices.values:
            raise BadInput(pgettext("safety", "Choose one of the list."), field=name)
    if not set(given.kinds) <= set(PremisesKind.values) or not set(given.risks) <= set(Risk.values):
        raise BadInput(pgettext("safety", "Choose kinds and risks of the list."), field="kinds")
    if given.form_id not in {form.id for form in checklists(access)}:
        raise BadInput(pgettext("safety", "There is no such checklist."), field="form")
    if (given.doer == Doer.TEAM) != (given.team_id is not None):
        raise BadInput(pgettext("safety", "Choose the team, and only where a team goes there."), field="team")
    if given.last_day < given.first_day or given.last_day - given.first_day > LONGEST:
        raise BadInput(pgettext("safety", "The last day lies before the first, or too far away."), field="last_day")
    return {
        "title": title, "level": given.level, "form_id": given.form_id, "every": given.every, "doer": given.doer, "team_id": given.team_id,
        "kinds": sorted(given.kinds), "risks": sorted(given.risks), "first_day": given.first_day, "last_day": given.last_day,
        "note": cleaned("note", given.note, max_chars=300, lines=False),
    }  # fmt: skip


def give_due(work: Work, plan_id: int) -> bool:
    """Gives a part of what a plan lacks in the running period, inside a job's write; whether more is to be given. Again it gives none twice."""
    today = local_day(work.now)
    plan = locked(InspectionPlan.objects.filter(id=plan_id, first_day__lte=today, last_day__gte=today)).first()
    if plan is None:
        return False
    period = period_of(plan.every, today, plan.last_day)
    given = Inspection.objects.filter(plan_id=plan.id, period=period.key, premises_id=OuterRef("id"))
    lacking = list(premises_of(plan).filter(~Exists(given)).order_by("id")[: MOST_AT_ONCE + 1])
    form = Form.objects.get(id=plan.form_id)
    for premises in lacking[:MOST_AT_ONCE]:
        _give(plan, form, premises, period)
    more = len(lacking) > MOST_AT_ONCE
    if not more:
        InspectionPlan.objects.filter(id=plan.id).update(looked_on=today)
    return more


def _give(plan: InspectionPlan, form: Form, premises: Premises, period: Period) -> Inspection:
    grid_id, unit_id = _doer(plan, premises)
    return begin(
        INSPECTION, SYSTEM, "give", Given(), area_id=premises.area_id, uuid=uuid5(plan.uuid, f"{period.key}:{premises.id}"),
        plan_id=plan.id, period=period.key, premises_id=premises.id, title=premises.name[:120], form_id=form.id, level=plan.level,
        planned_by_id=plan.made_by_id, grid_id=grid_id, unit_id=unit_id, due_on=period.last_day,
    )  # fmt: skip


def _doer(plan: InspectionPlan, premises: Premises) -> tuple[int | None, int | None]:
    """The grid or the unit that goes there: of a grid that nobody works in, the office of the community; else that of whoever planned it."""
    if plan.doer == Doer.TEAM:
        return None, plan.team_id
    if plan.doer == Doer.GRID and premises.lon is not None and premises.lat is not None:
        grid, _layer = locate_main(premises.lon, premises.lat)
        if grid is not None and worker_of(grid.id) is not None:
            return grid.id, None
    return None, office_of(premises.area_id)


def office_of(area_id: int) -> int | None:
    """The unit of an area, else of the next one around it that has one: the office of the community first, then centres."""
    units = sorted(
        unit_tree().nodes.values(), key=lambda one: (one.kind != "community_office", one.kind != "centre", one.id)
    )
    around = [node.id for node in area_tree().ancestors(area_id)]
    return next((unit.id for one in around for unit in units if unit.area_id == one), None)


@job("safety.give_plan", retries=2)
def give_plan(work: Work, payload: dict[str, Any]) -> None:
    """Gives what a plan lacks; goes on in another job when many are waiting."""
    if give_due(work, payload["plan_id"]):
        work.enqueue("safety.give_plan", {"plan_id": payload["plan_id"]})


@periodic("safety.look_at_plans", every=timedelta(minutes=30))
def look_at_plans(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Has each plan in force given once a day, in a job of its own, so that one that fails holds up no other; withdraws what is to be
    inspected in premises that are not in use any more."""
    today = local_day(work.now)
    plans = InspectionPlan.objects.filter(first_day__lte=today, last_day__gte=today).exclude(looked_on__gte=today)
    for plan_id in plans.order_by("id").values_list("id", flat=True)[:MOST_PLANS]:
        work.enqueue("safety.give_plan", {"plan_id": plan_id})
    gone = Premises.objects.filter(id=OuterRef("premises_id"), retired_at__isnull=False)
    for item in Inspection.objects.filter(Exists(gone), state__in=("todo", "missed")).order_by("id")[:MOST_WITHDRAWN]:
        reason = pgettext("safety", "The premises are not in use any more.")
        act(INSPECTION, SYSTEM, item.id, "withdraw", Given(reason=reason), uuid=uuid5(item.uuid, "retired"))
