"""Premises drawn by their fence get the margin up to the street, but no ground on which somebody else stands."""

from __future__ import annotations

import numpy as np
import shapely

from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.model import NOBODY, Ground, Line, Premises


def parcels(fence: shapely.Polygon, *buildings: shapely.Polygon) -> Parcels:
    """A community of two blocks of 100 m with a street between; the fence stands in the western one."""
    shapes = np.array([fence.centroid.buffer(5), shapely.box(130, 30, 160, 60), *buildings], dtype=object)
    return parcels_of(
        Ground(
            communities=np.array([shapely.box(0, 0, 200, 100)], dtype=object), community_codes=("c",), community_names=("C",),
            lines=np.array([shapely.LineString([(100, -10), (100, 110)])], dtype=object),
            line_kinds=np.array([Line.MINOR], dtype=np.int8),
            buildings=shapes, building_codes=tuple(f"b{number}" for number in range(len(shapes))), load=np.ones(len(shapes)),
            premises=(Premises("s", "School", "school", fence),),
        )
    )  # fmt: skip


def dedicated_m2(found: Parcels) -> float:
    return float(found.graph.area_m2[found.graph.dedicated != NOBODY].sum())


def test_the_margin_up_to_the_street_belongs_to_the_premises() -> None:
    found = parcels(shapely.box(10, 10, 90, 90))
    assert dedicated_m2(found) == 10_000
    assert not (found.graph.kind == Line.INSIDE).any()


def test_premises_gain_no_more_ground_than_they_have() -> None:
    assert dedicated_m2(parcels(shapely.box(20, 20, 80, 80))) == 3_600


def test_somebody_elses_building_keeps_its_ground() -> None:
    found = parcels(shapely.box(18, 2, 98, 98), shapely.box(2, 30, 14, 60))
    assert dedicated_m2(found) == 80 * 96
    neighbour = found.building_parcel[2]
    assert found.graph.dedicated[neighbour] == NOBODY
