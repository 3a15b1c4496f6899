"""The ground between the segments of a net: which face lies left and right of each, and faces as polygons.

Works on the net's numbers alone (a walk around every face), so the polygons of neighbours share their points exactly.
`lines` beside this module makes the net; `cells` and `coverage` use it, first for blocks, then parcels, then grids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.lines import Net
from linli.algorithms.division.model import NOBODY, Floats, Geometries, Ints
from linli.lib.compiled import compiled

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Faces:
    """The faces (f) of a net: `left` and `right` of every segment (NOBODY: the unbounded outside), area, centroid, rings.

    Ring r is the points ring_points[ring_starts[r]:ring_starts[r + 1]], not closed, with its face on the left; the
    rings of one face stand together, its shell first.
    """

    left: Ints
    right: Ints
    area_m2: Floats
    x_m: Floats
    y_m: Floats
    ring_points: Ints
    ring_starts: Int64s
    ring_face: Ints

    @property
    def size(self) -> int:
        """How many faces there are."""
        return len(self.area_m2)

    def polygons(self, net: Net, chosen: Ints | None = None) -> Geometries:
        """All faces as polygons, or some, in rising order of their numbers."""
        wanted = np.full(self.size, chosen is None, np.bool_)
        if chosen is not None:
            wanted[chosen] = True
        rings = np.flatnonzero(wanted[self.ring_face])
        if not len(rings):
            return np.empty(0, dtype=np.object_)
        number = np.cumsum(wanted) - 1
        return _polygons(net, *_gathered(self.ring_points, self.ring_starts, rings), number[self.ring_face[rings]])


def without_dangles(net: Net) -> Net:
    """The net without segments that have the same ground on both sides: ends of streets, lines that bound nothing."""
    while True:
        walk = _walks(_next(net), 2 * net.size)
        bounds = walk[0::2] != walk[1::2]
        if bounds.all():
            return net
        net = net.only(bounds)


def trace(net: Net) -> Faces:
    """Find the faces of a net without dangles. O(s log s)."""
    following = _next(net)
    half_edges, starts = _loops(following, _origins(net), len(net.x_m))
    walk = _walks(following, 2 * net.size)
    points = _origins(net)[half_edges]
    area_m2, *moments = _areas(points, starts, net.x_m, net.y_m)
    loop_walk = walk[half_edges[starts[:-1]]]
    shell = np.flatnonzero(area_m2 > 0)
    walks, first = np.unique(loop_walk[shell], return_index=True)
    shell = shell[first]
    numbers = np.arange(len(shell), dtype=np.int32)
    face_of_walk = np.full(int(walk.max(initial=-1)) + 1, NOBODY, np.int32)
    face_of_walk[walks] = numbers
    ring_points, ring_starts = _gathered(points, starts, shell)
    alone = np.flatnonzero(face_of_walk[loop_walk] == NOBODY)
    alone = alone[np.unique(loop_walk[alone], return_index=True)[1]]
    around = _around(net, points[starts[alone]], ring_points, ring_starts, area_m2[shell])
    face_of_walk[loop_walk[alone]] = around
    owner = face_of_walk[loop_walk]
    is_shell = np.zeros(len(owner), np.bool_)
    is_shell[shell] = True
    order = np.lexsort((~is_shell, owner))
    order = order[owner[order] != NOBODY]
    total = np.bincount(owner[order], area_m2[order], minlength=len(shell)).astype(np.float64)
    x_m, y_m = (np.bincount(owner[order], moment[order], minlength=len(shell)) / total for moment in moments)
    label = face_of_walk[walk]
    ring_points, ring_starts = _gathered(points, starts, order)
    return Faces(label[0::2], label[1::2], total, x_m, y_m, ring_points, ring_starts, owner[order])


def _origins(net: Net) -> Ints:
    return np.stack([net.tail, net.head], axis=1).ravel()


def _next(net: Net) -> Int64s:
    """The half-edge that follows each around the face on its left; 2s leads from tail to head of s, 2s + 1 back."""
    origin = _origins(net)
    end = origin.reshape(-1, 2)[:, ::-1].ravel()
    angle = np.arctan2(net.y_m[end] - net.y_m[origin], net.x_m[end] - net.x_m[origin])
    order = np.lexsort((angle, origin))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    begins = np.diff(origin[order], prepend=-1) != 0
    starts = np.flatnonzero(begins)
    last = np.append(starts[1:], len(order)) - 1 if len(starts) else starts
    before = np.arange(len(order)) - 1
    before[starts] = last
    back = np.arange(len(order)) ^ 1
    following: Int64s = order[before[place[back]]]
    return following


def _walks(following: Int64s, size: int) -> Ints:
    """Number the closed walks; one number for all half-edges of a walk, in the order of their first half-edge."""
    matrix = coo_array((np.ones(size, np.int8), (np.arange(size), following)), shape=(size, size))
    labels: Ints = connected_components(matrix, directed=False)[1].astype(np.int32)
    return labels


@compiled
def _loops(following: Int64s, origin: Ints, point_count: int) -> tuple[Int64s, Int64s]:
    """Split every walk where it passes a point again, so that each loop is a simple ring.

    Returns the half-edges of all loops one after the other, and where each loop starts.
    """
    size = len(following)
    done = np.zeros(size, np.bool_)
    height = np.zeros(point_count, np.int64)  # 1 + place on the stack of the half-edge that leaves the point
    stack = np.empty(size, np.int64)
    half_edges = np.empty(size, np.int64)
    starts = np.empty(size // 2 + 2, np.int64)
    loops = written = 0
    for begin in range(size):
        if done[begin]:
            continue
        top = 0
        edge = begin
        while not done[edge]:
            done[edge] = True
            point = origin[edge]
            if height[point] > 0:
                starts[loops] = written
                loops += 1
                bottom = height[point] - 1
                for place in range(bottom, top):
                    half_edges[written] = stack[place]
                    height[origin[stack[place]]] = 0
                    written += 1
                top = bottom
            height[point] = top + 1
            stack[top] = edge
            top += 1
            edge = following[edge]
        starts[loops] = written
        loops += 1
        for place in range(top):
            half_edges[written] = stack[place]
            height[origin[stack[place]]] = 0
            written += 1
    starts[loops] = written
    return half_edges, starts[: loops + 1]


@compiled
def _areas(points: Ints, starts: Int64s, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats, Floats]:
    """Signed areas of rings and centroids times area, reckoned from a point of each so that it costs no digits."""
    areas = np.empty(len(starts) - 1, np.float64)
    east, north = np.empty_like(areas), np.empty_like(areas)
    for ring in range(len(areas)):
        x0, y0 = x_m[points[starts[ring]]], y_m[points[starts[ring]]]
        total = total_x = total_y = 0.0
        for place in range(starts[ring] + 1, starts[ring + 1] - 1):
            one, two = points[place], points[place + 1]
            x1, y1, x2, y2 = x_m[one] - x0, y_m[one] - y0, x_m[two] - x0, y_m[two] - y0
            twice = x1 * y2 - x2 * y1
            total += twice
            total_x += twice * (x1 + x2)
            total_y += twice * (y1 + y2)
        areas[ring] = total / 2
        east[ring] = total_x / 6 + x0 * total / 2
        north[ring] = total_y / 6 + y0 * total / 2
    return areas, east, north


def _gathered(points: Ints, starts: Int64s, rings: Int64s) -> tuple[Ints, Int64s]:
    """The points of some rings in a given order, and where each starts."""
    lengths = np.diff(starts)[rings]
    new_starts = np.concatenate([[0], np.cumsum(lengths)])
    place = np.repeat(starts[rings] - new_starts[:-1], lengths) + np.arange(new_starts[-1])
    return points[place], new_starts


def _around(net: Net, point: Ints, ring_points: Ints, ring_starts: Int64s, area_m2: Floats) -> Ints:
    """The smallest shell around each point, or NOBODY; a point that is a shell's own corner is not inside it."""
    found = np.full(len(point), NOBODY, np.int32)
    if not len(point):
        return found
    spots = shapely.points(net.x_m[point], net.y_m[point])
    low = [np.minimum.reduceat(values[ring_points], ring_starts[:-1]) for values in (net.x_m, net.y_m)]
    high = [np.maximum.reduceat(values[ring_points], ring_starts[:-1]) for values in (net.x_m, net.y_m)]
    shell, one = shapely.STRtree(spots).query(shapely.box(*low, *high), predicate="intersects")
    numbers, row = np.unique(shell, return_inverse=True)
    chosen_points, chosen_starts = _gathered(ring_points, ring_starts, numbers)
    shells = _polygons(net, chosen_points, chosen_starts, np.arange(len(numbers)))
    within = shapely.contains(shells[row], spots[one])
    one, shell = one[within], shell[within]
    order = np.lexsort((area_m2[shell], one))
    first = order[np.diff(one[order], prepend=-1) != 0]
    found[one[first]] = shell[first]
    return found


def _polygons(net: Net, ring_points: Ints, ring_starts: Int64s, ring_polygon: Int64s) -> Geometries:
    """Polygons of rings, shells first; `ring_polygon` numbers them without a gap, in rising order."""
    lengths = np.diff(ring_starts)
    ring = np.repeat(np.arange(len(lengths)), lengths + 1)
    place = np.arange(len(ring)) - np.repeat(np.cumsum(lengths + 1) - lengths - 1, lengths + 1)
    point = ring_points[ring_starts[ring] + place % lengths[ring]]
    rings = shapely.linearrings(np.stack([net.x_m[point], net.y_m[point]], axis=1), indices=ring)
    polygons: Geometries = shapely.polygons(rings, indices=ring_polygon)
    return polygons
