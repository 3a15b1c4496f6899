"""The sheets of an XLSForm as rows with the names that XLSForm documents, whatever spelling a file has; texts by language.

xlsform_reading.py makes a form of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from linli.core.forms.parts import LANGUAGES
from linli.lib.tables import TableError, open_table

TRANSLATED = ("label", "hint", "constraint_message", "required_message", "guidance_hint")
_SAME = {
    "constraint message": "constraint_message", "relevance": "relevant", "calculate": "calculation", "readonly": "read_only", "read only": "read_only",
    "list name": "list_name", "value": "name", "caption": "label", "repeat count": "repeat_count", "choice filter": "choice_filter",
    "form title": "form_title", "form id": "form_id", "default language": "default_language",
    "title": "form_title", "constraining message": "constraint_message",
    "required message": "required_message", "requiredmsg": "required_message", "bind::relevant": "relevant", "bind::constraint": "constraint",
    "bind::required": "required",
    "bind::calculate": "calculation", "bind::jr:constraintmsg": "constraint_message", "bind:relevant": "relevant", "bind:constraint": "constraint",
    "bind:required": "required", "control::appearance": "appearance", "command": "type", "tag": "name", "jr:count": "repeat_count", "text": "label",
}  # fmt: skip
_LANGUAGES = (
    ("zh-hans", re.compile(r"\bzh\b|zh[-_]|中文|汉语|简体|chinese|mandarin", re.IGNORECASE)),
    ("en", re.compile(r"\ben\b|en[-_]|英文|英语|english", re.IGNORECASE)),
)


@dataclass(slots=True)
class Row:
    """One row: its number in the sheet, its plain columns, and its texts by column and language ("" for the plain one)."""

    number: int
    cells: dict[str, str]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(slots=True)
class Sheets:
    """What a file has: rows of the three sheets, and the languages that it names and we have no place for."""

    survey: list[Row]
    choices: list[Row]
    settings: Mapping[str, str]
    foreign: set[str]


def sheets_of(source: BinaryIO) -> Sheets:
    """The sheets survey, choices and settings. Raises TableError for a file that is no workbook or has no sheet `survey`."""
    names = {name.strip().lower(): name for name in open_table(source).sheets}
    foreign: set[str] = set()

    def rows(name: str) -> list[Row]:
        if name != "survey" and name not in names:
            return []
        try:
            table = open_table(source, sheet=names.get(name, name))
        except TableError:
            if name == "survey":
                raise
            return []  # a sheet without a row
        columns = {column: _column(column, foreign) for column in table.columns}
        return [_row(line, cells, columns) for line, cells in table.rows()]

    survey, choices, settings = rows("survey"), rows("choices"), rows("settings")
    return Sheets(survey, choices, settings[0].cells if settings else {}, foreign)


def _column(heading: str, foreign: set[str]) -> tuple[str, str]:
    """The name of a column and its language: "" for none, None where we have no place for it."""
    words = " ".join(heading.strip().split())
    low = words.lower()
    if low.startswith("linli::"):
        return low, ""
    low = _SAME.get(low, low)
    base, _colons, language = words.partition("::") if "::" in words else words.partition(":")
    base = _SAME.get(base.strip().lower(), base.strip().lower())
    if base not in TRANSLATED or not language:
        return low, ""
    for code, pattern in _LANGUAGES:
        if pattern.search(language):
            return base, code
    foreign.add(language.strip())
    return base, f"other {language.strip()}"


def _row(line: int, cells: Mapping[str, str], columns: Mapping[str, tuple[str, str]]) -> Row:
    row = Row(line, {})
    for heading, value in cells.items():
        name, language = columns[heading]
        value = value.strip()
        if not value:
            continue
        if name in TRANSLATED:
            row.texts.setdefault(name, {})[language] = value
        row.cells.setdefault(name, value)
    return row


def texts_of(row: Row, column: str) -> str | dict[str, str]:
    """The text of a column as a form holds it: by language where the file says which; else the plain words, or the first there are."""
    found = row.texts.get(column, {})
    ours: dict[str, str] = {language: found[language] for language in LANGUAGES if language in found}
    if ours:
        return ours
    return found.get("") or next(iter(found.values()), "")
