"""The decisions of docs/adr: each number once, none left out, and the list of them whole."""

from __future__ import annotations

import re
from pathlib import Path

ADR = Path(__file__).resolve().parents[2] / "docs" / "adr"


def test_each_decision_has_its_number_and_stands_in_the_list() -> None:
    pages = sorted(path.name for path in ADR.glob("*.md") if path.name != "README.md")
    numbers = [int(name[:4]) for name in pages]
    assert len(numbers) > 20
    assert numbers == list(range(1, len(numbers) + 1))
    for name, number in zip(pages, numbers, strict=True):
        assert (ADR / name).read_text(encoding="utf-8").startswith(f"# {number}. ")
    listed = re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \|", (ADR / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(str(number), name) for name, number in zip(pages, numbers, strict=True)]
