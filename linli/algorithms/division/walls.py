"""How many sites each building needs for its footprint to lie in its own ground: the compiled half of `sites`.

A wall point that is nearer to another building's site than to one of its own becomes a site itself. Points stand a
hand's breadth inside the walls, so that buildings wall to wall have their border in the wall.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linli.algorithms.division.model import Floats, Ints
from linli.lib.compiled import compiled

Int64s = npt.NDArray[np.int64]

INSET_M = 0.3
SPACING_M = 4.0
ROUNDS = 12


@compiled
def _ring_area(xy_m: Floats, begin: int, end: int) -> float:
    total = 0.0
    for row in range(begin + 1, end - 1):
        x1, y1 = xy_m[row, 0] - xy_m[begin, 0], xy_m[row, 1] - xy_m[begin, 1]
        x2, y2 = xy_m[row + 1, 0] - xy_m[begin, 0], xy_m[row + 1, 1] - xy_m[begin, 1]
        total += x1 * y2 - x2 * y1
    return total / 2.0


@compiled
def wall_points(xy_m: Floats, ring_starts: Int64s, hole: npt.NDArray[np.bool_]) -> tuple[Floats, Int64s]:
    """Points inside the walls of closed rings (rows ring_starts[r] … ring_starts[r + 1]); and where those of each start."""
    rings = len(ring_starts) - 1
    points = np.empty((2 * len(xy_m) + 16, 2))
    starts = np.zeros(rings + 1, np.int64)
    count = 0
    for ring in range(rings):
        begin, end = ring_starts[ring], ring_starts[ring + 1]
        # The ground is on the left of a shell that runs anticlockwise and of a hole that runs clockwise.
        turn = 1.0 if (_ring_area(xy_m, begin, end) > 0.0) != hole[ring] else -1.0
        for row in range(begin, end - 1):
            dx, dy = xy_m[row + 1, 0] - xy_m[row, 0], xy_m[row + 1, 1] - xy_m[row, 1]
            length = np.hypot(dx, dy)
            if length <= 2.0 * INSET_M:
                continue
            dx, dy = dx / length, dy / length
            steps = int(np.ceil(length / SPACING_M))
            if count + steps + 1 > len(points):
                points = np.concatenate((points, np.empty((len(points) + steps, 2))))
            for step in range(steps + 1):
                along = INSET_M + step / steps * (length - 2.0 * INSET_M)
                points[count, 0] = xy_m[row, 0] + dx * along - dy * turn * INSET_M
                points[count, 1] = xy_m[row, 1] + dy * along + dx * turn * INSET_M
                count += 1
        starts[ring + 1] = count
    return points[:count], starts


@compiled
def _cell(x: float, y: float, raster: Floats) -> tuple[int, int]:
    """Column and row of a place in a raster (west, south, side, columns, rows); what lies outside counts to its rim."""
    column, row = int((x - raster[0]) / raster[2]), int((y - raster[1]) / raster[2])
    return max(0, min(int(raster[3]) - 1, column)), max(0, min(int(raster[4]) - 1, row))


@compiled
def _raster(middle: Floats, first: int, last: int) -> Floats:
    """A raster over the middles `first` … `last` with about one in each cell."""
    west = east = middle[first, 0]
    south = north = middle[first, 1]
    for row in range(first, last):
        west, east = min(west, middle[row, 0]), max(east, middle[row, 0])
        south, north = min(south, middle[row, 1]), max(north, middle[row, 1])
    side = max(np.sqrt((east - west) * (north - south) / (last - first)), (east - west + north - south) / 2000.0)
    side = max(side, 1.0)
    raster = np.empty(5)
    raster[0], raster[1], raster[2] = west, south, side
    raster[3], raster[4] = np.floor((east - west) / side) + 1.0, np.floor((north - south) / side) + 1.0
    return raster


@compiled
def _is_nearer_to_others(
    px: float,
    py: float,
    mine: int,
    raster: Floats,
    sites: Floats,
    owner: Int64s,
    in_cell: Int64s,
    of_owner: Int64s,
    chains: Int64s,
    same_place_m: float,
) -> bool:
    """Whether a place is nearer to a site of another owner than to all of its own, but not at that site."""
    own = np.inf
    site = of_owner[mine]
    while site >= 0:
        own = min(own, (sites[site, 0] - px) ** 2 + (sites[site, 1] - py) ** 2)
        site = chains[site, 1]
    away = np.sqrt(own)
    nearest = own
    west, south = _cell(px - away, py - away, raster)
    east, north = _cell(px + away, py + away, raster)
    for row in range(south, north + 1):
        for column in range(west, east + 1):
            site = in_cell[row * int(raster[3]) + column]
            while site >= 0:
                if owner[site] != mine:
                    nearest = min(nearest, (sites[site, 0] - px) ** 2 + (sites[site, 1] - py) ** 2)
                site = chains[site, 0]
    return bool(same_place_m**2 < nearest < own)


@compiled
def wall_sites(
    middle: Floats, block_owners: Int64s, walls: Floats, wall_owner: Ints, block_walls: Int64s, same_place_m: float
) -> Int64s:
    """The wall points that become sites, in the order of the blocks.

    `middle` (o, 2) holds the first site of every owner; those of block k are block_owners[k] … block_owners[k + 1], its
    wall points block_walls[k] … block_walls[k + 1]. A wall point within `same_place_m` of another's site is left.
    """
    chosen = np.empty(len(walls), np.int64)
    total = 0
    for block in range(len(block_owners) - 1):
        first, last = block_owners[block], block_owners[block + 1]
        low, high = block_walls[block], block_walls[block + 1]
        if last - first < 2 or low == high:
            continue
        raster = _raster(middle, first, last)
        # Sites hang in two kinds of chains: those of one cell of the raster, those of one owner.
        in_cell = np.full(int(raster[3] * raster[4]), -1, np.int64)
        of_owner = np.full(last - first, -1, np.int64)
        capacity = last - first + high - low
        chains, owner, sites = np.empty((capacity, 2), np.int64), np.empty(capacity, np.int64), np.empty((capacity, 2))
        for row in range(last - first):
            sites[row, 0], sites[row, 1], owner[row] = middle[first + row, 0], middle[first + row, 1], row
        waiting = np.arange(low, high)
        count, hung = last - first, 0
        begin, end = 0, high - low
        for turn in range(ROUNDS):
            # A site may call for one of the next building, and so on along a row: to and fro, that takes few rounds.
            step = 1 if turn % 2 == 0 else -1
            place = begin if step > 0 else end - 1
            still = place
            for _ in range(end - begin):
                wall = waiting[place]
                place += step
                for site in range(hung, count):
                    column, row = _cell(sites[site, 0], sites[site, 1], raster)
                    cell = row * int(raster[3]) + column
                    chains[site, 0], chains[site, 1] = in_cell[cell], of_owner[owner[site]]
                    in_cell[cell] = of_owner[owner[site]] = site
                hung = count
                px, py, mine = walls[wall, 0], walls[wall, 1], wall_owner[wall] - first
                if _is_nearer_to_others(px, py, mine, raster, sites, owner, in_cell, of_owner, chains, same_place_m):
                    sites[count, 0], sites[count, 1], owner[count] = px, py, mine
                    count += 1
                    chosen[total] = wall
                    total += 1
                else:
                    waiting[still] = wall
                    still += step
            if still == place:
                break
            if step > 0:
                end = still
            else:
                begin = still + 1
    return chosen[:total]
