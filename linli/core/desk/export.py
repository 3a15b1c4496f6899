"""What a list shows, as a file: CSV that Excel reads, and Excel. Rows are read page by page and written as they come.

The file is written before it is sent, so that a fault on the way is an error page and not half a file. A cell that begins
like a formula is written as text: whoever opens the file runs nothing that somebody typed.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.desk.door import do_once
from linli.core.desk.filters import Asked
from linli.core.desk.lists import Column, List, Plain
from linli.core.platform.public import Actor, BadInput, TooMany, allow, local_time, local_today, write

MOST_ROWS = 50_000
A_DAY = 60
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def export(request: HttpRequest, shown: List[Any], access: Access, asked: Asked, wanted: str) -> FileResponse:
    """The rows that the filters leave, in their order, as a file; one audit record says who took out what.

    Raises BadInput for more rows than a file may have, TooMany for more files a day than anybody reads.
    """
    asked.cursor = ""
    if shown.narrowed(access, asked).order_by()[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise BadInput(
            _("More than %s rows are more than a file may have; narrow the list.") % f"{MOST_ROWS:,}", field="format"
        )
    if not allow("list export", str(access.user_id), A_DAY, timedelta(days=1)):
        raise TooMany(_("You have taken out many lists today; go on tomorrow."), retry_after_s=3600)
    suffix, kind, writer = FORMATS[wanted]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    count = writer(file, shown, shown.every_row(access, asked))

    def effect(actor: Actor, _uuid: object) -> int:
        with write(actor) as work:
            facts = {"list": shown.code, "format": wanted, "query": dict(asked.query), "rows": count}
            work.audit("city", "list.export", "list", shown.code, facts)
        return count

    do_once(request, ["export", shown.code, asked.with_()], effect)
    file.seek(0)
    name = f"{shown.code.replace('_', '-')}-{local_today():%Y%m%d}.{suffix}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def _columns(shown: List[Any]) -> list[Column[Any]]:
    return [column for column in shown.columns if column.only != "page"]


def as_csv(file: IO[bytes], shown: List[Any], rows: Iterator[Any]) -> int:
    """Writes CSV in UTF-8 with a mark by which Excel knows it; gives the number of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    out, columns, count = csv.writer(text), _columns(shown), 0
    out.writerow([str(column.title) for column in columns])
    for row in rows:
        out.writerow([_csv_cell(column.value(row)) for column in columns])
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_cell(value: Plain) -> object:
    if isinstance(value, datetime):
        return f"{local_time(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value


def as_xlsx(file: IO[bytes], shown: List[Any], rows: Iterator[Any]) -> int:
    """Writes an Excel workbook row by row, with its own temporary file; gives the number of rows."""
    import xlsxwriter  # only who asks for Excel loads it

    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    days, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    sheet, columns, count = book.add_worksheet(), _columns(shown), 0
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(columns) - 1, 18)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.title), bold)
    for count, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            _write(sheet, count, place, column.value(row), moments, days)
    book.close()
    return count


def _write(sheet: Any, line: int, place: int, value: Plain, moments: Any, days: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(line, place, _("yes") if value else _("no"))
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, local_time(value).replace(tzinfo=None), moments)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), days)  # noqa: DTZ001 - a day
    elif isinstance(value, (int, float, Decimal)):
        sheet.write_number(line, place, float(value))
    else:
        sheet.write_string(line, place, str(value)[:32_767])


Writer = Callable[[IO[bytes], List[Any], Iterator[Any]], int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, tuple[str, str, Writer]] = {
    "csv": ("csv", "text/csv; charset=utf-8", as_csv),
    "xlsx": ("xlsx", XLSX, as_xlsx),
}
