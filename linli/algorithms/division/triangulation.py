"""Delaunay triangulations of many small sets of points, one for each block: the compiled half of `sites`.

Points are added one by one along a path through the set (`paths`), found by walking over the triangles, and edges are
flipped until no circle holds a fourth point (Lawson 1977; Guibas and Stolfi 1985, doi:10.1145/282918.282923). Every set
is reckoned around one of its points, so precision does not depend on where the city lies; points must not repeat and
should be in general position (`sites` shakes them). About 1.5 µs a point.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linli.algorithms.division.model import Bools, Floats, Ints
from linli.lib.compiled import compiled

Int64s = npt.NDArray[np.int64]

_FRAME = 20.0


def paths(xy_m: Floats, starts: Int64s) -> Int64s:
    """An order of points, set by set, that goes to and fro in rows, so that each is near the one before."""
    count = np.diff(starts)
    row_of = np.repeat(np.arange(len(count)), count)
    full = np.flatnonzero(count)
    low, high = (np.zeros((len(count), 2)) for _ in range(2))
    low[full] = np.minimum.reduceat(xy_m, starts[full]) if len(full) else low[full]
    high[full] = np.maximum.reduceat(xy_m, starts[full]) if len(full) else high[full]
    rows = np.maximum(np.sqrt(count / 2.0).astype(np.int64), 1)
    step_m = np.maximum((high - low)[:, 1] / rows, 1e-9)
    row = np.minimum(((xy_m[:, 1] - low[row_of, 1]) / step_m[row_of]).astype(np.int64), rows[row_of] - 1)
    return np.lexsort((np.where(row % 2 == 0, xy_m[:, 0], -xy_m[:, 0]), row, row_of))


@compiled
def _right_of(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> bool:
    return bool((bx - ax) * (py - ay) - (by - ay) * (px - ax) < 0.0)


@compiled
def _in_circle(ax: float, ay: float, bx: float, by: float, cx: float, cy: float, dx: float, dy: float) -> bool:
    """Whether d lies inside the circle through a, b, c (anticlockwise)."""
    ax, ay, bx, by, cx, cy = ax - dx, ay - dy, bx - dx, by - dy, cx - dx, cy - dy
    aa, bb, cc = ax * ax + ay * ay, bx * bx + by * by, cx * cx + cy * cy
    return bool(aa * (bx * cy - cx * by) - bb * (ax * cy - cx * ay) + cc * (ax * by - bx * ay) > 0.0)


@compiled
def _replace(beside: Ints, triangle: int, old: int, new: int) -> None:
    """Tell a triangle that its neighbour is another one now."""
    if triangle >= 0:
        for side in range(3):
            if beside[triangle, side] == old:
                beside[triangle, side] = new


@compiled
def _holder(x: Floats, y: Floats, point: int, here: int, triangles: int, corners: Ints, beside: Ints) -> int:
    """Walk from triangle `here` to the one that holds a point; −1 when it is not found."""
    steps = side = 0
    while side < 3:
        a, b = corners[here, (side + 1) % 3], corners[here, (side + 2) % 3]
        if _right_of(x[a], y[a], x[b], y[b], x[point], y[point]):
            here = beside[here, side]
            steps += 1
            side = 0
            if here < 0 or steps > 2 * triangles + 10:
                return -1
        else:
            side += 1
    return here


@compiled
def _divide(point: int, here: int, triangles: int, corners: Ints, beside: Ints) -> None:
    """Make three triangles of one, around a point inside; the point comes first in each."""
    a, b, c = corners[here, 0], corners[here, 1], corners[here, 2]
    beyond_a, beyond_b, beyond_c = beside[here, 0], beside[here, 1], beside[here, 2]
    second, third = triangles, triangles + 1
    corners[here, 0], corners[here, 1], corners[here, 2] = point, b, c
    corners[second, 0], corners[second, 1], corners[second, 2] = point, c, a
    corners[third, 0], corners[third, 1], corners[third, 2] = point, a, b
    beside[here, 0], beside[here, 1], beside[here, 2] = beyond_a, second, third
    beside[second, 0], beside[second, 1], beside[second, 2] = beyond_b, third, here
    beside[third, 0], beside[third, 1], beside[third, 2] = beyond_c, here, second
    _replace(beside, beyond_b, here, second)
    _replace(beside, beyond_c, here, third)


@compiled
def _flip(x: Floats, y: Floats, one: int, corners: Ints, beside: Ints) -> int:
    """Turn the edge opposite to the first corner of a triangle if the circle of that holds the point beyond.

    Returns the other triangle of the two, which both have the same first corner then; −1 if nothing was to be done.
    """
    two = beside[one, 0]
    if two < 0:
        return -1
    point, b, c = corners[one, 0], corners[one, 1], corners[one, 2]
    far = 0
    while beside[two, far] != one:
        far += 1
    d = corners[two, far]
    if not _in_circle(x[point], y[point], x[b], y[b], x[c], y[c], x[d], y[d]):
        return -1
    beyond_bd, beyond_dc = beside[two, (far + 1) % 3], beside[two, (far + 2) % 3]
    beyond_cp, beyond_pb = beside[one, 1], beside[one, 2]
    corners[one, 2] = d
    corners[two, 0], corners[two, 1], corners[two, 2] = point, d, c
    beside[one, 0], beside[one, 1], beside[one, 2] = beyond_bd, two, beyond_pb
    beside[two, 0], beside[two, 1], beside[two, 2] = beyond_dc, beyond_cp, one
    _replace(beside, beyond_bd, two, one)
    _replace(beside, beyond_cp, one, two)
    return int(two)


@compiled
def _triangulate(x: Floats, y: Floats, count: int, corners: Ints, beside: Ints, stack: Int64s) -> int:
    """Triangulate points 0 … count − 1 inside the frame count … count + 2; returns how many triangles, 0 if it got lost."""
    corners[0, 0], corners[0, 1], corners[0, 2] = count, count + 1, count + 2
    beside[0, 0] = beside[0, 1] = beside[0, 2] = -1
    triangles = 1
    here = 0
    for point in range(count):
        here = _holder(x, y, point, here, triangles, corners, beside)
        if here < 0:
            return 0
        _divide(point, here, triangles, corners, beside)
        stack[0], stack[1], stack[2] = here, triangles, triangles + 1
        triangles += 2
        top = 3
        while top > 0:
            two = _flip(x, y, stack[top - 1], corners, beside)
            if two < 0:
                top -= 1
            else:
                stack[top] = two
                top += 1
    return triangles


@compiled
def bisectors(xy_m: Floats, starts: Int64s, owner: Ints) -> tuple[Ints, Ints, Int64s, Int64s, Floats, Bools]:
    """Neighbours of different owners in the triangulation of each set (rows starts[k] … starts[k + 1] of `xy_m`).

    Points are added in the order given. Returns the two sites of each pair, the two triangles at the ends of the line between their cells, the centre of the
    circle of every triangle, and the sets that could not be triangulated.
    """
    sets = len(starts) - 1
    largest = 0
    for row in range(sets):
        largest = max(largest, starts[row + 1] - starts[row])
    x, y = np.empty(largest + 3), np.empty(largest + 3)
    corners, beside = np.empty((2 * largest + 7, 3), np.int32), np.empty((2 * largest + 7, 3), np.int32)
    stack = np.empty(6 * largest + 30, np.int64)
    capacity = 3 * len(xy_m) + 3 * sets
    first, second = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    one, two = np.empty(capacity, np.int64), np.empty(capacity, np.int64)
    centres = np.empty((2 * len(xy_m) + 3 * sets, 2))
    lost = np.zeros(sets, np.bool_)
    pairs = before = 0
    for row in range(sets):
        begin = starts[row]
        count = starts[row + 1] - begin
        if count < 2:
            continue
        x0, y0 = xy_m[begin, 0], xy_m[begin, 1]
        reach = 1.0
        for point in range(count):
            x[point], y[point] = xy_m[begin + point, 0] - x0, xy_m[begin + point, 1] - y0
            reach = max(reach, abs(x[point]), abs(y[point]))
        reach *= _FRAME
        x[count], y[count] = -1.7 * reach, -reach
        x[count + 1], y[count + 1] = 1.8 * reach, -1.1 * reach
        x[count + 2], y[count + 2] = 0.1 * reach, 2.0 * reach
        triangles = _triangulate(x, y, count, corners, beside, stack)
        lost[row] = triangles == 0
        for here in range(triangles):
            a, b, c = corners[here, 0], corners[here, 1], corners[here, 2]
            bx, by, cx, cy = x[b] - x[a], y[b] - y[a], x[c] - x[a], y[c] - y[a]
            twice = 2.0 * (bx * cy - by * cx)
            bb, cc = bx * bx + by * by, cx * cx + cy * cy
            centres[before + here, 0] = x0 + x[a] + (cy * bb - by * cc) / twice
            centres[before + here, 1] = y0 + y[a] + (bx * cc - cx * bb) / twice
            for side in range(3):
                there = beside[here, side]
                i, j = corners[here, (side + 1) % 3], corners[here, (side + 2) % 3]
                if there > here and i < count and j < count and owner[begin + i] != owner[begin + j]:
                    first[pairs], second[pairs] = begin + i, begin + j
                    one[pairs], two[pairs] = before + here, before + there
                    pairs += 1
        before += triangles
    return first[:pairs], second[:pairs], one[:pairs], two[:pairs], centres[:before], lost
