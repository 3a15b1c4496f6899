"""Land and water out of OpenStreetMap's coastline, and lines that an extract has cut off, drawn on to its edge.

Only `osm` next door needs it. A coastline has land on its left and water on its right; an extract holds pieces of it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.division.model import Geometries

# A line is cut between two of its points; those are seldom further apart.
LONGEST_GAP_M = 300.0
# From where a coast ends to the edge of what the extract's header promises.
LONGEST_WAY_M = 1000.0
BESIDE_M = 0.2
LEAST_LAND_M2 = 50.0

Points = npt.NDArray[np.float64]


def to_edge(points: Points, edge: Any, *, start: bool, end: bool) -> Points:
    """A line (n ≥ 2 points, metres) whose `start` or `end` was cut off, drawn straight on to the edge of the extract."""
    if start:
        points = _drawn_on(points[::-1], edge)[::-1]
    return _drawn_on(points, edge) if end else points


def _drawn_on(points: Points, edge: Any) -> Points:
    last, ahead = points[-1], points[-1] - points[-2]
    length = float(np.hypot(*ahead))
    if not length:
        return points
    ray = shapely.LineString([last, last + ahead / length * LONGEST_GAP_M])
    met = shapely.intersection(ray, edge)
    if shapely.is_empty(met):
        return points
    hits = shapely.get_coordinates(met)
    nearest = hits[np.argmin(np.hypot(*(hits - last).T))]
    # A little beyond, so that rounding does not leave it a hair short.
    return np.vstack([points, nearest + ahead / length * 0.01])


def land_within(box: Any, coast: Geometries) -> Any:
    """The land of an area whose coastlines (in their direction) are given; without any coast all of it is land."""
    if not len(coast):
        return box
    rim = box.exterior
    joined = shapely.get_parts(shapely.line_merge(shapely.union_all(coast)))
    faces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.node(shapely.union_all([rim, *joined, *_to_rim(joined, rim)]))))
    )
    if len(faces) < 2:
        return box
    ends = np.concatenate([_segments(line) for line in coast])
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    ends, along, length = ends[length > 0], along[length > 0], length[length > 0]
    left = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None] * BESIDE_M
    middle = ends.mean(axis=1)
    tree = shapely.STRtree(faces)
    votes = np.zeros(len(faces))
    for side, weight in ((middle + left, length), (middle - left, -length)):
        point, face = tree.query(shapely.points(side), predicate="within")
        np.add.at(votes, face, weight[point])
    land = shapely.union_all(
        [face for face, vote in zip(faces, votes, strict=True) if vote >= 0 and face.area > LEAST_LAND_M2]
    )
    return shapely.intersection(land, box)


def _to_rim(coast: Geometries, rim: Any) -> list[Any]:
    """From each open end of a coast the shortest way to the edge: an extract may be smaller than its header says.

    Without it a coast that ends before the edge parts nothing, and land and water are one face. An end further inside is
    where a piece of the coast is missing, and is left.
    """
    ways = []
    for line in coast:
        points = shapely.get_coordinates(line)
        if np.array_equal(points[0], points[-1]):
            continue
        for end in (points[0], points[-1]):
            way = shapely.shortest_line(shapely.Point(end), rim)
            if 0 < shapely.length(way) <= LONGEST_WAY_M:
                beyond = (
                    shapely.get_coordinates(way)[1]
                    + (shapely.get_coordinates(way)[1] - end) / shapely.length(way) * 0.01
                )
                ways.append(shapely.LineString([end, beyond]))
    return ways


def _segments(line: Any) -> npt.NDArray[np.float64]:
    points = shapely.get_coordinates(line)
    return np.stack([points[:-1], points[1:]], axis=1)
