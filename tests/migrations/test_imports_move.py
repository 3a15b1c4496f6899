"""The imports of histories that a city has made already are imports like all others afterwards: their rows, states and ids."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from linli.core.exchange.public import ImportedRow, ImportRun

OLD = (
    "CREATE TABLE cases_caseimport (id bigint PRIMARY KEY, system varchar(40), file_name varchar(200), file_sha256 varchar(64), "
    "mapping_sha256 varchar(64), started_at {moment}, finished_at {moment} NULL, taken_back_at {moment} NULL)",
    "CREATE TABLE cases_importedcase (id bigint PRIMARY KEY, home_district varchar(32), system varchar(40), reference varchar(80), case_id bigint, "
    "case_import_id bigint, row_digest varchar(32), taken_back_at {moment} NULL)",
)
RUNS = [(7, "2026-01-02 03:04:05", None), (8, None, None), (9, "2026-01-02 03:04:05", "2026-02-03 04:05:06")]


@pytest.mark.django_db(transaction=True)
def test_imports_of_histories_move_with_their_ids_and_states() -> None:
    move: Any = importlib.import_module("linli.core.cases.migrations.0015_imports_in_exchange").move
    moment = "timestamptz" if connection.vendor == "postgresql" else "datetime"
    with connection.cursor() as cursor:
        for statement in OLD:
            cursor.execute(statement.format(moment=moment))
        for number, finished, back in RUNS:
            cursor.execute(
                "INSERT INTO cases_caseimport VALUES (%s, 'old', 'a.csv', 'f', 'm', '2026-01-01 00:00:00', %s, %s)",
                [number, finished, back],
            )
            cursor.execute(
                "INSERT INTO cases_importedcase VALUES (%s, 'd', 'old', %s, 5, %s, 'x', %s)",
                [number, f"R{number}", number, back],
            )
        try:
            with connection.schema_editor() as editor:
                move(apps, editor)
        finally:
            cursor.execute("DROP TABLE cases_importedcase")
            cursor.execute("DROP TABLE cases_caseimport")
    found = ImportRun.objects.order_by("id").values_list("id", "code", "namespace", "state", "added", "mapping")
    assert list(found) == [
        (7, "history", "old", "brought_in", 1, {}), (8, "history", "old", "broken", 1, {}), (9, "history", "old", "taken_back", 1, {}),
    ]  # fmt: skip
    rows = ImportedRow.objects.order_by("run_id").values_list("run_id", "reference", "subject_id", "ended_at")
    assert [(run, reference, subject, ended is None) for run, reference, subject, ended in rows] == [
        (7, "R7", 5, True), (8, "R8", 5, True), (9, "R9", 5, False),
    ]  # fmt: skip
    fresh = ImportRun.objects.create(
        code="history", state="keeping", file_name="b", file_sha256="b", started_at="2026-01-01T00:00:00Z"
    )
    assert fresh.id == 10
