"""Lines cut faces into cells, and cells get an owner: the one operation behind splitting, cutting out and moving a piece.

Borders that a line meets get a point there, for both grids beside them; where that is an outline, it stays where it is to the rounding of
a double (a millionth of a millimetre).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from linli.algorithms.topology.chains import ArcChange, rechained
from linli.algorithms.topology.faces import border_of, cells_of, shape_of, steps_of
from linli.algorithms.topology.model import DECIMALS, Arc, Point, Topology, TopologyRefused

# A point this near to a line lies on it, and is where a line was found to cross it. Degrees: a ten-thousandth of a millimetre.
ON_LINE = 1e-12
# New points this near to a border are put onto it. Degrees: about a metre.
SNAP = 1e-5
LEAST_POINTS, MOST_POINTS = 2, 2000


@dataclass(frozen=True, slots=True)
class Cut:
    """The cells of cut faces, oriented, with the face that each was of; `lines` are the arcs and the cut, noded."""

    cells: tuple[Any, ...]
    of: tuple[str, ...]
    noded: tuple[Any, ...]


def tidy(points: Sequence[Point], *, least: int = LEAST_POINTS) -> tuple[Point, ...]:
    """Points from outside, rounded, without repetitions. Raises TopologyRefused for too few, too many, and those beside the world."""
    found: list[Point] = []
    for x, y in points:
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise TopologyRefused("A point lies outside the world; give longitude and latitude in degrees.")
        point = (round(x, DECIMALS), round(y, DECIMALS))
        if not found or found[-1] != point:
            found.append(point)
    if not least <= len(found) <= MOST_POINTS:
        raise TopologyRefused("Draw %(least)s to %(most)s points.", least=least, most=MOST_POINTS)
    return tuple(found)


def snapped(
    topology: Topology, faces: Collection[str], points: Sequence[Point], reach: float = SNAP
) -> tuple[Point, ...]:
    """Points near to a border of the faces put onto it: onto its own point where one is as near, else onto the line between."""
    borders = border_of(topology, faces)
    corners = shapely.multipoints(shapely.get_coordinates(borders))
    found: list[Point] = []
    for point in points:
        here = shapely.Point(point)
        near = next((goal for goal in (corners, borders) if shapely.dwithin(here, goal, reach)), None)
        at = shapely.get_coordinates(shapely.shortest_line(here, near))[1] if near is not None else point
        onto = (float(at[0]), float(at[1]))
        if not found or found[-1] != onto:
            found.append(onto)
    return tuple(found)


def cut(topology: Topology, faces: Collection[str], along: Any) -> Cut:
    """The cells into which a line or ring cuts faces. Where it ends on a border, the border gets that point."""
    numbers = sorted({number for code in faces for number in topology.borders[code]})
    corners = shapely.get_coordinates(along)
    tree = shapely.STRtree(shapely.points(corners))
    drawn = [shapely.linestrings(_with_points_on(topology.arcs[number].points, corners, tree)) for number in numbers]
    noded = shapely.get_parts(shapely.union_all([*drawn, along]))
    cells, of = [], []
    shapes = [(code, shape_of(topology, code)) for code in sorted(faces)]
    for cell in cells_of(noded):
        inside = shapely.point_on_surface(cell)
        for code, shape in shapes:
            if shapely.contains(shape, inside):
                cells.append(cell)
                of.append(code)
                break
    return Cut(tuple(cells), tuple(of), tuple(noded))


def recut(topology: Topology, faces: Collection[str], found: Cut, owners: Sequence[str]) -> tuple[ArcChange, ...]:
    """The changes of arcs after each cell got its owner."""
    owner_of = {step: owner for cell, owner in zip(found.cells, owners, strict=True) for step in steps_of(cell)}
    numbers = sorted({number for code in faces for number in topology.borders[code]})
    corners = np.unique(np.vstack([shapely.get_coordinates(part) for part in found.noded]), axis=0)
    tree = shapely.STRtree(shapely.points(corners))
    ends = {point for part in found.noded for point in _ends_of(part)}
    pieces: list[Arc] = []
    known: set[frozenset[Point]] = set()
    for number in numbers:
        arc = topology.arcs[number]
        points = _with_points_on(arc.points, corners, tree)
        known.update(frozenset(step) for step in pairwise(points))
        pieces += _labelled(arc, points, ends, faces, owner_of)
    for part in found.noded:
        for start, end in pairwise([(x, y) for x, y in shapely.get_coordinates(part).tolist()]):
            left, right = owner_of.get((start, end)), owner_of.get((end, start))
            if frozenset((start, end)) not in known and left is not None and right is not None and left != right:
                pieces.append(Arc((start, end), left, right))
    return rechained(topology, numbers, pieces)


def _ends_of(part: Any) -> tuple[Point, Point]:
    at = shapely.get_coordinates(part)
    return (float(at[0][0]), float(at[0][1])), (float(at[-1][0]), float(at[-1][1]))


def _with_points_on(points: Sequence[Point], corners: Any, tree: shapely.STRtree) -> list[Point]:
    """The points of a border with those of `corners` between them that lie on it, in order."""
    result = [points[0]]
    steps = list(pairwise(points))
    segments = shapely.linestrings(steps)
    between: dict[int, list[Point]] = defaultdict(list)
    for step, place in zip(*tree.query(segments, predicate="dwithin", distance=ON_LINE).tolist(), strict=True):
        point = (float(corners[place][0]), float(corners[place][1]))
        if point not in steps[step]:
            between[step].append(point)
    for number, (start, end) in enumerate(steps):
        result += sorted(set(between[number]), key=partial(_far, start))
        result.append(end)
    return result


def _far(start: Point, at: Point) -> float:
    return (at[0] - start[0]) ** 2 + (at[1] - start[1]) ** 2


def _labelled(
    arc: Arc, points: Sequence[Point], ends: Collection[Point], faces: Collection[str], owner_of: dict[Any, str]
) -> list[Arc]:
    """The pieces of a border between ends, with the owners of the cells beside them; what lies beyond the cut faces keeps its side."""
    pieces, start = [], 0
    for place in range(1, len(points)):
        if points[place] not in ends and place != len(points) - 1:
            continue
        piece, step = tuple(points[start : place + 1]), (points[start], points[start + 1])
        left = owner_of.get(step) if arc.left in faces else arc.left
        right = owner_of.get(step[::-1]) if arc.right in faces else arc.right
        if left is None or right is None:
            raise TopologyRefused("This line runs too close to a border; draw it on the border or clear of it.")
        if left != right:
            pieces.append(Arc(piece, left, right))
        start = place
    return pieces
