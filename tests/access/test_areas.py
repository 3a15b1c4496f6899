"""The areas of a person: what a row, a list of areas and a single question say of them is the same everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linli.core.access.public import Grant, unit_tree
from linli.core.areas.public import area_tree
from linli.core.platform.public import permissions
from tests.city import CITY, COMMUNITY, DISTRICT, STREET, TestCity


def test_the_areas_of_a_permission_are_those_of_which_the_single_question_says_yes(city: TestCity) -> None:
    tree = area_tree()
    held = 0
    for access in city.access.values():
        for permission in permissions():
            areas = access.areas_with(permission)
            assert set(areas) == {one for one in tree.nodes if access.may_in_area(permission, one)}
            assert len(areas) == len(set(areas))
            held += len(areas)
    assert held > 100


def test_a_person_works_in_the_areas_of_all_grants(city: TestCity) -> None:
    for access in city.access.values():
        held = {area_id for one in permissions() for area_id in access.areas_with(one, for_units=True)}
        assert set(access.areas()) == held
        assert len(access.areas()) == len(held)


def test_the_units_of_a_permission_are_those_of_which_the_single_question_says_yes(city: TestCity) -> None:
    held = 0
    for access in city.access.values():
        for permission in permissions():
            units = access.units_with(permission)
            assert set(units) == {one for one in unit_tree().nodes if access.may_for_unit(permission, one)}
            assert len(units) == len(set(units))
            held += len(units)
    assert held > 10


def test_a_grant_over_a_unit_opens_no_area_unless_it_is_asked_for(city: TestCity) -> None:
    handler = city.access["handler"]
    assert handler.areas_with("case.view") == []
    assert handler.tops_with("case.view", for_units=True) == [city.areas[DISTRICT].id]
    assert len(handler.areas_with("case.view", for_units=True)) == 6  # the district, two streets, three communities


def test_an_area_comes_once_and_one_that_is_not_in_force_not_at_all(city: TestCity) -> None:
    street, community = city.areas[STREET].id, city.areas[COMMUNITY].id
    grants = tuple(
        Grant("leader", frozenset({"case.view"}), area_id, None) for area_id in (community, street, street, 10**9)
    )
    access = replace(city.access["leader"], grants=grants)
    assert access.tops_with("case.view") == [community, street]
    assert sorted(access.areas_with("case.view")) == sorted(area_tree().subtree(street))


def test_a_permission_that_nobody_could_hold_is_a_mistake_of_the_program(city: TestCity) -> None:
    with pytest.raises(LookupError):
        city.access["leader"].areas_with("case.veiw")
    with pytest.raises(LookupError):
        city.access["leader"].tops_with("case.veiw")
    assert city.access["auditor"].tops_with("case.view") == [city.areas[CITY].id]
