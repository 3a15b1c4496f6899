"""Plans of recurring tasks: made, changed, paused, ended by people; each occurrence given by the job, once.

The job looks at `next_at` alone. One write holds the plan's lock, gives the task and moves `next_at`, so a killed worker leaves both
or neither; the occurrence is unique among the tasks as the last guard. After a time in which no worker lived, of each plan the
last occurrence is given, if it can still be done; those before it are counted as left out, and nothing floods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from linli.algorithms.rhythm import Window
from linli.core.access.public import Access, User, openings, unit_tree
from linli.core.areas.public import area_tree
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import spans_of
from linli.core.flow.public import Given
from linli.core.inbox.models import Every, Task, TaskPlan
from linli.core.inbox.reach import BY_ADMISSION, check_unit, is_of_department, may_give_to, reach
from linli.core.inbox.task_flow import TASK, About, area_of, begin_task
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Work,
    city_zone,
    cleaned,
    local_day,
    local_time,
    local_today,
    locked,
    row_uuid,
    write,
)
from linli.core.staff.public import worker_of

MOST_DAYS_TO_DO = 90
TASKS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class PlanGiven:
    """What a plan says, as it was typed: exactly one of person, unit and grid, how often, in which spans or until when."""

    subject: str
    every: str
    valid_from: date
    note: str = ""
    assignee_id: int | None = None
    unit_id: int | None = None
    grid_id: int | None = None
    weekdays: Sequence[int] = ()
    day: int = 1
    times: Sequence[tuple[str, str]] = field(default_factory=list)
    days_to_do: int = 0
    work_days_only: bool = True
    valid_to: date | None = None


def plans_seen(access: Access) -> QuerySet[TaskPlan]:
    """The plans that somebody made, those that give them tasks, and those of the areas where they see tasks."""
    inside = openings(access, "task.view", TaskPlan)
    if inside is None:
        return TaskPlan.objects.all()
    seen = Q(giver_id=access.user_id) | Q(assignee_id=access.user_id) | Q(unit_id=access.unit_id, unit_id__isnull=False)
    for one in inside:
        seen |= one
    return TaskPlan.objects.filter(seen)


def tasks_of_plan(plan: TaskPlan, access: Access) -> list[Task]:
    """The last tasks that a plan gave, newest first, of those that this person sees."""
    return list(TASK.visible(access).filter(plan_id=plan.id).order_by("-id")[:TASKS_SHOWN])


def may_change(plan: TaskPlan, access: Access) -> bool:
    """Whether this person made the plan, or gives tasks in its area."""
    return plan.giver_id == access.user_id or access.may_in_area("task.give", plan.area_id)


def make_task_plan(actor: Actor, *, access: Access, uuid: UUID, given: PlanGiven) -> TaskPlan:
    """Makes a plan; its first occurrence is the first that begins after now. Raises BadInput, and Taken for a uuid that came before."""
    columns = _columns(given, access)
    with write(actor) as work:
        plan = TaskPlan(
            **area_tree().scope_columns(area_of(About(grid_id=given.grid_id), access)), uuid=row_uuid(work.actor, uuid),
            giver_id=access.user_id, **columns,
        )  # fmt: skip
        plan.next_at = _next(plan, work.now)
        plan.save(force_insert=True)
        _audit(work, plan, "make")
    return plan


def change_task_plan(actor: Actor, *, access: Access, plan_id: int, given: PlanGiven) -> TaskPlan:
    """Changes what a plan says from now on; tasks that it gave stay as they are. Raises NotThere, NotAllowed, BadInput."""
    columns = _columns(given, access, begun=True)
    with write(actor) as work:
        plan = _locked(access, plan_id)
        for name, value in columns.items():
            setattr(plan, name, value)
        plan.next_at = None if plan.paused_at else _next(plan, work.now)
        plan.save()
        _audit(work, plan, "change")
    return plan


def pause_task_plan(actor: Actor, *, access: Access, plan_id: int, paused: bool) -> None:
    """Lets a plan rest, or go on with the next occurrence that begins; what lay between is not made up. Twice does nothing more."""
    with write(actor) as work:
        plan = _locked(access, plan_id)
        if (plan.paused_at is not None) != paused:
            plan.paused_at = work.now if paused else None
            plan.next_at = None if paused else _next(plan, work.now)
            plan.save(update_fields=["paused_at", "next_at"])
            _audit(work, plan, "pause" if paused else "go_on")


def end_task_plan(actor: Actor, *, access: Access, plan_id: int) -> None:
    """Ends a plan with today; what it gives today is still given. Twice does nothing more."""
    with write(actor) as work:
        plan, today = _locked(access, plan_id), local_day(work.now)
        if plan.valid_to is None or plan.valid_to > today:
            plan.valid_to = today
            plan.next_at = None if plan.paused_at else _next(plan, work.now)
            plan.save(update_fields=["valid_to", "next_at"])
            _audit(work, plan, "end")


def _locked(access: Access, plan_id: int) -> TaskPlan:
    if not plans_seen(access).filter(id=plan_id).exists():
        raise NotThere(_("There is no such plan."))
    plan = locked(TaskPlan.objects.filter(id=plan_id)).get()
    if not may_change(plan, access):
        raise NotAllowed(_("This plan is not yours to change."))
    return plan


def _audit(work: Work, plan: TaskPlan, what: str) -> None:
    facts = {
        "every": plan.every, "times": plan.times, "from": plan.valid_from.isoformat(), "to": plan.valid_to and plan.valid_to.isoformat(),
        "assignee": plan.assignee_id, "unit": plan.unit_id, "grid": plan.grid_id,
    }  # fmt: skip
    work.audit(area_tree().audit_chain(plan.area_id), f"task_plan.{what}", "task_plan", plan.id, facts)


def _columns(given: PlanGiven, access: Access, *, begun: bool = False) -> dict[str, Any]:
    """What was typed as columns. Raises BadInput for what cannot be meant."""
    chosen = [one for one in (given.assignee_id, given.unit_id, given.grid_id) if one is not None]
    subject = cleaned("subject", given.subject, max_chars=120, lines=False)
    if not subject:
        raise BadInput(_("Say in a few words what is to be done."), field="subject")
    if len(chosen) != 1:
        raise BadInput(_("Choose one: a person, a unit or a grid."), field="assignee")
    _check_reach(given, access)
    if given.every not in Every.values:
        raise BadInput(_("Choose how often the task is given."), field="every")
    if given.every == Every.WEEK and not given.weekdays:
        raise BadInput(_("Choose the days of the week."), field="weekdays")
    if not 1 <= given.day <= 31:
        raise BadInput(_("Choose a day from 1 to 31."), field="day")
    if not 0 <= given.days_to_do <= MOST_DAYS_TO_DO:
        raise BadInput(_("Give at most %s days to do it.") % MOST_DAYS_TO_DO, field="days_to_do")
    if given.valid_to is not None and given.valid_to < given.valid_from:
        raise BadInput(_("The plan ends before it begins; choose a later last day."), field="valid_to")
    if given.valid_to is not None and given.valid_to < local_today() and not begun:
        raise BadInput(_("This day is over; choose today or a later one."), field="valid_to")
    spans = spans_of(given.times) if given.times else ()
    note = cleaned("note", given.note, max_chars=2000)
    return asdict(given) | {
        "subject": subject, "note": note, "weekdays": "".join(str(one) for one in sorted(set(given.weekdays))),
        "times": [[f"{first:%H:%M}", f"{last:%H:%M}"] for first, last in spans],
    }  # fmt: skip


def _check_reach(given: PlanGiven, access: Access) -> None:
    if given.assignee_id is not None:
        user = User.objects.filter(id=given.assignee_id, is_active=True, unit_id__in=reach(access)).first()
        if user is None:
            raise BadInput(
                _("To this person you cannot give a task; choose somebody of your unit or area."), field="assignee"
            )
        if not may_give_to(access, user.id, user.unit_id):
            raise BadInput(str(BY_ADMISSION), field="assignee")
    check_unit(access, given.unit_id)
    if given.grid_id is not None and is_of_department(access):
        raise BadInput(str(BY_ADMISSION), field="grid")
    if given.grid_id is not None and not access.may_in_area("task.give", area_of(About(grid_id=given.grid_id), access)):
        raise BadInput(_("This place is not in force; choose one from the list."), field="grid")


def _next(plan: TaskPlan, instant: datetime) -> datetime | None:
    """When a span of the plan begins next, on whatever day: the calendar is asked then."""
    windows = plan.rhythm.windows_from(instant, city_zone())
    return next((window.opens_at for window in windows if window.opens_at > instant), None)


def give_occurrence(work: Work, plan_id: int) -> Task | None:
    """Gives the task of a plan whose time has come, inside a job's write. Again it does nothing more."""
    plan = locked(TaskPlan.objects.filter(id=plan_id, next_at__lte=work.now)).first()
    if plan is None or plan.next_at is None:
        return None
    come = _come(plan, plan.next_at, work.now)
    task = _give(work, plan, come[-1]) if come else None
    left_out = [_key(window) for window in (come if task is None else come[:-1])]
    if left_out:
        facts = {"count": len(left_out), "first": left_out[0], "last": left_out[-1]}
        work.audit(area_tree().audit_chain(plan.area_id), "task_plan.left_out", "task_plan", plan.id, facts)
    TaskPlan.objects.filter(id=plan.id).update(next_at=_next(plan, work.now), left_out=F("left_out") + len(left_out))
    return task


