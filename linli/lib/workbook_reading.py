"""Reads workbooks in a child process only (`apart.py`), asked by `workbooks.py`: .xlsx, .xlsm, .xls and .ods.

Calamine keeps a sheet as one block from its first to its last cell, so that one cell in the last corner asks for 125 GB.
Therefore a sheet is looked through as text before it is loaded: how many cells it has and how far they reach. The same look
finds what calamine leaves out: cells that hold an error, and formulas whose result nobody stored. The limits of the process stand behind
that, for what lies about itself. What comes out is CSV: the row of the sheet, then its cells as text.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MOST_MEMBERS: Final = 2000
MOST_UNPACKED_BYTES: Final = 512 * 1024 * 1024  # of all members together
MOST_RATIO: Final = 300  # unpacked to packed; what offices write stays below 60
RATIO_FROM_BYTES: Final = 32 * 1024 * 1024  # small files may be as repetitive as they like
MOST_CELLS: Final = 5_000_000
MOST_BLOCK: Final = 12_000_000  # cells between the first and the last, the empty ones too: 24 bytes each
MOST_SHEETS: Final = 100
CHUNK_BYTES: Final = 1 << 20
_LONGEST_CELL: Final = 100_000  # Excel's own end is 32,767; what is longer than a table takes is refused there
_TAIL_BYTES: Final = 8 * CHUNK_BYTES  # a row of all columns is shorter
_SURE_DIGITS: Final = 10**15  # Excel keeps fifteen digits of a number
_TITLE_ROWS: Final = 10
_HEADING_ROWS: Final = 3

_CELL: Final = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]+)(\d+)["'][^>]*?(/?)>""")
_ANY_CELL: Final = re.compile(rb"<(?:\w+:)?c[\s>]")
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d+)""")
_ERROR: Final = re.compile(
    rb"""<(?:\w+:)?c\b(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Za-z]+)(\d+)["'][^>]*>(?:(?!</(?:\w+:)?c>).)*?"""
    rb"""<(?:\w+:)?v>([^<]*)<""",
    re.DOTALL,
)
_HOLLOW: Final = re.compile(rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*</(?:\w+:)?c>")
_REFERENCE: Final = re.compile(rb"""\br=["']([A-Za-z]+\d+)["']""")
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_SHEET_RELATION: Final = re.compile(r"""\b\w+:id=["']([^"']+)["']""")
_RELATION: Final = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r"""\b(Id|Target)=["']([^"']*)["']""")

_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")  # where Office puts a workbook with a password

Place = tuple[int, int]  # row and column, from 0


class _Refused(Exception):
    def __init__(self, refused: str, **params: object) -> None:
        self.head: dict[str, Any] = {"refused": refused, **params}


class _Opened:
    """What the child holds between two questions: the file, and the rest of the rows of the sheet that is read."""

    rows: Iterator[list[str]] = iter(())


_opened = _Opened()


def answer(question: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """Step "open" looks through the file and loads a sheet; step "more" gives the next megabyte of its rows as CSV, and at the
    end nothing."""
    try:
        if question["step"] == "open":
            return _open(open(question["fd"], "rb", closefd=False), question["sheet"]), b""
        return {}, _next_chunk()
    except _Refused as refused:
        return refused.head, b""
    except PasswordError:
        return {"refused": "locked"}, b""
    except (MemoryError, OverflowError):
        return {"refused": "memory"}, b""
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError) as error:
        return {"refused": "damaged", "why": str(error)[:200]}, b""


def _next_chunk() -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in _opened.rows:
        writer.writerow(row)
        if text.tell() > CHUNK_BYTES:
            break
    return text.getvalue().encode()


def _open(file: IO[bytes], wanted: str) -> dict[str, Any]:
    file.seek(0)
    packed = None
    if file.read(4) == b"PK\x03\x04":
        packed = zipfile.ZipFile(file)
        _look_into(packed)
    elif _LOCKED in file.read():
        raise _Refused("locked")
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    parts = _sheet_parts(packed) if packed is not None else []
    number, sheet, errors = _choose(book, packed, parts, wanted)
    rows, titles = _titled(_rows(sheet, errors), sheet)
    _opened.rows = rows
    others = [one.name for place, one in enumerate(book.sheets_metadata) if place != number and _is_shown(one)]
    macros = packed is not None and any(name.lower().endswith("vbaproject.bin") for name in packed.namelist())
    return {
        "sheet": sheet.name,
        "sheets": book.sheet_names,
        "others": others[:MOST_SHEETS],
        "macros": macros,
        "titles": titles,
    }


