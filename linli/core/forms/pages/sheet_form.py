"""The form of one page of a sheet: a field for each question that is asked, rows of a repeat with their own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.core.desk.public import DeskForm
from linli.core.forms.pages.fields import AnswerField, known_words
from linli.core.forms.public import AnswersRefused, Group, Item, Judged, Kind, Question, Repeat, Spot, Value, told
from linli.core.platform.public import network_of
from linli.lib.outside import whole_number


class SheetForm(DeskForm):
    """Some items of a sheet, filled with the answers that are there."""

    use_required_attribute = False  # a row that stays empty is left out, and a page may be saved half way

    def __init__(
        self,
        request: HttpRequest,
        items: Sequence[Item],
        judged: Judged,
        answers: Mapping[str, Value],
        offered: Mapping[str, Any],
        *,
        fresh: bool = False,
    ) -> None:
        self.items, self.judged, self.rows = items, judged, dict[str, int]()
        self.kept_rows: dict[str, list[int]] = {}
        fields: dict[str, AnswerField] = {}
        initial: dict[str, Value] = {}
        self.spots: dict[Spot, str] = {}
        bound = request.method == "POST" and not fresh
        # What follows from an answer stands on the page, hidden and disabled; a script shows it, and what is shown then names itself.
        self.shown = set(request.POST.getlist("shown")) if bound and "shown" in request.POST else None
        self.gone: set[str] = set()
        self.wanted = request.GET
        # Files of people without account are rationed by the network they come from.
        self.stranger = "" if getattr(request, "access", None) else network_of(getattr(request, "origin", ""))
        for one in items:
            self._add(one, answers, offered, fields, initial, request if bound else None)
        super().__init__(request, initial=initial, fresh=fresh)
        self.fields.update(fields)

    def _asked(self, item: Item, row: int, prefix: str) -> bool:
        """Whether an item is asked: by the answers that are kept, or on a page that came by what the person saw."""
        if self.shown is not None:
            return item.relevant is None or f"{prefix}{item.name}" in self.shown
        return self.judged.asked(item, row)

    def _add(
        self, item: Item, answers: Mapping[str, Value], offered: Mapping[str, Any], fields: dict[str, AnswerField], initial: dict[str, Value],
        request: HttpRequest | None, row: int = -1, prefix: str = "", gone: bool = False,
    ) -> None:  # fmt: skip
        gone = gone or not self._asked(item, row, prefix)
        if gone:
            self.gone.add(f"{prefix}{item.name}")
        if isinstance(item, Group):
            for one in item.items:
                self._add(one, answers, offered, fields, initial, request, row, prefix, gone)
        elif isinstance(item, Repeat):
            rows = answers.get(item.name) or []
            sent = whole_number(request.POST.get(f"{item.name}-rows", ""), item.most) if request and not gone else None
            self.rows[item.name] = count = (
                max(len(rows), item.least, 1, self._wanted_rows(item)) if sent is None else sent
            )
            for number in range(count):
                values = rows[number] if number < len(rows) else {}
                for one in item.items:
                    self._add(one, values, {}, fields, initial, request, number, f"{item.name}-{number}-", gone)
        elif item.answered:
            name, value = prefix + item.name, answers.get(item.name)
            shown = offered.get(item.name) if row < 0 else None
            fields[name] = AnswerField(
                item, there=value, known=known_words(shown) if shown else "", stranger=self.stranger
            )
            initial[name] = value
            self.spots[Spot(item.name, row)] = name

    def _wanted_rows(self, repeat: Repeat) -> int:
        return whole_number(self.wanted.get(f"rows-{repeat.name}", ""), repeat.most) or 0

    def given(self) -> dict[str, object]:
        """What was filled in, by name, as the service takes it."""
        found: dict[str, Any] = {}
        dropped = {name: set(self.request.POST.getlist(f"{name}-drop")) for name in self.rows}
        for spot, name in self.spots.items():
            if name in self.gone:
                continue
            if spot.row < 0:
                found[spot.name] = self.cleaned_data[name]
                continue
            repeat = name.split(f"-{spot.row}-", 1)[0]
            rows = found.setdefault(repeat, [{} for _row in range(self.rows[repeat])])
            rows[spot.row][spot.name] = self.cleaned_data[name]
        for repeat, count in self.rows.items():
            if repeat in self.gone:
                continue
            rows = found.get(repeat, [{} for _row in range(count)])
            filled = [any(value is not None for value in row.values()) for row in rows]
            kept = [number for number in range(count) if filled[number] and str(number) not in dropped[repeat]]
            self.kept_rows[repeat] = kept
            found[repeat] = [rows[number] for number in kept]
        return found

    def had(self, question: Question) -> bool:
        """Whether somebody saw this question on the page; of a question in rows whether they saw the rows."""
        key = question.repeat or question.name
        return key not in self.gone and (key in self.rows or Spot(key) in self.spots)

    def refuse_answers(self, refused: AnswersRefused) -> None:
        """Shows each fault at its field, those without one above the form."""
        for fault in refused.faults:
            self.add_error(self._field_at(fault.spot), fault.sentence)

    def _field_at(self, spot: Spot) -> str | None:
        """The field of an answer; empty rows were left out, so that a row of the answers may be a later one on the page."""
        if spot.row < 0:
            return self.spots.get(spot)
        for repeat, kept in self.kept_rows.items():
            name = self.spots.get(Spot(spot.name, kept[spot.row])) if spot.row < len(kept) else None
            if name is not None and name.startswith(f"{repeat}-"):
                return name
        return None

    def drawn(self) -> list[dict[str, Any]]:
        """What stands on the page, in order: notes, fields, and rows with their fields."""
        found: list[dict[str, Any]] = []
        for one in self.items:
            found += self._drawn(one)
        return found

    def _drawn(self, item: Item, row: int = -1, prefix: str = "") -> list[dict[str, Any]]:
        inside = self._inside(item, row, prefix)
        if item.relevant is None or not inside:
            return inside
        key = f"{prefix}{item.name}"
        return [{"kind": "follows", "key": key, "asked": key not in self.gone, "parts": inside}]

    def _inside(self, item: Item, row: int, prefix: str) -> list[dict[str, Any]]:
        if isinstance(item, Group):
            inside = [part for one in item.items for part in self._drawn(one, row, prefix)]
            return [{"kind": "group", "title": told(item.label), "hint": told(item.hint), "parts": inside}]
        if isinstance(item, Repeat):
            return [self._rows_drawn(item)]
        if item.kind is Kind.NOTE:
            return [{"kind": "note", "words": told(item.label), "hint": told(item.hint)}]
        if item.kind is Kind.CALCULATED:
            return (
                [{"kind": "calculated", "key": f"{prefix}{item.name}", "words": told(item.label)}]
                if told(item.label)
                else []
            )
        name = self.spots.get(Spot(item.name, row))
        return [{"kind": "field", "field": self[name]}] if name else []

    def _rows_drawn(self, repeat: Repeat) -> dict[str, Any]:
        row_title = told(repeat.row) or _("One entry")
        rows = [
            {
                "number": number,
                "title": f"{row_title} {number + 1}",
                "parts": [
                    part for one in repeat.items for part in self._drawn(one, number, f"{repeat.name}-{number}-")
                ],
            }
            for number in range(self.rows[repeat.name])
        ]
        return {
            "kind": "rows", "name": repeat.name, "title": told(repeat.label), "hint": told(repeat.hint), "rows": rows, "count": len(rows),
            "more": _("Add another: %s") % row_title if len(rows) < repeat.most else "", "row_title": row_title,
        }  # fmt: skip
