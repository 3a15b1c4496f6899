"""The migrations by the command that operators run, and what they leave behind compared with the models."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

pytestmark = [pytest.mark.slow, pytest.mark.own_database]


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """The address of an empty database of the kind under test; SQLite's lies in the folder."""
    url = os.environ.get("LINLI_DATABASE_URL", "")
    if not url.startswith("postgresql:"):
        yield f"sqlite:///{folder}/empty.sqlite3"
        return
    name = f"migrations_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def empty_database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database for the tests of this module."""
    with empty_database(tmp_path_factory.mktemp("migrations")) as url:
        yield url


@pytest.fixture(scope="module")
def migrated(empty_database_url: str) -> subprocess.CompletedProcess[str]:
    """The first run of `migrate`."""
    return django(empty_database_url, "migrate", "--no-input")


def django(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs one of Django's commands, or `-c` and a script, on a database of its own."""
    command = [sys.executable, *(arguments if arguments[0] == "-c" else ("-m", "django", *arguments))]
    env = {**os.environ, "LINLI_DATABASE_URL": url}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)


def test_an_empty_database_is_migrated_without_a_word_of_complaint(
    migrated: subprocess.CompletedProcess[str],
) -> None:
    assert migrated.returncode == 0, migrated.stderr
    assert "Applying" in migrated.stdout
    assert migrated.stderr == ""


@pytest.mark.usefixtures("migrated")
def test_migrating_again_changes_nothing(empty_database_url: str) -> None:
    again = django(empty_database_url, "migrate", "--no-input")
    assert again.returncode == 0, again.stderr
    assert "No migrations to apply" in again.stdout


# Columns and indexes that a migration adds by hand (for search) may stand besides.
LACKING = """
import django
django.setup()
from django.apps import apps
from django.db import connection
with connection.cursor() as cursor:
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if not model._meta.managed or table not in connection.introspection.table_names(cursor):
            print("table", table)
            continue
        there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
        there |= set(connection.introspection.get_constraints(cursor, table))
        asked = {field.column for field in model._meta.local_concrete_fields}
        asked |= {thing.name for thing in (*model._meta.constraints, *model._meta.indexes)}
        for name in sorted(asked - there):
            print(f"{table}.{name}")
"""


@pytest.mark.usefixtures("migrated")
def test_migrated_tables_have_every_column_constraint_and_index_of_the_models(empty_database_url: str) -> None:
    """A constraint that one of the two databases leaves out in silence protects nothing there."""
    looked = django(empty_database_url, "-c", LACKING)
    assert looked.returncode == 0, looked.stderr
    assert looked.stdout == ""
