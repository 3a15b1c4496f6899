"""The full-text index of cases: an expression index on PostgreSQL, an FTS5 table kept by triggers on SQLite.

Both index the same tokens (linli/lib/bigrams.py), so both find the same. The triggers keep an index, they decide nothing.
"""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = ["CREATE INDEX case_search ON cases_case USING gin (to_tsvector('simple', search_tokens))"]
_FORGET = "INSERT INTO cases_search (cases_search, rowid, search_tokens) VALUES ('delete', old.id, old.search_tokens); "
_KEEP = "INSERT INTO cases_search (rowid, search_tokens) VALUES (new.id, new.search_tokens); "
SQLITE = [
    "CREATE VIRTUAL TABLE cases_search USING fts5(search_tokens, content='cases_case', content_rowid='id', tokenize='unicode61')",
    f"CREATE TRIGGER cases_search_insert AFTER INSERT ON cases_case BEGIN {_KEEP}END",
    "CREATE TRIGGER cases_search_update AFTER UPDATE OF search_tokens ON cases_case "
    f"WHEN old.search_tokens IS NOT new.search_tokens BEGIN {_FORGET}{_KEEP}END",
    f"CREATE TRIGGER cases_search_delete AFTER DELETE ON cases_case BEGIN {_FORGET}END",
]
UNDO = {
    "postgresql": ["DROP INDEX case_search"],
    "sqlite": [
        "DROP TRIGGER cases_search_insert", "DROP TRIGGER cases_search_update", "DROP TRIGGER cases_search_delete", "DROP TABLE cases_search",
    ],
}  # fmt: skip


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(create, drop)]
