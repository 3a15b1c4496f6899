"""The wheel is what people install: built front end and compiled messages inside, sources of the front end outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

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


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment into which the wheel was installed as it is, without an extra."""
    folder = tmp_path_factory.mktemp("installed")
    run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv", cwd=folder)
    run(UV, "pip", "install", "--quiet", "--python", folder / "venv/bin/python", wheel, cwd=folder)
    return folder / "venv" / "bin"


def test_an_installed_wheel_has_a_command_that_explains_itself(installed: Path, tmp_path: Path) -> None:
    page = run(installed / "linli", "--help", cwd=tmp_path)
    for command in ("demo", "serve", "worker", "backup", "restore", "audit", "division"):
        assert command in page


def test_an_installed_wheel_brings_no_engine_and_serves_pages(installed: Path, tmp_path: Path) -> None:
    ask = "from importlib.util import find_spec; print(*map(find_spec, ('numba', 'scipy', 'osmium')))"
    assert run(installed / "python", "-c", ask, cwd=tmp_path) == "None None None\n"
    environment = {
        **os.environ, "LINLI_MODE": "demo", "LINLI_HOME": str(tmp_path / "home"), "LANG": "en_US.UTF-8",
        "LINLI_DATABASE_URL": f"sqlite:///{tmp_path}/home/linli.sqlite3",
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    made = subprocess.run(
        [installed / "linli", "migrate"], env=environment, cwd=tmp_path, capture_output=True, timeout=300
    )
    assert made.returncode == 0, made.stderr
    port = free_port()
    with subprocess.Popen(
        [installed / "linli", "serve", "--port", str(port)], env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    ) as server:  # fmt: skip
        try:
            assert answer(f"http://127.0.0.1:{port}/sign-in/") == 200
            assert answer(f"http://127.0.0.1:{port}/report/") == 200
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer(address: str) -> int:
    """The status of a page, once a server that is starting answers."""
    ends = time.monotonic() + 120
    while True:
        try:
            with urlopen(address, timeout=30) as page:
                return int(page.status)
        except (URLError, ConnectionError):
            if time.monotonic() > ends:
                raise
            time.sleep(0.2)
