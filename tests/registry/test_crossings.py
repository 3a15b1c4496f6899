"""Crossings by the names of their streets: found where the streets meet, on one's own ground."""

from __future__ import annotations

import pytest

from linli.algorithms.distances import distance_m
from linli.core.platform.public import SYSTEM
from linli.core.registry.crossings import crossings_named, two_streets
from linli.core.registry.found import find_crossings
from linli.core.registry.public import replace_streets
from tests.city import TestCity

CROSSING = (115.004, 30.005)


@pytest.fixture
def streets(city: TestCity) -> TestCity:
    """Two that cross, one that ends 8 m before the first, one that meets none."""
    replace_streets(
        SYSTEM,
        [
            ("滨江北路", [(114.99, 30.005), (115.03, 30.005)]),
            ("长安巷", [(115.004, 30.001), (115.004, 30.009)]),
            ("小西路", [(115.02, 30.00507), (115.02, 30.009)]),
            ("环山路", [(114.99, 30.02), (115.03, 30.02)]),
        ],
        source="test",
    )
    return city


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("滨江北路与长安巷路口", ("滨江北路", "长安巷")), ("滨江北路 长安巷", ("滨江北路", "长安巷")), ("长安巷、滨江北路交叉口", ("长安巷", "滨江北路")),
        ("changan / binjiang", ("changan", "binjiang")), ("滨江北路", None), ("", None), ("与", None), ("a b c", None), ("路口", None),
    ],
)  # fmt: skip
def test_two_names_are_taken_apart(words: str, names: tuple[str, str] | None) -> None:
    assert two_streets(words) == names


@pytest.mark.parametrize("words", ["滨江北路与长安巷路口", "长安巷和滨江北路", "binjiang changan", "长安/滨江"])
def test_a_crossing_is_where_the_streets_meet(streets: TestCity, words: str) -> None:
    ((one, other, place),) = crossings_named(words, 5)
    assert {one, other} == {"滨江北路", "长安巷"}
    assert distance_m(*place, *CROSSING) < 1


def test_what_ends_just_before_the_other_meets_it_and_what_is_far_does_not(streets: TestCity) -> None:
    assert len(crossings_named("滨江北路与小西路", 5)) == 1
    assert crossings_named("滨江北路与环山路", 5) == []
    assert crossings_named("滨江北路与滨江北路", 5) == []
    assert crossings_named("滨江北路与没有的路", 5) == []


def test_only_crossings_on_ones_own_ground_are_told(streets: TestCity) -> None:
    (found,) = find_crossings(streets.access["dispatcher"], "滨江北路与长安巷", 5)
    assert found.point == pytest.approx(CROSSING, abs=1e-5)
    assert "滨江北路" in found.title
    assert "长安巷" in found.title
    assert found.url.startswith("/map/?at=115.004")
    assert find_crossings(streets.access["far_acceptance"], "滨江北路与长安巷", 5) == []
