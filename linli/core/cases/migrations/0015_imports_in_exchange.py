"""Imports of history become imports like all others: their rows move into the tables of core/exchange, under their ids."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

RUNS = """
INSERT INTO exchange_import_run (id, code, namespace, state, file_name, file_sha256, mapping_sha256, mapping, document, take_good, "rows", done,
  added, changed, here, bad, said, told, started_at, finished_at, taken_back_at, token, attempts, phase)
SELECT one.id, 'history', one.system,
  CASE WHEN one.taken_back_at IS NOT NULL THEN 'taken_back' WHEN one.finished_at IS NOT NULL THEN 'brought_in' ELSE 'broken' END,
  one.file_name, one.file_sha256, one.mapping_sha256, '{}', '', %s, 0, 0,
  (SELECT count(*) FROM cases_importedcase kept WHERE kept.case_import_id = one.id), 0, 0, 0, '', '{}',
  one.started_at, one.finished_at, one.taken_back_at, '', 0, ''
FROM cases_caseimport one
"""
ROWS = """
INSERT INTO exchange_imported_row (home_district, code, namespace, reference, subject_id, what, before, run_id, row_digest, ended_at)
SELECT home_district, 'history', system, reference, case_id, 'added', '', case_import_id, row_digest, taken_back_at
FROM cases_importedcase
"""
# The ids were given by us: the next one of the database must come after them.
NEXT_ID = "SELECT setval(pg_get_serial_sequence('exchange_import_run', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM exchange_import_run), false)"


def move(apps: Any, schema_editor: Any) -> None:
    """Copies both tables."""
    del apps
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(RUNS, [False])
        cursor.execute(ROWS)
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(NEXT_ID)
            # Checks that wait for the end of the transaction would stand in the way of dropping the tables.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0014_reporters_key_needed"), ("exchange", "0002_worked_off_apart")]
    operations: ClassVar = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.RemoveField(model_name="importedcase", name="case_import"),
        migrations.DeleteModel(name="CaseImport"),
        migrations.DeleteModel(name="ImportedCase"),
    ]
