"""Clip the cuts between buildings to their blocks, of any shape, and find where they meet the streets.

The compiled half of `cutting`. Nothing is decided within `DOUBT_M` of a corner or a line: such a block is given back as
doubtful, and `cutting` tries it again with its sites moved by millimetres.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from linli.algorithms.division.compiled import compiled
from linli.algorithms.division.model import Bools, Floats

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

    The cuts of block k are block_cuts[k] … block_cuts[k + 1], its lines likewise. Takes cuts × lines of each block, about
    2 ns each.
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
def _ray_meets(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> bool:
    """Whether a ray from (x, y) to the east meets the line from a to b."""
    ax, ay, bx, by = ax - x, ay - y, bx - x, by - y
    return bool((ay > 0.0) != (by > 0.0) and (ax * by - bx * ay > 0.0) == (by > ay))


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
        for cut in range(block_cuts[block], block_cuts[block + 1]):
            px, py = cuts[cut, 0, 0], cuts[cut, 0, 1]
            dx, dy = cuts[cut, 1, 0] - px, cuts[cut, 1, 1] - py
            inside = ends_inside = False
            before = meetings
            for line in range(block_lines[block], block_lines[block + 1]):
                ax, ay = lines[line, 0, 0] - px, lines[line, 0, 1] - py
                bx, by = lines[line, 1, 0] - px, lines[line, 1, 1] - py
                inside ^= _ray_meets(0.0, 0.0, ax, ay, bx, by)
                ends_inside ^= _ray_meets(dx, dy, ax, ay, bx, by)
                found, way, share = _meeting(dx, dy, ax, ay, bx, by)
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
    return (
        rows[0, :meetings],
        rows[1, :meetings],
        places[0, :meetings],
        places[1, :meetings],
        begins_inside,
        doubtful,
    )
