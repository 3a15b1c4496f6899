"""A made-up city divided into grids without gap or overlap, for benchmarks at the scale of the reference city.

Grids come from a lattice whose corners are moved at random and whose lines are squeezed towards the centre, so that
grids in the core are about a tenth as wide as those at the edge. Every lattice line is a wiggly polyline, as streets
and brooks are, and both neighbours carry the very same vertices. `location` next door uses it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

FloatArray = npt.NDArray[np.float64]

CENTRE_LON, CENTRE_LAT = 116.4, 39.9
HALF_WIDTH_DEGREES = 0.8


def city_partition(
    rows: int, columns: int, points_per_side: int, *, dense_core: bool, seed: int
) -> npt.NDArray[np.object_]:
    """Return rows × columns polygons (WGS 84 degrees), each with 4 × (points_per_side + 1) distinct vertices."""
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    corners[1:-1, 1:-1] += rng.uniform(-0.22, 0.22, corners[1:-1, 1:-1].shape)
    across = _wiggly_lines(corners[:, :-1], corners[:, 1:], points_per_side, rng)
    upward = _wiggly_lines(corners[:-1], corners[1:], points_per_side, rng)
    rings = np.concatenate(
        [across[:-1], upward[:, 1:], across[1:, :, ::-1], upward[:, :-1, ::-1], across[:-1, :, :1]], axis=2
    ).reshape(rows * columns, -1, 2)
    placed = np.stack(
        [
            CENTRE_LON + HALF_WIDTH_DEGREES * _squeeze(rings[..., 0] / columns * 2.0 - 1.0, dense_core),
            CENTRE_LAT + HALF_WIDTH_DEGREES * _squeeze(rings[..., 1] / rows * 2.0 - 1.0, dense_core),
        ],
        axis=-1,
    )
    polygons: npt.NDArray[np.object_] = shapely.polygons(placed)
    return polygons


def _wiggly_lines(start: FloatArray, end: FloatArray, points: int, rng: np.random.Generator) -> FloatArray:
    """Return for each pair of corners its start and `points` vertices on the way, the end left out."""
    t = (np.arange(points + 1.0) / (points + 1.0))[:, None]
    along = end - start
    sideways = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    amplitude = rng.uniform(-0.1, 0.1, (*start.shape[:2], 1, 1)) * np.sin(np.pi * t)
    amplitude = amplitude + rng.uniform(-0.03, 0.03, (*start.shape[:2], points + 1, 1)) * np.sin(np.pi * t)
    return start[:, :, None] + along[:, :, None] * t + sideways[:, :, None] * amplitude


def _squeeze(share: FloatArray, dense_core: bool) -> FloatArray:
    """Map -1..1 onto itself; with a dense core the middle is drawn together."""
    return np.sinh(3.0 * share) / np.sinh(3.0) if dense_core else share
