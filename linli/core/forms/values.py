"""What an answer is: `parsed` makes one of what came, whether a person wrote it, a cell of Excel held it or a program sent it.

An answer is JSON: text; a number; a day, time or moment as text (2026-11-21, 14:05, 2026-11-21T14:05); the code of a choice or a list
of codes; a place as [longitude, latitude]; a person as an object with `name` and `phone`; files as a list of their ids; the rows of a
repeat as a list of objects. None is no answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.logic_check import LARGEST
from linli.core.forms.schema import FILES, LONGEST_LINE, Kind, Question, told
from linli.core.platform.public import BadInput, in_words, listed
from linli.lib.outside import day
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone, clean_text

Value = Any
"""An answer as JSON, see above."""

_NUMBER = re.compile(r"(?=[+-]?\.?\d)[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,16})?(?:\.\d{1,10})?", re.ASCII)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::\d\d)?", re.ASCII)
_PARTS = re.compile(r"[,，、;；\n]")


def parsed(question: Question, given: object) -> Value:
    """The answer to a question; None for an empty one. Raises BadInput that names the question.

    Whether it must be answered, is asked at all and fits with other answers says judging.py.
    """
    if given is None or (isinstance(given, (str, list, tuple, dict)) and not given):
        return None
    try:
        return _KINDS[question.kind](question, given)
    except PlainRefusal as refusal:
        raise BadInput(in_words(refusal.sentence), field=question.name) from None


def _refuse(question: Question, sentence: str) -> BadInput:
    return BadInput(sentence, field=question.name)


def _words(given: object) -> str:
    return given if isinstance(given, str) else f"{given:g}" if isinstance(given, float) else str(given)


def _text(question: Question, given: object) -> Value:
    most = int(question.most or LONGEST_LINE)
    return clean_text(_words(given), max_chars=most, lines=question.lines) or None


def _phone(_question: Question, given: object) -> Value:
    return clean_phone(_words(given)) or None


def _number(question: Question, given: object) -> Value:
    if isinstance(given, bool) or not isinstance(given, (int, float, str)):
        raise _refuse(question, _("Give a number, such as 2 or 0.5."))
    if isinstance(given, str):
        plain = unicodedata.normalize("NFKC", given).strip()
        for unit in question.unit.values():
            plain = plain.removesuffix(unit).strip()
        if not plain:
            return None
        if not _NUMBER.fullmatch(plain):
            raise _refuse(question, _("Give a number, such as 2 or 0.5."))
        given = float(plain.replace(",", ""))
    if not isfinite(given) or abs(given) > LARGEST:
        raise _refuse(question, _("This number is too large to be counted."))
    if question.whole and given != int(given):
        raise _refuse(question, _("Give a whole number, without a point."))
    if question.least is not None and given < question.least:
        raise _refuse(question, _("Give at least %s.") % f"{question.least:g}")
    if question.most is not None and given > question.most:
        raise _refuse(question, _("Give at most %s.") % f"{question.most:g}")
    return int(given) if given == int(given) else given


def _date(question: Question, given: object) -> Value:
    if isinstance(given, datetime):
        given = given.date()
    words = str(given).strip().replace("/", "-")
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", words, re.ASCII):
        words = "-".join(part.zfill(2) for part in words.split("-"))
    found = given if isinstance(given, date) else day(words)
    if found is None:
        raise _refuse(question, _("Write the day as 2026-11-21."))
    return found.isoformat()


def _time(question: Question, given: object) -> Value:
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", str(given)).strip())
    if found is None:
        raise _refuse(question, _("Write the time as 14:05."))
    return f"{int(found[1]):02d}:{found[2]}"


def _moment(question: Question, given: object) -> Value:
    words = str(given).strip().replace("T", " ")
    day_words, _space, time_words = words.partition(" ")
    try:
        return f"{_date(question, day_words)}T{_time(question, time_words)}"
    except BadInput:
        raise _refuse(question, _("Write the day and the time as 2026-11-21 14:05.")) from None


def _choice(question: Question, given: object) -> str:
    """A choice by its code, or by its words where these name one only."""
    words = _words(given).strip()
    if any(one.code == words for one in question.choices):
        return words
    named = [one.code for one in question.choices if words in one.label.values()]
    if len(named) != 1:
        raise _refuse(question, _("“%s” is not on the list; choose from it.") % words[:60])
    return named[0]


def _one(question: Question, given: object) -> Value:
    return _choice(question, given)


def _several(question: Question, given: object) -> Value:
    if isinstance(given, str):
        whole = given.strip()
        given = (
            [whole]
            if any(whole in (one.code, *one.label.values()) for one in question.choices)
            else _PARTS.split(given)
        )
    if not isinstance(given, (list, tuple)):
        raise _refuse(question, _("Choose from the list."))
    chosen = {_choice(question, one) for one in given if _words(one).strip()}
    return [one.code for one in question.choices if one.code in chosen] or None


def _place(question: Question, given: object) -> Value:
    parts = given.split(",") if isinstance(given, str) else given
    if not isinstance(parts, (list, tuple)) or len(parts) != 2:
        raise _refuse(question, _("Give the position in degrees, longitude and latitude."))
    if not any(str(one).strip() for one in parts):
        return None
    try:
        lon, lat = (float(str(one).strip()[:30]) for one in parts)
    except ValueError:
        raise _refuse(question, _("Give the position in degrees, as numbers.")) from None
    if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise _refuse(question, _("Longitude lies between -180 and 180 degrees, latitude between -90 and 90."))
    return [round(lon, 7), round(lat, 7)]


def _person(question: Question, given: object) -> Value:
    if isinstance(given, str):
        given = {"name": given}
    if not isinstance(given, dict) or set(given) - {"name", "phone"}:
        raise _refuse(question, _("A person is given by name and telephone number."))
    name = clean_text(_words(given.get("name") or ""), max_chars=60, lines=False)
    phone = clean_phone(_words(given.get("phone") or ""))
    if phone and not name:
        raise _refuse(question, _("Give the person's name too."))
    return {"name": name, "phone": phone} if name else None


def _files(question: Question, given: object) -> Value:
    if not isinstance(given, (list, tuple)) or not all(type(one) is int and one > 0 for one in given):
        raise _refuse(question, _("Add the file again; it did not arrive."))
    found = list(dict.fromkeys(given))
    if len(found) > (question.most or 1):
        raise _refuse(question, _("At most %s files; take some out.") % int(question.most or 1))
    return found


_KINDS: dict[Kind, Callable[[Question, Any], Value]] = {
    Kind.TEXT: _text, Kind.ADDRESS: _text, Kind.PHONE: _phone, Kind.NUMBER: _number, Kind.DATE: _date, Kind.TIME: _time,
    Kind.MOMENT: _moment, Kind.ONE: _one, Kind.SEVERAL: _several, Kind.PLACE: _place, Kind.PERSON: _person,
    **dict.fromkeys(FILES, _files),
}  # fmt: skip


def for_logic(question: Question, value: Value) -> Any:
    """An answer as expressions know it: numbers as floats, files, places and people as being there or not."""
    if value is None or isinstance(value, bool):
        return value
    if question.kind in (*FILES, Kind.PLACE, Kind.PERSON):
        return True
    return float(value) if isinstance(value, (int, float)) else value


def in_text(question: Question, value: Value, language: str | None = None) -> str:
    """An answer as people read it; "" for none. Files are counted."""
    if value is None:
        return ""
    if question.kind in (Kind.ONE, Kind.SEVERAL):
        labels = {one.code: told(one.label, language) for one in question.choices}
        codes = value if isinstance(value, list) else [value]
        return listed([labels.get(one, one) for one in codes])
    if question.kind in FILES:
        return _("%s files") % len(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (int, float)):
        unit = told(question.unit, language)
        return f"{value:.10g} {unit}".strip()
    if isinstance(value, Mapping):
        return f"{value.get('name') or ''} {value.get('phone') or ''}".strip()
    if isinstance(value, list):
        return ", ".join(f"{one:.6f}" for one in value)
    return value.replace("T", " ") if question.kind is Kind.MOMENT else str(value)
