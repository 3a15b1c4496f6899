"""XLSForm in: a workbook of KoboToolbox or ODK becomes the document of a form, and what has no place in it is named row by row.

xlsform_sheets.py reads the sheets, xpath.py the expressions. docs/forms.md lists what is taken. Nothing is left out in silence: each
`Remark` says where, what, and what happens instead. Columns of our own (`linli::purpose`, `linli::fact` …) say what XLSForm has no place for;
a form without them takes purpose, class and days from its sheet `settings`, or from whoever brings it in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from linli.core.forms.logic_check import LogicError, Scope, Type, checked
from linli.core.forms.reader import NAME, TAKEN_NAMES, read
from linli.core.forms.schema import MOST_GROUPS_DEEP, MOST_QUESTIONS, TYPES, Kind, Schema, SchemaRefused
from linli.core.forms.xlsform_kinds import (
    BEGIN,
    LEFT_OUT,
    METADATA,
    NO,
    SILENT,
    TAKEN,
    YES,
    Remark,
    json_of,
    kind_of,
    named_here,
    number_of,
    why_not,
    without_empty,
    without_gone,
)
from linli.core.forms.xlsform_sheets import Row, Sheets, sheets_of, texts_of
from linli.core.forms.xpath import XPathError, logic_of
from linli.lib.faults import Fault
from linli.lib.outside import whole_number


@dataclass(frozen=True, slots=True)
class Brought:
    """A form that came in: its document, what was read of it, and what was not taken."""

    document: Mapping[str, Any]
    schema: Schema
    remarks: tuple[Remark, ...]


def read_xlsform(source: BinaryIO, *, defaults: Mapping[str, Any] | None = None, title: str = "") -> Brought:
    """The form of a workbook. `defaults` are purpose, class and keep_days for questions whose file says none; `title` is for a file
    without one. Raises TableError for what is no XLSForm, SchemaRefused with every fault (numbers are rows of the sheet `survey`)."""
    return _Reading(sheets_of(source), defaults or {}, title).brought()


class _Reading:
    """Reads one file, once."""

    def __init__(self, sheets: Sheets, defaults: Mapping[str, Any], title: str) -> None:
        self.sheets, self.title = sheets, title
        self.remarks: list[Remark] = []
        self.names: dict[str, str] = {}
        self.rows: dict[str, Row] = {}
        self.scope = Scope({"today": Type.DAY}, {})
        self.lists = self._lists()
        self.used: dict[str, list[dict[str, Any]]] = {}
        said = {part: sheets.settings.get(f"linli::{part}") for part in ("purpose", "class", "keep_days")}
        self.defaults = {**defaults, **{part: number_of(value) for part, value in said.items() if value}}

    def remark(self, row: Row, sentence: str, sheet: str = "survey") -> None:
        self.remarks.append(Remark(sheet, row.number, row["name"][:60], sentence))

    def brought(self) -> Brought:
        """The form. Expressions whose types do not fit are left out and named, as are those that read what is gone."""
        for language in sorted(self.sheets.foreign):
            self.remarks.append(
                Remark(
                    "survey",
                    0,
                    "",
                    _("Texts in “%s” are left out where there are Chinese or English ones.") % language[:40],
                )
            )
        count = sum(1 for row in self.sheets.survey if row["type"] and not BEGIN.match(row["type"]))
        if count > MOST_QUESTIONS:
            read({"form": 1, "items": [{}] * count})  # which refuses it
        self._know_names()
        items = self._items(self.sheets.survey)
        document: dict[str, Any] = {"form": 1, "titles": self._titles(), "items": items}
        if self.used:
            document["lists"] = self.used
        if self.defaults:
            document["defaults"] = self.defaults
        if subject := self.sheets.settings.get("linli::subject"):
            document["subject"] = subject
        while True:
            without_gone(items)
            try:
                return Brought(document, read(document), tuple(sorted(self.remarks, key=lambda one: one.row)))
            except SchemaRefused as refused:
                if not self._without(document["items"], refused.faults):
                    raise SchemaRefused([self._in_file(one) for one in refused.faults]) from None

    def _in_file(self, fault: Fault) -> Fault:
        row = self.rows.get(fault.value)
        return fault._replace(place=row.number) if row else fault

    def _without(self, items: list[dict[str, Any]], faults: tuple[Fault, ...]) -> bool:
        """Takes expressions out that the form refuses, and names them; False where there are none to take out."""
        wrong = {
            (one.value, one.column): one.mend for one in faults if one.column in ("relevant", "constraint", "calculate")
        }
        changed = False
        for one in list(items):
            changed = self._without(one.get("items", []), faults) or changed
            for part in ("relevant", "constraint", "calculate"):
                mend = wrong.get((one["name"], part))
                if mend is None or part not in one:
                    continue
                changed = True
                del one[part]
                self.remark(self.rows[one["name"]], f"{LEFT_OUT[part]()} {mend}")
                if part == "constraint":
                    one.pop("message", None)
                if part == "calculate":
                    items.remove(one)
        return changed

    def _titles(self) -> str:
        settings = self.sheets.settings
        return (settings.get("form_title") or settings.get("form_id") or self.title or _("Form without a title"))[:120]

    def _lists(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.sheets.choices:
            of, code = row["list_name"], re.sub(r"[\s,]+", "_", row["name"])[:60]
            if not of or not code:
                continue
            choices = found.setdefault(of, [])
            if any(one["code"] == code for one in choices):
                self.remark(row, _("The code stands in its list twice; the first is taken."), "choices")
                continue
            choices.append({"code": code, "label": texts_of(row, "label") or row["name"]})
        return found

    def _know_names(self) -> None:
        """How every question is called here, before the first expression is read."""
        taken: set[str] = set()
        for row in self.sheets.survey:
            kind, name = row["type"].lower(), row["name"]
            if kind in ("today",) and name:
                self.names[name] = "today"
                continue
            begin = BEGIN.match(kind)
            if (
                not kind
                or (begin and begin[1].lower() == "end")
                or kind in METADATA
                or kind_of(row, self.lists) is None
            ):
                continue
            ours = re.sub(r"[^A-Za-z0-9_]", "_", name) or f"row_{row.number}"
            ours = ours if NAME.fullmatch(ours) and ours not in TAKEN_NAMES else f"q_{ours}"[:64]
            base, count = ours, 1
            while ours in taken:
                count += 1
                ours = f"{base[:60]}_{count}"
            taken.add(ours)
            if name in self.names:
                self.remark(
                    row,
                    _("Another question has this name; expressions mean the first, this one is called “%s”.") % ours,
                )
            elif ours != name:
                self.remark(row, _("The name cannot stand here; it is called “%s”.") % ours)
            self.names.setdefault(name or ours, ours)
            row.cells["linli::name"] = ours
            self.rows[ours] = row

    def _items(self, rows: list[Row]) -> list[dict[str, Any]]:
        """The questions, put into the groups in which they stand."""
        top: list[dict[str, Any]] = []
        stack: list[tuple[list[dict[str, Any]], str, int]] = [(top, "", 1)]  # items, repeat, depth
        for row in rows:
            words = row["type"].strip().lower()
            begin = BEGIN.match(words)
            items, repeat, deep = stack[-1]
            if not words or words.startswith("#"):
                continue
            if begin and begin[1].lower() == "end":
                if len(stack) > 1:
                    stack.pop()
                continue
            if begin:
                stack.append(self._group(row, begin[2].lower(), items, repeat, deep))
                continue
            items += self._question(row, repeat)
        return without_empty(top)

    def _group(
        self, row: Row, kind: str, items: list[dict[str, Any]], repeat: str, deep: int
    ) -> tuple[list[dict[str, Any]], str, int]:
        """Opens a group or repeat: where its items go, in which rows they stand, how deep."""
        name = row["linli::name"]
        is_repeat = kind != "group"
        inside: list[dict[str, Any]] = []
        made: dict[str, Any] = {
            "type": "repeat" if is_repeat else "group",
            "name": name,
            **self._texts(row, ("label", "hint")),
        }
        self._rule(row, "relevant", "relevant", made, repeat)
        if deep > MOST_GROUPS_DEEP:
            self.remark(
                row,
                _("Groups stand at most %s deep; its questions stand in the group above, always asked.")
                % MOST_GROUPS_DEEP,
            )
            return items, repeat, deep
        if is_repeat and repeat:
            self.remark(row, _("A repeat in a repeat: its questions are asked once for each row."))
            made["type"], is_repeat = "group", False
        if not is_repeat:
            made["together"] = "field-list" in row["appearance"]
        else:
            made |= self._row_counts(row)
            repeat = name
            self.scope.rows = {**self.scope.rows, name: self.scope.rows.get(name, {})}
            self.scope.names = {**self.scope.names, name: Type.ROWS}
        made["items"] = inside
        items.append(made)
        return inside, repeat, deep + 1

    def _row_counts(self, row: Row) -> dict[str, Any]:
        counts: dict[str, Any] = {
            part: number_of(row[f"linli::{part}"]) for part in ("least", "most") if row[f"linli::{part}"]
        }
        if own := row["linli::row"]:
            counts["row"] = json_of(own)
        if words := row["repeat_count"]:
            if rows := whole_number(words, 100):
                return {"least": rows, "most": rows}
            self.remark(row, _("How many rows there are is not calculated; people add them."))
        return {"most": 50, **counts}

    def _question(self, row: Row, repeat: str) -> list[dict[str, Any]]:
        """The question of a row, with the one for “other” behind it; none for what is left out."""
        kind = kind_of(row, self.lists)
        words = row["type"].strip()
        if kind is None:
            self.remark(row, why_not(words))
            return []
        made: dict[str, Any] = {"type": str(kind[0]), "name": row["linli::name"], **kind[1]}
        wanted = (
            ("label", "hint") if kind[0] in (Kind.NOTE, Kind.CALCULATED) else ("label", "hint", "constraint_message")
        )
        made |= self._texts(row, wanted)
        if "label" not in made and kind[0] is not Kind.CALCULATED:
            made["label"] = made.get("hint") or row["name"] or "…"
        behind = self._choices(row, made, repeat) if "list" in made else []
        if words.lower() in ("acknowledge", "trigger"):
            made["choices"] = [{"code": "OK", "label": {"zh-hans": "知道了", "en": "OK"}}]
        self._bounds(row, made)
        self._rules(row, made, repeat)
        if kind[0] is Kind.CALCULATED and "calculate" not in made:
            if not row["calculation"]:
                self.remark(row, _("It calculates nothing; the question is left out."))
            return []
        self._keeping(row, made)
        self._left_out(row, kind[0])
        self._known(made, repeat)
        return [made, *behind]

    def _texts(self, row: Row, columns: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in columns:
            if texts := texts_of(row, column):
                found["message" if column == "constraint_message" else column] = named_here(texts, self.names)
        if "${" in str(found):
            self.remark(row, _("The text names an answer (${…}); it is shown as it is written."))
        return found

    def _choices(self, row: Row, made: dict[str, Any], repeat: str) -> list[dict[str, Any]]:
        of, other = made.pop("list"), made.pop("other")
        made["choices"] = of
        self.used[of] = self.lists[of]
        if not other:
            return []
        made["choices"] = [
            *(one for one in self.lists[of] if one["code"] != "other"),
            {"code": "other", "label": {"zh-hans": "其他", "en": "Other"}},
        ]
        name = f"{made['name'][:58]}_other"
        which = {"var": made["name"]}
        holds = {"in": ["other", which]} if made["type"] == Kind.SEVERAL else {"==": [which, "other"]}
        asked = {"type": "text", "name": name, "label": {"zh-hans": "请说明", "en": "Which?"}, "relevant": holds}
        self.rows.setdefault(name, row)
        self._keeping(row, asked)
        self._known(asked, repeat)
        return [asked]

    def _bounds(self, row: Row, made: dict[str, Any]) -> None:
        said = dict(re.findall(r"(\w+)\s*=\s*([^\s;,]+)", row["parameters"]))
        if row["type"].lower() == "range":
            start, end, step = (
                number_of(said.get(part, usual)) for part, usual in (("start", "1"), ("end", "10"), ("step", "1"))
            )
            if all(isinstance(one, (int, float)) for one in (start, end, step)):
                made |= {"least": min(start, end), "most": max(start, end)}
                made["whole"] = all(isinstance(one, int) for one in (start, end, step))
        elif row["parameters"]:
            self.remark(row, _("Its parameters are left out: %s") % row["parameters"][:80])
        for part in ("least", "most"):
            if row[f"linli::{part}"]:
                made[part] = number_of(row[f"linli::{part}"])
        if row["linli::unit"]:
            made["unit"] = json_of(row["linli::unit"])

    def _rules(self, row: Row, made: dict[str, Any], repeat: str) -> None:
        self._rule(row, "relevant", "relevant", made, repeat)
        if made["type"] == Kind.CALCULATED:
            self._rule(row, "calculation", "calculate", made, repeat)
            return
        if made["type"] == Kind.NOTE:
            return
        if row["calculation"]:
            self.remark(row, _("It would be filled in by a calculation; it is asked without."))
        before = {**self.scope.rows.get(repeat, {})}
        self._known(made, repeat)  # its own constraint reads it
        self._rule(row, "constraint", "constraint", made, repeat)
        if repeat:
            self.scope.rows = {**self.scope.rows, repeat: {**before, **self.scope.rows[repeat]}}
        if "constraint" not in made:
            made.pop("message", None)
        required = row["required"].lower().strip()
        if required in YES:
            made["required"] = True
        elif required not in NO:
            self.remark(row, _("Whether it must be answered depends on other answers; it need not be."))

    def _rule(self, row: Row, column: str, part: str, made: dict[str, Any], repeat: str) -> None:
        """Reads an expression into a part of the item; one that is not supported is named and left out."""
        if own := row[f"linli::{part}"]:
            made[part] = json_of(own)
            return
        if not row[column]:
            return
        own_name = row["linli::name"] if part == "constraint" else ""
        try:
            made[part] = logic_of(row[column], names=self.names, scope=self.scope, own=own_name, repeat=repeat)
        except XPathError as error:
            self.remark(row, f"{LEFT_OUT[part]()} {error} ({row[column][:80]})")

    def _keeping(self, row: Row, made: dict[str, Any]) -> None:
        for part in ("purpose", "class", "keep_days", "fact"):
            if value := row[f"linli::{part}"]:
                made[part] = number_of(value) if part == "keep_days" else value
        for part in ("impersonal", "sealed"):
            if row[f"linli::{part}"]:
                made[part] = row[f"linli::{part}"].lower() in YES

    def _left_out(self, row: Row, kind: str) -> None:
        """Names what the row says besides."""
        if row["default"]:
            self.remark(row, _("It begins without an answer; “%s” is not filled in beforehand.") % row["default"][:60])
        if row["read_only"].lower() in YES and kind != Kind.NOTE:
            self.remark(row, _("It can be answered, though the file says that it only shows."))
        if row["choice_filter"]:
            self.remark(row, _("All choices of the list are offered; they are not narrowed by other answers."))
        appearance = " ".join(
            one for one in row["appearance"].split() if one not in ("multiline", "signature", "field-list", "minimal")
        )
        if appearance:
            self.remark(
                row, _("The appearance “%s” is left out; it looks like every question of its kind.") % appearance[:60]
            )
        for column in ("guidance_hint", "trigger"):
            if row[column]:
                self.remark(row, _("The column “%s” is left out.") % column)
        for column in row.cells:
            if column not in TAKEN and not SILENT.match(column):
                self.remark(row, _("The column “%s” is left out.") % column[:60])

    def _known(self, made: Mapping[str, Any], repeat: str) -> None:
        """Remembers what an expression may do with the answer."""
        found = TYPES.get(kind := Kind(made["type"]))
        if kind is Kind.CALCULATED:
            names = {**self.scope.names, **self.scope.rows.get(repeat, {})}
            try:
                found = checked(made["calculate"], Scope(names, self.scope.rows)).type
            except LogicError:
                found = None
        if found is None:
            return
        if repeat:
            self.scope.rows = {**self.scope.rows, repeat: {**self.scope.rows.get(repeat, {}), made["name"]: found}}
        else:
            self.scope.names = {**self.scope.names, made["name"]: found}
