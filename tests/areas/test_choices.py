"""Which areas a page offers where there are too many for one list."""

from __future__ import annotations

import pytest

from linli.core.areas.public import area_tree
from tests.city import TestCity


@pytest.mark.parametrize(
    ("most", "levels"),
    [
        (400, ["community"] * 4),
        (4, ["community"] * 4),
        (3, ["street"] * 3),
        (2, ["district"] * 2),
        (1, []),
    ],
)
def test_a_place_is_chosen_among_areas_of_one_level(city: TestCity, most: int, levels: list[str]) -> None:
    found = area_tree().finest(area_tree().nodes, most)
    assert [node.level for node in found] == levels
    assert [node.code for node in found] == sorted(node.code for node in found)


@pytest.mark.parametrize(("most", "left_out"), [(400, 0), (6, 4), (3, 7)])
def test_of_too_many_areas_the_lowest_levels_are_left_out(city: TestCity, most: int, left_out: int) -> None:
    tree = area_tree()
    found = [node for node in tree.largest(tree.nodes, most) if node.level != "group"]
    assert len(found) == 10 - left_out
    assert tree.root() in found
