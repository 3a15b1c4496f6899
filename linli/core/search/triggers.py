"""The triggers that note which rows have to be indexed anew, and those that keep the full-text table of SQLite.

They are made after migrating, from the declarations. The name of a trigger holds a digest of what its kind declares and of how tokens
are made: where either changed, the old trigger goes, a new one comes, and all rows of the kind are noted. Django builds a table of
SQLite anew when a column changes, and its triggers go with it: then they come back the same way.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from django.db import connections
from django.db.backends.utils import CursorWrapper

from linli.core.areas.public import AreaScoped
from linli.core.platform.public import IndexedKind
from linli.core.search import tokens
from linli.core.search.kinds import indexed_kinds

PREFIX: Final = "search_"
AREA_COLUMNS: Final = ("area_id", "district_id", "street_id", "community_id")
_FORGET: Final = "INSERT INTO search_words (search_words, rowid, tokens) VALUES ('delete', old.id, old.tokens); "
_KEEP: Final = "INSERT INTO search_words (rowid, tokens) VALUES (new.id, new.tokens); "
SQLITE_INDEX: Final = {
    "search_words_insert": f"AFTER INSERT ON search_searchentry BEGIN {_KEEP}END",
    "search_words_update": f"AFTER UPDATE OF tokens ON search_searchentry WHEN old.tokens IS NOT new.tokens BEGIN {_FORGET}{_KEEP}END",
    "search_words_delete": f"AFTER DELETE ON search_searchentry BEGIN {_FORGET}END",
}


def columns_of(kind: IndexedKind) -> tuple[str, ...]:
    """The columns that the index of a kind depends on."""
    return (*kind.columns, *(AREA_COLUMNS if issubclass(kind.model, AreaScoped) else ()))


def wanted_triggers(kind: IndexedKind, vendor: str) -> dict[str, str]:
    """The triggers of a kind by their names."""
    table, columns = kind.model._meta.db_table, columns_of(kind)
    said = repr((tokens.VERSION, kind.code, table, kind.names, kind.codes, kind.text, columns))
    name = f"{PREFIX}{kind.code}_{sha256(said.encode()).hexdigest()[:8]}"
    if vendor == "postgresql":
        changed = " OR ".join(f"old.{one} IS DISTINCT FROM new.{one}" for one in columns)
        does = f"FOR EACH ROW %s EXECUTE FUNCTION search_note('{kind.code}')"
        inserted, deleted = does % "", does % ""
        updated = does % f"WHEN ({changed})"
    else:
        changed = " OR ".join(f"old.{one} IS NOT new.{one}" for one in columns)
        does = f"BEGIN INSERT INTO search_searchstale (kind, item_id) VALUES ('{kind.code}', %s.id); END"  # noqa: S608 - our own names
        inserted, deleted, updated = does % "new", does % "old", f"WHEN {changed} {does % 'new'}"
    return {
        f"{name}_i": f"AFTER INSERT ON {table} {inserted}",
        f"{name}_u": f"AFTER UPDATE OF {', '.join(columns)} ON {table} {updated}",
        f"{name}_d": f"AFTER DELETE ON {table} {deleted}",
    }


def keep_triggers(using: str, **_signal: Any) -> None:
    """After migrating: makes the triggers that are missing, takes away those that nobody declares. Calling it twice changes nothing more."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if not {"search_searchentry", "search_searchstale"} <= tables:
            return
        there = _triggers_there(cursor, connection.vendor)
        of_kinds = {
            kind.code: wanted_triggers(kind, connection.vendor)
            for kind in indexed_kinds().values()
            if kind.model._meta.db_table in tables
        }
        own = SQLITE_INDEX if connection.vendor == "sqlite" else {}
        _drop(cursor, connection.vendor, there, set(own).union(*of_kinds.values()))
        if _make(cursor, there, own):
            cursor.execute("INSERT INTO search_words (search_words) VALUES ('rebuild')")
        for code, triggers in of_kinds.items():
            if _make(cursor, there, triggers):
                table = indexed_kinds()[code].model._meta.db_table
                cursor.execute(f"INSERT INTO search_searchstale (kind, item_id) SELECT '{code}', id FROM {table}")  # noqa: S608 - our own names


def _triggers_there(cursor: CursorWrapper, vendor: str) -> dict[str, str]:
    """The names of our triggers, each with its table."""
    if vendor == "postgresql":
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND starts_with(tgname, 'search_')"
        )
    else:
        cursor.execute(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 7) = 'search_'"
        )
    return dict(cursor.fetchall())


def _drop(cursor: CursorWrapper, vendor: str, there: dict[str, str], wanted: set[str]) -> None:
    for name in sorted(there.keys() - wanted):
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {there[name]}" if vendor == "postgresql" else ""))


def _make(cursor: CursorWrapper, there: dict[str, str], triggers: dict[str, str]) -> bool:
    """Makes what is missing of these; whether anything was."""
    missing = triggers.keys() - there.keys()
    for name in sorted(missing):
        cursor.execute(f"CREATE TRIGGER {name} {triggers[name]}")
    return bool(missing)
