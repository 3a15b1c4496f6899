"""The engine that divides ground is an extra: without its packages everything else works, and its commands say what to install."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from linli.subsystems.division.commands.engine import PACKAGES

from .walk import ROOT

# Read by every Python that begins with it on its path, also by those that a command starts.
WITHOUT = "import sys\nsys.modules.update(dict.fromkeys(('llvmlite', 'numba', 'osmium', 'scipy')))\n"


def test_the_extra_holds_the_packages_that_the_commands_ask_for_and_the_core_does_not() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=]", one)[0] for one in requirements}

    assert names(project["optional-dependencies"]["division"]) == set(PACKAGES) == {"numba", "osmium", "scipy"}
    assert not names(project["dependencies"]) & {*PACKAGES, "llvmlite", "ortools"}
    extras = set(project["optional-dependencies"]) - {"all"}
    assert project["optional-dependencies"]["all"] == [f"linli[{','.join(sorted(extras))}]"]


@pytest.mark.slow
def test_an_office_without_the_engine_works_and_is_told_what_to_install(
    tmp_path: Path, empty_at: Callable[[Path], None]
) -> None:
    empty_at(tmp_path / "office.sqlite3")
    (tmp_path / "sitecustomize.py").write_text(WITHOUT, encoding="utf-8")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "linli.config.settings", "LINLI_HOME": str(tmp_path), "LANG": "en_US.UTF-8",
        "LINLI_DATABASE_URL": f"sqlite:///{tmp_path}/office.sqlite3", "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}",
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-m", "tests.house.without_engine", str(tmp_path)],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = json.loads(ended.stdout)
    code, said = found.pop("divides")
    assert code == 2
    assert "needs packages that are not installed here (numba, osmium, scipy)" in said
    assert "install 'linli[division]'" in said
    assert "Traceback" not in said
    assert set(found.pop("pages").values()) == {200}
    assert found == {
        "engine": [], "case": "archived", "checked": 1, "imported": [0, 1], "backup": True, "audit": 0, "tables": 0,
        "help": True, "explains": 0, "left": False,
    }  # fmt: skip
