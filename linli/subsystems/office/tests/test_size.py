"""How large the rooms of office work are: what docs/office.md says, and hardly less, so that the page stays true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parent.parent
PAGE = ROOM.parent.parent.parent / "docs" / "office.md"
ROW = re.compile(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
SLACK = 25  # lines that the page may be ahead


def lines_of(room: str) -> tuple[int, int, int]:
    """Lines of flow and pages, of own rules, of tables."""
    counted = [0, 0, 0]
    for path in (ROOM / room).glob("*.py"):
        if path.name in ("__init__.py", "demo.py"):
            continue
        kind = (
            2
            if path.name == "models.py"
            else 0
            if path.name.startswith(("flow", "pages", "lists", "public_pages"))
            else 1
        )
        counted[kind] += len(path.read_text("utf-8").splitlines())
    return counted[0], counted[1], counted[2]


SAID = {room: tuple(map(int, figures)) for room, *figures in ROW.findall(PAGE.read_text("utf-8"))}


def test_every_room_is_on_the_page() -> None:
    rooms = {path.name for path in ROOM.iterdir() if (path / "__init__.py").exists()} - {"tests", "migrations"}
    assert rooms == set(SAID)


@pytest.mark.parametrize("room", SAID)
def test_a_room_is_as_large_as_the_page_says(room: str) -> None:
    for found, most in zip(lines_of(room), SAID[room], strict=True):
        assert most - SLACK <= found <= most
