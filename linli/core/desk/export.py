"""What a list shows, as a file: CSV that Excel reads, Excel, and PDF. Rows are read page by page and written as they come.

The file is written before it is sent, so that a fault on the way is an error page and not half a file. A cell that begins
like a formula is written as text: whoever opens the file runs nothing that somebody typed.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.public import Access, access_on, actor_on
from linli.core.desk.door import do_once
from linli.core.desk.filters import Asked
from linli.core.desk.lists import Column, List, Plain
from linli.core.desk.printing import pdf
from linli.core.platform.public import Actor, BadInput, TooMany, allow, local_time, local_today, write
from linli.lib.faults import as_text
from linli.lib.workbook_writing import Heading, Words, write_table

MOST_AT_ONCE, MOST_PRINTED = 2000, 2000
A_DAY = 60


def export(
    request: HttpRequest, shown: List[Any], access: Access, asked: Asked, wanted: str, reason: str = ""
) -> FileResponse:
    """The rows that the filters leave, in their order, as a file at once; one audit record says who took out what, and why.

    For few rows: exports.py has the job that longer ones are. Raises TooMany for more files a day than anybody reads.
    """
    asked.cursor = ""
    spend_one(access)
    suffix, kind, writer = FORMATS[wanted]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    count = writer(file, shown, asked, shown.every_row(access, asked))

    def effect(actor: Actor, _uuid: object) -> int:
        with write(actor) as work:
            facts = {"list": shown.code, "format": wanted, "query": dict(asked.query), "rows": count, "reason": reason}
            work.audit("city", "list.export", "list", shown.code, facts)
        return count

    do_once(request, ["export", shown.code, asked.with_()], effect)
    file.seek(0)
    name = file_name(shown.code, suffix)
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)


def spend_one(access: Access) -> None:
    """Counts one list taken out. Raises TooMany for more a day than anybody reads."""
    if not allow("list export", str(access.user_id), A_DAY, timedelta(days=1)):
        raise TooMany(_("You have taken out many lists today; go on tomorrow."), retry_after_s=3600)


def rows_beyond(shown: List[Any], access: Access, asked: Asked, most: int) -> bool:
    """Whether the filters leave more rows than `most`."""
    return bool(shown.narrowed(access, asked).order_by()[: most + 1].count() > most)


def file_name(code: str, suffix: str) -> str:
    """What the file of a list is called on the day of today."""
    return f"{code.replace('_', '-')}-{local_today():%Y%m%d}.{suffix}"


def _columns(shown: List[Any]) -> list[Column[Any]]:
    return [column for column in shown.columns if column.only != "page"]


def take_out(
    request: HttpRequest, name: str, head: Sequence[str], rows: Sequence[Sequence[Plain]], *, code: str, facts: Mapping[str, object], personal: bool = False,
) -> HttpResponse:  # fmt: skip
    """A table of a page, which is no `List`, as CSV: it counts in the day's limit and stands on record like every list that is taken out.

    `code` names the table in the record, `facts` say of what it is. Of what holds people's data (`personal`) the form says what for, in
    `reason`: BadInput without. Raises TooMany for more files a day than anybody reads. Each press is one.
    """
    reason = reason_of(request, personal=personal)
    spend_one(access_on(request))
    with write(actor_on(request)) as work:
        said = {"list": code, "format": "csv", "query": dict(facts), "rows": len(rows), "reason": reason}
        work.audit("city", "list.export", "list", code, said)
    return csv_answer(name, head, rows)


def reason_of(request: HttpRequest, *, personal: bool) -> str:
    """What something is taken out for, as the form says it. Raises BadInput where it holds people's data and nothing is said."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:500]
    if personal and not reason:
        raise BadInput(_("Say what the list is taken out for; it holds people's data."), field="reason")
    return reason


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Plain]]) -> HttpResponse:
    """A small table as a CSV file that Excel reads, as the answer of a page; `name` without ending. Whole, so rows are few."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow(map(_csv_cell, head))
    out.writerows([_csv_cell(value) for value in row] for row in rows)
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type=FORMATS["csv"][1])
    answer["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{name}.csv") or "attachment"
    )
    return answer


def as_csv(file: IO[bytes], shown: List[Any], _asked: Asked, rows: Iterator[Any]) -> int:
    """Writes CSV in UTF-8 with a mark by which Excel knows it; gives the number of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    out, columns, count = csv.writer(text), _columns(shown), 0
    out.writerow([_csv_cell(str(column.title)) for column in columns])
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
    return as_text(value) if isinstance(value, str) else value


def as_xlsx(file: IO[bytes], shown: List[Any], _asked: Asked, rows: Iterator[Any]) -> int:
    """Writes an Excel workbook row by row, with its own temporary file; gives the number of rows."""
    columns = _columns(shown)
    cells = ([_xlsx_cell(column.value(row)) for column in columns] for row in rows)
    return write_table(file, [_heading(column) for column in columns], cells, Words(_("yes"), _("no")))


def _xlsx_cell(value: Plain) -> Plain:
    return local_time(value).replace(tzinfo=None) if isinstance(value, datetime) else value


def _heading(column: Column[Any]) -> Heading:
    """A column wide enough for what stands in it as a rule; Chinese characters take two places."""
    title = str(column.title)
    usual = {datetime: 17, date: 12, bool: 6, int: 10, Decimal: 14, float: 12}.get(
        column.kind, 36 if "grow" in column.css else 20
    )
    return Heading(title, max(usual, sum(2 if ord(one) > 0x2E80 else 1 for one in title) + 3))


def as_pdf(file: IO[bytes], shown: List[Any], asked: Asked, rows: Iterator[Any]) -> int:
    """Prints the list across A4, with its title and what it is narrowed to; gives the number of rows."""
    columns = _columns(shown)
    cells = [[_printed(column.value(row)) for column in columns] for row in rows]
    said = [one.said(asked.values[one.code]) for one in shown.filters if one.code in asked.values]
    data = {
        "title": str(shown.title_in_print or shown.title),
        "said": " · ".join(str(words) for words in said),
        "count": ngettext("%s row", "%s rows", len(cells)) % len(cells),
        "columns": [
            {
                "title": str(column.title),
                "share": _share(column, [row[place] for row in cells]),
                "number": "number" in column.css,
            }
            for place, column in enumerate(columns)
        ],
        "rows": cells,
    }
    file.write(pdf("desk/list.typ", data))
    return len(cells)


def _share(column: Column[Any], cells: list[str]) -> int:
    """How much of the width that is left a column takes, by how long its words are; 0 for one that is as wide as they are."""
    longest = sorted(map(len, cells))[len(cells) * 9 // 10 :]
    return 0 if "fixed" in column.css else max(8, min(24, longest[0] if longest else 0))


def _printed(value: Plain) -> str:
    if isinstance(value, datetime):
        return f"{local_time(value):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


Writer = Callable[[IO[bytes], List[Any], Asked, Iterator[Any]], int]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, tuple[str, str, Writer]] = {
    "csv": ("csv", "text/csv; charset=utf-8", as_csv),
    "xlsx": ("xlsx", XLSX, as_xlsx),
    "pdf": ("pdf", "application/pdf", as_pdf),
}
