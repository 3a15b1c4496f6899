"""Words are found whatever migrations did to the table of cases."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from linli.core.cases.public import CaseFilter, list_cases
from tests.city import TestCity

TRIGGERS = ["cases_search_delete", "cases_search_insert", "cases_search_update"]


def triggers() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cases_case' ORDER BY name"
        )
        return [name for (name,) in cursor.fetchall()]


def found(city: TestCity, words: str) -> list[int]:
    return [row.id for row in list_cases(city.access["acceptance"], CaseFilter(words=words)).rows]


def test_a_new_database_finds_the_words_of_a_case(city: TestCity) -> None:
    case = city.report(words="玉兰树被压断")
    assert found(city, "玉兰树") == [case.id]


def test_triggers_lost_with_a_rebuilt_table_come_back_with_what_was_written_meanwhile(city: TestCity) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its index itself")
    assert triggers() == TRIGGERS
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER {name}")
    case = city.report(words="玉兰树被压断")
    assert found(city, "玉兰树") == []
    call_command("migrate", verbosity=0)
    assert triggers() == TRIGGERS
    assert found(city, "玉兰树") == [case.id]
    after = city.report(words="梧桐树倒了")
    assert found(city, "梧桐树") == [after.id]