def _come(plan: TaskPlan, since: datetime, instant: datetime) -> list[Window]:
    """The windows that began from one instant to another, on days on which the plan holds by the calendar as it is now."""
    found, calendar = [], catalogue().calendar
    for window in plan.rhythm.windows_from(since - since.resolution, city_zone()):
        if window.opens_at > instant:
            break
        if window.opens_at >= since and plan.rhythm.holds_on(local_day(window.opens_at), calendar):
            found.append(window)
    return found


def _key(window: Window) -> str:
    return f"{local_time(window.opens_at):%Y-%m-%d %H:%M}"


def _give(work: Work, plan: TaskPlan, window: Window) -> Task | None:
    """The task of one window; None when it cannot be done any more, or nobody is left who could."""
    due_on = local_day(window.opens_at) + timedelta(days=plan.days_to_do)
    due_time: time | None = local_time(window.closes_at).time() if plan.times and not plan.days_to_do else None
    ends = datetime.combine(due_on, due_time, city_zone()) if due_time else None
    if due_on < local_day(work.now) or (ends is not None and ends.astimezone(UTC) <= work.now):
        return None
    assignee_id, unit_id = _doer(plan)
    if assignee_id is None and unit_id is None:
        return None
    return begin_task(
        SYSTEM, access=None, uuid=uuid5(plan.uuid, _key(window)), giver_id=plan.giver_id, area_id=plan.area_id, subject=plan.subject,
        due=due_on, assignee_id=assignee_id, unit_id=unit_id, about=About(grid_id=plan.grid_id), given=Given(note=plan.note),
        due_time=due_time, plan_id=plan.id, plan_key=_key(window),
    )  # fmt: skip


def _doer(plan: TaskPlan) -> tuple[int | None, int | None]:
    """The person or the unit that gets the task: who the plan names, or works in its grid now; else whoever made the plan."""
    if plan.unit_id is not None and plan.unit_id in unit_tree().nodes:
        return None, plan.unit_id
    asked = worker_of(plan.grid_id) if plan.grid_id is not None else plan.assignee_id
    for user_id in (asked, plan.giver_id):
        if user_id is not None and User.objects.filter(id=user_id, is_active=True).exists():
            return user_id, None
    return None, None
