"""A command becomes an edit that is checked, or a refusal in words: `planned` is the door of the engine.

Every plan ends in `checking`, whatever the command was, so that what goes through leaves no gap, no overlap and no outline moved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import singledispatch
from typing import Any

import shapely

from linli.algorithms.topology.chains import rechained
from linli.algorithms.topology.checking import LEAST, checked
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
from linli.algorithms.topology.cutting import ON_LINE, SNAP, Cut, cut, recut, snapped, tidy
from linli.algorithms.topology.faces import border_of, line_of, parts_of, shape_of, steps_of
from linli.algorithms.topology.model import Arc, Edit, Face, Point, Topology, TopologyRefused

# How far from a border the ends of a line that splits may lie, and a building from the grid that it goes to. Degrees: about 30 m, 100 m.
END_REACH, PIECE_REACH = 3e-4, 1e-3
# What is left over beside an outline and nowhere wider goes with it. Degrees: about half a metre on either side.
SLIVER = 5e-6


def planned(topology: Topology, command: Command) -> tuple[Edit, Topology]:
    """The edit of a command and the topology after it.

    Raises TopologyRefused where it would cross a border, move an outline, empty a grid, tear it into pieces, or is about what is not there.
    The same command gives the same edit. O(arcs) and the points of the faces concerned: milliseconds for a street.
    """
    edit = _edit(command, topology)
    return edit, checked(topology, edit)


@singledispatch
def _edit(command: Any, topology: Topology) -> Edit:
    raise TypeError(f"{type(command).__name__} of {len(topology.faces)} faces is no command")


@_edit.register
def _redraw(command: RedrawArc, topology: Topology) -> Edit:
    arc = topology.arcs.get(command.arc)
    if arc is None:
        raise TopologyRefused("This border is not there any more.")
    _movable(topology, arc)
    points = list(tidy(command.points))
    is_island = arc.is_closed and len(topology.ends[arc.points[0]]) == 2
    if is_island:
        points[-1] = points[0]
        if len(points) < 4:
            raise TopologyRefused("Draw %(least)s to %(most)s points.", least=4, most=2000)
    else:
        points = [arc.points[0], *points[1:-1], arc.points[-1]]
    if _far(command.points[0], points[0]) or _far(command.points[-1], points[-1]):
        raise TopologyRefused("A border ends where it meets others; move that place itself.")
    after = replace(arc, points=tuple(points))
    return Edit(arcs=((command.arc, arc, after),) if after != arc else ())


def _far(one: Point, other: Point) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) > SNAP


def _movable(topology: Topology, arc: Arc) -> None:
    if not topology.is_movable(arc):
        raise TopologyRefused("This border is the outline of a community, which stays; move borders inside of it.")


@_edit.register
def _move_node(command: MoveNode, topology: Topology) -> Edit:
    numbers = list(dict.fromkeys(topology.ends.get(command.node, ())))
    if not numbers:
        raise TopologyRefused("No borders meet there any more.")
    to = tidy([command.to], least=1)[0]
    changes = []
    for number in numbers:
        arc = topology.arcs[number]
        _movable(topology, arc)
        ends = {0: arc.points[0], len(arc.points) - 1: arc.points[-1]}
        moved = tuple(to if ends.get(place) == command.node else point for place, point in enumerate(arc.points))
        changes.append((number, arc, replace(arc, points=moved)))
    return Edit(arcs=tuple(changes) if to != command.node else ())


@_edit.register
def _merge(command: MergeFaces, topology: Topology) -> Edit:
    face, other = _face(topology, command.face), _face(topology, command.other)
    names = {"grid": topology.name_of(command.face), "other": topology.name_of(command.other)}
    if command.face == command.other or face.ground != other.ground:
        raise TopologyRefused("Grids %(grid)s and %(other)s are not two of one community.", **names)
    if command.other not in topology.neighbours(command.face):
        raise TopologyRefused("Grids %(grid)s and %(other)s share no border.", **names)
    around = topology.borders[command.other]
    pieces = [
        replace(
            arc,
            left=command.face if arc.left == command.other else arc.left,
            right=command.face if arc.right == command.other else arc.right,
        )
        for arc in (topology.arcs[number] for number in around)
    ]
    pieces = [piece for piece in pieces if piece.left != piece.right]
    return Edit(rechained(topology, around, pieces), ((command.other, other, None),))


def _face(topology: Topology, code: str) -> Face:
    face = topology.faces.get(code)
    if face is None:
        raise TopologyRefused("Grid %(grid)s is not there any more.", grid=code)
    return face


def _new(topology: Topology, code: str) -> None:
    if not code or code in topology.faces:
        raise TopologyRefused("The code %(grid)s is taken.", grid=code)


@_edit.register
def _split(command: SplitFace, topology: Topology) -> Edit:
    face = _face(topology, command.face)
    _new(topology, command.new)
    given = tidy(command.points)
    (first,), (last,) = (snapped(topology, [command.face], [end], END_REACH) for end in (given[0], given[-1]))
    border = border_of(topology, [command.face])
    if any(shapely.distance(border, shapely.Point(end)) > ON_LINE for end in (first, last)):
        raise TopologyRefused(
            "The line has to begin and end at the border of grid %(grid)s.", grid=topology.name_of(command.face)
        )
    drawn = shapely.linestrings([first, *snapped(topology, [command.face], given[1:-1]), last])
    owners, found = _halves(topology, command, drawn)
    added = Face(face.ground, command.name, face.kind, face.purpose)
    return Edit(recut(topology, [command.face], found, owners), ((command.new, None, added),))


def _halves(topology: Topology, command: SplitFace, drawn: Any) -> tuple[list[str], Cut]:
    """The owners of the cells into which a line cuts a face: one part is new, everything else stays."""
    found = cut(topology, [command.face], drawn)
    steps = [set(steps_of(cell)) for cell in found.cells]
    beside = [
        (place, start, end)
        for place, own in enumerate(steps)
        for start, end in own
        if any((end, start) in other for other in steps)
    ]
    halves = sorted({place for place, _, _ in beside})
    parts = parts_of(shape_of(topology, command.face))
    if len(found.cells) != parts + 1 or len(halves) != 2 or not shapely.is_simple(drawn):
        raise TopologyRefused(
            "The line has to cut grid %(grid)s in two, from border to border and inside of it.",
            grid=topology.name_of(command.face),
        )
    half, start, end = beside[0]
    along = [shapely.line_locate_point(drawn, shapely.Point(at)) for at in (start, end)]
    left = half if along[0] < along[1] else next(place for place in halves if place != half)
    stays = left if command.keeps == "left" else next(place for place in halves if place != left)
    return [
        command.new if place in halves and place != stays else command.face for place in range(len(found.cells))
    ], found


@_edit.register
def _move_piece(command: MovePiece, topology: Topology) -> Edit:
    to = _face(topology, command.to)
    region = _region(command.ring)
    source = _face_at(topology, region)
    if source == command.to:
        raise TopologyRefused("This lies in grid %(grid)s already.", grid=topology.name_of(source))
    between = [
        line_of(topology, number)
        for number in topology.borders[source]
        if command.to in (topology.arcs[number].left, topology.arcs[number].right)
    ]
    if topology.faces[source].ground != to.ground or not between:
        raise TopologyRefused(
            "Grids %(grid)s and %(other)s share no border.",
            grid=topology.name_of(source),
            other=topology.name_of(command.to),
        )
    border = shapely.multilinestrings(between)
    if not shapely.dwithin(region, border, PIECE_REACH):
        raise TopologyRefused(
            "This lies too far from grid %(grid)s; move the border there first.", grid=topology.name_of(command.to)
        )
    if not shapely.intersects(region, border):
        region = _bay(region, border)
    region = shapely.Polygon(snapped(topology, [source], tidy(region.exterior.coords[:-1], least=3)))
    return Edit(_repainted(topology, [source], region, command.to))


def _bay(piece: Any, border: Any) -> Any:
    """A piece of ground and all between it and a border, a little beyond."""
    shadow = []
    for corner in shapely.get_coordinates(shapely.convex_hull(piece)):
        here = shapely.Point(corner)
        (x, y), (onto_x, onto_y) = shapely.get_coordinates(shapely.shortest_line(here, border))
        far = ((onto_x - x) ** 2 + (onto_y - y) ** 2) ** 0.5 or 1.0
        shadow.append((onto_x + (onto_x - x) / far * SNAP * 2, onto_y + (onto_y - y) / far * SNAP * 2))
    return shapely.convex_hull(shapely.union_all([piece, shapely.multipoints(shadow)]))


@_edit.register
def _cut_out(command: CutOut, topology: Topology) -> Edit:
    _new(topology, command.new)
    region = _region(command.ring)
    ground = topology.faces[_face_at(topology, region)].ground
    sources = _touching(topology, region, lambda face: face.ground == ground)
    region = shapely.Polygon(snapped(topology, sources, region.exterior.coords[:-1]))
    added = Face(ground, command.name, command.kind, command.purpose)
    return Edit(_repainted(topology, sources, region, command.new), ((command.new, None, added),))


def ground_under(topology: Topology, ring: tuple[Point, ...]) -> str:
    """The ground in which an outline lies, or most of it. Raises TopologyRefused as cutting it out does."""
    return topology.faces[_face_at(topology, _region(ring))].ground


@_edit.register
def _describe(command: Describe, topology: Topology) -> Edit:
    face = _face(topology, command.face)
    after = replace(face, name=command.name, kind=command.kind, purpose=command.purpose)
    return Edit(faces=((command.face, face, after),) if after != face else ())


def _region(ring: tuple[Point, ...]) -> Any:
    points = tidy(ring, least=3)
    region = shapely.Polygon(points)
    if not shapely.is_valid(region) or shapely.area(region) < LEAST:
        raise TopologyRefused("This outline crosses itself or encloses nothing; draw it anew.")
    return region


def _face_at(topology: Topology, region: Any) -> str:
    """The face in which a region lies, or most of it."""
    near = _touching(topology, region, lambda _face: True)
    if not near:
        raise TopologyRefused("This lies in none of these grids.")
    return max(near, key=lambda code: (shapely.area(shapely.intersection(shape_of(topology, code), region)), code))


def _touching(topology: Topology, region: Any, chosen: Callable[[Face], bool]) -> list[str]:
    """The chosen faces that have ground in common with a region, sorted."""
    codes = sorted(code for code, face in topology.faces.items() if chosen(face))
    shapes = [shape_of(topology, code) for code in codes]
    near = shapely.STRtree(shapes).query(region, predicate="intersects")
    return sorted(codes[place] for place in near if shapely.area(shapely.intersection(shapes[place], region)) > LEAST)


def _repainted(topology: Topology, sources: list[str], region: Any, to: str) -> tuple[Any, ...]:
    """The changes of arcs that give `to` what lies of the sources inside a region, and slivers beside it."""
    if not shapely.is_valid(region) or shapely.is_empty(region):
        raise TopologyRefused("This outline crosses itself or encloses nothing; draw it anew.")
    found = cut(topology, sources, region.exterior)
    owners = [to if _goes(found, place, region) else code for place, code in enumerate(found.of)]
    if to not in owners:
        raise TopologyRefused("This lies in none of these grids.")
    for code in sources:
        if code not in owners:
            raise TopologyRefused(
                "Grid %(grid)s would have no ground left; merge it instead.", grid=topology.name_of(code)
            )
    return recut(topology, sources, found, owners)


def _goes(found: Cut, place: int, region: Any) -> bool:
    cell = found.cells[place]
    if shapely.contains(region, shapely.point_on_surface(cell)):
        return True
    is_narrow = bool(shapely.is_empty(shapely.buffer(cell, -SLIVER)))
    return is_narrow and found.of.count(found.of[place]) > 1 and shapely.dwithin(cell, region, SLIVER)
