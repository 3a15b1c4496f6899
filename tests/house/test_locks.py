"""Rows are locked in one way, which knows what a database can: a second way would forget SQLite, or what is joined."""

from __future__ import annotations

import re

from .walk import PACKAGE, sources

LOCKS = re.compile(r"select_for_update|FOR UPDATE")
HOME = "core/platform/writing/locks.py"


def test_row_locks_stand_in_one_place() -> None:
    found = {str(path.relative_to(PACKAGE)) for path in sources() if LOCKS.search(path.read_text("utf-8"))}
    assert found == {HOME}
