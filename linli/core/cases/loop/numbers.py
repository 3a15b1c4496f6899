"""The official case number: district, day of filing, running number."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from linli.algorithms.codes import CaseNumber
from linli.core.platform.public import local_day


def next_case_number(home_district: str, instant: datetime) -> str:
    """The next number of a district and day. Other nations' codes take part with six digits made of what they have."""
    return next_case_numbers(home_district, instant, 1)[0]


def next_case_numbers(home_district: str, instant: datetime, count: int) -> list[str]:
    """The next `count` numbers of a district and day, in one statement."""
    day = local_day(instant)
    area = "".join(character for character in home_district if character.isdigit())[:6].ljust(6, "0")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_numbercounter (key, last) VALUES (%s, %s) "
            "ON CONFLICT (key) DO UPDATE SET last = cases_numbercounter.last + excluded.last RETURNING last",
            [f"{area}{day:%Y%m%d}", count],
        )
        last = cursor.fetchone()[0]
    return [str(CaseNumber(area, day, running)) for running in range(last - count + 1, last + 1)]
