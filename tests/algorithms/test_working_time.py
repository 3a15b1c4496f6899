"""Clocks in four units, against examples written out by hand and against an oracle that counts minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.working_time import (
    Calendar,
    ClockUnit,
    OfficeHours,
    amber_after_pause,
    amber_at,
    due_after_pause,
    due_at,
    elapsed,
    elapsed_over,
    remaining,
    remaining_over,
    same_hours,
)
from linli.lib.chinese_holidays import chinese_exceptions

SHANGHAI = ZoneInfo("Asia/Shanghai")
BOSTON = ZoneInfo("America/New_York")
OFFICE: OfficeHours = ((time(8), time(12)), (time(14), time(18)))
EXCEPTIONS, KNOWN_UNTIL = chinese_exceptions()
CHINA = Calendar("Asia/Shanghai", same_hours(OFFICE), EXCEPTIONS, KNOWN_UNTIL)

# Days of unequal length, an open end at midnight, a free Wednesday, Saturday mornings, and summer time at an hour
# when people work.
UNEQUAL_HOURS: tuple[OfficeHours, ...] = (
    OFFICE,
    ((time(9), time(9, 50)), (time(13, 7), time(20))),
    (),
    ((time(0), time(0)),),
    ((time(16), time(0)),),
    ((time(8, 30), time(11)),),
    ((time(1), time(2, 30)), (time(3), time(5))),
)
NEW_YORK = Calendar(
    "America/New_York",
    UNEQUAL_HOURS,
    {date(2022, 7, 4): False, date(2022, 7, 6): True, date(2022, 3, 14): False, date(2022, 12, 31): True},
)
CALENDARS = [CHINA, NEW_YORK]


def china(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def due_in_china(start: datetime, amount: str, unit: ClockUnit) -> datetime:
    return due_at(CHINA, start, Decimal(amount), unit).at_utc.astimezone(SHANGHAI)


# 2026-07-06 is a Monday in a week without holidays.
@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        (china(7, 6, 10), "1", ClockUnit.WORK_DAY, china(7, 7, 10)),
        (china(7, 6, 8), "1", ClockUnit.WORK_DAY, china(7, 6, 18)),
        (china(7, 6, 7), "1", ClockUnit.WORK_DAY, china(7, 6, 18)),
        (china(7, 5, 15), "1", ClockUnit.WORK_DAY, china(7, 6, 18)),
        (china(7, 6, 13), "1", ClockUnit.WORK_DAY, china(7, 7, 12)),
        (china(7, 6, 18), "1", ClockUnit.WORK_DAY, china(7, 7, 18)),
        (china(7, 10, 16), "1", ClockUnit.WORK_DAY, china(7, 13, 16)),
        (china(7, 6, 10), "0.5", ClockUnit.WORK_DAY, china(7, 6, 16)),
        (china(7, 6, 8), "0.5", ClockUnit.WORK_DAY, china(7, 6, 12)),
        (china(7, 6, 8), "0.375", ClockUnit.WORK_DAY, china(7, 6, 11)),
        (china(7, 6, 17), "0.375", ClockUnit.WORK_DAY, china(7, 7, 10)),
        (china(7, 6, 10), "20", ClockUnit.WORK_DAY, china(8, 3, 10)),
        (china(7, 6, 11), "4", ClockUnit.WORK_HOUR, china(7, 6, 17)),
        (china(7, 10, 17), "4", ClockUnit.WORK_HOUR, china(7, 13, 11)),
        (china(7, 6, 23), "0.25", ClockUnit.WORK_HOUR, china(7, 7, 8, 15)),
        (china(7, 11, 23), "2", ClockUnit.URGENT_HOUR, china(7, 12, 1)),
        (china(7, 11, 23), "1", ClockUnit.CALENDAR_DAY, china(7, 12, 23)),
        (china(7, 11, 23), "0.5", ClockUnit.CALENDAR_DAY, china(7, 12, 11)),
        # National Day 2026: closed October 1 to 7, Saturday the 10th makes up and keeps Monday's hours.
        (china(9, 30, 16), "1", ClockUnit.WORK_DAY, china(10, 8, 16)),
        (china(10, 9, 10), "1", ClockUnit.WORK_DAY, china(10, 10, 10)),
        (china(10, 9, 10), "2", ClockUnit.WORK_DAY, china(10, 12, 10)),
        # Spring Festival 2026: closed February 15 to 23, Saturdays the 14th and the 28th make up.
        (china(2, 13, 17), "4", ClockUnit.WORK_HOUR, china(2, 14, 11)),
        (china(2, 14, 17), "1", ClockUnit.WORK_DAY, china(2, 24, 17)),
        # New Year 2026: closed January 1 to 3, Sunday the 4th makes up.
        (china(12, 31, 8), "1", ClockUnit.WORK_DAY, china(12, 31, 18)),
        (china(12, 31, 17, year=2025), "2", ClockUnit.WORK_HOUR, china(1, 4, 9)),
    ],
)
def test_a_limit_is_due_where_the_wall_calendar_says(
    start: datetime, amount: str, unit: ClockUnit, due: datetime
) -> None:
    assert due_in_china(start, amount, unit) == due


def test_the_holidays_of_2026_are_those_announced() -> None:
    closed_weekdays = [
        day
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
        if day.weekday() < 5 and not CHINA.is_work_day(day)
    ]
    worked_weekends = [
        day
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
        if day.weekday() >= 5 and CHINA.is_work_day(day)
    ]
    assert closed_weekdays == [
        *(date(2026, 1, day) for day in (1, 2)),
        *(date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23)),
        date(2026, 4, 6),
        *(date(2026, 5, day) for day in (1, 4, 5)),
        date(2026, 6, 19),
        date(2026, 9, 25),
        *(date(2026, 10, day) for day in (1, 2, 5, 6, 7)),
    ]
    assert worked_weekends == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]


def test_a_due_date_beyond_the_known_holidays_is_provisional_in_working_units_only() -> None:
    late = datetime(KNOWN_UNTIL.year, 12, 31, 10, tzinfo=SHANGHAI)
    assert not due_at(CHINA, late, Decimal("0.1"), ClockUnit.WORK_DAY).provisional
    assert due_at(CHINA, late, Decimal(1), ClockUnit.WORK_DAY).provisional
    assert due_at(CHINA, late, Decimal(8), ClockUnit.WORK_HOUR).provisional
    assert not due_at(CHINA, late, Decimal(30), ClockUnit.CALENDAR_DAY).provisional
    assert not due_at(CHINA, late, Decimal(30), ClockUnit.URGENT_HOUR).provisional


def test_hours_that_change_on_a_day_count_each_day_by_its_own() -> None:
    """From Wednesday 18 November on the office works in the mornings alone, and on Saturdays."""
    mornings = same_hours([(time(8), time(12))], weekdays=range(6))
    calendar = replace(CHINA, later_hours=((date(2026, 11, 18), mornings), (date(2026, 11, 25), same_hours(OFFICE))))
    tuesday = datetime(2026, 11, 17, 14, tzinfo=SHANGHAI)
    assert due_at(calendar, tuesday, Decimal(5), ClockUnit.WORK_HOUR).at_utc == tuesday + timedelta(hours=19)
    assert due_at(calendar, tuesday, Decimal(1), ClockUnit.WORK_DAY).at_utc == tuesday + timedelta(hours=20)
    week = datetime(2026, 11, 17, 0, tzinfo=SHANGHAI), datetime(2026, 11, 26, 0, tzinfo=SHANGHAI)
    assert elapsed(calendar, *week, ClockUnit.WORK_HOUR) == 8 + 6 * 4 + 8
    assert [calendar.is_work_day(date(2026, 11, day)) for day in (14, 21, 28)] == [False, True, False]


def test_later_hours_out_of_order_are_refused() -> None:
    twice = ((date(2026, 11, 18), same_hours(OFFICE)),) * 2
    for later in (twice, ((date(2026, 11, 18), same_hours(OFFICE)), (date(2026, 11, 17), same_hours(OFFICE)))):
        with pytest.raises(ValueError, match="later_hours"):
            replace(CHINA, later_hours=later)


@pytest.mark.parametrize("year", [1900, 2100])
def test_years_without_holiday_facts_count_ordinary_weekdays(year: int) -> None:
    monday = next(day for day in (date(year, 3, n) for n in range(1, 8)) if day.weekday() == 0)
    start = datetime.combine(monday, time(10), tzinfo=SHANGHAI)
    due = due_at(CHINA, start, Decimal(10), ClockUnit.WORK_DAY)
    assert due.at_utc == start + timedelta(days=14)
    assert due.provisional == (year == 2100)


def test_calendar_days_are_24_hours_also_when_the_clock_of_the_zone_changes() -> None:
    start = datetime(2022, 3, 12, 12, tzinfo=BOSTON)
    due = due_at(NEW_YORK, start, Decimal(1), ClockUnit.CALENDAR_DAY)
    assert due.at_utc.astimezone(BOSTON) == datetime(2022, 3, 13, 13, tzinfo=BOSTON)
    assert elapsed(NEW_YORK, start, due.at_utc, ClockUnit.CALENDAR_DAY) == 1


def test_office_hours_follow_the_wall_clock_across_a_change_to_summer_time() -> None:
    boston = Calendar("America/New_York", same_hours(OFFICE))
    friday = datetime(2022, 3, 11, 10, tzinfo=BOSTON)
    due = due_at(boston, friday, Decimal(1), ClockUnit.WORK_DAY)
    assert due.at_utc.astimezone(BOSTON) == datetime(2022, 3, 14, 10, tzinfo=BOSTON)
    # Compared in UTC: Python subtracts two instants of one zone by their wall clocks.
    assert due.at_utc - friday.astimezone(UTC) == timedelta(hours=71)


def test_a_night_in_the_spring_gap_is_no_longer_than_it_was() -> None:
    nights = Calendar("America/New_York", (*[()] * 6, ((time(1), time(2, 30)), (time(3), time(5)))))
    ordinary = datetime(2022, 3, 6, tzinfo=BOSTON), datetime(2022, 3, 7, tzinfo=BOSTON)
    spring = datetime(2022, 3, 13, tzinfo=BOSTON), datetime(2022, 3, 14, tzinfo=BOSTON)
    autumn = datetime(2022, 11, 6, tzinfo=BOSTON), datetime(2022, 11, 7, tzinfo=BOSTON)
    assert elapsed(nights, *ordinary, ClockUnit.WORK_HOUR) == Decimal("3.5")
    # 01:00 to 05:00 by the wall is three real hours in spring, and five in autumn of which 02:30 to 03:00 is free.
    assert elapsed(nights, *spring, ClockUnit.WORK_HOUR) == 3
    assert elapsed(nights, *autumn, ClockUnit.WORK_HOUR) == Decimal("4.5")
    for around in (ordinary, spring, autumn):
        assert elapsed(nights, *around, ClockUnit.WORK_DAY) == 1


INSTANTS = st.datetimes(datetime(2021, 12, 1), datetime(2023, 2, 1), timezones=st.just(UTC))
MINUTES = INSTANTS.map(lambda at: at.replace(second=0, microsecond=0))
UNITS = st.sampled_from(list(ClockUnit))
AMOUNTS = st.decimals(Decimal(0), Decimal(40), places=4)
CALENDAR = st.sampled_from(CALENDARS)


@given(CALENDAR, INSTANTS, AMOUNTS, UNITS)
def test_exactly_the_limit_has_elapsed_when_it_is_due(
    calendar: Calendar, start: datetime, amount: Decimal, unit: ClockUnit
) -> None:
    due = due_at(calendar, start, amount, unit).at_utc
    assert elapsed(calendar, start, due, unit) == amount
    assert remaining(calendar, start, due, amount, unit) == 0
    if amount:
        # It is the first such instant: a millisecond earlier something is left.
        assert remaining(calendar, start, due - timedelta(milliseconds=1), amount, unit) > 0


@given(CALENDAR, INSTANTS, INSTANTS, AMOUNTS, AMOUNTS, UNITS)
def test_a_later_start_or_a_longer_limit_is_never_due_earlier(
    calendar: Calendar, one: datetime, other: datetime, less: Decimal, more: Decimal, unit: ClockUnit
) -> None:
    one, other = sorted((one, other))
    less, more = sorted((less, more))
    assert due_at(calendar, one, less, unit).at_utc <= due_at(calendar, other, less, unit).at_utc
    assert due_at(calendar, one, less, unit).at_utc <= due_at(calendar, one, more, unit).at_utc


@given(CALENDAR, st.lists(INSTANTS, min_size=3, max_size=3), UNITS)
def test_elapsed_amounts_add_up(calendar: Calendar, instants: list[datetime], unit: ClockUnit) -> None:
    first, middle, last = sorted(instants)
    parts = elapsed(calendar, first, middle, unit) + elapsed(calendar, middle, last, unit)
    assert abs(parts - elapsed(calendar, first, last, unit)) <= Decimal("2e-9")


@given(CALENDAR, st.lists(INSTANTS, min_size=2, max_size=6), AMOUNTS, UNITS)
def test_a_pause_of_no_length_changes_nothing(
    calendar: Calendar, instants: list[datetime], amount: Decimal, unit: ClockUnit
) -> None:
    instants.sort()
    running = list(pairwise(instants))
    unbroken = due_at(calendar, instants[0], amount, unit)
    assert due_after_pause(calendar, running, instants[-1], amount, unit) == unbroken
    share = Decimal("0.8")
    assert amber_after_pause(calendar, running, instants[-1], amount, unit, share) == amber_at(
        calendar, instants[0], amount, unit, share
    )


@given(CALENDAR, st.lists(INSTANTS, min_size=3, max_size=7, unique=True), AMOUNTS, UNITS)
def test_what_is_left_at_a_pause_runs_on_from_the_resumption(
    calendar: Calendar, instants: list[datetime], amount: Decimal, unit: ClockUnit
) -> None:
    instants.sort()
    running = list(zip(instants[:-1:2], instants[1:-1:2], strict=False))
    resumed = instants[-1]
    due = due_after_pause(calendar, running, resumed, amount, unit).at_utc
    left = remaining_over(calendar, running, amount, unit)
    if left > 0:
        assert due >= resumed
        assert elapsed_over(calendar, [*running, (resumed, due)], unit) == amount
    else:
        assert due <= running[-1][1]
        before = [(start, min(end, due)) for start, end in running if start <= due]
        assert elapsed_over(calendar, before, unit) == amount


def test_a_due_instant_is_rounded_up_so_that_nobody_loses_the_fraction() -> None:
    start = china(7, 6, 9)
    for unit in ClockUnit:
        assert due_at(CHINA, start, Decimal("1e-13"), unit).at_utc - start == timedelta(microseconds=1)


def test_a_weekend_pause_is_neutral_for_working_units() -> None:
    start, paused, resumed = china(7, 9, 10), china(7, 10, 18), china(7, 13, 7)
    for unit in (ClockUnit.WORK_DAY, ClockUnit.WORK_HOUR):
        paused_due = due_after_pause(CHINA, [(start, paused)], resumed, Decimal(3), unit)
        assert paused_due == due_at(CHINA, start, Decimal(3), unit)


def test_resuming_does_not_make_late_work_timely() -> None:
    running = [(china(7, 6, 8), china(7, 8, 18))]
    assert due_after_pause(CHINA, running, china(7, 20, 8), 1, ClockUnit.WORK_DAY).at_utc == china(7, 6, 18)
    assert due_after_pause(CHINA, running, china(7, 20, 8), 3, ClockUnit.WORK_DAY).at_utc == china(7, 8, 18)
    assert due_after_pause(CHINA, running, china(7, 20, 8), 4, ClockUnit.WORK_DAY).at_utc == china(7, 20, 18)


def minutes_by_hand(calendar: Calendar, start: datetime, end: datetime) -> tuple[int, Mapping[date, tuple[int, int]]]:
    """Office minutes between two instants, and per local date the minutes counted and those the whole day has, one by
    one.
    """
    zone = ZoneInfo(calendar.zone)

    def is_open(at_utc: datetime) -> bool:
        local = at_utc.astimezone(zone)
        day = local.date()
        works = calendar.exceptions.get(day, bool(calendar.office_hours[day.weekday()]))
        hours = calendar.office_hours[day.weekday()] or next(some for some in calendar.office_hours if some)
        wall = local.time()
        return works and any(opens <= wall and (wall < closes or closes == time(0)) for opens, closes in hours)

    counted: dict[date, int] = {}
    whole: dict[date, int] = {}
    at = start - timedelta(days=2)
    while at < end + timedelta(days=2):
        if is_open(at):
            day = at.astimezone(zone).date()
            whole[day] = whole.get(day, 0) + 1
            if start <= at < end:
                counted[day] = counted.get(day, 0) + 1
        at += timedelta(minutes=1)
    return sum(counted.values()), {day: (minutes, whole[day]) for day, minutes in counted.items()}


@settings(max_examples=25, deadline=None)
@given(CALENDAR, MINUTES, st.integers(0, 6 * 24 * 60))
def test_working_time_agrees_with_a_count_minute_by_minute(calendar: Calendar, start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    counted, by_day = minutes_by_hand(calendar, start, end)
    days = sum((Decimal(part) / Decimal(whole) for part, whole in by_day.values()), Decimal(0))
    assert abs(elapsed(calendar, start, end, ClockUnit.WORK_HOUR) * 60 - counted) <= Decimal("1e-6")
    assert abs(elapsed(calendar, start, end, ClockUnit.WORK_DAY) - days) <= Decimal("1e-8")


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (Decimal(-1), ClockUnit.WORK_DAY),
        (Decimal("NaN"), ClockUnit.WORK_DAY),
        (Decimal("Infinity"), ClockUnit.URGENT_HOUR),
        (Decimal(30_000), ClockUnit.WORK_DAY),
    ],
)
def test_an_amount_that_is_no_limit_is_refused(amount: Decimal, unit: ClockUnit) -> None:
    with pytest.raises(ValueError, match="a limit of"):
        due_at(CHINA, china(7, 6, 8), amount, unit)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        due_at(CHINA, datetime(2026, 7, 6, 8), 1, ClockUnit.WORK_DAY)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="before the start"):
        elapsed(CHINA, china(7, 6, 9), china(7, 6, 8), ClockUnit.WORK_HOUR)


def test_running_intervals_that_overlap_are_refused() -> None:
    overlapping = [(china(7, 6, 8), china(7, 6, 10)), (china(7, 6, 9), china(7, 6, 11))]
    with pytest.raises(ValueError, match="in order and apart"):
        elapsed_over(CHINA, overlapping, ClockUnit.WORK_HOUR)
    with pytest.raises(ValueError, match="in order and apart"):
        due_after_pause(CHINA, overlapping[:1], china(7, 6, 9), 1, ClockUnit.WORK_DAY)


@pytest.mark.parametrize(
    ("hours", "complaint"),
    [
        ([()] * 7, "no hours on any weekday"),
        ([OFFICE] * 6, "has 6 days"),
        ([((time(14), time(18)), (time(8), time(12)))] * 7, "not in order"),
        ([((time(22), time(6)),)] * 7, "split at midnight"),
        ([((time(8), time(8, 30)),)] * 7, "at least one hour"),
    ],
)
def test_office_hours_that_cannot_be_worked_are_refused(hours: list[OfficeHours], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Calendar("Asia/Shanghai", tuple(hours))


def test_a_calendar_is_a_value_that_later_changes_of_its_sources_do_not_reach() -> None:
    exceptions = {date(2026, 7, 7): False}
    calendar = Calendar("Asia/Shanghai", same_hours(OFFICE), exceptions)
    assert calendar == Calendar("Asia/Shanghai", same_hours(OFFICE), dict(exceptions))
    assert hash(calendar) == hash(Calendar("Asia/Shanghai", same_hours(OFFICE), dict(exceptions)))
    exceptions.clear()
    assert not calendar.is_work_day(date(2026, 7, 7))


def test_a_due_date_within_20_work_days_costs_at_most_50_microseconds() -> None:
    start, rounds = china(9, 14, 10, 17), 500
    due_at(CHINA, start, 20, ClockUnit.WORK_DAY)
    best = float("inf")
    for _ in range(5):
        begun = process_time()
        for _ in range(rounds):
            due_at(CHINA, start, 20, ClockUnit.WORK_DAY)
        best = min(best, (process_time() - begun) / rounds)
    assert best <= 50e-6
