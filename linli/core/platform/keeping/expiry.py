"""Erases personal values whose time is over, and writes the table of personal data for docs/personal-data.md.

The rules stand on the models as `personal` entries (`sealing/personal.py`); `tasks.py` runs the erasing once a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Length

from linli.core.platform.sealing.crypto import BlindIndexField
from linli.core.platform.sealing.personal import Personal, personal_fields
from linli.core.platform.writing import clock
from linli.core.platform.writing.days import local_day
from linli.core.platform.writing.work import SYSTEM, write

_BATCH = 500


def linli_models() -> list[type[models.Model]]:
    """All concrete models that linli itself defines, by label."""
    own = [model for model in apps.get_models() if model.__module__.startswith("linli.")]
    return sorted(own, key=lambda model: model._meta.label)


def erase_expired(chosen: Iterable[type[models.Model]] | None = None) -> dict[str, int]:
    """Erases every personal value (or row) whose time is over; returns how many per "app.Model.field".

    One audit line with the counts on the chain `platform`, none when nothing was due. Calling it twice erases nothing
    the second time. Batches of 500 rows, each a short transaction unless the caller holds one.
    """
    counts: dict[str, int] = {}
    for model in chosen if chosen is not None else linli_models():
        for name, entry in personal_fields(model).items():
            if entry.keep_days is None:
                continue
            erased = _erase_field(model, name, entry, _cutoff(model, entry.since, entry.keep_days))
            if erased:
                counts[f"{model._meta.label}.{name}"] = erased
    if counts:
        with write(SYSTEM) as work:
            work.audit("platform", "personal.erase", "model", "expired", {"counts": counts})
    return counts


def _erase_field(model: type[models.Model], name: str, entry: Personal, cutoff: datetime | date) -> int:
    empty = _empty_value(model, name, entry)
    due = model._default_manager.filter(**{f"{entry.since}__lt": cutoff}).order_by("pk")
    if entry.erase == "null":
        due = due.filter(**{f"{name}__isnull": False})
    elif entry.erase == "blank":
        due = _not_blank(due, model, name)
    total, last = 0, None
    while True:
        with write(SYSTEM) as work:
            rest = due if last is None else due.filter(pk__gt=last)
            keys = list(rest.values_list("pk", flat=True)[:_BATCH])
            if not keys:
                return total
            rows = model._default_manager.filter(pk__in=keys)
            if entry.erase == "row":
                if hasattr(model, "before_erasing"):  # what hangs on the rows outside the database goes with them
                    model.before_erasing(work, rows)
                total += rows.delete()[1].get(model._meta.label, 0)
            else:
                total += rows.update(**{name: empty, **_index_values(model, name)})
            last = keys[-1]


def _not_blank(due: models.QuerySet[Any], model: type[models.Model], name: str) -> models.QuerySet[Any]:
    """Rows whose value is there. A sealed value cannot be compared, so its raw text is: "" is stored as ""."""
    field = model._meta.get_field(name)
    blank: object = _blank_of(field)
    if isinstance(field, models.TextField):
        plain = Length(name, output_field=models.IntegerField())
        filled: models.QuerySet[Any] = due.annotate(erasable_length=plain).filter(erasable_length__gt=0)
        return filled
    return due.exclude(**{name: blank}).exclude(**{f"{name}__isnull": True})


def _empty_value(model: type[models.Model], name: str, entry: Personal) -> object:
    return None if entry.erase == "null" else _blank_of(model._meta.get_field(name))


def _blank_of(field: object) -> object:
    if isinstance(field, models.JSONField):
        return {}
    return b"" if isinstance(field, models.BinaryField) else ""


def _index_values(model: type[models.Model], name: str) -> dict[str, object]:
    """A blind index says as much as the value that it was made of, so both go together."""
    return {
        field.name: ""
        for field in model._meta.concrete_fields
        if isinstance(field, BlindIndexField) and field.of == name
    }


def _cutoff(model: type[models.Model], since: str, keep_days: int) -> datetime | date:
    instant = clock.now() - timedelta(days=keep_days)
    if isinstance(_field_at(model, since), models.DateTimeField):
        return instant
    return local_day(instant)


def _field_at(model: type[models.Model], way: str) -> object:
    names = way.split("__")
    for name in names[:-1]:
        related = model._meta.get_field(name).related_model
        if not isinstance(related, type):  # annotation_gaps has refused such a path before.
            raise TypeError(f"{model._meta.label}.{name} is no relation.")
        model = related
    return model._meta.get_field(names[-1])


_CLASS_WORDS = {"general": "general 一般", "important": "important 重要", "core": "core 核心"}
_ERASE_WORDS = {"null": "value removed", "blank": "value emptied", "row": "whole row deleted"}


def personal_data_table() -> str:
    """The text of docs/personal-data.md: every personal field with purpose, class, time and way of erasing."""
    lines = [
        "# Personal data",
        "",
        "Every field that can hold something about a person, drawn from the models by `linli personal-data`.",
        "A check fails when this page and the models differ, and when a field says neither personal nor impersonal.",
        "",
        "| table | field | purpose | class | kept | then |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for model in linli_models():
        for name, entry in sorted(personal_fields(model).items()):
            kept = "while in use" if entry.keep_days is None else f"{entry.keep_days} days from `{entry.since}`"
            then = "" if entry.keep_days is None else _ERASE_WORDS[entry.erase]
            what = f"| `{model._meta.db_table}` | `{name}` | {entry.purpose} | {_CLASS_WORDS[entry.data_class]} "
            lines.append(f"{what}| {kept} | {then} |")
    return "\n".join(lines) + "\n"
