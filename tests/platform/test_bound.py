"""Statements that are asked all day: what a connection keeps of them, and that nothing is kept behind a pooler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.core.platform.public import ask
from linli.core.platform.writing import bound

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh() -> Iterator[Any]:
    """The driver's connection, as if nothing had been asked of it by `ask` yet."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL; `make test` runs it there")
    connection.ensure_connection()
    driver: Any = connection.connection
    before = driver.prepare_threshold
    driver.__dict__.pop("is_our_own", None)
    yield driver
    driver.__dict__.pop("is_our_own", None)
    driver.prepare_threshold = before
    driver.execute("DEALLOCATE ALL", prepare=False)
    driver._prepared.clear()


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_statement_gives_its_rows_on_both_databases() -> None:
    assert ask("SELECT %s + 1, %s", [41, "四十二"]) == [(42, "四十二")]
    assert ask("UPDATE platform_stamp SET name = name WHERE name = %s", ["nobody"]) == []


def test_a_statement_is_kept_once_for_ids_of_every_size(fresh: Any) -> None:
    for id_ in (1, 70_000, 5_000_000_000, 2, 80_000):
        ask("SELECT id FROM access_user WHERE id > %s", [id_])
    assert kept() == ["SELECT id FROM access_user WHERE id > $1"]


def test_what_was_asked_shows_also_when_it_is_kept(fresh: Any) -> None:
    for _again in range(4):
        with CaptureQueriesContext(connection) as captured:
            ask("SELECT id FROM access_user WHERE id = %s", [1])
        assert captured.captured_queries[-1]["sql"] == "SELECT id FROM access_user WHERE id = $1"


def test_a_statement_with_thousands_of_values_is_not_kept(fresh: Any) -> None:
    for _again in range(5):
        ask(f"SELECT name FROM platform_stamp WHERE length(name) IN ({', '.join(['%s'] * 301)})", list(range(301)))
    assert kept() == []


def test_behind_a_pooler_nothing_is_kept(fresh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bound, "is_our_own", lambda _driver: False)
    for _again in range(5):
        ask("SELECT name FROM platform_stamp WHERE name = %s", ["areas"])
    assert kept() == []


def test_a_pooler_shows_by_the_process_that_answers(fresh: Any) -> None:
    class Behind:
        """A connection whose other end gives itself out for another process."""

        class info:  # noqa: N801 - as the driver calls it
            backend_pid = fresh.info.backend_pid + 1

        execute = fresh.execute

    assert bound.is_our_own(fresh)
    assert not bound.is_our_own(Behind)


def test_numbers_below_nothing_stay_numbers_where_the_driver_writes_them_out(fresh: Any) -> None:
    ask("SELECT %s::int", [1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT 5 -%s, %s * 2", [-3, 21])
        assert cursor.fetchone() == (8, 42)
