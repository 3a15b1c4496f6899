"""The word of a choice, for rows by the hundred."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import models


def choice_words(row: models.Model, name: str) -> str:
    """What a choice that stands in a field of a row is called, in the language of the reader; a value that is no choice as it is, "" for None.

    Django's `get_…_display` says the same, but translates every word that the field could have said to find it.
    """
    value = getattr(row, name)
    said = _words(type(row), name).get(value, value)
    return "" if said is None else str(said)


@cache
def _words(model: type[models.Model], name: str) -> dict[Any, Any]:
    field: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    return dict(field.flatchoices)
