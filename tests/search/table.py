"""One row for each kind of things that the search finds: tests/search/test_kinds.py asks them all, and fails for a kind without one.

To add a kind, write `FOUND = {code: Row(…)}` in tests/<area>/search_table.py, for a department in the tests/search_table.py of
its own folder; it is found there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.city import TestCity

ROOT = Path(__file__).parents[2]
TABLES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for pattern in ("tests/*/search_table.py", "linli/subsystems/*/tests/search_table.py")
    for path in ROOT.glob(pattern)
)


@dataclass(frozen=True)
class Row:
    """`make` makes one thing and gives its title as the search shows it; `words` find it; who of the test city finds it, and who not."""

    make: Callable[[TestCity], str]
    words: tuple[str, ...]
    finds: tuple[str, ...]
    blind: tuple[str, ...]


def table() -> dict[str, Row]:
    """All rows by the codes of their kinds."""
    return {code: row for name in TABLES for code, row in import_module(name).FOUND.items()}
