"""The days that are free by law after the last announced year: fixed ones, lunar ones, and Qingming by the sun."""

from __future__ import annotations

from datetime import date

import pytest

from linli.lib.chinese_holidays import chinese_exceptions, statutory_holidays

# As printed in almanacs: New Year's Day of the lunar year, Qingming, Dragon Boat, Mid-Autumn.
FESTIVALS = {
    2025: ((1, 29), (4, 4), (5, 31), (10, 6)), 2026: ((2, 17), (4, 5), (6, 19), (9, 25)), 2027: ((2, 6), (4, 5), (6, 9), (9, 15)),
    2028: ((1, 26), (4, 4), (5, 28), (10, 3)), 2030: ((2, 3), (4, 5), (6, 5), (9, 12)), 2033: ((1, 31), (4, 4), (6, 1), (9, 8)),
    2050: ((1, 23), (4, 4), (6, 23), (9, 30)),
}  # fmt: skip


@pytest.mark.parametrize("year", FESTIVALS)
def test_the_festivals_fall_on_their_days(year: int) -> None:
    days = set(statutory_holidays(year))
    spring, *others = (date(year, month, day) for month, day in FESTIVALS[year])
    eve_and_three = {date.fromordinal(spring.toordinal() + step) for step in (-1, 0, 1, 2)}
    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))}
    assert days == eve_and_three | set(others) | fixed


def test_what_was_announced_holds_the_days_of_the_law() -> None:
    exceptions, known_until = chinese_exceptions()
    for year in range(2025, known_until.year + 1):
        assert all(exceptions[day] is False for day in statutory_holidays(year))
    assert exceptions[date(known_until.year + 1, 10, 1)] is False
    assert date(known_until.year + 1, 10, 7) not in exceptions


@pytest.mark.parametrize("year", [2024, 2100])
def test_other_years_are_not_guessed(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        statutory_holidays(year)
