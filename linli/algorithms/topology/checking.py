"""Whether an edit leaves the ground whole: every face one piece as before, none empty, no border across another, nothing gained or lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely

from linli.algorithms.topology.faces import line_of, parts_of, shape_of
from linli.algorithms.topology.model import OUTSIDE, Arc, Edit, Point, Topology, TopologyRefused, applied

# Square degrees; a tenth of a square metre. Nobody draws a smaller grid on purpose.
LEAST = 1e-11
# Of the ground concerned. Rounding stays a million times below.
SHARE = 1e-9


def checked(topology: Topology, edit: Edit) -> Topology:
    """The topology after an edit that keeps it whole. Raises TopologyRefused with the reason. Costs O(arcs) and the faces touched."""
    after = applied(topology, edit)
    touched = edit.touched
    was: dict[str, float] = defaultdict(float)
    becomes: dict[str, float] = defaultdict(float)
    for code in touched:
        if code in topology.faces:
            was[topology.faces[code].ground] += shapely.area(shape_of(topology, code))
        if code in after.faces:
            shape = shape_of(after, code)
            becomes[after.faces[code].ground] += shapely.area(shape)
            _one_piece(topology, after, code, shape)
            _no_pinch(topology, after, code)
    _no_crossing(after, [number for number, _, arc in edit.arcs if arc is not None])
    for ground in {*was, *becomes}:
        if abs(was[ground] - becomes[ground]) > SHARE * max(was[ground], LEAST):
            raise TopologyRefused("This border would leave the ground of its grids; draw it inside of them.")
    return after


def _one_piece(before: Topology, after: Topology, code: str, shape: Any) -> None:
    if shapely.area(shape) < LEAST:
        raise TopologyRefused("Grid %(grid)s would have no ground left; merge it instead.", grid=after.name_of(code))
    parts = parts_of(shape)
    merged = list(before.faces.keys() - after.faces.keys())
    allowed = 1 + sum(parts_of(shape_of(before, one)) - 1 for one in (code, *merged) if one in before.faces)
    if parts > allowed:
        raise TopologyRefused("Grid %(grid)s would fall into %(parts)s pieces.", grid=after.name_of(code), parts=parts)


def _no_pinch(before: Topology, after: Topology, code: str) -> None:
    """Raises TopologyRefused where a face would newly touch itself in a point: nobody can walk through there."""
    ends = Counter(end for number in after.borders[code] for end in _ends(after.arcs[number]))
    for node, count in ends.items():
        if count > 2 and not (
            code in before.faces and count <= sum(code in _sides(before, one) for one in before.ends.get(node, ()))
        ):
            raise TopologyRefused(
                "Grid %(grid)s would touch itself in a single point; move the border there first.",
                grid=after.name_of(code),
            )


def _ends(arc: Arc) -> tuple[Point, Point]:
    return arc.points[0], arc.points[-1]


def _sides(topology: Topology, number: int) -> tuple[str, str]:
    arc = topology.arcs[number]
    return arc.left, arc.right


def _no_crossing(topology: Topology, numbers: Iterable[int]) -> None:
    """Raises TopologyRefused where an arc meets itself, or another one elsewhere than at its ends."""
    drawn = list(topology.arcs)
    lines = [line_of(topology, number) for number in drawn]
    west, south, east, north = shapely.bounds(lines).T if lines else np.empty((4, 0))
    for number in numbers:
        arc, own = topology.arcs[number], line_of(topology, number)
        if not shapely.is_simple(own):
            raise TopologyRefused("This border would cross itself; draw it without crossing.")
        box = shapely.bounds(own)
        for place in np.flatnonzero((west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])):
            if drawn[place] == number:
                continue
            other = topology.arcs[drawn[place]]
            meeting = {arc.points[0], arc.points[-1]} & {other.points[0], other.points[-1]}
            common = shapely.intersection(own, lines[place])
            points = {(x, y) for x, y in shapely.get_coordinates(common).tolist()}
            if not points <= meeting or (points and shapely.get_dimensions(common) > 0):
                side = other.left if other.left != OUTSIDE else other.right
                raise TopologyRefused(
                    "This border would cross or touch that of grid %(grid)s; draw it without crossing.",
                    grid=topology.name_of(side),
                )
