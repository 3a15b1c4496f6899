"""What the rows of an XLSForm may be: types, columns, and the remarks on what has no place here. xlsform_reading.py puts them together."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.schema import Kind
from linli.core.forms.xlsform_sheets import Row

KINDS: dict[str, tuple[Kind, dict[str, Any]]] = {
    "text": (Kind.TEXT, {}), "string": (Kind.TEXT, {}), "barcode": (Kind.TEXT, {}), "integer": (Kind.NUMBER, {"whole": True}),
    "int": (Kind.NUMBER, {"whole": True}), "decimal": (Kind.NUMBER, {}), "range": (Kind.NUMBER, {}), "date": (Kind.DATE, {}), "time": (Kind.TIME, {}),
    "datetime": (Kind.MOMENT, {}), "geopoint": (Kind.PLACE, {}), "gps": (Kind.PLACE, {}), "location": (Kind.PLACE, {}),
    "image": (Kind.PHOTO, {"most": 1}), "photo": (Kind.PHOTO, {"most": 1}), "audio": (Kind.VOICE, {}), "note": (Kind.NOTE, {}),
    "calculate": (Kind.CALCULATED, {}), "acknowledge": (Kind.ONE, {}), "trigger": (Kind.ONE, {}),
}  # fmt: skip
METADATA = frozenset(
    ("start", "end", "today", "deviceid", "device id", "subscriberid", "simserial", "phonenumber", "username", "email", "audit", "start-geopoint",
     "background-audio", "device_id", "start time", "end time", "imei")
)  # fmt: skip
SELECT = re.compile(
    r"(select_one|select one from|select one|select1|select_multiple|select all that apply from|select multiple from|select multiple)\s+(\S.*)",
    re.IGNORECASE,
)
OR_OTHER = re.compile(r"[\s_]*(or[_ ]other|or specify other)\s*$", re.IGNORECASE)
BEGIN = re.compile(r"(begin|end)[\s_]+(group|repeat|loop)\b", re.IGNORECASE)
YES = {"yes", "true", "true()", "1", "y", "required", "是"}
NO = {"", "no", "false", "false()", "0", "n", "否"}
# Columns that only change how a page of another program looks, or that it keeps for itself.
SILENT = re.compile(
    r"\$|kobo--|_|column_\d|#|note$|comments?$|disabled$|type$|name$|list_name$|label$|hint$|linli::|appearance$"
)
TAKEN = {
    "relevant", "constraint", "constraint_message", "required", "calculation", "repeat_count", "parameters", "read_only", "default", "choice_filter",
    "required_message", "guidance_hint", "trigger",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """What was not taken as it stands: sheet and row (0: the file), the question, and a sentence with what happens instead."""

    sheet: str
    row: int
    name: str
    sentence: str

    def __str__(self) -> str:
        place = (
            _("%(sheet)s, row %(row)s, “%(name)s”: %(sentence)s")
            if self.name
            else _("%(sheet)s, row %(row)s: %(sentence)s")
        )
        said = {"sheet": self.sheet, "row": self.row, "name": self.name, "sentence": self.sentence}
        return place % said if self.row else self.sentence


def kind_of(row: Row, lists: Collection[str]) -> tuple[str, dict[str, Any]] | None:
    """What kind of question or group a row is, and what that brings; None for what is left out."""
    words = row["type"].strip()
    if begin := BEGIN.match(words):
        return begin[2].lower(), {}
    if select := SELECT.match(words):
        several = "mult" in select[1].lower() or "all" in select[1].lower()
        of = select[2].strip()
        other = bool(OR_OTHER.search(of))
        of = OR_OTHER.sub("", of)
        return (Kind.SEVERAL if several else Kind.ONE, {"list": of, "other": other}) if of in lists else None
    own = row["linli::type"].lower()
    if own in (Kind.PERSON, Kind.PHONE, Kind.ADDRESS) and words.lower() in ("text", "string"):
        return own, {}
    found = KINDS.get(words.lower().replace("_", "") if words.lower() not in KINDS else words.lower())
    if found is None:
        return None
    kind, parts = found
    appearance = row["appearance"].lower()
    if kind is Kind.PHOTO and "signature" in appearance:
        return Kind.SIGNATURE, {}
    return kind, {**parts, **({"lines": True} if kind is Kind.TEXT and "multiline" in appearance else {})}


def why_not(words: str) -> str:
    """Why a row of this type is left out."""
    low = words.lower()
    if low in METADATA:
        return _("“%s” is not kept: who filled in and when is known anyway, the device is nobody's business.") % low
    if SELECT.match(words):
        return _("Its list is not in the sheet “choices”; the question is left out.")
    return _("The type “%s” is not supported; the question is left out.") % words[:60]


LEFT_OUT = {
    "relevant": lambda: _("It is always asked, since the condition cannot be taken:"),
    "constraint": lambda: _("Every answer is taken, since the constraint cannot be taken:"),
    "calculate": lambda: _("It is left out, since the calculation cannot be taken:"),
}


def number_of(words: str | Any) -> Any:
    """A number as JSON has it, or the words as they stand."""
    if not isinstance(words, str) or not re.fullmatch(r"-?\d+(\.\d+)?", words.strip()):
        return words
    found = float(words)
    return int(found) if found == int(found) and "." not in words else found


def json_of(words: str) -> Any:
    """What a cell of ours holds as JSON; the words where it is none, which the reader of the form then refuses."""
    try:
        return json.loads(words)
    except (ValueError, RecursionError):
        return words


def without_empty(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items without groups that hold nothing."""
    for one in items:
        if "items" in one:
            one["items"] = without_empty(one["items"])
    return [one for one in items if one.get("items", True)]


_NAMED = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def named_here(texts: str | dict[str, str], names: Mapping[str, str]) -> str | dict[str, str]:
    """Texts in which other answers (${…}) are named as they are called here."""
    if isinstance(texts, dict):
        return {language: str(named_here(words, names)) for language, words in texts.items()}
    return _NAMED.sub(lambda found: f"${{{names.get(found[1], found[1])}}}", texts)


def without_gone(items: list[dict[str, Any]]) -> None:
    """Puts an ellipsis where a text names an answer that is not in the form (any more)."""
    names = set(re.findall(r'"name": "(\w+)"', json.dumps(items)))

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {language: kept(words) for language, words in value.items()}
        return _NAMED.sub(lambda found: found[0] if found[1] in names else "…", str(value))

    def settle(inside: list[dict[str, Any]]) -> None:
        for one in inside:
            one |= {part: kept(one[part]) for part in ("label", "hint", "message") if part in one}
            settle(one.get("items", []))

    settle(items)
