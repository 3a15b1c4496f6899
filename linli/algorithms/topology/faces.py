"""Faces as polygons, put together from their arcs and held against what the arcs say; and what a face measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import shapely

from linli.algorithms.topology.chains import segments_of
from linli.algorithms.topology.model import Arc, Point, Topology, TopologyRefused


def shape_of(topology: Topology, code: str) -> Any:
    """The polygon of a face, or a multi-polygon where it lies in parts; shells run anticlockwise. Kept with the topology.

    Raises TopologyRefused where its arcs do not enclose it: they cross, or one passed over another face.
    """
    if code not in topology.shapes:
        topology.shapes[code] = _assembled(topology, code)
    return topology.shapes[code]


def _assembled(topology: Topology, code: str) -> Any:
    arcs = [topology.arcs[number] for number in topology.borders[code]]
    if not arcs:
        raise TopologyRefused("Grid %(grid)s would have no ground left; merge it instead.", grid=topology.name_of(code))
    sides = {(start, end): left for start, end, left in _directed(arcs)}
    inside, found = [], 0
    for cell in cells_of(line_of(topology, number) for number in topology.borders[code]):
        labels = [sides.get(step) for step in steps_of(cell)]
        if code not in labels:
            continue
        if any(label != code for label in labels):
            raise _crossed(topology, code)
        inside.append(cell)
        found += len(labels)
    if not inside or found != sum(left == code for left in sides.values()):
        raise _crossed(topology, code)
    shape = inside[0] if len(inside) == 1 else shapely.multipolygons(inside)
    if not shapely.is_valid(shape):
        raise _crossed(topology, code)
    return shape


def _crossed(topology: Topology, code: str) -> TopologyRefused:
    return TopologyRefused(
        "The border of grid %(grid)s would cross another border; draw it without crossing.", grid=topology.name_of(code)
    )


def _directed(arcs: Iterable[Arc]) -> Iterator[tuple[Point, Point, str]]:
    for (start, end), (left, right) in segments_of(arcs).items():
        yield start, end, left
        yield end, start, right


def line_of(topology: Topology, number: int) -> Any:
    """An arc as a line, kept with the topology."""
    if number not in topology.lines:
        topology.lines[number] = shapely.linestrings(topology.arcs[number].points)
    return topology.lines[number]


def border_of(topology: Topology, codes: Iterable[str]) -> Any:
    """All arcs around faces as one geometry."""
    numbers = sorted({number for code in codes for number in topology.borders[code]})
    return shapely.multilinestrings([line_of(topology, number) for number in numbers])


def cells_of(lines: Iterable[Any]) -> list[Any]:
    """The polygons that lines enclose, meeting at their ends only; shells anticlockwise, holes clockwise."""
    return list(shapely.orient_polygons(shapely.get_parts(shapely.polygonize(list(lines)))))


def steps_of(cell: Any) -> Iterator[tuple[Point, Point]]:
    """The segments of a polygon's rings, each with the polygon on its left."""
    for ring in (cell.exterior, *cell.interiors):
        yield from pairwise([(x, y) for x, y in ring.coords])


def parts_of(shape: Any) -> int:
    """In how many parts a face lies."""
    return int(shapely.get_num_geometries(shape))
