"""Files that code names in words are there: a reader is sent on by them, and a move leaves them behind in silence."""

from __future__ import annotations

import re

from .walk import ROOT, sources

NAMED = re.compile(r"(?<![\w./<*-])[a-z_][\w/]*\.py\b(?!\()")
THERE = sorted(
    str(path.relative_to(ROOT)) for top in ("linli", "tools", "tests", "bench") for path in (ROOT / top).rglob("*.py")
)


def missing(text: str) -> list[str]:
    """The files that a text names and that do not exist, by the end of their path."""
    return [
        name for name in sorted(set(NAMED.findall(text))) if not any(f"/{path}".endswith(f"/{name}") for path in THERE)
    ]


def test_every_file_that_a_file_names_is_there() -> None:
    wrong = {str(path.relative_to(ROOT)): missing(path.read_text(encoding="utf-8")) for path in sources()}
    assert len(wrong) > 300
    assert {path: names for path, names in wrong.items() if names} == {}


def test_a_file_that_is_gone_is_found() -> None:
    assert missing("the rest stands in gone.py, and loop/act.py acts") == ["gone.py"]
