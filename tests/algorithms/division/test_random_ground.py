"""Parcels of ground drawn by lot: lines and buildings of any kind, on round numbers (where everything coincides) or not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, affinity, box

from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.coverage import coverage_faults, grid_polygons
from linli.algorithms.division.model import NOBODY, Ground, Line, Premises
from linli.algorithms.division.standing import mended_polygons
from tests.algorithms.division.grounds import Street, ground_of, kinds_of, parcel_polygons


class Lot:
    """Draws shapes around a square of 300 m, on multiples of 10 m if `round_m` is 10."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.round_m = 10 if self.rng.random() < 0.5 else 0

    def numbers(self, low: float, high: float, *shape: int) -> Any:
        drawn = self.rng.uniform(low, high, shape)
        return np.round(drawn / self.round_m) * self.round_m if self.round_m else drawn

    def shape(self, most_m: float) -> Any:
        x, y = self.numbers(-20, 320, 2)
        width, depth = self.numbers(5, most_m, 2) + self.round_m
        whole = box(x, y, x + width, y + depth)
        court = box(x + width / 4, y + depth / 4, x + width / 2, y + depth / 2)
        return self.rng.choice(
            np.array(
                [
                    whole,
                    whole.difference(court),
                    affinity.rotate(whole, self.rng.integers(0, 90)),
                    Polygon([(x, y), (x + width, y + depth), (x + width, y), (x, y + depth)]),
                    Polygon([(x, y), (x + width, y), (x + width, y + depth), (x + width / 2, y + depth / 5)]),
                    Point(x, y),
                ],
                dtype=object,
            )
        )

    def street(self) -> Street:
        ends = self.numbers(-50, 350, 2, 2)
        straight = self.rng.integers(0, 4)
        if straight < 2:
            ends[1, straight] = ends[0, straight]
        kind = Line(self.rng.choice([Line.MAIN, Line.MINOR, Line.MINOR, Line.RIVER]))
        return kind, LineString(ends) if (ends[0] != ends[1]).any() else None

    def streets(self) -> list[Street]:
        drawn = [self.street() for _ in range(self.rng.integers(0, 14))]
        for kind, street in drawn[:3]:
            drawn.append((Line.MAIN if kind == Line.MINOR else Line.MINOR, street))
            if street is not None:
                drawn.append((kind, affinity.translate(street, 0.2, 0.1)))
        if self.rng.random() < 0.3:
            drawn.append((Line.MINOR, Point(150, 150).buffer(40).exterior))
        return drawn

    def buildings(self) -> list[Any]:
        drawn = [self.shape(60) for _ in range(self.rng.integers(0, 35))]
        if len(drawn) > 4 and self.rng.random() < 0.5:
            drawn += [drawn[0], None, Point(np.nan, 1), LineString([(10, 10), (30, 40)])]
        return drawn

    def communities(self) -> list[Any]:
        east = np.unique(np.concatenate([[0, 300], self.numbers(20, 280, self.rng.integers(0, 4))]))
        drawn = [box(x, 0, to, 300) for x, to in itertools.pairwise(east)]
        if self.rng.random() < 0.3:
            drawn[0] = drawn[0].union(box(-100, 0, -50, 60))
        if self.rng.random() < 0.3:
            drawn[-1] = drawn[-1].difference(Point(290, 150).buffer(8))
        if self.rng.random() < 0.2:
            drawn += [self.shape(150), Polygon()]
        return drawn

    def ground(self) -> Ground:
        premises = [Premises(f"P{n}", "", "school", self.shape(80)) for n in range(self.rng.integers(0, 4))]
        parcels = [self.shape(100) for _ in range(15)] if self.rng.random() < 0.25 else None
        ground = ground_of(self.communities(), self.streets(), self.buildings(), None, premises, parcels)
        return moved(ground, float(self.rng.choice([0.0, 4_123_456.7])))


