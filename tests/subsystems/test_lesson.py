"""The lesson of docs/adding-a-subsystem.md, replayed step by step in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.database_once import Kept

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adding-a-subsystem.md"
BLOCK = re.compile(r"^```(sh|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def lesson() -> list[tuple[str, str]]:
    """The blocks of the lesson in their order: commands, and changes to files."""
    text = PAGE.read_text("utf-8")
    part = text[text.index("## The lesson") : text.index("## The files")]
    return BLOCK.findall(part)


@pytest.fixture
def copy(tmp_path: Path, kept_database: Kept | None) -> Path:
    """A copy of what is committed or about to be, with the built front end and the empty database of this run, under version control of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    for name in (one for one in listed.split("\0") if one and (ROOT / one).is_file()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name)
    built = Path("linli/web/static/dist")
    shutil.copytree(ROOT / built, tmp_path / built)
    if kept_database is not None:
        shutil.copytree(kept_database.folder, tmp_path / ".pytest_cache" / "d" / kept_database.folder.name)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "before"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@example.cn", *words], cwd=tmp_path, check=True)
    return tmp_path


def run(command: str, copy: Path) -> str:
    """Runs a command of the lesson as a reader would, in the copy; its output, or a failure with it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "DJANGO_", "PYTEST_"))}
    python = command.replace("python ", f"{sys.executable} ", 1)
    python = re.sub(r"^linli ", f"{sys.executable} -m linli.config.cli ", python)
    done = subprocess.run(
        ["bash", "-c", python], cwd=copy, env=kept | {"PYTHONPATH": str(copy), "LANG": "en_US.UTF-8"},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    return done.stdout


def change(diff: str, copy: Path) -> None:
    """Applies a change as it is printed: each run of removed or kept lines is found, whole and once, and replaced."""
    for part in re.split(r"^--- .*\n", diff, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        path = copy / name.removeprefix("+++ b/")
        text = path.read_text("utf-8")
        for hunk in re.split(r"^@@\n", body, flags=re.MULTILINE)[1:]:
            lines = hunk.splitlines()
            old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
            new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
            assert text.count(old) == 1, f"{path}: the lesson changes what is not there once:\n{old}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")


def test_the_lesson_has_all_its_steps() -> None:
    kinds = [kind for kind, _text in lesson()]
    assert kinds == ["sh", "sh", "diff", "diff", "diff", "diff", "sh"]


@pytest.mark.slow
def test_the_lesson_does_what_it_says_and_touches_one_line_outside(copy: Path) -> None:
    passed = []
    for number, (kind, text) in enumerate(lesson()):
        if kind == "diff":
            change(text, copy)
            continue
        for command in text.strip().splitlines():
            said = run(command, copy)
            passed += re.findall(r"(\d+) passed", said)
        if number == 0:
            outside = run("git status --porcelain", copy).splitlines()
            assert outside == [" M linli/config/settings.py", "?? linli/subsystems/puddle/"]
            changed = run("git diff --numstat", copy).split()
            assert changed == ["1", "0", "linli/config/settings.py"]
    run("python -m ruff check linli/subsystems/puddle", copy)
    run("python -m ruff format --check linli/subsystems/puddle", copy)
    assert len(passed) == 2
    assert all(int(count) > 20 for count in passed)
    # Besides, only the pages that are put together of all departments.
    outside = run("git status --porcelain", copy).splitlines()
    assert set(outside) <= {
        " M linli/config/settings.py", " M docs/personal-data.md", " M docs/data-matrix.md", " M docs/glossary.md", "?? linli/subsystems/puddle/",
    }  # fmt: skip
