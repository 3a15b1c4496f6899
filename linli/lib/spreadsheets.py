"""What spreadsheets do to files and codes, named for what it is: a web page under the name of a CSV file, a code turned
into a number, marks that only a spreadsheet understands, characters that nobody sees. `workbooks.py` reads workbooks.
"""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from linli.lib.refusal import Sentence

_LOOKED_AT_BYTES: Final = 4096
_SCIENTIFIC: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+")
_DECIMAL_ZERO: Final = re.compile(r"\d{6,}\.0+")
_FORMULA_TEXT: Final = re.compile(r'="(.*)"')
_ERROR: Final = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)|#{3,}")
_FULL_WIDTH: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
# Controls, direction marks, zero-width characters, byte order marks, soft hyphens.
_UNSEEN: Final = re.compile(
    "[\0-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)


def what_file(source: BinaryIO) -> Sentence | None:
    """What a file is that calls itself a table and is none, and what to do; None for text. Leaves the file at its beginning."""
    source.seek(0)
    start = source.read(_LOOKED_AT_BYTES)
    source.seek(0)
    if start.startswith(b"%PDF"):
        return Sentence("this is a PDF, not a table; ask for the table that it was made from")
    if start.startswith(b"SQLite format 3\0"):
        return Sentence("this is a database or GeoPackage, not text; export the table as CSV UTF-8")
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        return Sentence(
            "this is a web page or XML under another name, not CSV; open it in Excel or WPS and save it as CSV UTF-8"
        )
    return None


def what_happened_to_code(value: str) -> Sentence | None:
    """What a spreadsheet did to a code, and the mend; None for a code that looks untouched."""
    if _SCIENTIFIC.fullmatch(value):
        return Sentence(
            "Excel turned this code into a number and its last digits are lost; "
            "take the code from the source again and format the column as text before."
        )
    if _DECIMAL_ZERO.fullmatch(value):
        return Sentence(
            "Excel turned this code into a decimal number; format the column as text and take away “%(end)s”.",
            {"end": value[value.index(".") :]},
        )
    if found := _FORMULA_TEXT.fullmatch(value):
        return Sentence("This is a formula that Excel shows as a text; write only %(code)s.", {"code": found[1]})
    if value.startswith(("'", "\u2018", "\u2019", "`")):
        return Sentence(
            "The apostrophe before the code is Excel's sign for a text; write only %(code)s.", {"code": value[1:]}
        )
    if len(value) > 1 and value[0] in '"“”' and value[-1] in '"“”':
        return Sentence(
            "The quotation marks belong to the file and not to the code; write only %(code)s.", {"code": value[1:-1]}
        )
    if _ERROR.fullmatch(value):
        return Sentence("This is an error of the spreadsheet instead of a value; mend the formula or widen the column.")
    if _FULL_WIDTH.search(value):
        return Sentence("The code has full-width digits or letters; write them half-width.")
    return what_is_unseen(value)


def what_is_unseen(value: str) -> Sentence | None:
    """Which character of a value nobody sees, and where; None without any."""
    found = _UNSEEN.search(value)
    if found is None:
        return None
    return Sentence(
        "Character %(place)s cannot be seen (U+%(code)s); delete it, or type the value again.",
        {"place": found.start() + 1, "code": f"{ord(found[0]):04X}"},
    )
