"""The kept empty database is another one as soon as a migration, or a room that migrations lean on, is another one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.database_once import Kept, made_from


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("core/areas/migrations/0002_more.py", True), ("subsystems/office/migrations/0001_initial.py", True),
        ("core/platform/writing/rows.py", True), ("core/cases/apps.py", True), ("subsystems/office/pages.py", False),
    ],
)  # fmt: skip
def test_what_the_database_holds_decides_what_it_is_made_from(tmp_path: Path, file: str, counts: bool) -> None:
    before = made_from(tmp_path)
    changed = tmp_path / file
    changed.parent.mkdir(parents=True)
    changed.write_text("a = 1\n")
    first = made_from(tmp_path)
    changed.write_text("a = 2\n")
    assert [first != before, made_from(tmp_path) != first] == [counts, counts]


def kept_in(folder: Path) -> Kept:
    """One with a table, kept where an older one was."""
    (folder / "older.sqlite3").touch()
    kept, made = Kept(folder), str(folder / "made")
    assert not kept.copy(made)
    with closing(sqlite3.connect(made)) as database, database:
        database.execute("CREATE TABLE bird (name TEXT)")
    kept.keep(made)
    return kept


def test_one_is_made_kept_and_copied_and_what_was_kept_before_goes(tmp_path: Path) -> None:
    first, copied = kept_in(tmp_path), str(tmp_path / "copied")
    assert [file.name for file in tmp_path.glob("*.sqlite3")] == [first.file.name]
    assert Kept(tmp_path).copy(copied)
    with closing(sqlite3.connect(copied)) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("bird",)]


@pytest.mark.parametrize(
    ("steps", "rooms", "serves"),
    [({}, "", True), ({"a/0009_new.py": "1"}, "", True), ({"a/0001.py": "changed"}, "", False), (None, "", False), ({}, "x", False)],
)  # fmt: skip
def test_one_from_before_a_migration_serves_and_one_whose_migrations_changed_does_not(
    tmp_path: Path, steps: dict[str, str] | None, rooms: str, serves: bool
) -> None:
    kept = kept_in(tmp_path)
    told = kept.file.with_suffix(".json")
    told.write_text(json.dumps([kept.rooms, {"a/0001.py": "1"}]))
    now = Kept(tmp_path)
    now.rooms, now.steps = kept.rooms + rooms, {} if steps is None else {"a/0001.py": "1"} | steps
    assert now.copy(str(tmp_path / "copied")) is serves
    now.release()