def _look_into(packed: zipfile.ZipFile) -> None:
    """Refuses what is no workbook, is locked, or would unpack to more than anybody sends."""
    members = packed.infolist()
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise _Refused("locked")
    if "xl/workbook.bin" in names:
        raise _Refused("binary")
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        inside = any(name.lower().endswith((".xlsx", ".xls", ".ods", ".csv", ".zip")) for name in names)
        raise _Refused("word" if "word/document.xml" in names else "nested" if inside else "archive")
    if "xl/workbook.xml" not in names and b"opendocument.spreadsheet" not in packed.read("mimetype")[:200]:
        raise _Refused("word")
    unpacked = sum(member.file_size for member in members)
    size = sum(member.compress_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED_BYTES or (
        unpacked > RATIO_FROM_BYTES and unpacked > MOST_RATIO * size
    ):  # fmt: skip
        raise _Refused("bomb", given=unpacked // 2**20)


def _sheet_parts(packed: zipfile.ZipFile) -> list[str]:
    """The members of the sheets in the order of the workbook; "" for one that is not found."""
    names = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return []
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        said = dict(_ATTRIBUTE.findall(relation))
        target = said.get("Target", "")
        targets[said.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found = []
    for sheet in _SHEET.findall(packed.read("xl/workbook.xml").decode("utf-8", "replace")):
        relation = _SHEET_RELATION.search(sheet)
        part = targets.get(relation[1], "") if relation else ""
        found.append(part if part in names else "")
    return found


def _is_shown(sheet: Any) -> bool:
    return sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible


def _choose(
    book: CalamineWorkbook, packed: zipfile.ZipFile | None, parts: list[str], wanted: str
) -> tuple[int, CalamineSheet, dict[Place, str]]:
    """The sheet of that name, hidden or not, or the first that is shown and holds something; and its cells with errors."""
    sheets = book.sheets_metadata
    if len(sheets) > MOST_SHEETS:
        raise _Refused("sheets", given=len(sheets), most=MOST_SHEETS)
    if wanted and wanted not in book.sheet_names:
        raise _Refused("unknown", sheet=wanted[:100], sheets=", ".join(one.name for one in sheets if _is_shown(one)))
    for number, one in enumerate(sheets):
        if one.name != wanted if wanted else not _is_shown(one):
            continue
        part = parts[number] if len(parts) == len(sheets) else ""
        errors = _look_through(packed, part, one.name) if packed is not None and part else {}
        sheet = book.get_sheet_by_index(number)
        if sheet.start is not None and sheet.end is not None:
            _check_block(sheet.name, sheet.start, sheet.end)
            return number, sheet, errors
        if wanted:
            break
    raise _Refused("empty")


def _check_block(name: str, first: Place, last: Place) -> None:
    if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > MOST_BLOCK:
        raise _Refused("block", sheet=name, cell=cell_name(*last))


class _Look:
    """What is seen of a sheet while its text goes by."""

    def __init__(self) -> None:
        self.cells = 0
        self.letters: set[bytes] = set()
        self.first_row, self.last_row = 1 << 40, 0
        self.errors: dict[Place, str] = {}

    def see(self, text: bytes) -> None:
        self.cells += len(_ANY_CELL.findall(text))
        if self.cells > MOST_CELLS:
            raise _Refused("cells", most=MOST_CELLS)
        rows = {int(digits) for digits in _ROW.findall(text)}
        places = [found for found in _CELL.findall(text) if not found[2]]
        if places:
            self.letters.update(letters for letters, _digits, _slash in places)
            rows = {int(digits) for digits in {digits for _letters, digits, _slash in places}}
        if places and rows:
            self.first_row, self.last_row = min(self.first_row, *rows), max(self.last_row, *rows)
        if b'="e"' in text or b"='e'" in text:
            for letters, digits, value in _ERROR.findall(text):
                self.errors[int(digits) - 1, column_of(letters)] = value.decode("utf-8", "replace")[:20]
        if hollow := _HOLLOW.search(text):
            named = _REFERENCE.findall(text, max(0, hollow.start() - 20_000), hollow.start())
            raise _Refused("hollow", cell=named[-1].decode().upper() if named else "?")


def _look_through(packed: zipfile.ZipFile, part: str, name: str) -> dict[Place, str]:
    """Counts and measures a sheet before it is loaded; gives the cells that hold an error."""
    look, tail = _Look(), b""
    with packed.open(part) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            text = tail + chunk
            cut = max(text.rfind(b"<row"), text.rfind(b":row "))
            if cut <= 0 and len(text) > _TAIL_BYTES:
                cut = len(text)
            cut = max(cut, 0)
            look.see(text[:cut])
            tail = text[cut:]
    look.see(tail)
    if look.last_row:
        columns = [column_of(letters) for letters in look.letters]
        _check_block(name, (look.first_row - 1, min(columns)), (look.last_row - 1, max(columns)))
    return look.errors


def column_of(letters: bytes) -> int:
    """The number of a column, from 0: A is 0, XFD the last of Excel's. What lies beyond counts as far away."""
    if len(letters) > 3:
        return 1 << 30
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def cell_name(row: int, column: int) -> str:
    """A cell as people name it; row and column count from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def _rows(sheet: CalamineSheet, errors: dict[Place, str]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something: the row's number from 0, and its cells as text up to the last column in use."""
    assert sheet.start is not None  # noqa: S101 - a sheet without cells was passed over
    left = sheet.start[1]
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), value in errors.items():
        by_row.setdefault(row, []).append((column - left, value))
    filled = _Filled(sheet, left)
    for number, cells in enumerate(sheet.iter_rows()):
        if number < sheet.start[0]:
            continue
        texts = [text_of(cell) for cell in cells]
        for column, value in by_row.get(number, ()):
            if 0 <= column < len(texts):
                texts[column] = value
        holds = any(texts)
        filled.fill(number, texts)
        if holds:
            yield number, texts


class _Filled:
    """Cells that were merged over several rows: each row gets what stands in the first, as the eye reads it."""

    def __init__(self, sheet: CalamineSheet, left: int) -> None:
        merged = sheet.merged_cell_ranges or []
        tall = sorted((first, last) for first, last in merged if last[0] > first[0])
        self._coming = iter([(first[0], first[1] - left, last[0]) for first, last in tall])
        self._next = next(self._coming, None)
        self._open: dict[int, tuple[int, str]] = {}  # column: last row, text

    def fill(self, row: int, texts: list[str]) -> None:
        for column, (last, text) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif not texts[column]:
                texts[column] = text
        while self._next is not None and self._next[0] <= row:
            first, column, last = self._next
            if first == row and 0 <= column < len(texts):
                self._open[column] = (last, texts[column])
            self._next = next(self._coming, None)


def _titled(rows: Iterator[tuple[int, list[str]]], sheet: CalamineSheet) -> tuple[Iterator[list[str]], int]:
    """The rows from the headings on, as they go out, and how many stood above.

    A title is a row whose only text stands in a cell that was merged over several columns. Where a heading is merged over
    several rows, others have two lines, and the lower one names the column.
    """
    assert sheet.start is not None  # noqa: S101 - see above
    left = sheet.start[1]
    merged = sheet.merged_cell_ranges or []
    wide = {(first[0], first[1] - left) for first, last in merged if last[1] > first[1]}
    titles, first = 0, next(rows, None)
    while first is not None and titles < _TITLE_ROWS:
        number, texts = first
        held = [column for column, text in enumerate(texts) if text]
        if len(held) > 1 or (number, held[0]) not in wide:
            break
        titles, first = titles + 1, next(rows, None)
    begun = first[0] if first is not None else 0
    lowest = max((last[0] for above, last in merged if above[0] == begun), default=begun)
    while first is not None and first[0] < lowest <= begun + _HEADING_ROWS:
        titles, first = titles + 1, next(rows, None)
    if first is None:
        raise _Refused("empty")
    return ([str(number + 1), *texts] for number, texts in chain([first], rows)), titles


def text_of(value: Any) -> str:
    """A cell as text: 1.0 is 1, a number beyond fifteen digits keeps its exponent so that its loss is seen."""
    if isinstance(value, str):
        return value[:_LONGEST_CELL]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return _seconds(value).isoformat(" ")
    if isinstance(value, dt.time):
        return _seconds(dt.datetime.combine(dt.date(2000, 1, 1), value)).time().isoformat()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _number(value: float) -> str:
    if abs(value) >= _SURE_DIGITS:
        return f"{value:.14E}"
    if value.is_integer():
        return str(int(value))
    # What a sheet shows has fifteen digits; 0.1 + 0.2 is 0.3 there.
    shown = f"{value:.15g}"
    return f"{float(shown):.20f}".rstrip("0") if "e" in shown and abs(value) > 1e-9 else shown


def _seconds(value: dt.datetime) -> dt.datetime:
    """Without the thousandths that a day's fraction leaves."""
    rounded = value.replace(microsecond=0) + dt.timedelta(seconds=round(value.microsecond / 1e6))
    return rounded if abs(rounded - value) < dt.timedelta(milliseconds=2) else value
