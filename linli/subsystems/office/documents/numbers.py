"""The running numbers of registers, 收〔2026〕12号: by unit, sign and year, beginning anew with the year, without gap or double.

A number is taken in the transaction that uses it and holds its register's row until the commit: who comes second waits, and what is
rolled back gives its number back.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from linli.core.platform.public import local_day
from linli.subsystems.office.documents.models import (
    DocumentIn,
    DocumentInKind,
    DocumentOut,
    DocumentOutKind,
    NumberSeries,
)

SIGNS: dict[str, str] = {
    DocumentInKind.SUPERIOR: "收", DocumentInKind.PEER: "函收", DocumentInKind.BELOW: "报收",
    DocumentOutKind.ORDER: "发", DocumentOutKind.LETTER: "函", DocumentOutKind.REPORT: "报",
}  # fmt: skip
BRACKETS = str.maketrans("[]【】()（）［］", "〔〕〔〕〔〕〔〕〔〕")


def give_number(item: DocumentIn | DocumentOut, unit_id: int, instant: datetime) -> dict[str, str]:
    """Puts a document into the register of a unit; gives its reference as a fact. Only inside the write that keeps the document."""
    sign = SIGNS[item.kind]
    item.unit_id, item.year = unit_id, local_day(instant).year
    item.number = next_number(item.home_district, unit_id, sign, instant)
    item.reference = f"{sign}〔{item.year}〕{item.number}号"
    return {"reference": item.reference}


def next_number(home_district: str, unit_id: int, sign: str, instant: datetime) -> int:
    """The next number of a register in the year of `instant`, the city's. Only inside a write."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO office_numberseries (home_district, unit_id, sign, year, last) VALUES (%s, %s, %s, %s, 1) "
            "ON CONFLICT (home_district, unit_id, sign, year) DO UPDATE SET last = office_numberseries.last + 1 "
            "RETURNING last",
            [home_district, unit_id, sign, local_day(instant).year],
        )
        return int(cursor.fetchone()[0])


def years() -> list[tuple[str, str]]:
    """The years that have a register, the newest first."""
    found = NumberSeries.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]
