"""How a limit is said: so many work days, so many hours."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import ngettext

from linli.algorithms.office_calendar import ClockUnit
from linli.core.catalogue.selectors import catalogue
from linli.core.platform.public import local_today

LIMITS: dict[str, Callable[[int], str]] = {
    "urgent_hour": lambda n: ngettext("%s urgent hour", "%s urgent hours", n),
    "work_hour": lambda n: ngettext("%s work hour", "%s work hours", n),
    "work_day": lambda n: ngettext("%s work day", "%s work days", n),
    "calendar_day": lambda n: ngettext("%s calendar day", "%s calendar days", n),
    "hour": lambda n: ngettext("%s hour", "%s hours", n),
    "minute": lambda n: ngettext("%s minute", "%s minutes", n),
}
MINUTES_IN = {"urgent_hour": 60, "work_hour": 60, "work_day": 8 * 60, "calendar_day": 24 * 60}
DAYS = (ClockUnit.WORK_DAY, ClockUnit.CALENDAR_DAY)


def limit_words(amount: Decimal | None, unit: str) -> str:
    """1 工作日, 3 工作时 for 0.375 work days, 1 工作日 4 工作时, 30 分钟: whole numbers of the largest units that fit, to the minute."""
    if amount is None or not unit:
        return ""
    minutes_in = MINUTES_IN[unit]
    if unit == ClockUnit.WORK_DAY:
        minutes_in = _work_day_minutes()
    minutes = int((amount * minutes_in).to_integral_value(ROUND_HALF_UP))
    hours_named = {ClockUnit.WORK_DAY: "work_hour", ClockUnit.CALENDAR_DAY: "hour"}.get(ClockUnit(unit), unit)
    parts = []
    if unit in DAYS:
        days, minutes = divmod(minutes, minutes_in)
        parts = [(unit, days)]
    hours, minutes = divmod(minutes, 60)
    parts += [(hours_named, hours), ("minute", minutes)]
    return " ".join(LIMITS[name](number) % number for name, number in parts if number) or LIMITS[unit](0) % 0


def _work_day_minutes() -> int:
    """How long an ordinary day of the office is: that of the first weekday with hours."""
    day = next(hours for hours in catalogue().calendar.week_on(local_today()) if hours)
    return sum((end.hour * 60 + end.minute or 24 * 60) - (start.hour * 60 + start.minute) for start, end in day)
