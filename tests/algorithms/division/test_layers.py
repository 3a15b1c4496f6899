"""Layers beside the grids: presets, beats of whole grids, and shops that no grid covers."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import shapely

from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.layers import (
    GRIDS_OF_A_BEAT,
    PRESETS,
    beats,
    grid_graph,
    uncovered,
    uncovered_findings,
)
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, Division, Line, ParcelGraph, Rules
from tests.algorithms.division.test_merging import row

BOXES = np.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], dtype=object)


@cache
def city() -> tuple[ParcelGraph, Division]:
    graph = generated_graph(1500, 3)
    return graph, divide(graph, effort=50)


@pytest.mark.parametrize("name", ["statistics", "safety"])
def test_a_preset_divides_the_same_ground_into_grids_of_its_own_size(name: str) -> None:
    graph = generated_graph(500, 3)
    rules = PRESETS[name]
    found = divide(graph, rules, effort=50)
    measures = measure(graph, found, rules)
    ordinary = found.dedicated == NOBODY
    assert (measures.pieces[ordinary] == 1).all()
    assert measures.in_bounds[ordinary].mean() > 0.9
    assert rules.low < measures.load[ordinary].mean() < rules.high


def test_a_beat_is_made_of_whole_grids_of_one_community_that_hang_together() -> None:
    graph, main = city()
    found = beats(graph, main, effort=50)
    assert len({*zip(main.grid_of.tolist(), found.grid_of.tolist(), strict=True)}) == main.size
    assert len({*zip(graph.community.tolist(), found.grid_of.tolist(), strict=True)}) == found.size < main.size
    measures = measure(graph, found, PRESETS["beats"])
    assert (measures.pieces == 1).all()
    assert measures.load == pytest.approx(found.load)
    assert measures.in_bounds.all()
    assert (main.dedicated != NOBODY).any(), "dedicated grids lie in beats like any other"
    assert (found.dedicated == NOBODY).all()


def test_beats_can_count_grids_that_somebody_lives_in() -> None:
    graph, main = city()
    found = beats(graph, main, GRIDS_OF_A_BEAT, effort=50)
    lived_in = np.flatnonzero((main.dedicated == NOBODY) & (main.load > 0))
    beat_of = np.full(main.size, NOBODY)
    beat_of[main.grid_of] = found.grid_of
    counted = np.bincount(beat_of[lived_in], minlength=found.size)
    assert counted.tolist() == found.load.tolist()
    assert ((counted >= 3) & (counted <= 6)).all()


def test_the_graph_of_grids_has_their_sums_and_the_borders_between_them() -> None:
    graph, main = city()
    joined = grid_graph(graph, main.grid_of)
    measures = measure(graph, main)
    assert joined.load == pytest.approx(measures.load)
    assert joined.area_m2 == pytest.approx(measures.area_m2)
    borders_m = np.bincount(joined.a, joined.border_m, joined.size) + np.bincount(
        joined.b, joined.border_m, joined.size
    )
    assert joined.outer_m + borders_m == pytest.approx(measures.perimeter_m)
    assert (joined.a < joined.b).all()
    assert (joined.community[joined.a] == joined.community[joined.b]).all()
    across = main.grid_of[graph.a] != main.grid_of[graph.b]
    by_kind = np.bincount(graph.kind[across], graph.border_m[across])
    assert np.bincount(joined.kind, joined.border_m) == pytest.approx(by_kind)
    middle = np.average(graph.x_m[main.grid_of == 1], weights=graph.area_m2[main.grid_of == 1])
    assert joined.x_m[1] == pytest.approx(middle)


def test_a_river_between_grids_keeps_a_beat_out_unless_there_is_a_bridge() -> None:
    for bridged in (False, True):
        graph = replace(
            row(4),
            kind=np.array([Line.MINOR, Line.RIVER, Line.MINOR], np.int8),
            passable=np.array([True, bridged, True]),
        )
        joined = grid_graph(graph, np.array([0, 0, 1, 1], np.int32))
        assert (joined.kind.tolist(), joined.passable.tolist()) == ([Line.RIVER], [bridged])
        found = divide(joined, Rules(low=400, target=400, high=400))
        assert found.size == (1 if bridged else 2)


def test_a_grid_lies_in_the_superblock_that_holds_most_of_it() -> None:
    graph = replace(row(4), superblock=np.array([5, 7, 7, 9], np.int32))
    assert grid_graph(graph, np.array([0, 0, 0, 1], np.int32)).superblock.tolist() == [7, 9]


def test_a_shop_on_the_border_of_a_grid_is_covered_and_one_beyond_it_is_not() -> None:
    doors = shapely.points([[50, 50], [100, 50], [200, 50], [201, 50], [50, -1]])
    assert uncovered(doors, BOXES).tolist() == [False, False, False, True, True]


def test_premises_with_ground_are_covered_when_most_of_it_lies_in_grids() -> None:
    grounds = np.array([shapely.box(150, 0, 249, 10), shapely.box(150, 0, 251, 10), shapely.box(50, 10, 150, 20)])
    assert uncovered(grounds, BOXES).tolist() == [False, True, False], "two grids may share the ground"


def test_a_place_without_shape_and_one_where_no_grids_are_stay_uncovered() -> None:
    assert uncovered(np.array([shapely.Point()]), BOXES).tolist() == [True]
    assert uncovered(shapely.points([[1, 1]]), BOXES[:0]).tolist() == [True]


def test_uncovered_shops_are_named_with_the_grid_that_is_nearest() -> None:
    doors = shapely.points([[50, 110], [150, 130], [150, 105], [50, 50]])
    found = uncovered_findings(doors, ["s1", "s2", "s3", "s4"], ["面馆", "", "药店", "书店"], BOXES, ["G1", "G2"])
    assert [(one.kind, one.codes, one.values) for one in found] == [
        ("place_uncovered", ("s2", "s3"), {"names": "s2、药店（s3）", "nearest": "G2", "distance_m": 30.0}),
        ("place_uncovered", ("s1",), {"names": "面馆（s1）", "nearest": "G1", "distance_m": 10.0}),
    ]
    (nowhere,) = uncovered_findings(doors[:1], ["s1"], ["面馆"], BOXES[:0], [])
    assert nowhere.values["nearest"] == ""


def test_rules_of_every_preset_make_sense_together() -> None:
    assert all(isinstance(rules, Rules) and rules.high >= 1.4 * rules.low for rules in PRESETS.values())
