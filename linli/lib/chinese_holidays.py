"""The door to the public holidays and make-up work days of mainland China.

What the State Council announced comes from the `chinesecalendar` package, which ends with the last year announced. For the years
after it the days that the law itself gives free are known all the same: the fixed ones, and the festivals of the lunar calendar
(`lunardate`). Which days around them are exchanged is not, so whatever counts with such a year is provisional.

Beside it stands `linli.algorithms.working_time`, whose `Calendar` takes what this returns.
"""

from datetime import date, timedelta

from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]  # the package ships no types
from lunardate import LunarDate  # type: ignore[import-untyped]  # the stubs on the index are of another version

# The tables of the lunar calendar, and the formula for Qingming, end with the century.
LAST_YEAR = 2099


def statutory_holidays(year: int) -> list[date]:
    """The days that are free by law (全国年节及纪念日放假办法, as of 2025), in order; for 2025 to 2099, else ValueError.

    New Year 1 day; Spring Festival 4, from New Year's Eve; Qingming 1; Labour Day 2; Dragon Boat 1; Mid-Autumn 1; National Day 3.
    A day may be free for two reasons and stands once.
    """
    if not 2025 <= year <= LAST_YEAR:
        raise ValueError(f"the days of {year} that are free by law are not known here; ask for 2025 to {LAST_YEAR}")
    spring = LunarDate(year, 1, 1).to_solar_date()
    found = {
        date(year, 1, 1), *(spring + timedelta(days=day) for day in range(-1, 3)), date(year, 4, _qingming(year)),
        date(year, 5, 1), date(year, 5, 2), LunarDate(year, 5, 5).to_solar_date(), LunarDate(year, 8, 15).to_solar_date(),
        *(date(year, 10, day) for day in (1, 2, 3)),
    }  # fmt: skip
    return sorted(found)


def _qingming(year: int) -> int:
    """The day of April on which the sun reaches 15 degrees of longitude, by the rule for this century (寿星公式)."""
    return int((year - 2000) * 0.2422 + 4.81) - (year - 2000) // 4


def chinese_exceptions() -> tuple[dict[date, bool], date]:
    """Exceptional days (False: a holiday, True: a make-up work day) and the last date whose holidays are announced.

    A holiday on a weekend stands in the mapping too: an office that works on Saturdays is closed on it. After the last date the
    mapping holds what is free by law. The result is a new mapping at each call.
    """
    exceptions = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
    # Announcements cover whole years, and the last day named in one is in October.
    known_until = date(max(exceptions).year, 12, 31)
    for year in range(known_until.year + 1, LAST_YEAR + 1):
        exceptions |= dict.fromkeys(statutory_holidays(year), False)
    return exceptions, known_until
