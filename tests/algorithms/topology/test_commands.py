"""Each command does what it says, has an exact inverse, and is refused in words where it would break the ground."""

from __future__ import annotations

import pytest
import shapely

from linli.algorithms.topology.commands import (
    Command,
    CutOut,
    Describe,
    MergeFaces,
    MoveNode,
    MovePiece,
    RedrawArc,
    SplitFace,
)
from linli.algorithms.topology.faces import shape_of
from linli.algorithms.topology.model import Topology, TopologyRefused, applied
from linli.algorithms.topology.planning import planned
from tests.algorithms.topology.squares import area, between, squares


def _done(topology: Topology, command: Command) -> Topology:
    """The topology after a command, held against its inverse and against shapely."""
    edit, after = planned(topology, command)
    assert applied(topology, edit) == after
    assert applied(after, edit.inverse) == topology
    assert edit.inverse.inverse == edit
    shapes = [shape_of(Topology(after.arcs, after.faces), code) for code in sorted(after.faces)]
    assert shapely.coverage_is_valid(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(3 * 0.002**2, rel=1e-9)
    return after


def _refused(topology: Topology, command: Command, said: str) -> None:
    before = Topology(dict(topology.arcs), dict(topology.faces))
    with pytest.raises(TopologyRefused, match=said):
        planned(topology, command)
    assert topology == before


def _line_between(topology: Topology, *inner: tuple[float, float]) -> RedrawArc:
    number = between(topology, "A", "B")
    first, last = topology.arcs[number].points[0], topology.arcs[number].points[-1]
    return RedrawArc(number, (first, *(inner if first[1] < last[1] else inner[::-1]), last))


def test_a_border_that_is_drawn_anew_moves_ground_from_one_grid_to_the_other() -> None:
    topology = squares()
    after = _done(topology, _line_between(topology, (0.003, 0.001)))
    assert area(after, "A") == pytest.approx(1.25)
    assert area(after, "B") == pytest.approx(0.75)
    assert area(after, "C") == 1


def test_a_border_across_another_or_itself_is_refused() -> None:
    topology = squares()
    _refused(topology, _line_between(topology, (0.005, 0.001)), "cross")
    _refused(
        topology, _line_between(topology, (0.001, 0.0015), (0.003, 0.0015), (0.003, 0.0005), (0.001, 0.0018)), "cross"
    )
    _refused(topology, _line_between(topology, (0.003, -0.001)), "cross")


def test_outlines_and_borders_between_communities_stay() -> None:
    topology = squares()
    number = between(topology, "B", "C")
    points = topology.arcs[number].points
    _refused(topology, RedrawArc(number, (points[0], (0.0045, 0.001), points[-1])), "outline")
    _refused(topology, MoveNode((0.002, 0.0), (0.0025, 0.0)), "outline")
    _refused(topology, RedrawArc(999, points), "not there")
    number = between(topology, "A", "B")
    first, last = topology.arcs[number].points
    _refused(topology, RedrawArc(number, ((0.003, 0.001), last)), "where it meets others")
    _refused(topology, RedrawArc(number, (first,)), "points")


def test_a_line_from_border_to_border_splits_and_the_side_says_who_stays() -> None:
    after = _done(squares(), SplitFace("A", ((0.0005, -0.00001), (0.0005, 0.00201)), "D", name="丁"))
    assert area(after, "A") == pytest.approx(0.25)
    assert area(after, "D") == pytest.approx(0.75)
    assert after.faces["D"].ground == "one"
    assert after.faces["D"].name == "丁"
    other = _done(squares(), SplitFace("A", ((0.0005, 0.0), (0.0005, 0.002)), "D", keeps="right"))
    assert area(other, "A") == pytest.approx(0.75)
    assert area(other, "D") == pytest.approx(0.25)


def test_a_line_that_does_not_cut_in_two_is_refused() -> None:
    topology = squares()
    _refused(topology, SplitFace("A", ((0.0005, 0.001), (0.001, 0.001)), "D"), "begin and end at the border")
    _refused(topology, SplitFace("A", ((0.0005, 0), (0.0005, 0.003), (0.001, 0.003), (0.001, 0)), "D"), "in two")
    _refused(topology, SplitFace("A", ((0.0, 0.0005), (0.0, 0.0015)), "D"), "in two")
    _refused(topology, SplitFace("A", ((0.0005, 0), (0.0005, 0.002)), "B"), "taken")
    _refused(topology, SplitFace("X", ((0.0005, 0), (0.0005, 0.002)), "D"), "not there")


def test_two_grids_of_one_community_are_merged_and_their_nodes_go() -> None:
    after = _done(squares(), MergeFaces("A", "B"))
    assert area(after, "A") == pytest.approx(2)
    assert "B" not in after.faces
    assert len(after.arcs) == 3
    _refused(squares(), MergeFaces("B", "C"), "not two of one community")
    split = _done(squares(), SplitFace("A", ((0.0005, 0), (0.0005, 0.002)), "D", keeps="right"))
    _refused(split, MergeFaces("D", "B"), "share no border")


def test_the_place_where_borders_meet_moves_with_their_ends() -> None:
    topology = _done(squares(), SplitFace("A", ((0.0, 0.001), (0.002, 0.001)), "D"))
    after = _done(topology, MoveNode((0.002, 0.001), (0.0025, 0.0012)))
    assert len(after.ends[0.0025, 0.0012]) == 3
    _refused(topology, MoveNode((0.002, 0.001), (0.0045, 0.001)), "cross")
    _refused(topology, MoveNode((0.1, 0.1), (0.002, 0.001)), "No borders meet")


def test_a_building_goes_to_the_neighbour_with_the_ground_up_to_the_border() -> None:
    ring = ((0.0016, 0.0008), (0.0018, 0.0008), (0.0018, 0.0012), (0.0016, 0.0012))
    after = _done(squares(), MovePiece(ring, "B"))
    assert shape_of(after, "B").covers(shapely.Polygon(ring))
    assert area(after, "B") == pytest.approx(1 + 0.0004**2 / 0.002**2)
    _refused(squares(), MovePiece(ring, "A"), "already")
    _refused(squares(), MovePiece(ring, "C"), "share no border")
    far = tuple((x - 0.0014, y) for x, y in ring)
    _refused(squares(), MovePiece(far, "B"), "too far")
    _refused(squares(), MovePiece(tuple((x + 1, y) for x, y in ring), "B"), "none of these grids")


def test_a_dedicated_grid_is_cut_out_of_the_grids_under_it() -> None:
    ring = ((0.0015, 0.0005), (0.0025, 0.0005), (0.0025, 0.0015), (0.0015, 0.0015))
    after = _done(squares(), CutOut(ring, "S", "学校", purpose="school"))
    assert area(after, "S") == pytest.approx(0.25)
    assert area(after, "A") == pytest.approx(0.875)
    assert (after.faces["S"].kind, after.faces["S"].purpose) == ("dedicated", "school")
    inside = _done(squares(), CutOut(tuple((x - 0.001, y) for x, y in ring), "S", "学校"))
    assert len(shape_of(inside, "A").interiors) == 1
    beyond = _done(squares(), CutOut(tuple((x + 0.002, y) for x, y in ring), "S", "学校"))
    assert area(beyond, "C") == 1 or area(beyond, "B") == 1
    _refused(squares(), CutOut(((0, 0), (0.002, 0), (0.002, 0.002), (0, 0.002)), "S", "学校"), "no ground left")
    _refused(squares(), CutOut(((0.0008, -1), (0.0012, -1), (0.0012, 1), (0.0008, 1)), "S", "学校"), "pieces")
    _refused(squares(), CutOut(((0, 0), (0.001, 0.001), (0.001, 0), (0, 0.001)), "S", "学校"), "crosses itself")
    _refused(squares(), CutOut(((0, 0), (0.001, 0.001), (float("nan"), 0)), "S", "学校"), "outside the world")


def test_an_outline_drawn_a_little_beside_a_border_lies_on_it() -> None:
    near = 4e-6
    ring = ((0.001, near), (0.002 - near, near), (0.002 - near, 0.001), (0.001, 0.001))
    after = _done(squares(), CutOut(ring, "S", "学校"))
    assert area(after, "S") == pytest.approx(0.25)


def test_an_island_may_be_drawn_anew_as_a_whole_but_not_past_its_neighbours() -> None:
    ring = ((0.0005, 0.0005), (0.001, 0.0005), (0.001, 0.001), (0.0005, 0.001))
    topology = _done(squares(), CutOut(ring, "S", "学校"))
    number = between(topology, "A", "S")
    points = topology.arcs[number].points
    moved = tuple((x + 0.0002, y) for x, y in points)
    bent = (points[0], *moved[1:-1], points[-1])
    after = _done(topology, RedrawArc(number, bent))
    assert area(after, "S") != area(topology, "S")
    _refused(topology, RedrawArc(number, (points[0], (0.0032, 0.001), (0.003, 0.0015), points[-1])), "cross")


def test_a_border_drawn_past_an_island_is_refused() -> None:
    ring = ((0.0015, 0.0008), (0.0018, 0.0008), (0.0018, 0.0012), (0.0015, 0.0012))
    topology = _done(squares(), CutOut(ring, "S", "学校"))
    _refused(topology, _line_between(topology, (0.001, 0.0001), (0.001, 0.0019)), "cross")


def test_a_name_is_given_and_taken_back() -> None:
    after = _done(squares(), Describe("A", "新名", "dedicated", "park"))
    assert after.faces["A"].name == "新名"


def test_the_same_command_again_that_changes_nothing_is_an_empty_edit() -> None:
    topology = squares()
    edit, after = planned(topology, Describe("A", "甲", "comprehensive"))
    assert not edit.arcs
    assert not edit.faces
    assert after == topology
