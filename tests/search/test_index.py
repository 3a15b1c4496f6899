"""The index follows its tables, whoever writes them and however; it costs the same however common the words are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.core.platform.public import SYSTEM, IndexedKind, rehearse, write
from linli.core.registry.public import Component, add_components
from linli.core.search import finding, triggers
from linli.core.search.models import SearchEntry, SearchStale
from linli.core.search.public import answer, index_stale, indexed_kinds, kinds
from tests.city import TestCity
from tests.search.search_table import component, placed


def found(city: TestCity, words: str, who: str = "acceptance") -> list[str]:
    return [
        hit.note for one in answer(city.access[who], words, 200) if one.kind.code == "components" for hit in one.hits
    ]


def add(city: TestCity, *named: tuple[str, str]) -> None:
    rows = [
        placed(city, code, name=name, standard="CJ/T 214", major_code="01", minor_code="01") for code, name in named
    ]
    add_components(SYSTEM, rows, source="test")


def test_a_change_is_found_at_once_however_it_was_written(city: TestCity) -> None:
    component(city)
    assert found(city, "消防栓") == ["9901010101004217"]
    Component.objects.update(name="路灯杆")
    assert found(city, "消防栓") == []
    assert found(city, "ldg") == ["9901010101004217"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_component SET name = '公交站亭'")
    assert found(city, "站亭") == ["9901010101004217"]
    Component.objects.all().delete()
    assert found(city, "站亭") == []
    assert not SearchEntry.objects.filter(kind="components").exists()


def test_what_is_of_no_use_any_more_is_not_found(city: TestCity) -> None:
    component(city)
    Component.objects.update(retired_at="2026-03-01T00:00:00Z")
    assert found(city, "消防栓") == []


def test_a_change_of_what_is_not_searched_costs_the_index_nothing(city: TestCity) -> None:
    component(city)
    assert found(city, "消防栓")
    Component.objects.update(lon=115.006, name="消防栓")
    assert not SearchStale.objects.exists()


def test_what_was_undone_was_never_noted(city: TestCity) -> None:
    with rehearse(SYSTEM):
        component(city)
        assert SearchStale.objects.exists()
    assert not SearchStale.objects.exists()


def test_whatever_is_called_exactly_so_stands_first_then_the_newest(city: TestCity) -> None:
    add(city, ("1" * 16, "路灯"), ("2" * 16, "路灯杆"), ("3" * 16, "旧路灯"))
    assert found(city, "路灯") == ["1" * 16, "3" * 16, "2" * 16]
    assert found(city, "2" * 16) == ["2" * 16]


def test_behind_many_that_are_alike_the_one_of_ones_own_area_and_the_exact_one_are_found(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With bounds of three, ten of one name: a common word, bounded."""
    for name in ("_CANDIDATES_POSTGRESQL", "_CANDIDATES_SQLITE"):
        monkeypatch.setattr(
            finding,
            name,
            getattr(finding, name).replace("2000", "3").replace("500", "3").replace("100", "3").replace("4000", "3"),
        )
    add(city, ("0" * 16, "路灯"), *((f"{number:016d}", "路灯杆") for number in range(1, 11)))
    notes = found(city, "路灯")
    assert notes[0] == "0" * 16
    assert 3 <= len(notes) <= 7
    assert found(city, "路灯", "far_acceptance") == []


def test_triggers_that_were_lost_come_back_with_what_was_written_meanwhile(city: TestCity) -> None:
    kind = indexed_kinds()["components"]
    on = f" ON {kind.model._meta.db_table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in triggers.wanted_triggers(kind, connection.vendor):
            cursor.execute(f"DROP TRIGGER {name}{on}")
    component(city)
    assert found(city, "消防栓") == []
    triggers.keep_triggers("default")
    assert found(city, "消防栓") == ["9901010101004217"]
    triggers.keep_triggers("default")
    assert not SearchStale.objects.exists()


def test_the_rest_of_a_large_import_is_indexed_by_the_job(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.core.search.answering.catch_up", lambda: None)
    add(city, *((f"{number:016d}", "路灯杆") for number in range(30)))
    assert found(city, "路灯") == []
    with write(SYSTEM):
        assert index_stale(20) == 20
    assert len(found(city, "路灯")) == 20
    with write(SYSTEM):
        assert (index_stale(20), index_stale(20)) == (10, 0)
    assert len(found(city, "路灯")) == 30


def test_small_kinds_in_which_nothing_answers_are_asked_in_one_statement_together(city: TestCity) -> None:
    access = city.access["supervisor"]
    theirs = [one for one in kinds() if isinstance(one, IndexedKind) and access.may(one.permission)]
    large = [one for one in theirs if one.by_area]
    assert len(theirs) - len(large) > 1
    with CaptureQueriesContext(connection) as asked:
        answer(access, "鑫鑫鑫", 4)
    assert sum("search_searchentry" in one["sql"] for one in asked) == len(large) + 1
