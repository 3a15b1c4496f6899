"""The migrations, run for real: the other tests make their tables straight from the models."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

PACKAGE = Path(__file__).resolve().parent.parent.parent / "linli"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not any(PACKAGE.rglob("migrations/0001_*.py")), reason="there are no migrations yet; `make check` sees to them"
    ),
]


@pytest.fixture
def empty_database_url(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the kind under test."""
    url = os.environ.get("LINLI_DATABASE_URL", "")
    if not url.startswith("postgresql:"):
        yield f"sqlite:///{tmp_path}/empty.sqlite3"
        return
    name = f"migrations_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def django(url: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs one of Django's commands on a database of its own."""
    env = {**os.environ, "LINLI_DATABASE_URL": url, "LINLI_HOME": str(home)}
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)


def test_an_empty_database_is_migrated_and_again_changes_nothing(empty_database_url: str, tmp_path: Path) -> None:
    first = django(empty_database_url, tmp_path, "migrate", "--no-input")
    assert first.returncode == 0, first.stderr
    assert "Applying" in first.stdout
    again = django(empty_database_url, tmp_path, "migrate", "--no-input")
    assert again.returncode == 0, again.stderr
    assert "Applying" not in again.stdout
    assert "No migrations to apply" in again.stdout


def test_migrated_tables_have_the_columns_and_constraints_of_the_models(
    empty_database_url: str, tmp_path: Path
) -> None:
    """What `--no-migrations` makes and what the migrations make is the same, so the tests test what is deployed."""
    assert django(empty_database_url, tmp_path, "migrate", "--no-input").returncode == 0
    script = """
import django, json
django.setup()
from django.apps import apps
from django.db import connection
wrong = []
with connection.cursor() as cursor:
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
        asked = {field.column for field in model._meta.local_concrete_fields}
        named = {thing.name for thing in (*model._meta.constraints, *model._meta.indexes)}
        held = set(connection.introspection.get_constraints(cursor, table))
        # Columns and indexes that a migration adds by hand (search vectors) may stand besides.
        wrong += [f"{table}.{name}" for name in (asked - there) | (named - held)]
print(json.dumps(wrong))
"""
    env = {**os.environ, "LINLI_DATABASE_URL": empty_database_url, "LINLI_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
