"""linli/algorithms could be lifted out and published: no Django, no clock, no I/O, no chance that is not handed in."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest

from .walk import PACKAGE

ALLOWED_PACKAGES = {
    "numpy",
    "scipy",
    "numba",
    "shapely",
    "stdnum",
    "linli",
}  # besides the standard library; stdnum is check digits only
WORLDLY = {
    *(
        "asyncio",
        "fcntl",
        "glob",
        "http",
        "io",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pathlib",
        "shutil",
        "signal",
    ),
    *("socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading", "time", "urllib"),
}
WORLDLY_CALLS = {
    *("open", "print", "input", "exec", "eval", "__import__"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "dt.datetime.now", "dt.date.today"),
    *("np.load", "np.save", "np.savez", "np.loadtxt", "np.savetxt", "np.fromfile", "np.memmap"),
    *(
        "random.random",
        "random.randint",
        "random.choice",
        "random.shuffle",
        "random.sample",
        "random.uniform",
        "random.seed",
    ),
    *(
        "np.random.seed",
        "np.random.rand",
        "np.random.randn",
        "np.random.random",
        "np.random.choice",
        "np.random.shuffle",
    ),
}
SEEDED = {"random.Random", "np.random.default_rng", "default_rng", "Random"}
# What an algorithm may ask the world for, with the reason.
EXCEPTIONS: dict[tuple[str, str], str] = {}


def worldly(source: str) -> Iterator[str]:
    """The imports and calls by which a module would reach for the world."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if not pure_package(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module and not pure_package(node.module):
            yield node.module
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in WORLDLY_CALLS or (called in SEEDED and not node.args and not node.keywords):
                yield called


def pure_package(module: str) -> bool:
    """Whether an algorithm may import it."""
    top = module.split(".")[0]
    return (
        module == "urllib.parse" or top in ALLOWED_PACKAGES or (top in sys.stdlib_module_names and top not in WORLDLY)
    )


def test_algorithms_reach_for_nothing_outside() -> None:
    modules = sorted((PACKAGE / "algorithms").rglob("*.py"))
    assert modules, "no algorithm was found, so nothing was looked at"
    found = {(path.name, thing) for path in modules for thing in worldly(path.read_text())}
    assert found - set(EXCEPTIONS) == set()
    assert set(EXCEPTIONS) - found == set(), "an exception that nobody needs any more"


@pytest.mark.parametrize(
    "line",
    [
        "import django",
        "from django.db import models",
        "import os.path",
        "from time import monotonic",
        "open('x')",
        "datetime.now(UTC)",
        "np.random.default_rng()",
        "random.shuffle(rows)",
    ],
)
def test_a_reach_for_the_world_is_seen(line: str) -> None:
    assert list(worldly(line))


@pytest.mark.parametrize("line", ["import numpy as np", "from datetime import datetime", "np.random.default_rng(seed)"])
def test_what_is_pure_passes(line: str) -> None:
    assert list(worldly(line)) == []
