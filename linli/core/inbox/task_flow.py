"""A task (任务): given to a person or a unit, done by a day, handed over, sent back or withdrawn.

Any member of the staff gives tasks to themself and to the people of their unit; who holds `task.give` over an area or a unit, to
everybody there. Departments give them by `give_task`, with the item that they are about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, User, own_area
from linli.core.areas.public import area_tree
from linli.core.flow.public import (
    LONGEST,
    Act,
    AnyFlow,
    Flow,
    Given,
    Relation,
    Stage,
    Transition,
    Who,
    begin,
    by_system,
    each,
    escalate,
    flows,
    in_area,
    of_person,
    of_unit,
)
from linli.core.grids.public import GridNode, main_layer
from linli.core.inbox.models import Task, TaskState
from linli.core.inbox.reach import BY_ADMISSION, check_unit, may_give_to, reach
from linli.core.platform.public import SYSTEM, Actor, BadInput, city_zone, cleaned, local_today

MOST_HOURS = 500
WAITS, CHIEFS = ("offered", "open", "stuck"), ("doer", "giver", "area", "chief")
TRANSITIONS = (
    Transition("give", "", "open", ("giver", "system"), takes=("note", "photo"), starts="do"),
    Transition("offer", "", "offered", ("giver", "system"), takes=("note", "photo"), starts="do"),
    Transition("take", "offered", "open", ("unit",), takes=("note",)),
    Transition("done", "open", "done", ("doer", "system"), needs=("note",), takes=("amount", "photo"), stops=("do",)),
    Transition("decline", "open", "stuck", ("doer",), needs=("reason",)),
    *each(WAITS, "hand_over", (*CHIEFS, "system"), "open", needs=("assignee", "reason")),
    *each(WAITS, "hand_on", ("giver", "area", "chief"), needs=("giver", "reason")),
    Transition("again", "stuck", "open", ("giver",), needs=("note", "due"), stops=("do",), starts="do"),
    Transition("redo", "done", "open", ("giver",), needs=("reason", "due"), starts="do"),
    *each(WAITS, "withdraw", ("giver", "system"), "withdrawn", needs=("reason",), stops=("do",)),
    *each(WAITS, "escalate", ("system",)),
)


@dataclass(frozen=True, slots=True)
class About:
    """What a task is about: an item of a flow (or a record of a ledger, by its code), or an area or a grid; nothing of it for a task that stands by itself."""

    flow: str = ""
    item_id: int | None = None
    area_id: int | None = None
    grid_id: int | None = None


NOTHING = About()


def _of_the_unit() -> Relation:
    """The people of the unit that a task was given to; it is theirs, so no permission is asked."""

    def holds(task: Task, _permission: str, who: Who) -> bool:
        return task.for_unit and who.access is not None and task.unit_id == who.access.unit_id

    def rows(_permission: str, access: Access) -> Q:
        return Q(for_unit=True, unit_id=access.unit_id, unit_id__isnull=False)

    return Relation(gettext_lazy("who works in the unit"), holds, rows, asks=False)


def _named(task: Task, row: Transition, given: Given, who: Who, _locked: Any) -> User | None:
    """The account that is to do it, from the giver's or the acting person's reach. Raises BadInput for anybody else."""
    chosen = given.values.get("assignee") or given.values.get("giver")
    user_id = chosen.user_id if chosen is not None else task.assignee_id if row.action == "give" else None
    if user_id is None:
        return None
    user, field = (
        User.objects.filter(id=user_id, is_active=True).first(),
        "giver" if row.action == "hand_on" else "assignee",
    )
    if user is None or (who.access is not None and user.unit_id not in reach(who.access)):
        raise BadInput(_("To this person you cannot give a task; choose somebody of your unit or area."), field=field)
    if who.access is not None and not may_give_to(who.access, user.id, user.unit_id):
        raise BadInput(str(BY_ADMISSION), field=field)
    return user


def _handed(act: Act[Task]) -> dict[str, Any]:
    task, user = act.item, act.named
    if user.id == task.assignee_id and act.came_from == "open":
        raise BadInput(_("This person has the task already; choose somebody else."), field="assignee")
    former, task.assignee_id = task.assignee_id, user.id
    if user.unit_id != task.unit_id:
        task.unit_id, task.for_unit = user.unit_id, False
    return {"former": former, "assignee": user.id}


def _handed_on(act: Act[Task]) -> dict[str, Any]:
    former, act.item.giver_id = act.item.giver_id, act.named.id
    return {"former": former, "giver": act.item.giver_id}


def _done(act: Act[Task]) -> dict[str, Any]:
    """Adds up the hours that somebody says it took; what is done again took more."""
    hours = act.given.amount
    if hours is None:
        return {}
    if not 0 < hours <= MOST_HOURS:
        raise BadInput(_("Give the hours that it took, above 0 and at most %s.") % MOST_HOURS, field="amount")
    act.item.hours_used = (act.item.hours_used or 0) + hours
    return {"hours": f"{hours.normalize():f}"}


def _taken(act: Act[Task]) -> dict[str, Any]:
    act.item.assignee_id = act.work.actor.user_id
    return {"assignee": act.item.assignee_id}


def _due_anew(act: Act[Task]) -> dict[str, Any]:
    act.item.due_on, act.item.due_time = _day_to_come(act.given.values["due"]), None
    return {"due": act.item.due_on.isoformat()}


def _day_to_come(day: date) -> date:
    if day < local_today():
        raise BadInput(_("This day is over; choose today or a later one."), field="due")
    if day - local_today() > LONGEST:
        raise BadInput(_("This day is more than ten years away; choose an earlier one."), field="due")
    return day


def _until(task: Task) -> date | datetime:
    return datetime.combine(task.due_on, task.due_time, city_zone()).astimezone(UTC) if task.due_time else task.due_on


TASK: Flow[Task] = Flow(
    code="task",
    title=gettext_lazy("task"),
    model=Task,
    states=TaskState,
    transitions=TRANSITIONS,
    titles={
        "give": gettext_lazy("Give the task"),
        "offer": gettext_lazy("Give the task to the unit"),
        "take": gettext_lazy("Take it on"),
        "done": gettext_lazy("Done"),
        "decline": gettext_lazy("It cannot be done"),
        "hand_over": gettext_lazy("Hand over the task"),
        "hand_on": gettext_lazy("Let another answer for it"),
        "again": gettext_lazy("Ask once more"),
        "redo": gettext_lazy("Have it done again"),
        "withdraw": gettext_lazy("Withdraw the task"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={
        "giver": of_person("giver_id", covered=True), "doer": of_person("assignee_id", covered=True), "unit": _of_the_unit(),
        "area": in_area(), "chief": of_unit(), "system": by_system(),
    },
    stages={"do": Stage(gettext_lazy("Doing it"), until=_until)},
    effects={"take": _taken, "done": _done, "hand_over": _handed, "hand_on": _handed_on, "again": _due_anew, "redo": _due_anew, "escalate": escalate},
    needed={
        "assignee": gettext_lazy("Choose who is to do it."), "giver": gettext_lazy("Choose who answers for it from now on."),
        "due": gettext_lazy("Say by which day it is to be done."),
    },
    notes={"again": gettext_lazy("Say in a few words how it can be done.")},
    permissions={"hand_over": "task.give", "hand_on": "task.give"},
    handing={"assignee_id": ("hand_over", "assignee"), "giver_id": ("hand_on", "giver")},
    view="task.view",
    not_there=gettext_lazy("There is no such task."),
    ended=("done", "withdrawn"),
    waiting=("take", "done", "again"),
    page="task",
    heading=str,
    told={
        "give": ("assignee_id",), "take": ("giver_id",), "done": ("giver_id",), "decline": ("giver_id",),
        "hand_over": ("assignee_id", "giver_id"), "hand_on": ("giver_id", "assignee_id"), "again": ("assignee_id",), "redo": ("assignee_id",),
        "withdraw": ("assignee_id",),
        "escalate": ("assignee_id", "giver_id"),
    },
    order=("take", "done", "again", "hand_over", "hand_on", "decline", "redo", "withdraw"),
    next_steps={"offered": ("take",), "open": ("done",), "stuck": ("again",)},
    phases={"offered": "waiting", "open": "work", "stuck": "stopped", "withdrawn": "stopped"},
    named=_named,
    binds=lambda task: {"due": task.due_on.isoformat(), "giver": task.giver_id, "about": [task.about_flow, task.about_id]},
)  # fmt: skip


def give_task(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    subject: str,
    due: date,
    assignee_id: int | None = None,
    unit_id: int | None = None,
    about: About = NOTHING,
    note: str = "",
    files: tuple[dict[str, Any], ...] = (),
) -> Task:
    """Gives a task to a person or to a unit, whose people then take it on. To be done by the end of office hours on `due`.

    Inside a write it joins it, so that a decision and its tasks are kept together. Raises BadInput for a day that is over, for
    nobody or both, for who is out of reach (see `reach`), for an item that the giver does not see, and Taken for a uuid that
    came before.
    """
    if (assignee_id is None) == (unit_id is None):
        raise BadInput(_("Choose either the person or the unit that is to do it."), field="assignee")
    check_unit(access, unit_id)
    subject = cleaned("subject", subject, max_chars=120, lines=False)
    if not subject:
        raise BadInput(_("Say in a few words what is to be done."), field="subject")
    _check_item(about, access)
    return begin_task(
        actor, access=access, uuid=uuid, giver_id=access.user_id, area_id=area_of(about, access), subject=subject, due=due,
        assignee_id=assignee_id, unit_id=unit_id, about=about, given=Given(note=note, files=files),
    )  # fmt: skip


def give_task_of(
    flow: AnyFlow,
    item: Any,
    *,
    uuid: UUID,
    giver_id: int,
    subject: str,
    due: date,
    assignee_id: int,
    grid: GridNode | None = None,
    note: str = "",
) -> Task:
    """Gives a task that a step of a flow has decided, inside the write of that step: to whoever it names, however far the reach of who
    took the step; filed under its grid where it has one. Raises BadInput for a day that is over and for an account that is closed,
    Taken for a uuid that came before."""
    return begin_task(
        SYSTEM, access=None, uuid=uuid, giver_id=giver_id, area_id=grid.area_id if grid else item.area_id, subject=subject, due=due,
        assignee_id=assignee_id, unit_id=None, about=About(flow.code, item.id, grid_id=grid.id if grid else None), given=Given(note=note),
    )  # fmt: skip


def begin_task(
    actor: Actor,
    *,
    access: Access | None,
    uuid: UUID,
    giver_id: int,
    area_id: int,
    subject: str,
    due: date,
    assignee_id: int | None,
    unit_id: int | None,
    about: About,
    given: Given,
    **of_plan: Any,
) -> Task:
    """Begins a task whose parts were checked; plans call it without an `access`, by the system, with the columns `of_plan`."""
    held = unit_id
    if assignee_id is not None:
        held = User.objects.filter(id=assignee_id).values_list("unit_id", flat=True).first()
    return begin(
        TASK, actor, "offer" if assignee_id is None else "give", given, area_id=area_id, uuid=uuid, access=access,
        subject=subject, giver_id=giver_id, assignee_id=assignee_id, unit_id=held, for_unit=assignee_id is None,
        due_on=_day_to_come(due), about_flow=about.flow, about_id=about.item_id, grid_id=about.grid_id, **of_plan,
    )  # fmt: skip


def area_of(about: About, access: Access) -> int:
    """Where a task is filed: under its grid's or its own area, else under that of the giver's unit."""
    layer = main_layer() if about.grid_id is not None else None
    grid = layer.nodes.get(about.grid_id) if layer and about.grid_id is not None else None
    area_id = grid.area_id if grid else about.area_id
    if (about.grid_id is not None and grid is None) or (area_id is not None and area_id not in area_tree().nodes):
        raise BadInput(_("This place is not in force; choose one from the list."), field="grid")
    return area_id if area_id is not None else own_area(access)


def item_about(flow_code: str, item_id: int | None, access: Access) -> Any:
    """The item that a task is about, if this person may see it; else None."""
    flow = flows().get(flow_code)
    item = flow.model._default_manager.filter(id=item_id).first() if flow is not None and item_id is not None else None
    return item if flow is not None and item is not None and flow.may_view(item, access) else None


def _check_item(about: About, access: Access) -> None:
    if about.flow and item_about(about.flow, about.item_id, access) is None:
        raise BadInput(_("What the task is about is not there, or not yours to see."), field="about")
