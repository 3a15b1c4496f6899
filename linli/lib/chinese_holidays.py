"""The door to the public holidays and make-up work days of mainland China, as the State Council announces them each
autumn.

The facts come from the `chinesecalendar` package, which ends with the last year announced. Beside it stands
`linli.algorithms.working_time`, whose `Calendar` takes what this returns.
"""

from datetime import date

from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]  # the package ships no types


def chinese_exceptions() -> tuple[dict[date, bool], date]:
    """Exceptional days (False: a holiday, True: a make-up work day) and the last date whose holidays are known.

    A holiday on a weekend stands in the mapping too: an office that works on Saturdays is closed on it. The result is
    a new mapping at each call.
    """
    exceptions = dict.fromkeys(holidays, False) | dict.fromkeys(workdays, True)
    # Announcements cover whole years, and the last day named in one is in October.
    known_until = date(max(exceptions).year, 12, 31)
    return exceptions, known_until
