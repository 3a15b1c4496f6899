"""Workbooks at the door: .xlsx, .xlsm, .xls and .ods as offices have them, turned into rows of text in a child process with limits.

`workbook_reading.py` next door reads, behind `apart.py`; `tables.py` asks, so that whoever takes a CSV file takes a workbook. A sheet
becomes CSV in a temporary file: the child is gone when the first row is used, and rows can be read again.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, Final

from linli.lib.apart import Busy, Child, ChildDied, Turns
from linli.lib.refusal import Refusal, Sentence

MOST_BYTES: Final = 64 * 1024 * 1024  # of a file as it is sent
MOST_TEXT_BYTES: Final = 512 * 1024 * 1024  # of a sheet as text; one text may stand in a million cells
MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_turns = Turns(places=1, waiting=4, wait_s=60.0)

_NO_WORKBOOK: Final = {
    "damaged": Sentence("the workbook is damaged or cut off; open it in Excel or WPS and save it again"),
    "locked": Sentence("the workbook is locked with a password; take the password away and save it again"),
    "bomb": Sentence(
        "the workbook would unpack to %(given)s MB, which no table needs; copy its rows into a new workbook"
    ),
    "binary": Sentence("this is a binary workbook (.xlsb); save it as Excel workbook (.xlsx)"),
    "word": Sentence("this is a text document and not a workbook; give the table as Excel workbook or CSV"),
    "nested": Sentence("this is an archive with files in it; unpack it and give the workbook itself"),
    "archive": Sentence("this is an archive and not a workbook; give the table as Excel workbook or CSV"),
    "sheets": Sentence("the workbook has %(given)s sheets, at most %(most)s are looked at; give the one that is meant"),
    "unknown": Sentence("the workbook has no sheet “%(sheet)s”; it has: %(sheets)s"),
    "empty": Sentence("the file is empty; give one with a header line"),
    "cells": Sentence("the sheet has more than %(most)s cells; divide it"),
    "block": Sentence(
        "sheet %(sheet)s reaches to cell %(cell)s and is empty for the most part; delete what stands far outside, or copy the "
        "rows into a new workbook"
    ),
    "hollow": Sentence(
        "the formula in cell %(cell)s has no stored result; open the workbook in Excel or WPS, let it calculate and save it"
    ),
    "memory": Sentence("reading the workbook takes more time or memory than it may; divide it, or save the sheet as CSV UTF-8"),
    "size": Sentence("the workbook has more than %(most)s MB; divide it, or save the sheet as CSV UTF-8"),
    "busy": Sentence("other workbooks are being read just now; send it again in a minute"),
}  # fmt: skip


class NoWorkbook(Refusal):
    """A workbook that cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class Workbook:
    """One sheet of a workbook as CSV in UTF-8, each row with its number in the sheet first; and what is to be said of it."""

    text: IO[bytes]
    sheet: str
    sheets: tuple[str, ...]
    remarks: tuple[Sentence, ...]


def is_workbook(source: BinaryIO) -> bool:
    """Whether the file begins as workbooks and archives do, whatever its name. Leaves it at its beginning."""
    source.seek(0)
    start = source.read(8)
    source.seek(0)
    return start.startswith(MARKS)


def read_workbook(source: BinaryIO, sheet: str = "") -> Workbook:
    """The sheet of that name, or the first that is shown and holds something.

    Cells come as text: numbers as a sheet shows them, dates as 2026-01-05 or 2026-01-05 09:10:00, truth as TRUE and FALSE,
    formulas as their stored results, errors as #N/A. Rows of a merged cell all have what stands in it; a title merged over the
    columns above the headings is passed over. About 3 s and 250 MB for 100,000 rows of ten columns, in a child that is gone
    afterwards. Raises NoWorkbook.
    """
    try:
        with _turns.turn(), tempfile.TemporaryFile() as copy:
            child = Child(given=_copied(source, copy))
            try:
                return _asked(child, sheet)
            finally:
                child.end()
    except Busy:
        raise _refused({"refused": "busy"}) from None
    except ChildDied:
        raise _refused({"refused": "memory"}) from None


def _copied(source: BinaryIO, copy: IO[bytes]) -> IO[bytes]:
    """A copy that is a real file, which a child can be given; what was sent may lie in memory."""
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    if size > MOST_BYTES:
        raise _refused({"refused": "size", "most": MOST_BYTES // 2**20})
    shutil.copyfileobj(source, copy)
    copy.flush()
    return copy


def _asked(child: Child, sheet: str) -> Workbook:
    head, _content = child.ask("workbook_reading", {"step": "open", "fd": child.given, "sheet": sheet})
    if "refused" in head:
        raise _refused(head)
    text = tempfile.TemporaryFile()  # noqa: SIM115 - see below
    book = Workbook(text, str(head["sheet"]), tuple(map(str, head["sheets"])), tuple(_remarks(head)))
    weakref.finalize(book, book.text.close)  # it is let go with the table that reads it
    while chunk := _more(child):
        book.text.write(chunk)
        if book.text.tell() > MOST_TEXT_BYTES:
            raise _refused({"refused": "memory"})
    return book


def _more(child: Child) -> bytes:
    head, chunk = child.ask("workbook_reading", {"step": "more"})
    if "refused" in head:
        raise _refused(head)
    return chunk


def _refused(head: dict[str, Any]) -> NoWorkbook:
    said = _NO_WORKBOOK.get(str(head.pop("refused")), _NO_WORKBOOK["damaged"])
    return NoWorkbook(said.msgid, **head)


def _remarks(head: dict[str, Any]) -> list[Sentence]:
    """What somebody should know who sees only the rows."""
    said = []
    if head["others"]:
        others = ", ".join(map(str, head["others"]))
        said.append(
            Sentence("Sheet “%(sheet)s” is read; not read: %(others)s.", {"sheet": head["sheet"], "others": others})
        )
    if head["titles"]:
        said.append(Sentence("%(count)s rows above the headings are passed over.", {"count": head["titles"]}))
    if head["macros"]:
        said.append(Sentence("The workbook has macros; they are neither read nor run."))
    return said
