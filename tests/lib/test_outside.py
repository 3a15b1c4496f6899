"""Numbers, days, instants and points from outside: what is none is None, never an exception."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.outside import day, instant, map_point, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("007", 7), ("9223372036854775807", 2**63 - 1), ("9223372036854775808", None), ("", None), ("²", None), ("１２", None),
        ("১", None), ("1_0", None), ("+1", None), ("-1", None), (" 1", None), ("1\n", None), ("1" * 5000, None), ("1.0", None), ("\x00", None),
    ],
)  # fmt: skip
def test_whole_numbers_are_ascii_digits_that_a_database_can_hold(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-21", date(2026, 11, 21)), ("2024-02-29", date(2024, 2, 29)), ("2026-02-29", None), ("20261121", None),
        ("2026-W01-1", None), ("0001-01-01", None), ("9999-12-31", None), ("２０２６-11-21", None), ("2026-11-21 ", None), ("", None),
    ],
)  # fmt: skip
def test_days_are_written_in_one_way(text: str, found: date | None) -> None:
    assert day(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-21T14:05:00+08:00", datetime(2026, 11, 21, 6, 5, tzinfo=UTC)), ("2026-11-21T06:05:00Z", datetime(2026, 11, 21, 6, 5, tzinfo=UTC)),
        ("2026-11-21T14:05:00", None), ("0001-01-01T00:00:00+14:00", None), ("9999-12-31T23:59:59-14:00", None), ("rest", None), ("", None),
    ],
)  # fmt: skip
def test_instants_have_an_offset_and_a_year_that_a_database_holds(text: str, found: datetime | None) -> None:
    assert instant(text) == found


@given(st.text())
def test_nothing_raises(text: str) -> None:
    for parse in (whole_number, day, instant, map_point):
        parse(text)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("115.41142,32.86376", (115.41142, 32.86376, 16)), ("115.41142,32.86376,17", (115.41142, 32.86376, 17)), ("-0.5,-84.9,2.5", (-0.5, -84.9, 2.5)),
        ("180,85", (180, 85, 16)), ("180.1,30", None), ("115,85.1", None), ("115,30,1.9", None), ("115,30,20.1", None), ("115", None), ("115,30,", None),
        ("115,30,16,1", None), ("1e2,30", None), ("nan,30", None), ("inf,30", None), ("115, 30", None), (" 115,30", None), ("115,30\n", None),
        ("+115,30", None), ("１１５,30", None), ("115.,30", None), ("0" * 5000, None), ("", None),
    ],
)  # fmt: skip
def test_a_point_of_a_map_is_two_numbers_and_perhaps_a_zoom(
    text: str, point: tuple[float, float, float] | None
) -> None:
    assert map_point(text) == point
