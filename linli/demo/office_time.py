"""Counts in the city's office hours, forwards and backwards: when a clerk gets to something, when a clock must have started.

The arithmetic is linli.algorithms.working_time; `plans.py` and `lives.py` next door plan with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from linli.algorithms.office_calendar import Calendar, ClockUnit
from linli.algorithms.working_time import due_at

FURTHEST = timedelta(days=40)
ZONE: Final = ZoneInfo("Asia/Shanghai")
CREWS_BEGIN, CREWS_END = time(7, 30), time(21, 30)


@dataclass(frozen=True, slots=True)
class OfficeTime:
    """The city's calendar, asked in the ways that a story needs. All instants are aware, in UTC."""

    calendar: Calendar

    def later(self, start: datetime, minutes: float) -> datetime:
        """The instant after `minutes` of office time."""
        return due_at(self.calendar, start, _amount(minutes / 60), ClockUnit.WORK_HOUR).at_utc

    def ago(self, end: datetime, work_days: float) -> datetime:
        """The instant so many work days before `end`, at the same hour; what is left of a day goes off its eight hours."""
        instant, left = end, int(work_days)
        while left:
            instant -= timedelta(days=1)
            left -= self.calendar.is_work_day(instant.astimezone(ZONE).date())
        return instant - timedelta(hours=8 * (work_days % 1))

    def after_share(self, start: datetime, share: float, amount: Decimal, unit: str) -> datetime:
        """The instant when `share` of a limit has run since `start`; a share above 1 is past due."""
        return due_at(self.calendar, start, _amount(share * float(amount)), ClockUnit(unit)).at_utc

    def before(self, end: datetime, share: float, amount: Decimal, unit: str) -> datetime:
        """The latest start from which `share` of a limit has run at `end`, to the second, in office time for office units."""
        low, high = end - FURTHEST, end
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if self.after_share(middle, share, amount, unit) <= end:
                low = middle
            else:
                high = middle
        return low.replace(microsecond=0)


def evening_crew(instant: datetime) -> datetime:
    """The instant, when crews are out then (half past seven to half past nine); else the beginning of the next morning."""
    local = instant.astimezone(ZONE)
    if local.time() >= CREWS_END:
        local = datetime.combine(local.date() + timedelta(days=1), CREWS_BEGIN, ZONE) + timedelta(
            seconds=local.minute * 97
        )
    elif local.time() < CREWS_BEGIN:
        local = datetime.combine(local.date(), CREWS_BEGIN, ZONE) + timedelta(seconds=local.minute * 97)
    return local.astimezone(UTC)


def _amount(number: float) -> Decimal:
    return Decimal(str(round(number, 4)))
