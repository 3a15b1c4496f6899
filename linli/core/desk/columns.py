"""Columns out of the fields of a model, and the facts of a page out of columns: what is written once is shown alike in both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.desk.choice_words import choice_words
from linli.core.desk.lists import NAMES, Column, Plain, Words, with_people
from linli.core.desk.marks import amount_words, day_words
from linli.core.platform.public import moment_words

KINDS: tuple[tuple[type[models.Field[Any, Any]], type], ...] = (
    (models.BooleanField, bool), (models.DateTimeField, datetime), (models.DateField, date), (models.IntegerField, int),
    (models.DecimalField, Decimal),
)  # fmt: skip


def column_of(model: type[models.Model], name: str, title: Words, *, sort: bool = False, **more: Any) -> Column[Any]:
    """The column of a field: a choice by its word (programs get its key), the rest as it is.

    `sort` lets the list be sorted by it; that needs an index where rows are many. `more` goes to the Column.
    """
    field = model._meta.get_field(name)
    kind = next((kind for of, kind in KINDS if isinstance(field, of)), str)
    value: Callable[[Any], Plain] = lambda row: getattr(row, name)  # noqa: E731 - one of two
    if getattr(field, "choices", None):
        value = lambda row: choice_words(row, name)  # noqa: E731
        more = {"code_of": lambda row: str(getattr(row, name)), **more}
    return Column(name, title, value, sort=name if sort else "", kind=kind, **more)


def person_column(code: str, title: Words, column: str, **more: Any) -> Column[Any]:
    """The name of whoever stands in a column of the row. All names of a page are read in one statement."""

    def name(row: Any) -> str:
        return str(row.__dict__[NAMES].get(getattr(row, column), ""))

    return Column(code, title, name, person=column, **{"css": "fixed", **more})


def facts_of(*columns: Column[Any]) -> Callable[[Any, Access], list[tuple[Words, str]]]:
    """The `facts` of the page of an item: what these columns show of it, with their titles."""

    def facts(item: Any, _access: Access) -> list[tuple[Words, str]]:
        with_people(columns, [item])
        return [(column.title, _shown(column, item)) for column in columns]

    return facts


def _shown(column: Column[Any], item: Any) -> str:
    words = _words(column.value(item))
    note = column.note(item) if column.note and words else ""
    if column.html and words:
        return SafeString(column.html(item))
    return format_html("{} {}", words, note) if note else words


def _words(value: Plain) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return moment_words(value, with_year=True)
    if isinstance(value, Decimal):
        return amount_words(value)
    return day_words(value) if isinstance(value, date) else "" if value is None else str(value)
