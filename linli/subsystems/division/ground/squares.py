"""Where streets go on although OpenStreetMap draws no street: through squares and precincts, which it draws as areas, and over the
last metres to the next street, which only walkers may take.

Where streets come up to such an area are its gates; the shortest lines that join all gates run through it. A dead end goes
straight on to the next street if no building stands in its way. Only `osm` next door needs it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import minimum_spanning_tree

from linli.algorithms.division.model import Geometries

# A street ends where the area's paving begins, or passes along its edge.
REACH_M = 15.0
# Gates nearer than this are one.
ONE_GATE_M = 12.0
LEAST_INSIDE_SHARE = 0.7
# As far as a street goes on ahead of a dead end.
AHEAD_M = 80.0
TOUCHING_M = 0.5
# What is smaller than this is a kiosk, a shed, the head of a stairway: one walks round it.
LEAST_WALL_M2 = 100.0

Points = npt.NDArray[np.float64]


def lines_through(squares: Geometries, streets: Geometries) -> Geometries:
    """Lines (metres) that join the `streets` which come up to each of the `squares` (polygons); those that touch count as one."""
    grounds = shapely.get_parts(shapely.union_all(shapely.buffer(squares, 1.0))) if len(squares) else []
    tree = shapely.STRtree(streets)
    found: list[Any] = []
    for ground in grounds:
        around = shapely.buffer(ground, REACH_M)
        near = streets[tree.query(around, predicate="intersects")]
        gates = _gates(ground, around, near)
        if len(gates) > 1:
            found += [line for line in _joined(gates) if _runs_inside(line, around) and not _is_there(line, near)]
    lines = np.empty(len(found), dtype=object)
    lines[:] = found
    return lines


def lines_ahead(streets: Geometries, rims: Geometries, buildings: Geometries) -> Geometries:
    """Lines (metres) from dead ends of `streets` straight on to the next street, or to one of the `rims`, of the ground and of
    premises.

    None is longer than 80 m or crosses one of the `buildings`, small ones excepted.
    """
    buildings = buildings[shapely.area(buildings) >= LEAST_WALL_M2]
    targets = np.append(streets, rims)
    tree, walls = shapely.STRtree(targets), shapely.STRtree(buildings)
    found: list[Any] = []
    for number, street in enumerate(streets):
        points = shapely.get_coordinates(street)
        for end, before in ((points[0], points[1]), (points[-1], points[-2])):
            touching = tree.query(shapely.Point(end), predicate="dwithin", distance=TOUCHING_M)
            length = float(np.hypot(*(end - before)))
            if length and not (touching != number).any():
                line = _ahead(end, (end - before) / length, targets[tree.query(shapely.Point(end).buffer(AHEAD_M))])
                if line is not None and not len(walls.query(line, predicate="intersects")):
                    found.append(line)
    lines = np.empty(len(found), dtype=object)
    lines[:] = found
    return lines


def _ahead(end: npt.NDArray[np.float64], along: npt.NDArray[np.float64], targets: Geometries) -> Any:
    ray = shapely.LineString([end + along * TOUCHING_M, end + along * AHEAD_M])
    hits = shapely.get_coordinates(shapely.intersection(ray, targets))
    if not len(hits):
        return None
    nearest = hits[np.argmin(np.hypot(*(hits - end).T))]
    return shapely.LineString([end, nearest + along * 0.01])


def _gates(ground: Any, around: Any, streets: Geometries) -> Points:
    """Where streets end in a square, and the nearest point of those that pass along it."""
    points: list[Points] = []
    for street in streets:
        ends = shapely.get_coordinates(street)[[0, -1]]
        ending = ends[shapely.intersects(around, shapely.points(ends))]
        points.append(ending if len(ending) else shapely.get_coordinates(shapely.shortest_line(street, ground))[:1])
    kept: list[npt.NDArray[np.float64]] = []
    for point in (point for group in points for point in group):
        if all(np.hypot(*(point - other)) >= ONE_GATE_M for other in kept):
            kept.append(point)
    return np.array(kept).reshape(-1, 2)


def _joined(gates: Points) -> list[Any]:
    apart = np.hypot(*(gates[:, None] - gates[None, :]).transpose(2, 0, 1))
    one, other = minimum_spanning_tree(apart).nonzero()
    return [shapely.LineString([gates[a], gates[b]]) for a, b in zip(one, other, strict=True)]


def _runs_inside(line: Any, around: Any) -> bool:
    return bool(line.intersection(around).length >= LEAST_INSIDE_SHARE * line.length)


def _is_there(line: Any, streets: Geometries) -> bool:
    """Whether a street already runs where this line would."""
    beside = shapely.union_all(shapely.buffer(streets, ONE_GATE_M / 2, quad_segs=2))
    return bool(line.intersection(beside).length > LEAST_INSIDE_SHARE * line.length)
