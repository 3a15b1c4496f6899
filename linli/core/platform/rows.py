"""Inserts rows with one statement and little Python; what Django's `bulk_create` does, without model instances.

Used where a write happens often (cases, timelines, outbox, audit). Only for tables of linli itself: no signals, no
`save()`, no multi-table inheritance, no `auto_now`. Everything else uses the ORM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models

_PLAIN_FIELDS = (
    models.CharField, models.TextField, models.IntegerField, models.BigIntegerField, models.SmallIntegerField,
    models.FloatField, models.BooleanField, models.ForeignKey, models.BigAutoField,
)  # fmt: skip
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})
# SQLite takes 32,766 variables in one statement, PostgreSQL's protocol 65,535.
_VARIABLES_PER_STATEMENT = 30_000

Row = Mapping[str, Any] | Sequence[Any]


class Insert:
    """The compiled INSERT of some columns of one model on one database; `compiled` keeps one per combination."""

    def __init__(self, model: type[models.Model], names: tuple[str, ...]) -> None:
        meta = model._meta
        quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
        known: dict[str, models.Field[Any, Any]] = {}
        for field in meta.concrete_fields:
            known[field.name] = known[field.attname] = field
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(f"{meta.label} has no column {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
        given = [known[name] for name in names]
        missing = [
            field for field in meta.concrete_fields
            if field not in given and not isinstance(field, models.AutoField) and not field.generated
            and not field.has_db_default()
        ]  # fmt: skip
        fields = [*given, *missing]
        self.names = names
        self.defaults: list[Callable[[], Any]] = [field.get_default for field in missing]
        self.adapters = [_adapter(field) for field in fields]
        columns = ", ".join(quote(field.column or "") for field in fields)  # a concrete field has a column
        self.head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of columns, quoted
        self.placeholders = f"({', '.join(['%s'] * len(fields))})"
        key_column = meta.pk.column if meta.pk is not None else None  # a composite key has none
        self.returning = f" RETURNING {quote(key_column)}" if key_column else ""
        self.rows_per_statement = max(1, _VARIABLES_PER_STATEMENT // max(1, len(fields)))

    def sql(self, count: int) -> str:
        """The statement for `count` rows, without RETURNING."""
        return self.head + ", ".join([self.placeholders] * count)

    def values(self, rows: Sequence[Row]) -> list[Any]:
        """The parameters of `rows`, adapted to the database, in the order of `sql`."""
        connection = connections[DEFAULT_DB_ALIAS]
        out: list[Any] = []
        width = len(self.names)
        for row in rows:
            given = [row[name] for name in self.names] if isinstance(row, Mapping) else list(row)
            if len(row) != width:
                raise ValueError(f"A row has {len(row)} values for the {width} columns {', '.join(self.names)}.")
            given.extend(default() for default in self.defaults)
            for adapt, value in zip(self.adapters, given, strict=True):
                out.append(
                    value if adapt is None and type(value) in _PLAIN_TYPES else _adapted(adapt, value, connection)
                )
        return out


def _adapted(adapt: Callable[..., Any] | None, value: Any, connection: Any) -> Any:
    # A plain column may still get a lazy text, an enumeration member or an expression's value: str/int subclasses.
    if adapt is None:
        return str(value) if isinstance(value, str) or hasattr(value, "__html__") else value
    return adapt(value, connection=connection)


def _adapter(field: models.Field[Any, Any]) -> Callable[..., Any] | None:
    """None where the driver takes the value as it is, else the field's own conversion."""
    target = getattr(field, "target_field", field)
    own_conversion = type(target).get_prep_value, type(target).get_db_prep_save, type(target).get_db_prep_value
    if isinstance(field, _PLAIN_FIELDS) and any(
        own_conversion == (plain.get_prep_value, plain.get_db_prep_save, plain.get_db_prep_value)
        for plain in _PLAIN_FIELDS
    ):
        return None
    return field.get_db_prep_save


@lru_cache(maxsize=512)
def compiled(model: type[models.Model], names: tuple[str, ...], vendor: str) -> Insert:  # noqa: ARG001 - part of the key
    """The Insert of `names` (field or column names) of `model`; columns not named get their field's default."""
    return Insert(model, names)


def insert_rows(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    columns: Sequence[str] | None = None,
    ignore_taken: Sequence[str] | None = None,
    beside: Sequence[Waiting] = (),
) -> list[int]:
    """Inserts `rows` and returns their primary keys in the order of `rows`.

    A row is a mapping of field names (`grid_id` or `grid`, holding the id) or a tuple in the order of `columns`; all
    rows name the same columns; columns not named get the field's default. `ignore_taken` names the columns of a
    unique constraint: a row whose values are taken is left out (and the answer then has fewer ids, so do not pair
    them up). `beside` are rows of other tables for the same round trip. Raises IntegrityError like any insert. Calling
    twice inserts twice. Cost: one statement per 30,000 values.
    """
    if not rows:
        return []
    first = rows[0]
    if columns is None:
        if not isinstance(first, Mapping):
            raise ValueError("insert_rows needs `columns` when rows are tuples.")
        columns = tuple(first)
    connection = connections[DEFAULT_DB_ALIAS]
    insert = compiled(model, tuple(columns), connection.vendor)
    tail = _conflict_clause(model, None if ignore_taken is None else tuple(ignore_taken))
    ids: list[int] = []
    for start in range(0, len(rows), insert.rows_per_statement):
        part = rows[start : start + insert.rows_per_statement]
        found = insert_together(beside, insert.sql(len(part)) + tail + insert.returning, insert.values(part))
        ids.extend(row[0] for row in found)
        beside = ()
    return ids


class Waiting(NamedTuple):
    """Rows that wait for the end of a write: the arguments of `insert_rows` (tuples only)."""

    model: type[models.Model]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    ignore_taken: tuple[str, ...] | None = None


def insert_together(waiting: Sequence[Waiting], sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Inserts all `waiting` rows and runs `sql`, in one round trip where the database can; answers the rows of `sql`.

    On PostgreSQL the inserts become modifying CTEs of `sql`, which therefore must not read what they insert.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    ctes: list[str] = []
    values: list[Any] = []
    for model, columns, rows, ignore_taken in waiting:
        insert = compiled(model, columns, connection.vendor)
        if connection.vendor != "postgresql" or len(rows) > insert.rows_per_statement:
            insert_rows(model, rows, columns=columns, ignore_taken=ignore_taken)
        elif rows:
            ctes.append(f"w{len(ctes)} AS ({insert.sql(len(rows))}{_conflict_clause(model, ignore_taken)})")
            values += insert.values(rows)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(ctes)} {sql}" if ctes else sql, [*values, *parameters])
        return list(cursor.fetchall()) if cursor.description else []


@lru_cache(maxsize=64)
def _conflict_clause(model: type[models.Model], columns: tuple[str, ...] | None) -> str:
    if columns is None:
        return ""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = [field.column for field in model._meta.concrete_fields if field.name in columns and field.column]
    return f" ON CONFLICT ({', '.join(quote(name) for name in names)}) DO NOTHING"
