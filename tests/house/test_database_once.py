"""The kept empty database is another one as soon as a migration, or a room that migrations lean on, is another one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.database_once import Kept, name_of


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("core/areas/migrations/0002_more.py", True), ("subsystems/office/migrations/0001_initial.py", True),
        ("core/platform/writing/rows.py", True), ("core/cases/apps.py", True), ("subsystems/office/pages.py", False),
    ],
)  # fmt: skip
def test_what_the_database_holds_decides_its_name(tmp_path: Path, file: str, counts: bool) -> None:
    before = name_of(tmp_path)
    changed = tmp_path / file
    changed.parent.mkdir(parents=True)
    changed.write_text("a = 1\n")
    first = name_of(tmp_path)
    changed.write_text("a = 2\n")
    assert [first != before, name_of(tmp_path) != first] == [counts, counts]


def test_one_is_made_kept_and_copied_and_what_was_kept_before_goes(tmp_path: Path) -> None:
    (tmp_path / "older.sqlite3").touch()
    first, made, copied = Kept(tmp_path), str(tmp_path / "made"), str(tmp_path / "copied")
    assert not first.copy(made)
    with closing(sqlite3.connect(made)) as database, database:
        database.execute("CREATE TABLE bird (name TEXT)")
    first.keep(made)
    assert [file.name for file in tmp_path.glob("*.sqlite3")] == [first.file.name]
    assert Kept(tmp_path).copy(copied)
    with closing(sqlite3.connect(copied)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("bird",)]
