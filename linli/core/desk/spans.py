"""Spans of the day on a form: from and to, one a line; and how they become times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from linli.algorithms.rhythm import Span, parse_spans
from linli.core.platform.public import BadInput, in_words
from linli.lib.refusal import Refusal

MOST_LINES = 12


class SpansInput(forms.Widget):
    """Spans of time, from and to, one a line."""

    template_name = "desk/spans.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        """The lines as they were typed, those left empty too."""
        return list(zip(data.getlist("first")[:MOST_LINES], data.getlist("last")[:MOST_LINES], strict=False))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The lines."""
        return super().get_context(name, value, attrs) | {"spans": value or []}


class SpansField(forms.Field):
    """The spans that are not empty; what they must be says `spans_of`, which the service calls."""

    widget = SpansInput

    def clean(self, value: Any) -> list[tuple[str, str]]:
        """Without the empty lines."""
        return [pair for pair in value or [] if any(pair)]


def spans_of(raw: Sequence[tuple[str, str]], field: str = "times") -> tuple[Span, ...]:
    """Pairs of "08:00", "11:30" as spans in order. Raises BadInput for none, too many, too short or overlapping ones."""
    try:
        return parse_spans(raw)
    except Refusal as refusal:
        raise BadInput(in_words(refusal.sentence), field=field) from None