def moved(ground: Ground, by_m: float) -> Ground:
    def move(shapes: Any) -> Any:
        return shapely.transform(shapes, lambda xy: xy + by_m) if len(shapes) else shapes

    return Ground(
        move(ground.communities),
        ground.community_codes,
        ground.community_names,
        move(ground.lines),
        ground.line_kinds,
        move(ground.buildings),
        ground.building_codes,
        ground.load,
        tuple(Premises(p.code, p.name, p.kind, move(np.array([p.geometry]))[0]) for p in ground.premises),
        None if ground.parcels is None else move(ground.parcels),
    )


def check_buildings(ground: Ground, parcels: Parcels) -> None:
    named = {
        code
        for finding in parcels.findings
        if finding.kind in ("building_without_place", "building_outside_communities")
        for code in finding.codes
    }
    lost = np.flatnonzero(parcels.building_parcel == NOBODY)
    assert {ground.building_codes[number] for number in lost} == named
    placed = parcels.building_parcel[parcels.building_parcel != NOBODY]
    assert parcels.graph.load.sum() == len(placed)
    assert "block_not_cut" not in kinds_of(parcels)
    # A building has the most of its footprint, or its point, within the community whose parcel it has.
    polygons = parcel_polygons(parcels)
    footprints = mended_polygons(ground.buildings)
    for number in np.flatnonzero(parcels.building_parcel != NOBODY):
        home = polygons[parcels.building_parcel[number]]
        shape = footprints[number] if not footprints[number].is_empty else ground.buildings[number]
        assert home.distance(shape) < 1e-6


def check_graph(parcels: Parcels, polygons: Any) -> None:
    graph = parcels.graph
    np.testing.assert_allclose(shapely.area(polygons), graph.area_m2, rtol=1e-6, atol=1e-4)
    around_m = graph.outer_m + sum(np.bincount(side, graph.border_m, graph.size) for side in (graph.a, graph.b))
    np.testing.assert_allclose(around_m, shapely.length(polygons), atol=1e-3)
    assert (graph.a < graph.b).all()
    assert (graph.border_m > 0).all()
    assert (graph.community[graph.a] == graph.community[graph.b]).all()
    rows = np.stack([graph.a, graph.b, graph.kind])
    assert len(np.unique(rows, axis=1).T) == len(graph.a)
    near = np.isin(graph.kind, (Line.MINOR, Line.INSIDE))
    assert (graph.superblock[graph.a] == graph.superblock[graph.b])[near].all()
    assert graph.passable[graph.border_m > 0.5][graph.kind[graph.border_m > 0.5] != Line.RIVER].all()


def check(ground: Ground) -> None:
    parcels = parcels_of(ground)
    outlines = mended_polygons(ground.communities)
    polygons = parcel_polygons(parcels)
    assert not coverage_faults(polygons, outlines)
    check_graph(parcels, polygons)
    check_buildings(ground, parcels)
    if "communities_overlap" not in kinds_of(parcels):
        of_community = np.bincount(parcels.graph.community, parcels.graph.area_m2, minlength=len(outlines))
        # An overlap of less than a square metre is nobody's worry; it goes to one of the two without a word.
        lost_m2 = shapely.area(outlines).sum() - shapely.area(shapely.union_all(outlines))
        assert 0 <= lost_m2 + 1e-3 < 1 + 2e-3
        np.testing.assert_allclose(of_community, shapely.area(outlines), atol=1e-3 + lost_m2)
    by_lot = np.random.default_rng(1).integers(0, 5, parcels.graph.size).astype(np.int32)
    faults = coverage_faults(
        grid_polygons(parcels, np.unique(by_lot, return_inverse=True)[1].astype(np.int32)), outlines
    )
    assert not replace(faults, in_parts=())


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 2**32 - 1))
def test_any_ground_is_covered_exactly_and_loses_no_building(seed: int) -> None:
    check(Lot(seed).ground())


@pytest.mark.soak
def test_much_more_ground_is_covered_exactly_and_loses_no_building() -> None:
    for seed in range(3000):
        check(Lot(seed).ground())
