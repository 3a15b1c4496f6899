"""What a cell means by the kind of its column: read where only one reading is possible, else refused with the mend."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from linli.core.exchange.times import in_any_spelling
from linli.core.platform.public import ImportColumn, heading_key, in_words, listed, title_in
from linli.lib.outside import FIRST_YEAR, LAST_YEAR
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.spreadsheets import what_happened_to_code
from linli.lib.text import clean_text

CODE_MOST = 80
LARGEST = Decimal(10) ** 15
_YES = frozenset("yes y true 1 是 有 对 √ ✓".split())
_NO = frozenset("no n false 0 否 无 没有 不 × ✗".split())


class UnreadCell(Exception):
    """A cell that cannot be read; the text is the mend, in the reader's language."""


def value_of_cell(column: ImportColumn, raw: str) -> Any:
    """The typed value of a cell, None for an empty one. Raises UnreadCell."""
    if not raw.strip():
        if column.required:
            raise UnreadCell(_("This must not be empty."))
        return None
    return _READERS[column.kind](column, raw)


def _text(column: ImportColumn, raw: str) -> str:
    return _cleaned(raw, column.most, lines=column.kind == "lines")


def _cleaned(raw: str, most: int, *, lines: bool = False) -> str:
    try:
        return clean_text(raw, max_chars=most, lines=lines)
    except PlainRefusal as refusal:
        raise UnreadCell(in_words(refusal.sentence)) from None


def _code(column: ImportColumn, raw: str) -> str:
    code = raw.strip()
    if touched := what_happened_to_code(code):
        raise UnreadCell(in_words(touched))
    return _cleaned(code, min(column.most, CODE_MOST))


def _number(raw: str) -> Decimal:
    text = unicodedata.normalize("NFKC", raw).strip().replace(",", "").replace(" ", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise UnreadCell(_("Write a number in digits.")) from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise UnreadCell(_("Write a number in digits."))
    return number


def _whole(column: ImportColumn, raw: str) -> int:
    del column
    number = _number(raw)
    if number != number.to_integral_value():
        raise UnreadCell(_("Write a whole number."))
    return int(number)


def _day(column: ImportColumn, raw: str) -> Any:
    del column
    found = in_any_spelling(unicodedata.normalize("NFKC", raw).strip())
    if found is None or not FIRST_YEAR <= found[0].year <= LAST_YEAR:
        raise UnreadCell(_("Write the day with its year first, such as 2026-11-21."))
    return found[0].date()


def _yes(column: ImportColumn, raw: str) -> bool:
    del column
    word = heading_key(raw)
    if word in _YES or word in _NO:
        return word in _YES
    raise UnreadCell(_("Write yes or no (是 or 否)."))


def choice_words(column: ImportColumn) -> Mapping[str, str]:
    """Whatever may be written for a choice, and the code that it stands for."""
    return {heading_key(word): code for code, titles in column.choices.items() for word in (code, *titles.values())}


def _choice(column: ImportColumn, raw: str) -> str:
    code = choice_words(column).get(heading_key(raw))
    if code is None:
        shown = listed(title_in(titles) for titles in list(column.choices.values())[:12])
        raise UnreadCell(_("Use one of: %s.") % shown)
    return code


_READERS: dict[str, Callable[[ImportColumn, str], Any]] = {
    "text": _text, "lines": _text, "code": _code, "whole": _whole, "decimal": lambda _column, raw: _number(raw), "day": _day,
    "yes": _yes, "choice": _choice,
}  # fmt: skip
