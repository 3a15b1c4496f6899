"""Inserts rows with one statement and little Python; what Django's `bulk_create` does, without model instances.

Used where a write happens often (cases, timelines, outbox, audit). Only for tables of linli itself: no signals, no
`save()`, no multi-table inheritance, no `auto_now`. Everything else uses the ORM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

from linli.core.platform.writing.bound import ask

_PLAIN_FIELDS = (
    models.CharField, models.TextField, models.IntegerField, models.BigIntegerField, models.SmallIntegerField,
    models.FloatField, models.BooleanField, models.ForeignKey, models.BigAutoField,
)  # fmt: skip
_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})
# psycopg takes these as they are; SQLite wants them as text.
_TYPED_FIELDS = (models.DateTimeField, models.DateField, models.UUIDField, models.DecimalField, models.BinaryField)
_TYPES = {"postgresql": _PLAIN_TYPES | {datetime, date, UUID, Decimal, bytes}}
# SQLite takes 32,766 variables in one statement, PostgreSQL's protocol 65,535.
_VARIABLES_PER_STATEMENT = 30_000

Row = Mapping[str, Any] | Sequence[Any]


class Insert:
    """The compiled INSERT of some columns of one model on one database; `compiled` keeps one per combination."""

    def __init__(self, model: type[models.Model], names: tuple[str, ...], vendor: str) -> None:
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
        constants = {field: written for field in missing if (written := _constant(field)) is not None}
        computed = [field for field in missing if field not in constants]
        fields = [*given, *computed]
        self.names = names
        self.defaults: list[Callable[[], Any]] = [field.get_default for field in computed]
        self.adapters = [_adapter(field, vendor) for field in fields]
        self.plain_types = _TYPES.get(vendor, _PLAIN_TYPES)
        texts = dict.fromkeys(fields, "%s") | {field: text for field, text in constants.items() if text != "NULL"}
        columns = ", ".join(quote(field.column or "") for field in texts)  # a concrete field has a column
        self.head = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES "  # noqa: S608 - names of columns, quoted
        self.placeholders = f"({', '.join(texts.values())})"
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
                    value if adapt is None and type(value) in self.plain_types else _adapted(adapt, value, connection)
                )
        return out


def _adapted(adapt: Callable[..., Any] | None, value: Any, connection: Any) -> Any:
    # A plain column may still get a lazy text, an enumeration member or an expression's value: str/int subclasses.
    if adapt is None:
        return str(value) if isinstance(value, str) or hasattr(value, "__html__") else value
    return adapt(value, connection=connection)


def _adapter(field: models.Field[Any, Any], vendor: str) -> Callable[..., Any] | None:
    """None where the driver takes the value as it is, else the field's own conversion."""
    target = getattr(field, "target_field", field)
    own_conversion = type(target).get_prep_value, type(target).get_db_prep_save, type(target).get_db_prep_value
    plain_fields = (*_PLAIN_FIELDS, *_TYPED_FIELDS) if vendor == "postgresql" else _PLAIN_FIELDS
    if isinstance(field, plain_fields) and any(
        own_conversion == (plain.get_prep_value, plain.get_db_prep_save, plain.get_db_prep_value)
        for plain in plain_fields
    ):
        return None
    return field.get_db_prep_save


def _constant(field: models.Field[Any, Any]) -> str | None:
    """The default of a field as SQL, where it is the same for every row and simple enough to be written."""
    value = None if callable(field.default) else field.get_default()
    if callable(field.default) or isinstance(field, models.JSONField):
        return None
    if value is None or isinstance(value, bool):
        return "NULL" if value is None else str(value).upper()
    if isinstance(value, int):
        return str(int(value))
    return f"'{value}'" if value == "" or (isinstance(value, str) and value.isidentifier()) else None


@lru_cache(maxsize=512)
def compiled(model: type[models.Model], names: tuple[str, ...], vendor: str) -> Insert:
    """The Insert of `names` (field or column names) of `model`; columns not named get their field's default."""
    return Insert(model, names, vendor)


def insert_rows(
    model: type[models.Model],
    rows: Sequence[Row],
    *,
    columns: Sequence[str] | None = None,
    ignore_taken: Sequence[str] | None = None,
) -> list[int]:
    """Inserts `rows` and returns their primary keys in the order of `rows`.

    A row is a mapping of field names (`grid_id` or `grid`, holding the id) or a tuple in the order of `columns`; all
    rows name the same columns; columns not named get the field's default. `ignore_taken` names the columns of a
    unique constraint: a row whose values are taken is left out (and the answer then has fewer ids, so do not pair
    them up). Raises IntegrityError like any insert. Calling twice inserts twice. Cost: one statement per 30,000 values.
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
        found = insert_together((), insert.sql(len(part)) + tail + insert.returning, insert.values(part))
        ids.extend(row[0] for row in found)
    return ids


def next_id_sql(model: type[models.Model]) -> str:
    """SQL that draws the next id of `model`, so that rows which name each other can be inserted in one statement.

    NULL on SQLite, which has no sequences, and where a statement is no round trip.
    """
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        return "NULL"
    return f"nextval(pg_get_serial_sequence('{model._meta.db_table}', 'id'))"


@contextmanager
def without_transaction() -> Iterator[bool]:
    """Runs statements of an atomic block that has asked nothing yet outside of its transaction; tells whether it did.

    psycopg sends BEGIN with the first statement; until then the connection may commit by itself. What is asked later
    begins the transaction as ever, and the block's commit is nothing when nothing was begun. Always False on SQLite.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor == "postgresql":
        from psycopg.pq import TransactionStatus

        connection.ensure_connection()
        driver: Any = connection.connection
        if driver.info.transaction_status == TransactionStatus.IDLE and not driver.autocommit:
            driver.autocommit = True
            try:
                yield True
            finally:
                if not driver.closed:
                    driver.autocommit = False
            return
    yield False


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
    if ctes:
        sql = f"WITH {', '.join(ctes)}{', ' + sql.removeprefix('WITH ') if sql.startswith('WITH ') else ' ' + sql}"
    return ask(sql, [*values, *parameters])


@lru_cache(maxsize=64)
def _conflict_clause(model: type[models.Model], columns: tuple[str, ...] | None) -> str:
    if columns is None:
        return ""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = [field.column for field in model._meta.concrete_fields if field.name in columns and field.column]
    return f" ON CONFLICT ({', '.join(quote(name) for name in names)}) DO NOTHING"
