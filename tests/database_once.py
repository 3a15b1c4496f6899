"""The empty test database of SQLite is made by the migrations once, and copied by every later process and run.

Making it takes half a minute of a processor, and each process of each run needs one. What is kept lies in pytest's cache
(`--cache-clear` drops it) beside what decides what such a database holds: when a migration or a
room that migrations lean on changes, it is made anew. On a copy `migrate` still runs; it does what was added, and what follows it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import django
import pytest
from django.core.management.color import no_style
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.test import TransactionTestCase

from tests.kept_rows import filled

PACKAGE = Path(__file__).resolve().parents[1] / "linli"
# Rooms whose code migrations call, or that lay down something of their own after them.
LEANT_ON = ("platform", "ledger", "people", "cases", "search")


def _digest(files: Iterable[Path], package: Path) -> str:
    told = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for file in sorted(files):
        told.update(f"{file.relative_to(package)}\0".encode() + file.read_bytes() + b"\0")
    return told.hexdigest()


def made_from(package: Path = PACKAGE) -> tuple[str, dict[str, str]]:
    """What decides what such a database holds: the digest of the rooms that migrations lean on, and that of each migration."""
    rooms = (file for room in LEANT_ON for file in (package / "core" / room).rglob("*.py"))
    steps = package.glob("*/*/migrations/*.py")
    return (
        _digest((file for file in rooms if file.parent.name != "migrations"), package),
        {str(file.relative_to(package)): _digest([file], package) for file in steps},
    )


class Kept:
    """The database that is kept: `copy` it, or make one and `keep` it. Between the two nobody else makes one.

    One that was made before some of the migrations were there serves as well: `migrate` goes on from it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rooms, self.steps = made_from()
        self.file = (
            folder
            / f"{hashlib.sha256(json.dumps([self.rooms, self.steps], sort_keys=True).encode()).hexdigest()[:32]}.sqlite3"
        )
        self.lock: IO[str] | None = None

    def copy(self, to: str) -> bool:
        """Puts a copy at `to`. False: there is none yet, and this process is to make it while the others wait."""
        self._take()
        found = next((file for file in self.folder.glob("*.sqlite3") if self._serves(file)), None)
        if found:
            _copied(str(found), to)
            self.release()
        return found is not None

    def keep(self, made: str) -> None:
        """Keeps what was made, and drops what was kept for other migrations."""
        if self.lock is None:
            self._take()
        half = f"{self.file}.{os.getpid()}"
        _copied(made, half)
        for old in (*self.folder.glob("*.sqlite3"), *self.folder.glob("*.json")):
            old.unlink()
        self.file.with_suffix(".json").write_text(json.dumps([self.rooms, self.steps]), "utf-8")
        Path(half).rename(self.file)
        self.release()

    def release(self) -> None:
        """Lets the next process look."""
        if self.lock is not None:
            self.lock.close()
            self.lock = None

    def _take(self) -> None:
        self.lock = (self.folder / "lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    def _serves(self, file: Path) -> bool:
        try:
            rooms, steps = json.loads(file.with_suffix(".json").read_text("utf-8"))
        except FileNotFoundError:
            return False
        return rooms == self.rooms and steps.items() <= self.steps.items()


def _copied(source: str, target: str) -> None:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


@pytest.fixture(scope="session")
def kept_database(request: pytest.FixtureRequest) -> Kept | None:
    """Where the empty database is kept; None on PostgreSQL, and where pytest keeps nothing."""
    cache = getattr(request.config, "cache", None)
    return None if connection.vendor != "sqlite" or cache is None else Kept(cache.mkdir("empty-database"))


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None, kept_database: Kept | None) -> bool:
    """Whether the database of this process is there already: a copy of the one that is kept."""
    return kept_database is not None and kept_database.copy(str(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_keepdb: bool, kept_database: Kept | None, django_db_setup: None) -> None:
    """The database of this process, kept for the others when it was made by the migrations."""
    if kept_database is not None and not kept_database.file.exists():
        kept_database.keep(str(connection.settings_dict["NAME"]))


@pytest.fixture
def empty_at(kept_database: Kept | None) -> Callable[[Path], None]:
    """Puts the empty database at a path, for a process of a test that would migrate its own; where none is kept it does."""

    def put(path: Path) -> None:
        if kept_database is not None and not kept_database.copy(str(path)):
            kept_database.release()

    return put


def _empty_what_was_filled(_case: TransactionTestCase) -> None:
    """What Django does after a test that commits, for the tables that hold something: there are two hundred, and a test fills twenty."""
    tables = filled(connection.introspection.django_table_names(only_existing=True, include_views=False))
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=True)
    connection.ops.execute_sql_flush(statements)
    emit_post_migrate_signal(0, interactive=False, db="default")


@pytest.fixture(scope="session", autouse=True)
def _empties_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", _empty_what_was_filled)
        yield
