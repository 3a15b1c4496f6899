"""The index of the search, as each database keeps it. The triggers come after migrating (triggers.py), from the declarations."""

from __future__ import annotations

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRESQL = [
    "ALTER TABLE search_searchentry ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED",
    "CREATE INDEX search_entry_lexemes ON search_searchentry USING gin (lexemes)",
    """
    CREATE FUNCTION search_note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        INSERT INTO search_searchstale (kind, item_id) VALUES (TG_ARGV[0], OLD.id);
      ELSE
        INSERT INTO search_searchstale (kind, item_id) VALUES (TG_ARGV[0], NEW.id);
      END IF;
      RETURN NULL;
    END $$
    """,
]
# Positions are not asked for; prefixes of five and six characters are kept ready: two or three letters of what is typed.
SQLITE = [
    "CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='search_searchentry', content_rowid='id', "
    "tokenize='unicode61', detail=none, columnsize=0, prefix='5 6')",
]
UNDO = {"postgresql": ["DROP FUNCTION search_note() CASCADE"], "sqlite": ["DROP TABLE search_words"]}


def create(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("item_id", models.BigIntegerField()),
                ("tokens", models.TextField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("kind", "item_id"), name="search_entry_once")]},
        ),
        migrations.CreateModel(
            name="SearchStale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("item_id", models.BigIntegerField()),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
