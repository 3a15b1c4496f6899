"""Polygons become faces, arcs and nodes: exactly, mended where it is safe, refused with the reason."""

from __future__ import annotations

import pytest
import shapely

from linli.algorithms.topology.building import build
from linli.algorithms.topology.faces import shape_of
from linli.algorithms.topology.model import Face, TopologyRefused
from tests.algorithms.topology.squares import box, squares
from tests.algorithms.topology.streets import made_street, street


def test_neighbours_share_one_arc_and_outlines_have_the_outside_on_one_side() -> None:
    topology = squares()
    sides = sorted("".join(sorted((arc.left or "-", arc.right or "-"))) for arc in topology.arcs.values())
    assert sides == ["-A", "-B", "-B", "-C", "AB", "BC"]
    assert {len(numbers) for numbers in topology.ends.values()} == {3}


def test_polygons_come_back_with_the_very_numbers_that_went_in() -> None:
    faces, shapes = street(columns=6, rows=4)
    topology = build(faces, shapes).topology
    for code, shape in zip(faces, shapes, strict=True):
        assert shapely.equals_exact(shapely.normalize(shape_of(topology, code)), shapely.normalize(shape), 0)


def test_the_same_polygons_give_the_same_topology() -> None:
    assert made_street(columns=4, rows=3) == made_street(columns=4, rows=3)


def test_an_island_and_a_face_in_two_parts_are_faces_too() -> None:
    hole = shapely.box(0.0005, 0.0005, 0.001, 0.001)
    faces = {"ring": Face("one"), "island": Face("one"), "parts": Face("two")}
    shapes = [box(0).difference(hole), hole, shapely.multipolygons([box(1), box(5)])]
    topology = build(faces, shapes).topology
    for code, shape in zip(faces, shapes, strict=True):
        assert shape_of(topology, code).equals(shape)


def test_a_border_whose_points_one_side_lacks_is_mended_and_said() -> None:
    other = shapely.Polygon([(0.002, 0), (0.004, 0), (0.004, 0.002), (0.002, 0.002), (0.002, 0.0007)])
    built = build({"A": Face("one"), "B": Face("one")}, [box(0), other])
    assert built.mended
    assert built.moved_m < 0.05
    assert shapely.coverage_is_valid([shape_of(built.topology, code) for code in "AB"])


def test_a_strip_of_decimetres_is_mended_and_its_width_is_said() -> None:
    notch = [(0.002, 0), (0.002 + 3e-6, 0.0005), (0.002 + 3e-6, 0.0015), (0.002, 0.002)]
    narrow = shapely.Polygon([*notch, (0.004, 0.002), (0.004, 0)])
    built = build({"A": Face("one"), "B": Face("one")}, [box(0), narrow])
    assert built.mended
    assert 0.05 < built.moved_m < 1
    assert shapely.coverage_is_valid([shape_of(built.topology, code) for code in "AB"])


def test_what_nobody_drew_by_slip_is_refused_by_name() -> None:
    with pytest.raises(TopologyRefused, match=r"overlaps|do not fit"):
        build({"A": Face("one"), "B": Face("one")}, [box(0), shapely.box(0.0015, 0, 0.004, 0.002)])
    with pytest.raises(TopologyRefused, match="do not fit together: A, B"):
        build({"A": Face("one"), "B": Face("one")}, [box(0), shapely.box(0.002 + 3e-6, 0, 0.004, 0.002)])
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(TopologyRefused, match="B is not a valid one"):
        build({"A": Face("one"), "B": Face("one")}, [box(3), bow])
