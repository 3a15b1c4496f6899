"""Re-seals sealed values and their blind indexes with the present first key, after a change of key or cipher.

`sealing/crypto.py` seals and opens. A row is changed only while it still holds the token that was read, so it runs beside a
working server; done rows carry the new prefix, so a run that was cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from linli.core.platform.sealing.crypto import BlindIndexField, SealedField, blind_index, current_prefix, seal, unseal
from linli.core.platform.writing.standing import is_standing
from linli.core.platform.writing.work import SYSTEM, write


@dataclass
class _Column:
    """One column of sealed text, its purpose, and the index columns made from it."""

    name: str
    purpose: str
    indexes: list[str] = field(default_factory=list)


def sealed_columns(model: type[models.Model]) -> list[_Column]:
    """The sealed columns of a model: its SealedFields, and text columns that the model names itself in the class
    attribute `sealed_columns = {"column": "purpose"}` because they are sealed before they reach the row."""
    columns = []
    for one in model._meta.concrete_fields:
        if isinstance(one, SealedField):
            indexes = [
                other.column
                for other in model._meta.concrete_fields
                if isinstance(other, BlindIndexField) and other.of == one.name
            ]
            columns.append(_Column(str(one.column), one.purpose, [str(name) for name in indexes]))
    for name, purpose in getattr(model, "sealed_columns", {}).items():
        columns.append(_Column(name, purpose))
    return columns


def rotate_sealed(batch: int = 500, chosen: Iterable[type[models.Model]] | None = None) -> Iterator[tuple[str, int]]:
    """Re-seals every sealed value that does not yet carry the first key; yields (table.column, rows so far).

    Each batch is one short transaction. Calling it again re-seals nothing. Raises SealError for a token whose key is no
    longer configured: put that key back behind the first one.
    """
    total = 0
    for model in apps.get_models() if chosen is None else chosen:
        if model._meta.managed and not model._meta.proxy:
            for column in sealed_columns(model):
                for done in _rotate_column(model, column, batch):
                    total += done
                    yield f"{model._meta.db_table}.{column.name}", total


def _rotate_column(model: type[models.Model], column: _Column, batch: int) -> Iterator[int]:
    quote = connection.ops.quote_name
    table, name, pk = quote(model._meta.db_table), quote(column.name), quote(str(model._meta.pk.column))
    prefix = current_prefix()
    # A range beside the row's own key, not an offset: nothing is read twice and memory stays flat.
    select = (
        f"SELECT {pk}, {name} FROM {table} WHERE {pk} > %s AND {name} <> '' AND substr({name}, 1, %s) <> %s "  # noqa: S608 - names are Django's
        f"ORDER BY {pk} LIMIT %s"
    )
    assignments = ", ".join(f"{quote(target)} = %s" for target in [column.name, *column.indexes])
    update = f"UPDATE {table} SET {assignments} WHERE {pk} = %s AND {name} = %s"  # noqa: S608
    last: Any = _before_first(model)
    while True:
        with write(SYSTEM) as work, connection.cursor() as cursor:
            cursor.execute(select, [last, len(prefix), prefix, batch])
            rows = cursor.fetchall()
            for key, token in rows:
                text = unseal(token, column.purpose)
                values = [seal(text, column.purpose), *(blind_index(text, column.purpose) for _ in column.indexes)]
                cursor.execute(update, [*values, key, token])
            if rows:
                last = rows[-1][0]
                if is_standing(model):
                    work.stands(model, *(key for key, _token in rows))
                work.audit(
                    "platform", "keys.rotate", "table", model._meta.db_table,
                    {"column": column.name, "rows": len(rows), "key": prefix},
                )  # fmt: skip
        if not rows:
            return
        yield len(rows)


def _before_first(model: type[models.Model]) -> Any:
    return -1 if isinstance(model._meta.pk, models.IntegerField | models.BigAutoField | models.AutoField) else ""
