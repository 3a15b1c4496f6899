"""XLSForm out: a form as a workbook that KoboToolbox and ODK read, and that comes in again as the same form (xlsform_reading.py).

What XLSForm has no place for stands in columns of ours (`linli::…`), which other programs pass over. An expression that XPath cannot say stands
there as JSON; other programs then ask the question without it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from linli.core.forms.logic_check import Scope, Type
from linli.core.forms.rules import TODAY
from linli.core.forms.schema import Choice, Group, Item, Kind, Question, Repeat, Schema, told, walk
from linli.core.forms.xpath import XPathError, logic_of, xpath_of
from linli.lib.workbook_writing import opened

LANGUAGES = {"zh-hans": "中文 (zh)", "en": "English (en)"}
_TYPES = {
    Kind.TEXT: "text", Kind.DATE: "date", Kind.TIME: "time", Kind.MOMENT: "dateTime", Kind.PLACE: "geopoint", Kind.PHOTO: "image", Kind.VOICE: "audio",
    Kind.SIGNATURE: "image", Kind.PERSON: "text", Kind.PHONE: "text", Kind.ADDRESS: "text", Kind.NOTE: "note", Kind.CALCULATED: "calculate",
}  # fmt: skip
_OWN = (
    "fact", "type", "purpose", "class", "keep_days", "impersonal", "sealed", "unit", "least", "most", "row", "relevant", "constraint", "calculate",
)  # fmt: skip
COLUMNS = (
    "type", "name", *(f"label::{one}" for one in LANGUAGES.values()), *(f"hint::{one}" for one in LANGUAGES.values()), "required", "relevant", "constraint",
    *(f"constraint_message::{one}" for one in LANGUAGES.values()), "calculation", "appearance", *(f"linli::{one}" for one in _OWN),
)  # fmt: skip
Cells = dict[str, str]


def write_xlsform(file: IO[bytes], schema: Schema) -> None:
    """Writes the form as a workbook with the sheets survey, choices and settings."""
    writing = _Writing(schema)
    survey = list(writing.rows(schema.items))
    settings: Cells = {
        "form_title": told(schema.titles)[:120],
        "form_id": f"linli_{schema.digest[:12]}",
        "version": schema.digest[:12],
    }
    if schema.subject:
        settings["linli::subject"] = schema.subject
    choices = [
        {"list_name": f"list_{number}", "name": one.code, **_texts("label", one.label)}
        for number, choices in enumerate(writing.lists, 1)
        for one in choices
    ]
    book = opened(file)
    bold = book.add_format({"bold": True})
    labels = tuple(f"label::{one}" for one in LANGUAGES.values())
    for name, columns, rows in (
        ("survey", COLUMNS, survey), ("choices", ("list_name", "name", *labels), choices),
        ("settings", tuple(settings), [settings]),
    ):  # fmt: skip
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 20)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, bold)
        for line, row in enumerate(rows, 1):
            for place, column in enumerate(columns):
                if row.get(column):
                    sheet.write_string(line, place, row[column])
    book.close()


class _Writing:
    """Makes the rows of one form."""

    def __init__(self, schema: Schema) -> None:
        self.lists: list[tuple[Choice, ...]] = []
        self.names = {one.name: one.name for one in walk(schema.items)}
        outside: dict[str, Type] = {TODAY: Type.DAY, **{one.name: Type.ROWS for one in schema.repeats}}
        rows: dict[str, dict[str, Type]] = {one.name: {} for one in schema.repeats}
        for one in schema.questions:
            if one.result is not None:
                (rows[one.repeat] if one.repeat else outside)[one.name] = one.result
        self.scope = Scope(outside, rows)

    def rows(self, items: tuple[Item, ...], repeat: str = "") -> Iterator[Cells]:
        """The rows of items, groups between their begin and end."""
        for one in items:
            if isinstance(one, Question):
                yield self._question(one)
                continue
            kind = "group" if isinstance(one, Group) else "repeat"
            row = {"type": f"begin_{kind}", "name": one.name, **_texts("label", one.label), **_texts("hint", one.hint)}
            self._rule(row, one, "relevant", repeat)
            if isinstance(one, Group):
                row["appearance"] = "field-list" if one.together else ""
            else:
                row |= {"linli::least": str(one.least), "linli::most": str(one.most), "linli::row": _plain(one.row)}
            yield row
            yield from self.rows(one.items, one.name if isinstance(one, Repeat) else repeat)
            yield {"type": f"end_{kind}"}

    def _question(self, one: Question) -> Cells:
        row: Cells = {
            "type": self._type(one),
            "name": one.name,
            **_texts("label", one.label),
            **_texts("hint", one.hint),
        }
        row |= _texts("constraint_message", one.message)
        row["required"] = "yes" if one.required else ""
        row["appearance"] = "signature" if one.kind is Kind.SIGNATURE else "multiline" if one.lines else ""
        if one.kind in (Kind.PERSON, Kind.PHONE, Kind.ADDRESS):
            row["linli::type"] = one.kind
        for part in ("relevant", "constraint", "calculate"):
            self._rule(row, one, part, one.repeat)
        row["linli::fact"], row["linli::unit"] = one.fact, _plain(one.unit)
        if one.kind in (Kind.NUMBER, Kind.TEXT, Kind.PHOTO):
            row |= {
                f"linli::{part}": f"{value:g}"
                for part, value in (("least", one.least), ("most", one.most))
                if value is not None
            }
        if one.keeping is not None:
            row |= {
                "linli::purpose": one.keeping.purpose,
                "linli::class": one.keeping.data_class,
                "linli::keep_days": str(one.keeping.days),
            }
            row["linli::sealed"] = "yes" if one.sealed else ""
        elif one.kept:
            row["linli::impersonal"] = "yes"
        return row

    def _type(self, one: Question) -> str:
        if one.kind in (Kind.ONE, Kind.SEVERAL):
            if one.choices not in self.lists:
                self.lists.append(one.choices)
            number = self.lists.index(one.choices) + 1
            return f"{'select_one' if one.kind is Kind.ONE else 'select_multiple'} list_{number}"
        if one.kind is Kind.NUMBER:
            return "integer" if one.whole else "decimal"
        return _TYPES[one.kind]

    def _rule(self, row: Cells, one: Item, part: str, repeat: str) -> None:
        """An expression in the column of XLSForm, where it says the same when it is read back; else as JSON in a column of ours."""
        rule = getattr(one, part)
        if rule is None:
            return
        own = one.name if part == "constraint" else ""
        words = xpath_of(rule.logic, own)
        try:
            same = (
                bool(words)
                and logic_of(words, names=self.names, scope=self.scope, own=own, repeat=repeat) == rule.logic
            )
        except XPathError:
            same = False
        if words and (same or part != "calculate"):
            row["calculation" if part == "calculate" else part] = words
        if not same:
            row[f"linli::{part}"] = json.dumps(rule.logic, ensure_ascii=False)
            if part == "calculate":
                row["calculation"] = words or "''"


def _texts(column: str, texts: Mapping[str, str]) -> Cells:
    return {f"{column}::{name}": texts[language] for language, name in LANGUAGES.items() if texts.get(language)}


def _plain(texts: Mapping[str, Any]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False) if texts else ""
