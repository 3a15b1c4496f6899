"""The wheel is what people install: built front end and compiled messages inside, sources of the front end outside."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .walk import PACKAGE, ROOT

UV = Path(sys.executable).with_name("uv")
DIST = PACKAGE / "web" / "static" / "dist"

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    """Runs a command; its output, or a failure with it."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout as it is."""
    assert DIST.is_dir(), "the front end is not built; run `make front` first"
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--wheel", "--quiet", "--out-dir", folder, cwd=ROOT)
    (built,) = folder.glob("linli-*.whl")
    return built


def test_front_end_and_messages_are_inside_and_sources_outside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    built = {f"linli/{path.relative_to(PACKAGE)}" for path in DIST.rglob("*") if path.is_file()}
    for ending in (".js", ".js.gz", ".js.br", ".css.br"):
        assert any(name.endswith(ending) for name in built)
    assert built - names == set()
    assert "linli/locale/zh_Hans/LC_MESSAGES/django.mo" in names
    templates = {f"linli/{path.relative_to(PACKAGE)}" for path in PACKAGE.rglob("templates/**/*.html")}
    assert templates - names == set()
    assert [name for name in names if not name.startswith(("linli/", "linli-"))] == []
    assert [name for name in names if name.endswith((".ts", ".tsx", ".vue")) or "node_modules" in name] == []
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_an_installed_wheel_has_a_command_that_explains_itself(wheel: Path, tmp_path: Path) -> None:
    run(UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv", cwd=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, wheel, cwd=tmp_path)
    page = run(tmp_path / "venv" / "bin" / "linli", "--help", cwd=tmp_path)
    for command in ("demo", "serve", "worker", "backup", "restore", "audit"):
        assert command in page
