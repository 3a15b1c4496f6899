"""Leave (请假): asked for by any member of the staff, decided by another, withdrawn by who asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, User, own_area
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import marks
from linli.core.flow.public import (
    Act,
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
from linli.core.platform.public import Actor, BadInput, locked
from linli.subsystems.office.models import Leave, LeaveState

LONGEST_DAYS = 366

TRANSITIONS = (
    Transition("ask", "", "asked", ("asker",), needs=("note",), starts="decide"),
    Transition("grant", "asked", "granted", ("area",), takes=("note",), stops=("decide",), not_by=("asker",)),
    Transition("refuse", "asked", "refused", ("area",), needs=("reason",), stops=("decide",), not_by=("asker",)),
    *each(("asked", "granted"), "withdraw", ("asker",), "withdrawn", takes=("note",), stops=("decide",)),
    Transition("escalate", "asked", "asked", ("system",)),
)


def _ask(act: Act[Leave]) -> dict[str, Any]:
    """Refuses days that overlap with another leave of the person, or on which the stand-in is away as well."""
    mine, stand_in = act.item.begun_by_id, act.item.stand_in_id
    list(locked(User.objects.filter(id__in=[mine])))  # who asks twice at once is asked one after the other
    over = Leave.objects.filter(
        Q(state="granted") | Q(state="asked", begun_by_id=mine),
        begun_by_id__in=[mine, stand_in], first_day__lte=act.item.last_day, last_day__gte=act.item.first_day,
    ).order_by("id")  # fmt: skip
    found = over.first()
    if found is not None and found.begun_by_id == mine:
        raise BadInput(_("You asked for a leave on some of these days already."), field="first_day")
    if found is not None:
        raise BadInput(_("Who stands in is away on some of these days; choose somebody else."), field="stand_in")
    return {"work_days": act.item.work_days}


def span(leave: Leave) -> str:
    """From when to when in words; empty once the days are erased."""
    days = [marks.day_words(one) for one in (leave.first_day, leave.last_day) if one]
    return " – ".join(dict.fromkeys(days))


LEAVE: Flow[Leave] = Flow(
    code="leave",
    title=gettext_lazy("leave"),
    model=Leave,
    states=LeaveState,
    transitions=TRANSITIONS,
    titles={
        "ask": gettext_lazy("Ask for leave"),
        "grant": gettext_lazy("Grant the leave"),
        "refuse": gettext_lazy("Refuse the leave"),
        "withdraw": gettext_lazy("Withdraw the leave"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={"asker": of_person(), "stand_in": of_person("stand_in_id"), "area": in_area(), "system": by_system()},
    duties={"asker": by_who_began(gettext_lazy("Nobody decides about their own leave."), "own_leave")},
    stages={"decide": Stage(gettext_lazy("Decision"), Decimal(2))},
    effects={"ask": _ask, "escalate": escalate},
    notes={"ask": gettext_lazy("Say in a few words what the leave is for.")},
    permissions={"grant": "leave.decide", "refuse": "leave.decide"},
    view="leave.view",
    not_there=gettext_lazy("There is no such leave."),
    ended=("granted", "refused", "withdrawn"),
    waiting=("grant",),
    page="office:leave",
    heading=lambda leave: f"{leave.get_kind_display()} · {span(leave)}",
    told={"grant": ("begun_by_id", "stand_in_id"), "refuse": ("begun_by_id",), "withdraw": ("stand_in_id",)},
    order=("grant", "refuse", "withdraw"),
    next_steps={"asked": ("grant",)},
    phases={"asked": "check", "refused": "stopped", "withdrawn": "stopped"},
)


def work_days(first_day: date, last_day: date) -> int:
    """The work days of the calendar from one day to another, both included."""
    calendar = catalogue().calendar
    span = range((last_day - first_day).days + 1)
    return sum(calendar.is_work_day(first_day + timedelta(days=day)) for day in span)


def ask_for_leave(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    kind: str,
    first_day: date,
    last_day: date,
    note: str,
    stand_in_id: int | None = None,
) -> Leave:
    """Asks for a leave of whoever `access` is. Raises BadInput for days without work, in the wrong order or taken, and Taken
    for a uuid that came before."""
    if not 0 <= (last_day - first_day).days < LONGEST_DAYS:
        raise BadInput(_("The last day lies before the first, or more than a year after it."), field="last_day")
    days = work_days(first_day, last_day)
    if not days:
        raise BadInput(_("There is no work day between these days."), field="first_day")
    return begin(
        LEAVE, actor, "ask", Given(note=note), area_id=own_area(access), uuid=uuid, access=access, kind=kind,
        first_day=first_day, last_day=last_day, work_days=days, stand_in_id=stand_in_id,
    )  # fmt: skip
