"""Counts of cells put together into fewer, larger cells, each at the middle of what it counts. `tile_keys` next door has the cells."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from linli.algorithms.tile_keys import FloatArray, IntArray, tile_of_key


@dataclass(frozen=True, slots=True)
class Gathered:
    """Cells that hold something: WGS 84 degrees of the middle of what each counts, and its counts (cells × kinds)."""

    lons: FloatArray
    lats: FloatArray
    counts: IntArray


def gathered(cells: IntArray, counts: IntArray, cell_zoom: int, to_zoom: int) -> Gathered:
    """Sums `counts` (n × kinds) of `cells` (n keys at `cell_zoom`, any order, repeated at will) by the tile at `to_zoom` that they lie in.

    A place is the mean of the small cells' middles, each weighed by its total, so it lies where most is and no more than
    half a small cell beside the mean of what was counted. Raises ValueError when `to_zoom` is finer than `cell_zoom`.
    Cost: O(n log n).
    """
    if to_zoom > cell_zoom:
        raise ValueError(f"to_zoom={to_zoom}: Give at most {cell_zoom}, that of the cells.")
    if not len(cells):
        return Gathered(np.empty(0), np.empty(0), np.empty((0, counts.shape[1]), np.int64))
    large, place = np.unique(cells >> 2 * (cell_zoom - to_zoom), return_inverse=True)
    sums = np.zeros((len(large), counts.shape[1]), np.int64)
    np.add.at(sums, place, counts)
    weights = counts.sum(axis=1).astype(np.float64)
    across, down = tile_of_key(cells)
    total = np.bincount(place, weights)
    column = np.bincount(place, weights * (across + 0.5)) / total
    row = np.bincount(place, weights * (down + 0.5)) / total
    side = float(1 << cell_zoom)
    lats = np.degrees(np.arctan(np.sinh(math.pi * (1.0 - 2.0 * row / side))))
    return Gathered(column / side * 360.0 - 180.0, lats, sums)
