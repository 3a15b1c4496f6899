"""Many rows out of few, by SQL: what a service made is copied within the database, while indexes and triggers wait until the end.

A row that was written by a service is as real as any; a million of them through its door would take an hour and measure the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bare(*tables: str) -> Iterator[None]:
    """Takes the triggers and the indexes that hold no constraint off these tables, and puts both back after the block, over all rows at once."""
    from django.db import connection

    marks = ", ".join(["%s"] * len(tables))
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute(
                f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({marks}) AND NOT EXISTS "  # noqa: S608 - our own names
                "(SELECT 1 FROM pg_constraint WHERE conname = indexname)",
                tables,
            )
            taken = [("INDEX", *one) for one in cursor.fetchall()]
        else:
            cursor.execute(
                f"SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ({marks}) AND sql IS NOT NULL "  # noqa: S608 - our own names
                "AND type IN ('index', 'trigger')",
                tables,
            )
            taken = [(kind.upper(), name, sql) for kind, name, sql in cursor.fetchall()]
        for kind, name, _made in taken:
            cursor.execute(f'DROP {kind} "{name}"')
        if is_postgresql:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    with connection.cursor() as cursor:
        for _kind, _name, made in taken:
            cursor.execute(made)
        if is_postgresql:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            for table in tables:  # the sequence of the ids, where ids were given
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608 - our own names


def copy_rows(table: str, count: int, changed: dict[str, str]) -> None:
    """Copies the rows of a table, doubling them, until it has `count`; some columns in the words of SQL, where `{n}` is a running number."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608 - our own names
        columns = [one[0] for one in cursor.description if one[0] not in ("id", "lexemes")]
        size = f"SELECT count(*), max(id) FROM {table}"  # noqa: S608 - our own names
        cursor.execute(size)
        there, last = cursor.fetchone()
        while there < count:
            step = min(there, count - there)
            values = ", ".join(changed.get(one, f"{table}.{one}").format(n=f"({table}.id + {last})") for one in columns)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} ORDER BY {table}.id LIMIT {step}"  # noqa: S608 - our own names
            )
            cursor.execute(size)
            there, last = cursor.fetchone()
