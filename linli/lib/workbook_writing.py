"""Workbooks for people: rows of plain values as an .xlsx file, written row by row with memory that does not grow.

What looks like a formula is written as text: whoever opens the file runs nothing that somebody typed. Numbers that Excel would round
(more than fifteen digits) are text too. `workbook_reading.py` next door reads them back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

LONGEST_CELL: Final = 32_767  # Excel's own end
MOST_ROWS: Final = 1_048_576
_SURE: Final = 10**15

Value = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column: its title, and its width in characters."""

    title: str
    width: int = 18


@dataclass(frozen=True, slots=True)
class Words:
    """What yes and no are called in the file."""

    yes: str
    no: str


def opened(file: IO[bytes], *, constant_memory: bool = True) -> Any:
    """A new workbook that takes nothing for a formula or a link; `close` writes it into `file`."""
    import xlsxwriter  # only who writes a workbook loads it

    options = {
        "constant_memory": constant_memory, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }  # fmt: skip
    return xlsxwriter.Workbook(file, options)


def write_table(file: IO[bytes], headings: Sequence[Heading], rows: Iterable[Sequence[Value]], words: Words) -> int:
    """Writes one sheet with a head that stays in sight; gives the number of rows. Moments are naive, as they are to be read."""
    book = opened(file)
    cells = Cells(book, words)
    sheet, count = book.add_worksheet(), 0
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, heading.width)
        sheet.write_string(0, place, heading.title[:LONGEST_CELL], cells.bold)
    for count, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            cells.put(sheet, count, place, value)
    if headings:
        sheet.autofilter(0, 0, count, len(headings) - 1)
    book.close()
    return count


class Cells:
    """The forms of cells of one workbook, and how a value is put into one."""

    def __init__(self, book: Any, words: Words) -> None:
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.bold = book.add_format({"bold": True})
        self._words = words

    def put(self, sheet: Any, line: int, place: int, value: Value) -> None:
        """Writes a value as what it is; nothing for none."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_string(line, place, self._words.yes if value else self._words.no)
        elif isinstance(value, datetime):
            sheet.write_datetime(line, place, value, self.moment)
        elif isinstance(value, date):
            sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), self.day)  # noqa: DTZ001 - a day
        elif isinstance(value, (int, float, Decimal)) and math.isfinite(value) and -_SURE < value < _SURE:
            sheet.write_number(line, place, float(value))
        else:
            sheet.write_string(line, place, str(value)[:LONGEST_CELL])
