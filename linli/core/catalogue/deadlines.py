"""Writes about time: limits of stages, office hours, days of the calendar. Each tells whoever has clocks that run."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from linli.core.catalogue.announcement import AnnouncedDay
from linli.core.catalogue.calendar import city_calendar
from linli.core.catalogue.models import CalendarDay, OfficeHours, StageLimit
from linli.core.catalogue.settled import CALENDAR_CHANGED, LIMITS_CHANGED
from linli.core.platform.public import Actor, BadInput, Refusal, bump, write


def keep_stage_limit(
    actor: Actor,
    *,
    flow: str,
    stage: str,
    valid_from: date,
    amount: Decimal | None = None,
    unit: str = "",
    urgent_hours: Decimal | None = None,
    amber_share: Decimal | None = None,
    with_verification: bool | None = None,
) -> bool:
    """Keeps what a city chose for a stage from a day on; what is left out stays as the flow, or the day before, has it. Who calls
    has parsed it (`set_limit` of the flows).

    For a day that has one already it takes its place. False, and nothing done, when that stands there so. Whoever has clocks that run
    computes them anew (the event limits.changed).
    """
    known = {"amount": amount, "unit": unit, "urgent_hours": urgent_hours}
    if amber_share is not None:
        known["amber_share"] = amber_share
    with write(actor) as work:
        chosen = StageLimit.objects.filter(flow=flow, stage=stage)
        before = chosen.filter(valid_from__lte=valid_from).order_by("-valid_from").first()
        joined = with_verification if with_verification is not None else before is None or before.with_verification
        row = StageLimit(flow=flow, stage=stage, valid_from=valid_from, with_verification=joined, **known)
        there = before if before is not None and before.valid_from == valid_from else None
        if there is not None and _says(there) == _says(row):
            return False
        row.id = there.id if there is not None else None
        row.save()
        work.stands(StageLimit)
        bump("catalogue")
        work.emit(LIMITS_CHANGED, "limit", 0, {"flow": flow, "stage": stage, "from": valid_from.isoformat()})
        said = {name: str(value) if isinstance(value, Decimal) else value for name, value in _says(row).items()}
        work.audit("city", "limit.set", "stage_limit", f"{flow}.{stage} {valid_from}", said)
    return True


def _says(row: StageLimit) -> dict[str, Any]:
    return {
        "amount": row.amount, "unit": row.unit, "urgent_hours": row.urgent_hours,
        "amber_share": Decimal(row.amber_share), "with_verification": row.with_verification,
    }  # fmt: skip


def set_office_hours(actor: Actor, *, valid_from: date, hours: list[list[list[str]]]) -> None:
    """Sets the office hours from a day on: seven lists of ["08:00", "12:00"] pairs, Monday first.

    Whoever has clocks that run computes them anew (the event calendar.changed). Again for the same day replaces them. Raises
    BadInput.
    """
    row = OfficeHours(valid_from=valid_from, hours=hours)
    try:
        city_calendar([row], [])
    except ValueError:
        raise BadInput(
            _(
                "These hours cannot be worked. Give seven weekdays, Monday first, each with spans such as 08:00–12:00 in order."
            ),
            field="hours",
        ) from None
    with write(actor) as work:
        OfficeHours.objects.update_or_create(valid_from=valid_from, defaults={"hours": hours})
        work.stands(OfficeHours)
        bump("catalogue")
        work.emit(CALENDAR_CHANGED, "calendar", 0, {"from": valid_from.isoformat()})
        work.audit("city", "hours.set", "calendar", str(valid_from), {"hours": hours})


def set_calendar_day(actor: Actor, *, day: date, is_workday: bool, name: str = "") -> None:
    """Marks a day as a holiday or a make-up workday. Whoever has clocks that run computes them anew.

    Calling it again with the same changes nothing but the record of it.
    """
    with write(actor) as work:
        CalendarDay.objects.update_or_create(
            day=day, defaults={"is_workday": is_workday, "name": name, "origin": "city"}
        )
        work.stands(CalendarDay)
        bump("catalogue")
        work.emit(CALENDAR_CHANGED, "calendar", 0, {"from": day.isoformat()})
        work.audit("city", "calendar.set", "calendar", str(day), {"is_workday": is_workday, "name": name})


def enter_announced_year(actor: Actor, *, year: int, days: list[AnnouncedDay]) -> None:
    """Keeps the whole announcement of a year's holidays, in place of what was entered of it before; the year then is known.

    Days that the city marked by itself stay. Running clocks are computed anew. Raises Refusal for a day of another year, a day
    given twice, or an announcement without 1 October, which cannot be whole.
    """
    named = [one.day for one in days]
    strange = next((day for day in named if day.year != year or named.count(day) > 1), None)
    if strange is not None:
        raise Refusal(
            _("%(day)s stands twice, or is no day of %(year)s.") % {"day": strange, "year": year}, field="day"
        )
    if date(year, 10, 1) not in {one.day for one in days if not one.is_workday}:
        raise Refusal(_("1 October is missing; give all days of the announcement for %s.") % year, field="day")
    with write(actor) as work:
        CalendarDay.objects.filter(day__year=year, origin="announced").delete()
        own = set(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))
        CalendarDay.objects.bulk_create(
            CalendarDay(day=one.day, is_workday=one.is_workday, name=one.name, origin="announced")
            for one in days
            if one.day not in own
        )
        work.stands(CalendarDay)
        bump("catalogue")
        work.emit(CALENDAR_CHANGED, "calendar", 0, {"from": f"{year}-01-01"})
        work.audit("city", "calendar.announce", "calendar", str(year), {"days": len(days)})
