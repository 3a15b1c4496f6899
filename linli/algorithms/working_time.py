"""Working time: when a limit runs out, how much of it is spent, and what a pause does to it.

Below it stands `linli.algorithms.office_calendar`, which knows when an office works; the case loop in `core.cases`
keeps the running intervals and asks here. Nothing here looks at a clock or a file: every instant is an argument.

A limit is an amount in one of four units.

`urgent_hour`   60 minutes, running always: nights, weekends and holidays too.
`calendar_day`  24 hours, running always. On the day of a change to or from summer time it is still 24 hours.
`work_hour`     60 minutes of office time. Outside office hours nothing runs.
`work_day`      the office hours of one work day, however long they are. 1 is one whole day's office hours, 0.5 half
                of them, 0.375 three eighths (three hours of an eight-hour day). Within a day the clock advances with
                its office minutes: after 10 of 480 minutes 10/480 of that day are spent. So a limit of 1 that starts
                at 10:00 is due on the next work day at the same point of its office hours: 10:00 when both days keep
                the same hours.

Outside office hours a clock stands still, so what starts there starts at the next opening. A limit is due at the
**first** instant at which its amount is spent: 1 work day from 08:00 is due at closing time of that day, not at the
next morning's opening, although no office time lies between the two.

Arithmetic is exact (fractions over whole microseconds); a due instant is rounded up to the next microsecond, an
elapsed amount to nine decimals, which is finer than a microsecond in each unit.

Cost: the first question about a local year builds its table; afterwards a question is two binary searches and a few
fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final, NamedTuple

from linli.algorithms.office_calendar import (
    HOUR_US,
    Calendar,
    ClockUnit,
    OfficeHours,
    instant_at,
    instant_us,
    same_hours,
)

__all__ = [
    "Calendar",
    "ClockUnit",
    "Due",
    "OfficeHours",
    "RunningInterval",
    "amber_after_pause",
    "amber_at",
    "due_after_pause",
    "due_at",
    "elapsed",
    "elapsed_over",
    "remaining",
    "remaining_over",
    "same_hours",
]

RunningInterval = tuple[datetime, datetime]

_NINE_DECIMALS: Final = Decimal("1e-9")
_RUNS_ALWAYS_US: Final = {ClockUnit.URGENT_HOUR: HOUR_US, ClockUnit.CALENDAR_DAY: 24 * HOUR_US}

# About a hundred years in each unit. A larger limit is a slip of the keyboard and would only build tables for ages.
_LONGEST: Final = {
    ClockUnit.URGENT_HOUR: 876_600,
    ClockUnit.WORK_HOUR: 260_000,
    ClockUnit.WORK_DAY: 26_000,
    ClockUnit.CALENDAR_DAY: 36_525,
}


class Due(NamedTuple):
    """When a limit runs out. `provisional`: it lies beyond the days whose holidays are known, so compute it again
    later.
    """

    at_utc: datetime
    provisional: bool


def due_at(calendar: Calendar, start_utc: datetime, amount: Decimal | int, unit: ClockUnit) -> Due:
    """The first instant at which `amount` units have run since `start_utc` (aware). An amount of 0 is due at the start.

    Raises ValueError for a naive instant, an unknown unit, or an amount that is negative, not a number or over about
    a century.
    """
    unit, limit = ClockUnit(unit), _amount(amount, ClockUnit(unit))
    return _due(calendar, start_utc, limit, unit)


def amber_at(
    calendar: Calendar, start_utc: datetime, amount: Decimal | int, unit: ClockUnit, share: Decimal = Decimal("0.8")
) -> Due:
    """The instant at which a share (0 to 1) of the limit is spent and the clock turns amber. Raises as `due_at`
    does.
    """
    unit, limit = ClockUnit(unit), _amount(amount, ClockUnit(unit)) * _share(share)
    return _due(calendar, start_utc, limit, unit)


def elapsed(calendar: Calendar, start_utc: datetime, end_utc: datetime, unit: ClockUnit) -> Decimal:
    """Units that run between two aware instants, to nine decimals. Raises ValueError when the end lies before the
    start.
    """
    return _decimal(_elapsed(calendar, start_utc, end_utc, ClockUnit(unit)))


def elapsed_over(calendar: Calendar, running: Sequence[RunningInterval], unit: ClockUnit) -> Decimal:
    """Units that run within running intervals (start, end), which stand in order and do not overlap."""
    return _decimal(_elapsed_over(calendar, running, ClockUnit(unit)))


def remaining(
    calendar: Calendar, start_utc: datetime, now_utc: datetime, amount: Decimal | int, unit: ClockUnit
) -> Decimal:
    """What is left of a limit that has run without pause since `start_utc`; negative by as much as it is overrun."""
    return remaining_over(calendar, [(start_utc, now_utc)], amount, unit)


def remaining_over(
    calendar: Calendar, running: Sequence[RunningInterval], amount: Decimal | int, unit: ClockUnit
) -> Decimal:
    """What is left of a limit after some running intervals; negative by as much as it is overrun."""
    unit = ClockUnit(unit)
    return _decimal(_amount(amount, unit) - _elapsed_over(calendar, running, unit))


def due_after_pause(
    calendar: Calendar,
    running: Sequence[RunningInterval],
    resumed_utc: datetime,
    amount: Decimal | int,
    unit: ClockUnit,
) -> Due:
    """When a limit is due that ran during `running` (ended intervals, in order) and runs on from `resumed_utc`.

    What is left after the intervals runs on from there. A limit that was spent before the pause stays due when it was
    spent: resuming does not make late work timely. A pause in which no office time lies changes nothing.
    """
    unit = ClockUnit(unit)
    return _due_after_pause(calendar, running, resumed_utc, _amount(amount, unit), unit)


def amber_after_pause(
    calendar: Calendar,
    running: Sequence[RunningInterval],
    resumed_utc: datetime,
    amount: Decimal | int,
    unit: ClockUnit,
    share: Decimal = Decimal("0.8"),
) -> Due:
    """The amber instant of a limit that was paused: `due_after_pause` for a share (0 to 1) of the limit."""
    unit = ClockUnit(unit)
    return _due_after_pause(calendar, running, resumed_utc, _amount(amount, unit) * _share(share), unit)


def _due_after_pause(
    calendar: Calendar, running: Sequence[RunningInterval], resumed_utc: datetime, limit: Fraction, unit: ClockUnit
) -> Due:
    _check_running(running, resumed_utc)
    for start, end in running:
        spent = _elapsed(calendar, start, end, unit)
        if spent >= limit:
            return _due(calendar, start, limit, unit)
        limit -= spent
    return _due(calendar, resumed_utc, limit, unit)


def _due(calendar: Calendar, start: datetime, limit: Fraction, unit: ClockUnit) -> Due:
    start_us = instant_us(start)
    always_us = _RUNS_ALWAYS_US.get(unit)
    if always_us is not None:
        return Due(instant_at(start_us + ceil(limit * always_us)), provisional=False)
    at_us = start_us
    if limit:
        year = calendar.local_date(start).year
        table = calendar.year_table(year, unit)
        target = table.spent_at(start_us) + limit
        while target > (total := table.total):
            target -= total
            year += 1
            if year > 9998:
                raise ValueError("the limit runs past the year 9998; give a shorter limit or an earlier start")
            table = calendar.year_table(year, unit)
        at_us = table.first_instant_us(target)
    at_utc = instant_at(at_us)
    return Due(at_utc, provisional=not calendar.is_known(calendar.local_date(at_utc)))


def _elapsed(calendar: Calendar, start: datetime, end: datetime, unit: ClockUnit) -> Fraction:
    start_us, end_us = instant_us(start), instant_us(end)
    if end_us < start_us:
        raise ValueError(f"the end {end.isoformat()} lies before the start {start.isoformat()}; exchange them")
    always_us = _RUNS_ALWAYS_US.get(unit)
    if always_us is not None:
        return Fraction(end_us - start_us, always_us)
    first, last = calendar.local_date(start).year, calendar.local_date(end).year
    whole = sum((calendar.year_table(year, unit).total for year in range(first, last)), Fraction(0))
    return (
        whole + calendar.year_table(last, unit).spent_at(end_us) - calendar.year_table(first, unit).spent_at(start_us)
    )


def _elapsed_over(calendar: Calendar, running: Sequence[RunningInterval], unit: ClockUnit) -> Fraction:
    _check_running(running, None)
    return sum((_elapsed(calendar, start, end, unit) for start, end in running), Fraction(0))


def _check_running(running: Sequence[RunningInterval], resumed: datetime | None) -> None:
    """Refuse intervals that overlap or go backwards: they would count one stretch of time twice."""
    starts = [start for start, _ in running[1:]] + ([resumed] if running and resumed is not None else [])
    for (_, end), following in zip(running, starts, strict=False):
        if following < end:
            raise ValueError(
                f"a running interval ends {end.isoformat()}, after the next one starts {following.isoformat()}; "
                "give them in order and apart"
            )


def _amount(amount: Decimal | int, unit: ClockUnit) -> Fraction:
    if not isinstance(amount, Decimal | int) or (isinstance(amount, Decimal) and not amount.is_finite()):
        raise ValueError(f"a limit of {amount!r} is no amount; give a Decimal or a whole number")
    if not 0 <= amount <= _LONGEST[unit]:
        raise ValueError(f"a limit of {amount} {unit} is out of range; give 0 to {_LONGEST[unit]}")
    return Fraction(amount)


def _share(share: Decimal) -> Fraction:
    if not 0 <= share <= 1:
        raise ValueError(f"a share of {share} is out of range; give 0 to 1")
    return Fraction(share)


def _decimal(units: Fraction) -> Decimal:
    return (Decimal(units.numerator) / Decimal(units.denominator)).quantize(_NINE_DECIMALS)
