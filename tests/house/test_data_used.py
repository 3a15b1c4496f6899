"""Which tables a package uses is recorded from what its tests do; a file that says more or less fails the run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linli.core.platform.public import Versioned, data_matrices
from tests import data_used
from tests.data_used import Recorder, as_written, differences

from .walk import PACKAGE, ROOT

FILE = {"birds.nests": {"creates": ["birds_nest"], "uses": ["areas_area", "grids_grid"]}}


def seen(**tables: list[str]) -> dict[str, dict[str, list[str]]]:
    return {"birds.nests": {"creates": [], "uses": [], **tables}}


def test_a_table_that_the_file_lacks_is_told_in_any_run() -> None:
    told = differences(FILE, seen(uses=["areas_area", "access_user"]), whole=False)
    assert told == ["birds.nests uses access_user, which does not stand there."]
    assert differences(FILE, seen(uses=["areas_area", "birds_nest"]), whole=False) == []


def test_a_table_that_no_test_touches_is_told_when_all_have_run() -> None:
    assert differences(FILE, FILE, whole=True) == []
    told = differences(FILE, seen(creates=["birds_nest"], uses=["areas_area"]), whole=True)
    assert told == ["says that birds.nests uses grids_grid, which no test shows."]


def test_what_is_created_is_not_named_a_second_time_as_used() -> None:
    written = as_written({"birds.nests": {"creates": {"birds_nest"}, "uses": {"birds_nest", "areas_area"}}})
    assert written == {"birds.nests": {"creates": ["birds_nest"], "uses": ["areas_area"]}}


SELECT = 'SELECT 1 FROM "cases_case" INNER JOIN "areas_area" ON TRUE'


@pytest.mark.parametrize(
    ("package", "stack", "through", "sql", "found"),
    [
        # Its own code reads a table of another package.
        ("patrol", {"patrol": "patrol.selectors"}, False, SELECT, ("patrol.selectors", "uses", {"cases_case", "areas_area"})),
        # It calls a service of another one: what that one owns is used by the caller, what that one uses itself is not.
        ("patrol", {"cases": "cases", "patrol": "patrol.rounds"}, False, SELECT, ("patrol.rounds", "uses", {"cases_case"})),
        ("cases", {"cases": "cases", "patrol": "patrol.rounds"}, False, SELECT, ("cases", "uses", {"cases_case", "areas_area"})),
        # What it inserts into the table of another package it creates, but for what a service of the platform does for it.
        ("patrol", {"patrol": "patrol.rounds"}, False, 'INSERT INTO "cases_case" VALUES', ("patrol.rounds", "creates", {"cases_case"})),
        ("patrol", {"patrol": "patrol.rounds"}, True, 'INSERT INTO "cases_case" VALUES', ("patrol.rounds", "uses", {"cases_case"})),
        # The engine, by itself, inserts an item of a department.
        ("office", {"flow": "flow"}, False, 'INSERT INTO "office_leave" VALUES', ("office", "creates", {"office_leave"})),
        # What departments have is none of the core's business.
        ("flow", {"flow": "flow"}, False, 'SELECT 1 FROM "office_leave"', None),
        # Bookkeeping passes through everybody's hands.
        ("patrol", {"patrol": "patrol.rounds"}, False, 'INSERT INTO "platform_audit_record" VALUES', None),
    ],
)  # fmt: skip
def test_a_statement_is_put_down_to_whose_doing_it_is(
    monkeypatch: pytest.MonkeyPatch,
    package: str,
    stack: dict[str, str],
    through: bool,
    sql: str,
    found: tuple[str, str, set[str]] | None,
) -> None:
    recorder = Recorder()
    recorder.package = package
    monkeypatch.setattr(data_used, "_packages_on_stack", lambda frame: (stack, through))
    recorder.note(sql)
    noted = [
        (module, kind, tables)
        for module, kinds in recorder.seen[package].items()
        for kind, tables in kinds.items()
        if tables
    ]
    assert noted == ([found] if found else [])


@pytest.mark.django_db
def test_loading_what_is_kept_in_memory_is_not_put_down_to_who_asks_first() -> None:
    """Whether a catalogue is loaded already when somebody asks is chance; its owner loads it, whoever asks."""

    def inside(module: str) -> dict[str, Any]:
        return {"__name__": module, "stack": lambda: data_used._packages_on_stack(sys._getframe(1))}

    load = eval("lambda: stack()", inside("linli.core.access.selectors"))
    kept = Versioned(load, "units")
    ask = eval("lambda: kept.get()", {"__name__": "linli.subsystems.patrol.rounds", "kept": kept})
    assert ask() == ({"access": "access"}, False)
    calls = eval("lambda: stack()", inside("linli.subsystems.patrol.rounds"))
    assert calls() == ({"patrol": "patrol.rounds"}, False)


def test_the_matrices_hold_what_the_files_say() -> None:
    by_table = data_matrices()[1]
    cells = {
        (row, column): cell for row, line in zip(by_table.rows, by_table.cells, strict=True)
        for column, cell in zip(by_table.columns, line, strict=True)
    }  # fmt: skip
    files = sorted(PACKAGE.glob("*/*/data.json"))
    assert PACKAGE / "subsystems" / "example" / "data.json" in files
    for file in files:
        for module, kinds in json.loads(file.read_text("utf-8")).items():
            assert all(cells[module, table] == "C" for table in kinds["creates"]), module
            assert all(cells[module, table] in ("U", "C") for table in kinds["uses"]), module


@pytest.mark.slow
def test_a_run_fails_over_a_file_that_is_out_of_date(tmp_path: Path) -> None:
    """The plugin itself, in runs of their own, over the example with a file that says other things."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "PYTEST_", "DJANGO_"))
    }
    environment |= {
        "LINLI_MODE": "test",
        "LINLI_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    changed = tmp_path / "changed.py"
    changed.write_text(
        "from linli.core.platform.plug import tables\n"
        "real = tables.recorded\n"
        "def other(config):\n"
        "    told = {module: dict(kinds) for module, kinds in real(config).items()}\n"
        "    if config.label == 'example':\n"
        "        told['example.services'] = {'creates': ['example_benchnote'], 'uses': ['access_apitoken']}\n"
        "    return told\n"
        "tables.recorded = other\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "changed", "-p", "no:schemathesis", "linli/subsystems/example/tests"],
        cwd=ROOT, env=environment | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert "says that example.services uses access_apitoken, which no test shows." in done.stdout
    assert "example.services uses cases_case, which does not stand there." in done.stdout
    assert "python -m pytest linli/subsystems/example/tests --write-data" in done.stdout
