"""When something is due again and again: the days that a rhythm means, what days off do to it, and its windows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.office_calendar import Calendar, same_hours
from linli.algorithms.rhythm import WHOLE_DAY, Rhythm, parse_spans
from linli.lib.refusal import Refusal

ZONE = ZoneInfo("Asia/Shanghai")
MORNING = ((time(8), time(10)),)
# National Day 2026: Thursday, October 1 to Wednesday, October 7; Saturday, October 10 is worked.
OFF = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CALENDAR = Calendar("Asia/Shanghai", same_hours([(time(9), time(18))]), OFF)


def days_of(rhythm: Rhythm, first: date, count: int) -> list[str]:
    """The days among `count` on which it holds."""
    days = (first + timedelta(days=one) for one in range(count))
    return [day.isoformat() for day in days if rhythm.holds_on(day, CALENDAR)]


def test_every_day_every_work_day_and_some_weekdays() -> None:
    since = date(2026, 9, 28)  # a Monday
    assert len(days_of(Rhythm(MORNING, False, since, None), since, 14)) == 14
    worked = ["2026-09-28", "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"]
    assert days_of(Rhythm(MORNING, True, since, None), since, 14) == worked
    weekly = Rhythm(MORNING, True, since, None, "week", frozenset({0, 3}))
    assert days_of(weekly, since, 14) == ["2026-09-28", "2026-10-08"]  # Thursday and Monday of the holiday are left out


def test_what_is_due_once_a_month_moves_over_days_off_and_short_months_have_their_last_day() -> None:
    since = date(2026, 9, 1)
    assert days_of(Rhythm(MORNING, True, since, None, "month", day=1), since, 61) == ["2026-09-01", "2026-10-08"]
    assert days_of(Rhythm(MORNING, False, since, None, "month", day=31), since, 61) == ["2026-09-30", "2026-10-31"]
    february = date(2028, 2, 1)  # a leap year
    assert days_of(Rhythm(MORNING, False, february, None, "month", day=30), february, 29) == ["2028-02-29"]


def test_a_quarter_begins_in_january_april_july_and_october() -> None:
    since = date(2026, 1, 1)
    found = days_of(Rhythm(MORNING, False, since, None, "quarter", day=15), since, 365)
    assert found == ["2026-01-15", "2026-04-15", "2026-07-15", "2026-10-15"]
    moved = days_of(Rhythm(MORNING, True, since, date(2026, 10, 8), "quarter", day=1), date(2026, 9, 1), 60)
    assert moved == ["2026-10-08"]


def test_nothing_moves_into_a_plan_from_before_its_first_day_and_nothing_holds_after_its_last() -> None:
    assert days_of(Rhythm(MORNING, True, date(2026, 10, 2), None, "month", day=1), date(2026, 10, 1), 20) == []
    assert days_of(Rhythm(MORNING, False, date(2026, 10, 1), date(2026, 10, 2)), date(2026, 9, 25), 20) == [
        "2026-10-01",
        "2026-10-02",
    ]


@given(
    since=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    day=st.integers(1, 31),
    every=st.sampled_from(["month", "quarter"]),
)
def test_once_a_month_is_once_whatever_the_calendar(since: date, day: int, every: str) -> None:
    """Moved or not, between two occurrences there is never a month without one, nor one with two that were meant."""
    meant = Rhythm(MORNING, False, since, None, every, day=day)
    moved = Rhythm(MORNING, True, since, None, every, day=day)
    assert abs(len(days_of(moved, since, 400)) - len(days_of(meant, since, 400))) <= 1


@given(instant=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)))
def test_windows_follow_each_other_and_close_after_the_instant(instant: datetime) -> None:
    rhythm = Rhythm(((time(8), time(10)), (time(14), time(16))), False, date(2020, 1, 1), None)
    found = list(islice(rhythm.windows_from(instant, ZONE), 6))
    assert found[0].closes_at > instant
    assert all(one.closes_at <= two.opens_at for one, two in pairwise(found))
    assert found[0].opens_at - instant < timedelta(days=1)


def test_the_whole_day_ends_with_it() -> None:
    window = next(
        Rhythm(WHOLE_DAY, False, date(2026, 10, 1), None).windows_from(datetime(2026, 10, 1, 1, tzinfo=UTC), ZONE)
    )
    assert (window.opens_at, window.closes_at) == (
        datetime(2026, 9, 30, 16, tzinfo=UTC),
        datetime(2026, 10, 1, 16, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "times", [[], [("8", "9:00")], [("10:00", "09:00")], [("08:00", "08:10")], [("08:00", "10:00"), ("09:59", "12:00")]]
)
def test_spans_that_cannot_be_are_refused(times: list[tuple[str, str]]) -> None:
    with pytest.raises(Refusal):
        parse_spans(times)
    assert parse_spans([("14:00", "16:00"), ("08:00", "10:00")])[0] == (time(8), time(10))
