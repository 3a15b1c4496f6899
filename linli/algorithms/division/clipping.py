"""Clip the cuts between buildings to their blocks, of any shape, and find where they meet the streets.

The compiled half of `cutting`. Nothing is decided within `DOUBT_M` of a corner or a line: such a block is given back as
doubtful, and `cutting` tries it again with its sites moved by millimetres.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linli.algorithms.division.model import Bools, Floats
from linli.lib.compiled import compiled

DOUBT_M = 1e-6

Int64s = npt.NDArray[np.int64]

_APART, _MEET, _DOUBT, _DOUBTFULLY_MEET = 0, 1, 2, 3


class Clipped(NamedTuple):
    """What lies inside: pieces (p) of cuts between two ends, and meetings (m) of cuts with lines.

    Per piece `cut` and the ends `begin` and `end`: −1 for the beginning of the cut itself, −2 for its end, else the number
    of a meeting. Per meeting `line`, `share` of its length, and the place `xy_m` (m, 2). Per block whether it is `doubtful`.
    """

    cut: Int64s
    begin: Int64s
    end: Int64s
    line: Int64s
    share: Floats
    xy_m: Floats
    doubtful: Bools


def clipped(block_cuts: Int64s, block_lines: Int64s, cuts: Floats, lines: Floats) -> Clipped:
    """Clip `cuts` (c, 2, 2) to blocks bounded by `lines` (l, 2, 2), holes too; both in rows sorted by block.

    The cuts of block k are block_cuts[k] … block_cuts[k + 1], its lines likewise. Lines are sorted into bands, so a cut is
    held against the few in its own.
    """
    cut, line, way, share, inside, doubtful = _meetings(block_cuts, block_lines, cuts, lines)
    order = np.lexsort((way, cut))
    cut, line, share = cut[order], line[order], share[order]
    numbers = np.arange(len(cuts))
    which = np.concatenate([numbers, cut, numbers])
    ends = np.concatenate([np.full(len(cuts), -1), np.arange(len(cut)), np.full(len(cuts), -2)])
    order = np.argsort(which, kind="stable")
    which, ends = which[order], ends[order]
    place = np.arange(len(which)) - np.searchsorted(which, which)
    kept = np.flatnonzero((ends != -2) & (inside[which] ^ (place % 2 == 1)))
    xy_m = lines[line, 0] + share[:, None] * (lines[line, 1] - lines[line, 0])
    return Clipped(which[kept], ends[kept], ends[kept + 1], line, share, xy_m, doubtful)


@compiled
def _meeting(dx: float, dy: float, ax: float, ay: float, bx: float, by: float) -> tuple[int, float, float]:
    """Whether the way from 0 to d meets the line from a to b; how far along the way (m), at what share of the line."""
    if (
        max(ax, bx) < min(0.0, dx) - DOUBT_M
        or min(ax, bx) > max(0.0, dx) + DOUBT_M
        or max(ay, by) < min(0.0, dy) - DOUBT_M
        or min(ay, by) > max(0.0, dy) + DOUBT_M
    ):
        return _APART, 0.0, 0.0
    length = np.hypot(dx, dy)
    a_off, b_off = (dx * ay - dy * ax) / length, (dx * by - dy * bx) / length
    if min(a_off, b_off) > DOUBT_M or max(a_off, b_off) < -DOUBT_M:
        return _APART, 0.0, 0.0
    a_way, b_way = (dx * ax + dy * ay) / length, (dx * bx + dy * by) / length
    if max(a_way, b_way) < -DOUBT_M or min(a_way, b_way) > length + DOUBT_M:
        return _APART, 0.0, 0.0
    doubt = _APART
    for off, way in ((a_off, a_way), (b_off, b_way)):
        if abs(off) <= DOUBT_M and -DOUBT_M <= way <= length + DOUBT_M:
            doubt = _DOUBT
    if (a_off > 0.0) == (b_off > 0.0):
        return doubt, 0.0, 0.0
    share = a_off / (a_off - b_off)
    way = a_way + share * (b_way - a_way)
    sine = abs(a_off - b_off) / np.hypot(bx - ax, by - ay)
    if min(abs(way), abs(length - way)) * sine <= DOUBT_M:
        doubt = _DOUBT
    return doubt + (_MEET if 0.0 < way < length else _APART), way, share


@compiled
def _band(y: float, south: float, height: float, bands: int) -> int:
    return max(0, min(bands - 1, int((y - south) / height)))


@compiled
def _banded(lines: Floats, low: int, high: int) -> tuple[float, float, Int64s, Int64s, Int64s]:
    """Sort lines `low` … `high` into bands from south to north: where the bands begin and how high they are, where the
    members of each start, the members, and the first band of each line."""
    bands = max(1, (high - low) // 2)
    south, north = np.inf, -np.inf
    for line in range(low, high):
        for end in range(2):
            south, north = min(south, lines[line, end, 1]), max(north, lines[line, end, 1])
    height = max((north - south) / bands, 1e-3)
    starts, first = np.zeros(bands + 1, np.int64), np.zeros(high - low, np.int64)
    last = np.zeros(high - low, np.int64)
    for line in range(low, high):
        lower, upper = min(lines[line, 0, 1], lines[line, 1, 1]), max(lines[line, 0, 1], lines[line, 1, 1])
        first[line - low] = _band(lower - 2.0 * DOUBT_M, south, height, bands)
        last[line - low] = _band(upper + 2.0 * DOUBT_M, south, height, bands)
        for band in range(first[line - low], last[line - low] + 1):
            starts[band + 1] += 1
    for band in range(bands):
        starts[band + 1] += starts[band]
    filled, members = starts.copy(), np.empty(starts[bands], np.int64)
    for line in range(low, high):
        for band in range(first[line - low], last[line - low] + 1):
            members[filled[band]] = line
            filled[band] += 1
    return south, height, starts, members, first


@compiled
def _is_inside(x: float, y: float, lines: Floats, members: Int64s, begin: int, end: int) -> bool:
    """Whether a ray from (x, y) to the east meets an odd number of lines."""
    inside = False
    for place in range(begin, end):
        line = members[place]
        ax, ay, bx, by = lines[line, 0, 0] - x, lines[line, 0, 1] - y, lines[line, 1, 0] - x, lines[line, 1, 1] - y
        if (ay > 0.0) != (by > 0.0) and (ax * by - bx * ay > 0.0) == (by > ay):
            inside = not inside
    return inside


@compiled
def _meetings(
    block_cuts: Int64s, block_lines: Int64s, cuts: Floats, lines: Floats
) -> tuple[Int64s, Int64s, Floats, Floats, Bools, Bools]:
    """All meetings of cuts with lines: cut, line, metres along the cut, share of the line; by cut whether it begins inside
    its block; by block whether anything is doubtful."""
    rows = np.empty((2, 2 * len(cuts) + 16), np.int64)
    places = np.empty((2, 2 * len(cuts) + 16))
    begins_inside = np.zeros(len(cuts), np.bool_)
    doubtful = np.zeros(len(block_cuts) - 1, np.bool_)
    meetings = 0
    for block in range(len(block_cuts) - 1):
        if block_cuts[block] == block_cuts[block + 1]:
            continue
        low = block_lines[block]
        south, height, starts, members, first = _banded(lines, low, block_lines[block + 1])
        for cut in range(block_cuts[block], block_cuts[block + 1]):
            px, py, qx, qy = cuts[cut, 0, 0], cuts[cut, 0, 1], cuts[cut, 1, 0], cuts[cut, 1, 1]
            one = _band(py, south, height, len(starts) - 1)
            two = _band(qy, south, height, len(starts) - 1)
            inside = _is_inside(px, py, lines, members, starts[one], starts[one + 1])
            ends_inside = _is_inside(qx, qy, lines, members, starts[two], starts[two + 1])
            before = meetings
            least = min(one, two)
            for band in range(least, max(one, two) + 1):
                for place in range(starts[band], starts[band + 1]):
                    line = members[place]
                    if band > max(least, first[line - low]):
                        continue
                    ax, ay = lines[line, 0, 0] - px, lines[line, 0, 1] - py
                    bx, by = lines[line, 1, 0] - px, lines[line, 1, 1] - py
                    found, way, share = _meeting(qx - px, qy - py, ax, ay, bx, by)
                    if found >= _DOUBT:
                        doubtful[block] = True
                    if found in (_MEET, _DOUBTFULLY_MEET):
                        if meetings == rows.shape[1]:
                            rows = np.concatenate((rows, np.empty_like(rows)), axis=1)
                            places = np.concatenate((places, np.empty_like(places)), axis=1)
                        rows[0, meetings], rows[1, meetings] = cut, line
                        places[0, meetings], places[1, meetings] = way, share
                        meetings += 1
            if ((meetings - before) % 2 == 1) != (inside != ends_inside):
                doubtful[block] = True
            begins_inside[cut] = inside
    return rows[0, :meetings], rows[1, :meetings], places[0, :meetings], places[1, :meetings], begins_inside, doubtful
