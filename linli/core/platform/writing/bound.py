"""Statements that are asked all day: PostgreSQL binds their values, and a connection of our own keeps them parsed and planned.

A statement of a hundred values costs a third of one that is written out, and half of the rest when it is kept. What is kept
belongs to a session. A pooler hands sessions around, so nothing is kept behind one: it is known by the process that it gives
itself out for, which is not the one that answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# A statement is kept when it is asked for this often on one connection, and when it has not more values than this: rows that are
# imported in batches are asked for a few times and have thousands.
ASKED_BEFORE_KEPT = 2
MOST_VALUES_KEPT = 300


def ask(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Runs a statement of this house, with %s for its values, and gives its rows. No value is written into the text.

    For statements whose text is the same each time. What calls it decides the transaction, as with any statement.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    with _cursor(connection) as cursor:
        cursor.execute(_numbered(sql) if connection.vendor == "postgresql" else sql, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def _cursor(connection: Any) -> AbstractContextManager[Any]:
    if connection.vendor != "postgresql":
        return connection.cursor()  # type: ignore[no-any-return]
    connection.ensure_connection()
    driver = connection.connection
    cursor, whole_number = _for_postgresql()
    if not hasattr(driver, "is_our_own"):
        driver.is_our_own = is_our_own(driver)
        driver.prepare_threshold = ASKED_BEFORE_KEPT if driver.is_our_own else None
        driver.adapters.register_dumper(int, whole_number)
    return connection._prepare_cursor(cursor(driver))  # type: ignore[no-any-return]


def is_our_own(driver: Any) -> bool:
    """Whether the process that answers is the one that the connection was made with: no pooler stands in between."""
    return bool(driver.execute("SELECT pg_backend_pid()").fetchone()[0] == driver.info.backend_pid)


@lru_cache(maxsize=1)
def _for_postgresql() -> tuple[Any, Any]:
    """The kind of cursor and how it sends whole numbers; a deployment on SQLite loads no driver for it."""
    from psycopg import RawCursor
    from psycopg.adapt import Dumper

    class WholeNumber(Dumper):
        """Sends digits without a type, which the column gives. The driver's own names the smallest type that would hold the
        number, and a statement would be kept for every size of an id."""

        def dump(self, obj: Any) -> bytes:
            return b"%d" % obj

        def quote(self, obj: Any) -> bytes:
            return b"%d" % obj if obj >= 0 else b" %d" % obj  # after a minus another one would begin a comment

    class Bound(RawCursor[Any]):
        """Binds values at the server, and has nothing kept that is too large."""

        def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
            few = params is None or len(params) <= MOST_VALUES_KEPT
            return super().execute(query, params, prepare=None if few else False, **kwargs)

        def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
            self._query = pgq  # the driver forgets it, and whoever looks at what was asked would find nothing
            super()._send_query_prepared(name, pgq, binary=binary)

    return Bound, WholeNumber


@lru_cache(maxsize=256)
def _numbered(sql: str) -> str:
    """`sql` with $1, $2, … for its placeholders, as PostgreSQL itself has them."""
    first, *rest = sql.split("%s")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
