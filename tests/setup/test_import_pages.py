"""The pages of docs/imports/ say what the code says, and each example on them comes in and is taken back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django import Settings

from linli.config.cli import linli
from linli.core.access.public import sync_roles
from linli.core.catalogue.public import set_up_catalogue
from linli.core.exchange.public import ImportedRow, ImportRun
from tools import import_pages

AT_ONCE = ("areas", "grids")  # by commands of their own, which no list of imports keeps


def typed(*arguments: str) -> str:
    """What a command says that must go well."""
    done = CliRunner().invoke(linli, [*arguments], catch_exceptions=False)
    assert done.exit_code == 0, (arguments, done.output)
    return done.output


def test_the_pages_are_those_that_the_code_would_write(tmp_path: Path) -> None:
    """Apart, since what is installed here only for tests must not stand on them."""
    environment = {**os.environ, "LINLI_MODE": "demo", "LINLI_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "tools.import_pages", "--check"]
    done = subprocess.run(command, cwd=import_pages.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stdout + done.stderr


def test_every_import_has_an_example() -> None:
    assert set(import_pages.declared()) == set(import_pages.EXAMPLES)


def kept(code: str, *more: str) -> None:
    """Brings the example of an import in, all of it."""
    file = import_pages.ROOT / import_pages.EXAMPLES[code]
    typed("import", code, str(file), *more)
    lines = file.read_text("utf-8-sig").strip().splitlines()
    assert ImportedRow.objects.filter(run__code=code).count() == len(lines) - 1, code


def taken_back() -> None:
    """Takes all of it back, the newest first."""
    for run in ImportRun.objects.order_by("-id"):
        typed("import", "--undo", str(run.id))
        run.refresh_from_db()
        assert run.state == "taken_back", run.code


@pytest.mark.django_db
def test_each_example_comes_in_and_is_taken_back(tmp_path: Path, settings: Settings) -> None:
    settings.LINLI_HOME = tmp_path
    sync_roles()
    set_up_catalogue()
    for code, example in import_pages.EXAMPLES.items():
        if code in AT_ONCE:
            typed(code, "import", str(import_pages.ROOT / example))
        elif code != "history":
            kept(code)
    assert ImportRun.objects.count() == len(import_pages.EXAMPLES) - len(AT_ONCE) - 1
    taken_back()


@pytest.mark.django_db
def test_the_cases_of_an_old_system_come_in_by_their_mapping_and_are_taken_back(
    tmp_path: Path, settings: Settings
) -> None:
    settings.LINLI_HOME = tmp_path
    sync_roles()
    folder = import_pages.ROOT / "docs/examples"
    typed("areas", "import", str(folder / "areas.csv"))
    typed("users", "add-administrator", "boss", "--name", "市中心", "--password", "long-enough-for-a-try")
    typed("grids", "import", str(folder / "grids.geojson"))
    kept("history", "--mapping", str(folder / "cases.toml"))
    taken_back()
