"""When an office works: its hours, its holidays, and tables that add its office time up.

Above it stands `linli.algorithms.working_time`, the arithmetic of limits, which hands out the names of this module
too; beside it
`linli.lib.chinese_holidays`, which fetches the exceptional days.

Office time is the union of the intervals [start, end) of the office hours of every work day, in local time, turned
into UTC day by day. It is added up by local year in exact fractions. The table of a year takes about 5 ms and is made
when first asked; it hangs on the `Calendar` object, so keep that object and do not make a new one for each question.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import ceil
from types import MappingProxyType
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

OfficeHours = tuple[tuple[time, time], ...]

HOUR_US: Final = 3_600_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_SHORTEST_DAY: Final = timedelta(hours=1)
_MIDNIGHT: Final = time(0, 0)


class ClockUnit(StrEnum):
    """The unit of a limit; what each means stands in the module's docstring."""

    URGENT_HOUR = "urgent_hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"
    CALENDAR_DAY = "calendar_day"


class YearTable(NamedTuple):
    """The office time of one local year in one unit, as pieces in order: UTC microseconds, and units spent around
    each; `near` is `after` as floats, to look in.
    """

    starts_us: list[int]
    ends_us: list[int]
    before: list[Fraction]
    after: list[Fraction]
    per_us: list[Fraction]
    near: list[float]

    def spent_at(self, at_us: int) -> Fraction:
        """Units of this year's office time that lie before an instant."""
        piece = bisect_right(self.starts_us, at_us) - 1
        if piece < 0:
            return Fraction(0)
        within_us = min(at_us, self.ends_us[piece]) - self.starts_us[piece]
        return self.before[piece] + within_us * self.per_us[piece]

    def first_instant_us(self, spent: Fraction) -> int:
        """The first whole microsecond at which `spent` (0 < spent <= total) units of this year have run."""
        piece = bisect_left(self.near, float(spent))
        while piece and self.after[piece - 1] >= spent:
            piece -= 1
        while self.after[piece] < spent:
            piece += 1
        return self.starts_us[piece] + ceil((spent - self.before[piece]) / self.per_us[piece])

    @property
    def total(self) -> Fraction:
        """Units of the whole year."""
        return self.after[-1] if self.after else Fraction(0)


