"""A made-up city as convex splits: the compiled half of `generated`, which draws counts and dresses the result.

A rectangle is cut by straight lines, again and again, into communities, superblocks, blocks and parcels. Every cut is
one line with a left and a right side, so what two parcels share is the overlap of two intervals on one line: exact,
however the corners on both sides lie.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from linli.lib.compiled import compiled

# A cut leaves at most 60 % of the parcels on a side and adds one corner to a side: a city of 10**12 would fit.
_DEPTH, _CORNERS = 80, 80


@compiled
def _long_axis(x: Any, y: Any, count: int) -> tuple[float, float, float, float]:
    """Return the direction along which a convex polygon is long, and its extent there: ux, uy, least, greatest.

    The direction is that of the tightest rectangle around it that has one of its edges as a side.
    """
    best_area = np.inf
    best = (1.0, 0.0, 0.0, 0.0)
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        length = np.hypot(x[j] - x[i], y[j] - y[i])
        if length < 1e-6:
            continue
        ux, uy = (x[j] - x[i]) / length, (y[j] - y[i]) / length
        along_low = across_low = np.inf
        along_high = across_high = -np.inf
        for k in range(count):
            along, across = x[k] * ux + y[k] * uy, y[k] * ux - x[k] * uy
            along_low, along_high = min(along_low, along), max(along_high, along)
            across_low, across_high = min(across_low, across), max(across_high, across)
        wide, deep = along_high - along_low, across_high - across_low
        if wide * deep < best_area:
            best_area = wide * deep
            best = (ux, uy, along_low, along_high) if wide >= deep else (-uy, ux, across_low, across_high)
    return best


@compiled
def _cut(x: Any, y: Any, edge: Any, count: int, at: Any, new: int, left: Any, right: Any) -> Any:
    """Cut a convex polygon by the line `at` = (x, y, ux, uy); `left` and `right` are (x, y, edge) rows to be filled.

    Return corners left and right, then where the cut begins (x, y, number of the line it begins on) and where it ends.
    """
    lx, ly, le = left
    rx, ry, re = right
    in_left = in_right = 0
    # The left polygon runs along the cut from where the outline leaves it (0) to where it comes back (1).
    x0 = y0 = x1 = y1 = 0.0
    host0 = host1 = -1
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        here = at[2] * (y[i] - at[1]) - at[3] * (x[i] - at[0])
        there = at[2] * (y[j] - at[1]) - at[3] * (x[j] - at[0])
        if here >= 0.0:
            lx[in_left], ly[in_left], le[in_left] = x[i], y[i], edge[i]
            in_left += 1
        else:
            rx[in_right], ry[in_right], re[in_right] = x[i], y[i], edge[i]
            in_right += 1
        if (here >= 0.0) != (there >= 0.0):
            share = here / (here - there)
            px, py = x[i] + share * (x[j] - x[i]), y[i] + share * (y[j] - y[i])
            lx[in_left], ly[in_left], rx[in_right], ry[in_right] = px, py, px, py
            if here >= 0.0:
                le[in_left], re[in_right] = new, edge[i]
                x0, y0, host0 = px, py, edge[i]
            else:
                le[in_left], re[in_right] = edge[i], new
                x1, y1, host1 = px, py, edge[i]
            in_left += 1
            in_right += 1
    return in_left, in_right, x0, y0, host0, x1, y1, host1


@compiled
def _cut_across(rng: Any, x: Any, y: Any, edge: Any, count: int, share: float, new: int, left: Any, right: Any) -> Any:
    """Cut a convex polygon across its long axis, somewhat askew, so that about `share` of it lies on the left.

    Arguments and answer are those of `_cut` otherwise.
    """
    ux, uy, low, high = _long_axis(x, y, count)
    where = low + (high - low) * min(max(share + rng.normal(0.0, 0.02), 0.15), 0.85)
    middle_x, middle_y = x[:count].mean(), y[:count].mean()
    shift = where - (middle_x * ux + middle_y * uy)
    tilt = min(max(rng.normal(0.0, 0.06), -0.2), 0.2)
    # What lies behind the cut, seen along the axis, is on its left.
    cx, cy = -uy * np.cos(tilt) - ux * np.sin(tilt), ux * np.cos(tilt) - uy * np.sin(tilt)
    at = (middle_x + shift * ux, middle_y + shift * uy, cx, cy)
    answer = _cut(x, y, edge, count, at, new, left, right)
    if answer[4] < 0:  # askew, it misses a sharp corner; straight it cannot
        answer = _cut(x, y, edge, count, (at[0], at[1], -uy, ux), new, left, right)
    return answer


@compiled
def cut_up(
    rng: Any, starts: Any, corners: Any, edges: Any, parcels: Any, most: float, spread: float, first_line: int
) -> Any:
    """Cut convex polygons that are to hold `parcels` each until none holds over `most`, which varies by `spread` of it.

    Polygons are rows of corners from one of `starts` to the next; `edges` says on which line the edge lies that begins in
    a corner. Lines made here are numbered from `first_line`. Return the pieces in the same form (starts, corners, edges,
    parcels, and the number of the polygon they are from) and the lines (ends as x, y, x, y; lines on which they begin, end).
    Time and memory grow with the pieces: 1.6 million take about two seconds.
    """
    bound = parcels.sum()
    ends, hosts = np.empty((bound, 4)), np.empty((bound, 2), dtype=np.int32)
    piece_starts = np.zeros(bound + 1, dtype=np.int64)
    # A cut adds four corners: its two ends, on both sides.
    piece_corners = np.empty((len(corners) + 4 * bound, 2))
    piece_edges = np.empty(len(corners) + 4 * bound, dtype=np.int32)
    piece_parcels, parent = np.empty(bound, dtype=np.int32), np.empty(bound, dtype=np.int32)
    sx, sy = np.empty((_DEPTH, _CORNERS)), np.empty((_DEPTH, _CORNERS))
    se = np.empty((_DEPTH, _CORNERS), dtype=np.int32)
    head = np.empty((_DEPTH, 2), dtype=np.int32)  # corners, parcels
    x, y, edge = np.empty(_CORNERS), np.empty(_CORNERS), np.empty(_CORNERS, dtype=np.int32)
    lines = pieces = filled = 0
    for p in range(len(starts) - 1):
        first, end = starts[p], starts[p + 1]
        count = end - first
        sx[0, :count], sy[0, :count], se[0, :count] = corners[first:end, 0], corners[first:end, 1], edges[first:end]
        head[0, 0], head[0, 1] = count, parcels[p]
        depth = 1
        while depth > 0:
            top, depth = depth, depth - 1
            count, inside = head[depth]
            x[:count], y[:count], edge[:count] = sx[depth, :count], sy[depth, :count], se[depth, :count]
            if inside == 1 or inside <= most * (1.0 + rng.uniform(-spread, spread)):
                piece_corners[filled : filled + count, 0] = x[:count]
                piece_corners[filled : filled + count, 1] = y[:count]
                piece_edges[filled : filled + count] = edge[:count]
                filled += count
                piece_parcels[pieces], parent[pieces] = inside, p
                pieces += 1
                piece_starts[pieces] = filled
                continue
            behind = min(max(round(inside * rng.uniform(0.4, 0.6)), 1), inside - 1)
            left, right = (sx[depth], sy[depth], se[depth]), (sx[top], sy[top], se[top])
            head[depth, 0], head[top, 0], x0, y0, host0, x1, y1, host1 = _cut_across(
                rng, x, y, edge, count, behind / inside, first_line + lines, left, right
            )
            head[depth, 1], head[top, 1] = behind, inside - behind
            ends[lines, 0], ends[lines, 1], ends[lines, 2], ends[lines, 3] = x0, y0, x1, y1
            hosts[lines, 0], hosts[lines, 1] = host0, host1
            lines += 1
            depth += 2
    return (
        (piece_starts[: pieces + 1].copy(), piece_corners[:filled].copy(), piece_edges[:filled].copy()),
        (piece_parcels[:pieces].copy(), parent[:pieces].copy()),
        (ends[:lines].copy(), hosts[:lines].copy()),
    )


@compiled
def polygon_measures(starts: Any, corners: Any) -> Any:
    """Return area, centroid (x, y) and length of outline of each polygon, given as rows of corners without the closing one."""
    measured = np.empty((len(starts) - 1, 4))
    for p in range(len(starts) - 1):
        first, end = starts[p], starts[p + 1]
        ox, oy = corners[first]
        area = mx = my = outline = 0.0
        for i in range(first, end):
            j = i + 1 if i + 1 < end else first
            ax, ay, bx, by = corners[i, 0] - ox, corners[i, 1] - oy, corners[j, 0] - ox, corners[j, 1] - oy
            cross = ax * by - bx * ay
            area += 0.5 * cross
            mx += cross * (ax + bx) / 6.0
            my += cross * (ay + by) / 6.0
            outline += np.hypot(bx - ax, by - ay)
        measured[p, 0], measured[p, 1], measured[p, 2], measured[p, 3] = area, ox + mx / area, oy + my / area, outline
    return measured


@compiled
def _fill_sides(ends: Any, starts: Any, corners: Any, corner_lines: Any, wanted: Any) -> Any:
    """Gather, by line and side, the stretches of polygon edges that lie on it, in the order along the line.

    Return starts (2 × lines + 1; side 0 is left, 1 right), and per stretch: polygon, from and to in metres along the line.
    """
    lines = len(ends)
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    low, high = np.empty(len(corners)), np.empty(len(corners))
    slot = np.full(len(corners), -1, dtype=np.int32)
    owner = np.empty(len(corners), dtype=np.int32)
    side_starts = np.zeros(2 * lines + 1, dtype=np.int64)
    for p in range(len(starts) - 1):
        for i in range(starts[p], starts[p + 1]):
            line = corner_lines[i]
            owner[i] = p
            if not wanted[line]:
                continue
            j = i + 1 if i + 1 < starts[p + 1] else starts[p]
            ux, uy = (ends[line, 2] - ends[line, 0]) / length[line], (ends[line, 3] - ends[line, 1]) / length[line]
            here = (corners[i, 0] - ends[line, 0]) * ux + (corners[i, 1] - ends[line, 1]) * uy
            there = (corners[j, 0] - ends[line, 0]) * ux + (corners[j, 1] - ends[line, 1]) * uy
            slot[i] = 2 * line + (0 if there > here else 1)
            low[i], high[i] = min(here, there), max(here, there)
            side_starts[slot[i] + 1] += 1
    for s in range(2 * lines):
        side_starts[s + 1] += side_starts[s]
    filled = side_starts[:-1].copy()
    order = np.empty(side_starts[-1], dtype=np.int32)
    for i in range(len(corners)):
        if slot[i] < 0:
            continue
        k = filled[slot[i]]
        filled[slot[i]] += 1
        while k > side_starts[slot[i]] and low[order[k - 1]] > low[i]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = i
    return side_starts, owner[order], low[order], high[order]


@compiled
def shared_borders(
    ends: Any,
    starts: Any,
    corners: Any,
    corner_lines: Any,
    wanted: Any,
    bridge_starts: Any,
    bridges_m: Any,
    least_m: float,
) -> Any:
    """Return what polygons share across the `wanted` lines: pairs (a, b), metres, line, and whether a bridge lies there.

    Bridges of line l stand in `bridges_m[bridge_starts[l] : bridge_starts[l + 1]]`, metres from its beginning.
    """
    side_starts, polygon, low, high = _fill_sides(ends, starts, corners, corner_lines, wanted)
    pairs = np.empty((len(polygon), 2), dtype=np.int32)
    metres = np.empty(len(polygon))
    line_of = np.empty(len(polygon), dtype=np.int32)
    bridged = np.zeros(len(polygon), dtype=np.bool_)
    found = 0
    for line in range(len(ends)):
        left, right = side_starts[2 * line], side_starts[2 * line + 1]
        left_end, right_end = right, side_starts[2 * line + 2]
        while left < left_end and right < right_end:
            begin, end = max(low[left], low[right]), min(high[left], high[right])
            if end - begin >= least_m:
                a, b = polygon[left], polygon[right]
                pairs[found, 0], pairs[found, 1] = min(a, b), max(a, b)
                metres[found], line_of[found] = end - begin, line
                for k in range(bridge_starts[line], bridge_starts[line + 1]):
                    bridged[found] = bridged[found] or begin <= bridges_m[k] < end
                found += 1
            if high[left] < high[right]:
                left += 1
            else:
                right += 1
    return pairs[:found], metres[:found], line_of[:found], bridged[:found]
