"""How large the rooms of the department are: what docs/admission.md says, and hardly less, so that the page stays true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parent.parent
PAGE = ROOM.parent.parent.parent / "docs" / "admission.md"
SAID = {
    room: int(lines) for room, lines in re.findall(r"^\| (\w+) \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
}
SLACK = 25  # lines that the page may be ahead


def test_every_room_is_on_the_page() -> None:
    rooms = {path.name for path in ROOM.iterdir() if (path / "__init__.py").exists()} - {"tests", "migrations"}
    assert {*rooms, "shared"} == set(SAID)


@pytest.mark.parametrize("room", SAID)
def test_a_room_is_as_large_as_the_page_says(room: str) -> None:
    folder = ROOM if room == "shared" else ROOM / room
    found = sum(
        len(path.read_text("utf-8").splitlines())
        for path in folder.glob("*.py")
        if path.name not in ("__init__.py", "demo.py")
    )
    assert SAID[room] - SLACK <= found <= SAID[room]