@dataclass(frozen=True)
class Calendar:
    """Where and when an office works. A value: equal fields make equal calendars; its tables are built when first
    asked.

    zone            name of a time zone (IANA), e.g. "Asia/Shanghai"
    office_hours    seven entries, Monday first, each the (start, end) local times of that weekday in order; empty
                    means free. An end of 00:00 is midnight at the end of the day; hours that cross midnight are given
                    as two entries on two days. A day has none or at least one hour of office time.
    exceptions      date -> is it a work day? Holidays are False, make-up work days True. A make-up day on a weekday
                    without hours of its own keeps the hours of the first weekday that has some (Monday's, as a rule).
    known_until     last date whose holidays are known; beyond it ordinary weekdays are assumed and results are
                    provisional. None: nothing is provisional.
    later_hours     (first day, seven entries) in order of days: from that day on these hours hold. A span of working
                    time that runs over the day counts each day by its own hours.

    Raises ValueError when the hours cannot be worked, and ZoneInfoNotFoundError for an unknown zone.
    """

    zone: str
    office_hours: tuple[OfficeHours, ...]
    exceptions: Mapping[date, bool] = field(default_factory=dict, hash=False)
    known_until: date | None = None
    later_hours: tuple[tuple[date, tuple[OfficeHours, ...]], ...] = ()

    def __post_init__(self) -> None:
        later = tuple((day, _checked_week(hours)) for day, hours in self.later_hours)
        if any(after <= before for (before, _), (after, _) in pairwise(later)):
            raise ValueError("later_hours are not in order; give each first day once, the earliest first")
        object.__setattr__(self, "office_hours", _checked_week(self.office_hours))
        object.__setattr__(self, "later_hours", later)
        object.__setattr__(self, "exceptions", MappingProxyType(dict(self.exceptions)))
        _ = self._zone

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _years(self) -> dict[tuple[int, ClockUnit], YearTable]:
        return {}

    def week_on(self, day: date) -> tuple[OfficeHours, ...]:
        """The hours of the seven weekdays that are in force on a day, Monday first."""
        return next((hours for first, hours in reversed(self.later_hours) if first <= day), self.office_hours)

    def hours_on(self, day: date) -> OfficeHours:
        """The office hours of a date, in local time; empty when it is no work day."""
        week = self.week_on(day)
        ordinary = week[day.weekday()]
        works = self.exceptions.get(day)
        if works is None:
            return ordinary
        if not works:
            return ()
        return ordinary or next(hours for hours in week if hours)

    def is_work_day(self, day: date) -> bool:
        """Whether a date has office hours."""
        return bool(self.hours_on(day))

    def local_date(self, at_utc: datetime) -> date:
        """The date that the office's wall calendar shows at an instant."""
        return at_utc.astimezone(self._zone).date()

    def is_known(self, day: date) -> bool:
        """Whether the holidays of a date are known."""
        return self.known_until is None or day <= self.known_until

    def year_table(self, year: int, unit: ClockUnit) -> YearTable:
        """The office time of a local year, added up in `work_hour` or `work_day`."""
        table = self._years.get((year, unit))
        if table is None:
            # Two threads may both build it; they build the same, and the second store changes nothing.
            table = self._years[(year, unit)] = self._build_year(year, unit)
        return table

    def _build_year(self, year: int, unit: ClockUnit) -> YearTable:
        table = YearTable([], [], [], [], [], [])
        spent = Fraction(0)
        for day in _days_of(year):
            pieces = self._pieces_us(day)
            length_us = sum(end - start for start, end in pieces)
            per_us = Fraction(1, length_us if unit is ClockUnit.WORK_DAY and length_us else HOUR_US)
            for start_us, end_us in pieces:
                table.starts_us.append(start_us)
                table.ends_us.append(end_us)
                table.before.append(spent)
                spent += (end_us - start_us) * per_us
                table.after.append(spent)
                table.near.append(float(spent))
                table.per_us.append(per_us)
        return table

    def _pieces_us(self, day: date) -> list[tuple[int, int]]:
        """The office hours of a date as UTC microseconds, in order and apart, also where the zone's clock jumps."""
        pieces: list[tuple[int, int]] = []
        for start, end in self.hours_on(day):
            start_us = self._local_us(day, start)
            end_us = self._local_us(day, end, closing=True)
            if pieces:
                # Hours inside the gap of a change to summer time slide forward and could run into the next piece.
                start_us = max(start_us, pieces[-1][1])
            if end_us > start_us:
                pieces.append((start_us, end_us))
        return pieces

    def _local_us(self, day: date, at: time, *, closing: bool = False) -> int:
        moment = datetime.combine(day, at, tzinfo=self._zone)
        if closing and at == _MIDNIGHT:
            moment += timedelta(days=1)
        return instant_us(moment)


def same_hours(hours: Sequence[tuple[time, time]], *, weekdays: Sequence[int] = range(5)) -> tuple[OfficeHours, ...]:
    """The seven entries of a `Calendar` for an office that keeps the same hours on some weekdays (0 is Monday)."""
    return tuple(tuple(hours) if weekday in weekdays else () for weekday in range(7))


def _checked_week(week: Sequence[OfficeHours]) -> tuple[OfficeHours, ...]:
    hours = tuple(tuple((start, end) for start, end in day) for day in week)
    if len(hours) != 7:
        raise ValueError(f"office_hours has {len(hours)} days; give seven, Monday first")
    if not any(hours):
        raise ValueError("office_hours has no hours on any weekday; give at least one weekday its hours")
    for weekday, day in enumerate(hours):
        _check_hours(weekday, day)
    return hours


def _check_hours(weekday: int, hours: OfficeHours) -> None:
    open_for, previous_end = timedelta(0), timedelta(0)
    for start, end in hours:
        if start.tzinfo or end.tzinfo:
            raise ValueError(f"office_hours of weekday {weekday} carry a time zone; the calendar has one already")
        opens, closes = _since_midnight(start), _since_midnight(end) or timedelta(days=1)
        if opens < previous_end or closes <= opens:
            raise ValueError(
                f"office_hours of weekday {weekday} are not in order at {start}-{end}; sort them, and split at midnight"
            )
        open_for, previous_end = open_for + closes - opens, closes
    if hours and open_for < _SHORTEST_DAY:
        raise ValueError(f"office_hours of weekday {weekday} last {open_for}; give none or at least one hour")


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _days_of(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=day) for day in range(366 if isleap(year) else 365))


def instant_us(at: datetime) -> int:
    """Microseconds from 1970 to an aware instant; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError(f"the instant {at.isoformat()} has no time zone; give it one")
    return (at - _EPOCH) // _MICROSECOND


def instant_at(us: int) -> datetime:
    """The instant in UTC that lies so many microseconds after 1970."""
    return _EPOCH + us * _MICROSECOND
