"""The triggers that keep SQLite's full-text index of cases, made again where a migration lost them.

Django changes a column of SQLite by building the table anew, and the triggers of the old table go with it: from then on nothing new would be
found. So whoever migrates gets them back, and the index with what was written meanwhile. PostgreSQL keeps an index of its own.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

_FORGET: Final = (
    "INSERT INTO cases_search (cases_search, rowid, search_tokens) VALUES ('delete', old.id, old.search_tokens); "
)
_KEEP: Final = "INSERT INTO cases_search (rowid, search_tokens) VALUES (new.id, new.search_tokens); "
TRIGGERS: Final = {
    "cases_search_insert": f"AFTER INSERT ON cases_case BEGIN {_KEEP}END",
    "cases_search_update": "AFTER UPDATE OF search_tokens ON cases_case "
    f"WHEN old.search_tokens IS NOT new.search_tokens BEGIN {_FORGET}{_KEEP}END",
    "cases_search_delete": f"AFTER DELETE ON cases_case BEGIN {_FORGET}END",
}


def keep_search_index(using: str, **_signal: Any) -> None:
    """After migrating: makes the triggers that are missing and then fills the index anew. Calling it twice changes nothing more."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name IN ('cases_case', 'cases_search')")
        there = {name for (name,) in cursor.fetchall()}
        missing = TRIGGERS.keys() - there
        if not missing or "cases_search" not in there:  # nothing is lost, or the index is not made yet
            return
        for name in sorted(missing):
            cursor.execute(f"CREATE TRIGGER {name} {TRIGGERS[name]}")
        cursor.execute("INSERT INTO cases_search (cases_search) VALUES ('rebuild')")
