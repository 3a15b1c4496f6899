"""What lies in an area: the filter of lists, the figures and a person's rights answer alike, at every level of the tree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.core.access.public import Grant
from linli.core.areas.public import Area, area_condition, area_tree
from linli.core.cases.public import Case, CaseFilter, IndicatorScope, list_cases
from linli.core.platform.public import bump, forget_all, insert_rows
from tests.city import BUILT_AT, COMMUNITY, TestCity

AT = datetime(2026, 3, 15, tzinfo=UTC)


@pytest.fixture
def filed_under(city: TestCity) -> dict[int, int]:
    """One case under each area, also above the communities and in a residents' group: case id by area id."""
    Area.objects.create(
        code="99010100100101", level="group", parent=city.areas[COMMUNITY], name="一组", valid_from=BUILT_AT
    )
    bump("areas")
    forget_all()
    tree, unit_id = area_tree(), city.units["street_centre"].id
    rows = [
        {
            **tree.scope_columns(area_id), "uuid": uuid4(), "tracking": uuid4().hex[:16], "state": "reported",
            "source": "resident", "unit_id": unit_id, "reported_at": AT,
        }
        for area_id in tree.nodes
    ]  # fmt: skip
    return dict(zip(tree.nodes, insert_rows(Case, rows), strict=True))


def inside(filed_under: dict[int, int], area_id: int) -> set[int]:
    tree = area_tree()
    return {case_id for own_id, case_id in filed_under.items() if tree.contains(area_id, own_id)}


def test_the_filter_by_an_area_holds_all_that_lies_in_it(city: TestCity, filed_under: dict[int, int]) -> None:
    assert len(filed_under) == 11
    for area_id in filed_under:
        for order in ("new", "due"):
            found = list_cases(city.access["auditor"], CaseFilter(area_id=area_id, order=order)).rows
            assert {row.id for row in found} == inside(filed_under, area_id), area_tree().nodes[area_id].level


def test_figures_count_all_that_lies_in_an_area(city: TestCity, filed_under: dict[int, int]) -> None:
    for area_id in filed_under:
        scope = IndicatorScope(city.access["auditor"], AT, AT, area_id)
        found = scope.rows(Case.objects.all()).values_list("id", flat=True)
        assert set(found) == inside(filed_under, area_id), area_tree().nodes[area_id].level


def test_a_grant_over_an_area_opens_all_that_lies_in_it(city: TestCity, filed_under: dict[int, int]) -> None:
    for area_id in filed_under:
        grant = Grant("leader", frozenset({"case.view"}), area_id, None)
        access = replace(city.access["leader"], grants=(grant,))
        found = {row.id for row in list_cases(access, CaseFilter()).rows}
        assert found == inside(filed_under, area_id), area_tree().nodes[area_id].level


def test_an_area_that_is_not_in_force_holds_nothing(city: TestCity, filed_under: dict[int, int]) -> None:
    assert not Case.objects.filter(area_condition(10**9)).exists()
    assert list_cases(city.access["auditor"], CaseFilter(area_id=10**9)).rows == []


def test_an_area_is_asked_for_by_one_column(city: TestCity, filed_under: dict[int, int]) -> None:
    for area_id in filed_under:
        with CaptureQueriesContext(connection) as statements:
            list(Case.objects.filter(area_condition(area_id)).values_list("id"))
        where = statements[0]["sql"].partition(" WHERE ")[2]
        assert " OR " not in where
        assert sum(f'"{name}"' in where for name in ("area_id", "district_id", "street_id", "community_id")) <= 1
