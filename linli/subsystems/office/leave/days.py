"""The days of leave: which are work days, who is away, and what asking and coming back do to them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.core.access.public import User, begin_stand_in, end_stand_in, of_item
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import marks
from linli.core.flow.public import Act, Transition, Who
from linli.core.platform.public import BadInput, local_today, locked
from linli.subsystems.office.leave.models import Leave

LONGEST_DAYS = 366
HELD = ("granted", "back")  # states in which somebody is, or was, away on these days


def work_days(first_day: date, last_day: date) -> int:
    """The work days of the calendar from one day to another, both included."""
    calendar = catalogue().calendar
    span = range((last_day - first_day).days + 1)
    return sum(calendar.is_work_day(first_day + timedelta(days=day)) for day in span)


def days_of(leave: Leave) -> tuple[date, date]:
    """The first and the last day: they are there as long as a leave moves."""
    return cast(tuple[date, date], (leave.first_day, leave.last_day))


def ask(act: Act[Leave]) -> dict[str, Any]:
    """Refuses days without work or in the wrong order, and those that another leave of the person, or one of the stand-in, holds."""
    leave, (first, last) = act.item, days_of(act.item)
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise BadInput(_("The last day lies before the first, or more than a year after it."), field="last_day")
    leave.work_days = work_days(first, last)
    if not leave.work_days:
        raise BadInput(_("There is no work day between these days."), field="first_day")
    mine, stand_in = leave.begun_by_id, leave.stand_in_id
    list(locked(User.objects.filter(id__in=[mine])))  # who asks twice at once is asked one after the other
    over = Leave.objects.filter(
        Q(state__in=HELD) | Q(state="asked", begun_by_id=mine),
        begun_by_id__in=[mine, stand_in], first_day__lte=last, last_day__gte=first,
    ).order_by("id")  # fmt: skip
    found = over.first()
    if found is not None and found.begun_by_id == mine:
        raise BadInput(_("You asked for a leave on some of these days already."), field="first_day")
    if found is not None:
        raise BadInput(_("Who stands in is away on some of these days; choose somebody else."), field="stand_in")
    return {"work_days": leave.work_days}


def grant(act: Act[Leave]) -> dict[str, Any]:
    """Lets the colleague whom the leave names stand in while it lasts."""
    leave, (first, last) = act.item, days_of(act.item)
    if leave.stand_in_id is None or leave.begun_by_id is None:
        return {}
    begin_stand_in(
        act.work.actor, user_id=leave.begun_by_id, stand_in_id=leave.stand_in_id, first_day=first, last_day=last,
        flow=act.flow.code, item_id=leave.id,
    )  # fmt: skip
    return {"stand_in": leave.stand_in_id}


def withdraw(act: Act[Leave]) -> dict[str, Any]:
    """Nobody needs to stand in any more."""
    end_stand_in(act.work.actor, of_item(act.flow.code, act.item.id))
    return {}


def report_back(act: Act[Leave]) -> dict[str, Any]:
    """Frees the days that are left from the day on which the person is at work again."""
    leave, (first, last), back = act.item, days_of(act.item), act.given.values["back_day"]
    if not first < back <= local_today():
        raise BadInput(
            _("Give the day on which you were at work again: after the first day of leave, and not after today."),
            field="back_day",
        )
    before, leave.back_day = leave.work_days, back
    leave.last_day = min(last, back - timedelta(days=1))
    leave.work_days = work_days(first, leave.last_day)
    end_stand_in(act.work.actor, of_item(act.flow.code, leave.id), last_day=leave.last_day)
    return {"freed_work_days": before - leave.work_days}


def away(day: date) -> Q:
    """Leaves of those who are away on a day."""
    return Q(state="granted", first_day__lte=day, last_day__gte=day)


def sensible(leave: Leave, rows: list[Transition], _who: Who) -> list[Transition]:
    """From the second day of a leave on one reports back; before, one withdraws it."""
    begun = leave.first_day is not None and leave.first_day < local_today()
    unfit = "withdraw" if begun and leave.state == "granted" else "" if begun else "report_back"
    return [row for row in rows if row.action != unfit]


def span(leave: Leave) -> str:
    """From when to when in words; empty once the days are erased."""
    days = [marks.day_words(one) for one in (leave.first_day, leave.last_day) if one]
    return " – ".join(dict.fromkeys(days))
