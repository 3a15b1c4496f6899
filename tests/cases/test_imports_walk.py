"""The walk through docs/imports.md, typed as it stands there: every command works and says what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
# What depends on the machine and on the day.
CHANGING = re.compile(r"\d+\.\d s|\d+ rows/s|\d+ so old")


def blocks() -> tuple[list[str], list[str]]:
    """The commands of the walk, and what the last three of them say."""
    page = (PROJECT / "docs/imports.md").read_text("utf-8")
    section = page.split("### A walk through it")[1].split("\n### ")[0]
    commands, said = re.findall(r"```(?:sh)?\n(.*?)```", section, re.DOTALL)
    return commands.strip().splitlines(), said.strip().splitlines()


@pytest.mark.slow
def test_the_walk_through_the_page_works_as_it_is_written(tmp_path: Path) -> None:
    (export, *commands), expected = blocks()
    settings = dict(one.split("=", 1) for one in shlex.split(export)[1:])
    own = {name: value for name, value in os.environ.items() if not name.startswith(("LINLI_", "LC_", "DJANGO_"))}
    environment = own | settings | {"LINLI_HOME": str(tmp_path / "home"), "PYTHONPATH": str(PROJECT)}
    said: list[list[str]] = []
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "linli"
        run = subprocess.run(
            [sys.executable, "-m", "linli.config.cli", *arguments], cwd=PROJECT, env=environment, check=False,
            capture_output=True, text=True, encoding="utf-8", timeout=300,
        )  # fmt: skip
        assert run.returncode == 0, (command, run.stdout, run.stderr)
        said.append(run.stdout.strip().splitlines())
    assert [CHANGING.sub("…", line) for lines in said[-3:] for line in lines] == [
        CHANGING.sub("…", line) for line in expected
    ]
