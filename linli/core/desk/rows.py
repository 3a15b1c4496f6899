"""A field of several rows, each of the same few fields: the decisions of a meeting, the things that are bought.

The first row stands there, the next ones open one after the other, without a script. An empty row is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.desk.choosers import Chooser
from linli.core.platform.public import sentences

MOST = 20


class RowsInput(forms.Widget):
    """Draws the rows; a cell is sent as `<name>-<row>-<column>`."""

    template_name = "desk/rows.html"
    use_fieldset = True

    def __init__(self, field: RowsField) -> None:
        super().__init__()
        self.field = field

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        """What was typed, row by row."""
        return [
            {
                code: one.widget.value_from_datadict(data, files, f"{name}-{row}-{code}")
                for code, one in self.field.columns.items()
            }
            for row in range(self.field.most)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 - Django's signature
        """Whether no cell was sent."""
        return not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The rows with their cells; those behind the last filled one are folded."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        rows, key = list(value or ()), context["widget"]["attrs"].get("id", name)
        filled = max((place for place, row in enumerate(rows) if not self.field.is_blank(row)), default=0)
        focus = next(iter(self.field.wrong), (0, next(iter(self.field.columns))))
        shown = []
        for place in range(self.field.most):
            row = rows[place] if place < len(rows) else {}
            cells = [
                self._cell(name, f"{key}-{place}-{code}", place, code, row.get(code), focus, attrs)
                for code in self.field.columns
            ]
            shown.append({"number": place + 1, "cells": cells, "folded": place > 0, "open": place <= filled})
        return context | {"key": key, "rows": shown, "row_title": self.field.row_title, "more": self.field.more}

    def _cell(
        self, name: str, key: str, place: int, code: str, value: Any, focus: tuple[int, str], attrs: Any
    ) -> dict[str, Any]:
        field, wrong = self.field.columns[code], self.field.wrong.get((place, code), "")
        shown: dict[str, Any] = {"id": key, "class": "input", **field.widget_attrs(field.widget)}
        if wrong:
            shown |= {"aria-invalid": "true", "aria-describedby": f"{key}_error"}
        if (attrs or {}).get("autofocus") and focus == (place, code):
            shown["autofocus"] = True
        drawn = field.widget.render(f"{name}-{place}-{code}", field.prepare_value(value), shown)
        return {"label": field.label, "key": key, "html": drawn, "wrong": wrong}


class RowsField(forms.Field):
    """Rows of fields; cleaned to a tuple of dicts, one for each row that is not empty. At most `most` rows.

    `columns` are the fields of a row by their codes, `row_title` is what a row is called (“Decision”), `more` what the button says
    that adds one. A fault names its row, and stands at its cell. `initial` is a list of dicts.
    """

    def __init__(
        self,
        columns: Mapping[str, forms.Field],
        *,
        row_title: str | Promise,
        more: str | Promise,
        most: int = MOST,
        **kwargs: Any,
    ) -> None:
        self.columns, self.row_title, self.more, self.most = dict(columns), row_title, more, most
        self.wrong: dict[tuple[int, str], str] = {}
        super().__init__(**kwargs, widget=RowsInput(self))

    def __deepcopy__(self, memo: dict[int, Any]) -> RowsField:
        made: RowsField = super().__deepcopy__(memo)
        made.columns, made.wrong, made.widget = deepcopy(self.columns, memo), {}, RowsInput(made)
        return made

    def open_to(self, access: Access) -> None:
        """Opens the choosers among its columns. DeskForm calls it."""
        for one in self.columns.values():
            one.widget.is_required = False  # a row may stay empty
            if isinstance(one, Chooser):
                one.open_to(access)
                one.widget.is_required = False

    def is_blank(self, row: Mapping[str, Any]) -> bool:
        """Whether nothing stands in a row."""
        return all(value in (None, "", []) or not str(value).strip() for value in row.values())

    def clean(self, value: Any) -> tuple[dict[str, Any], ...]:
        """The rows that are filled in. Every fault of every row is said at once."""
        self.wrong, cleaned = {}, []
        for place, row in enumerate(value or ()):
            if not self.is_blank(row):
                cleaned.append({code: self._cell(place, code, row.get(code)) for code in self.columns})
        if self.wrong:
            said = {(place, words): None for (place, _code), words in self.wrong.items()}
            raise forms.ValidationError([self._said(place, words) for place, words in said])
        if self.required and not cleaned:
            raise forms.ValidationError(self.error_messages["required"])
        return tuple(cleaned)

    def _said(self, place: int, words: str) -> str:
        return _("%(row)s %(number)s: %(fault)s") % {"row": self.row_title, "number": place + 1, "fault": words}

    def _cell(self, place: int, code: str, value: Any) -> Any:
        try:
            return self.columns[code].clean(value)
        except forms.ValidationError as refused:
            self.wrong[place, code] = sentences(refused.messages)
            return None
