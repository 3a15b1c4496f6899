"""Rows that many tests begin with, made once by a process and put back as they stood: building the city through the doors costs a
fifth of a second, which a thousand tests would pay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, transaction


@dataclass(frozen=True)
class KeptRows:
    """What a maker added to tables that were empty before: how to put it back, by table."""

    tables: tuple[str, ...]
    content: tuple[str | bytes, ...]

    def fits(self) -> bool:
        """Whether its tables are empty, so that nothing is doubled by putting the rows back."""
        return not filled(self.tables)

    def put_back(self) -> None:
        """Adds the rows, with the ids that they had. Sequences stand behind them: they never go back."""
        with transaction.atomic():  # the tables name each other's rows
            for table, content in zip(self.tables, self.content, strict=True):
                _put_back(table, content)


def keep_rows(make: Callable[[], None]) -> KeptRows | None:
    """Runs `make` and keeps what it added; None when it added to a table that was not empty."""
    tables = tuple(sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)}))
    before = set(filled(tables))
    sizes = _sizes(sorted(before))
    make()
    if _sizes(sorted(before)) != sizes:
        return None
    added = tuple(table for table in filled(tables) if table not in before)
    return KeptRows(added, tuple(_taken(table) for table in added))


def filled(tables: Sequence[str]) -> list[str]:
    """Which of the tables hold a row, in their order by name."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return sorted(name for (name,) in cursor.fetchall())


def _sizes(tables: list[str]) -> list[int]:
    with connection.cursor() as cursor:
        return [cursor.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]


def _columns(table: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        for column in connection.introspection.get_table_description(cursor, table):
            yield connection.ops.quote_name(column.name)


def _taken(table: str) -> str | bytes:
    """A table's rows, exactly: PostgreSQL's own form of copying, for SQLite the statement that writes them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} TO STDOUT") as out:
                return b"".join(bytes(part) for part in out)
        columns = list(_columns(table))
        quoted = " || ',' || ".join(f"quote({column})" for column in columns)
        cursor.execute(f"SELECT '(' || {quoted} || ')' FROM {table} ORDER BY rowid")
        rows = ",".join(row for (row,) in cursor.fetchall())
        return f"INSERT INTO {table} ({','.join(columns)}) VALUES {rows}"


def _put_back(table: str, content: str | bytes) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} FROM STDIN") as into:
                into.write(content)
        else:
            cursor.cursor.execute(content)
