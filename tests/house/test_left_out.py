"""What a run on PostgreSQL leaves out is counted, and shown to need no database: nothing is skipped in silence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.stages import APART, STAGES, stage_environment

from .walk import ROOT

ASKS = "import django; django.setup(); from django.db import connection; connection.ensure_connection()"
MAKE_THEIR_OWN = ("tests/migrations/test_migrations.py",)


def test_a_process_of_a_test_that_asks_no_database_finds_none() -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASKS], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert asked.returncode != 0
    assert "this-test-asked-for-no-database" in os.environ["LINLI_DATABASE_URL"]


def test_a_process_of_a_test_that_asks_one_finds_it(db: None) -> None:
    assert "this-test-asked-for-no-database" not in os.environ.get("LINLI_DATABASE_URL", "")


def collected(home: Path, url: str, *folders: str) -> tuple[set[str], int]:
    """The tests that a run on this database would have, and how many it would leave out."""
    env = {name: value for name, value in stage_environment(home, soak=False).items() if not name.startswith("PYTEST_")}
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:schemathesis", "-m", "not soak", *folders],
        env=env | ({"LINLI_DATABASE_URL": url} if url else {}),
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout[-2000:] + told.stderr[-2000:]
    counted = re.search(r"(\d+) asking no database are left out", told.stdout)
    return {line for line in told.stdout.splitlines() if "::" in line}, int(counted[1]) if counted else 0


@pytest.mark.slow
def test_what_a_run_on_postgresql_leaves_out_is_counted(tmp_path: Path) -> None:
    folders = ("tests/migrations", "tests/house", "linli/subsystems/patrol/tests")
    everywhere, none = collected(tmp_path, "", *folders)
    beside, left_out = collected(tmp_path, "postgresql://nobody@127.0.0.1:1/none", *folders)
    assert none == 0
    assert beside < everywhere
    assert len(beside) + left_out == len(everywhere)
    for module in (*MAKE_THEIR_OWN, "tests/house/test_outside_text.py"):
        assert any(test.startswith(module) for test in beside), module
    assert {test for test in everywhere if test.startswith(MAKE_THEIR_OWN)} <= beside


def test_the_run_on_postgresql_ignores_no_folder_but_the_demo_citys() -> None:
    words = STAGES["tests, PostgreSQL"]
    assert [one for one in words if one.startswith("--ignore") and one not in APART] == ["--ignore=tests/demo"]
