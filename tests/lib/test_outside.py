"""Numbers, days and instants from outside: what is none is None, never an exception."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.outside import day, instant, whole_number


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
    for parse in (whole_number, day, instant):
        parse(text)
