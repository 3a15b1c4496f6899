"""Thousands of random commands with undo and redo leave no gap and no overlap, and the sum of all ground as it was."""

from __future__ import annotations

import random

import pytest
import shapely

from linli.algorithms.topology.model import Topology, applied
from tests.algorithms.topology.streets import Planner, made_street, shapes_of

EVERYTHING = {"RedrawArc", "MoveNode", "SplitFace", "MergeFaces", "MovePiece", "CutOut", "Describe", "undo", "redo"}


def _whole(topology: Topology, ground: shapely.Geometry, area: float) -> None:
    """Asked of shapely alone: the polygons share every point, cover the ground and nothing twice."""
    fresh = Topology(topology.arcs, topology.faces)
    shapes = shapes_of(fresh)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert abs(sum(shape.area for shape in shapes) - area) <= 1e-9 * area
    union = shapely.union_all(shapes)
    assert abs(union.area - area) <= 1e-9 * area
    assert shapely.symmetric_difference(union, ground).area <= 1e-9 * area


def _played(commands: int, every: int, seed: int) -> Planner:
    start = made_street()
    shapes = shapes_of(start)
    ground, area = shapely.union_all(shapes), sum(shape.area for shape in shapes)
    planner = Planner(start, random.Random(seed))
    for number in range(commands):
        planner.step()
        if number % every == 0:
            _whole(planner.topology, ground, area)
    _whole(planner.topology, ground, area)
    assert set(planner.accepted) >= EVERYTHING, "some kind of command never went through"
    assert sum(planner.accepted.values()) > sum(planner.refused.values())
    end = planner.topology
    for edit in reversed(planner.done):
        planner.topology = applied(planner.topology, edit.inverse)
    assert planner.topology == start
    for edit in planner.done:
        planner.topology = applied(planner.topology, edit)
    assert planner.topology == end
    return planner


def test_two_hundred_random_commands_leave_the_ground_whole_and_can_be_taken_back_to_the_bit() -> None:
    _played(200, every=20, seed=7)


@pytest.mark.soak
def test_ten_thousand_random_commands_leave_the_ground_whole_and_can_be_taken_back_to_the_bit() -> None:
    planner = _played(10_000, every=100, seed=11)
    assert sum(planner.accepted.values()) > 5_000
