"""Distances of a few metres to some hundred kilometres between WGS 84 positions, and the rectangle around a position.

Both use the plane that touches the ellipsoid at the middle latitude, which is what "within 50 m" needs and what a
database row can be filtered with cheaply. Lengths and areas of polygons belong in the deployment's projected system
instead. `tile_keys` next door finds the candidates.
"""

from __future__ import annotations

import math
from typing import TypeAlias, overload

import numpy as np
import numpy.typing as npt

from linli.algorithms.coordinates import Bounds

FloatArray: TypeAlias = npt.NDArray[np.float64]

_WGS84_A_M = 6378137.0
_WGS84_F = 1.0 / 298.257223563
_WGS84_E2 = _WGS84_F * (2.0 - _WGS84_F)


@overload
def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float: ...


@overload
def distance_m(
    lon1: float | FloatArray, lat1: float | FloatArray, lon2: float | FloatArray, lat2: float | FloatArray
) -> float | FloatArray: ...


def distance_m(
    lon1: float | FloatArray, lat1: float | FloatArray, lon2: float | FloatArray, lat2: float | FloatArray
) -> float | FloatArray:
    """Return the metres between positions in degrees (scalars, arrays of one shape, or one against many).

    Against the geodesic, below 60 degrees of latitude: within 1e-6 of the length up to 5 km, 1e-4 up to 50 km, 1e-2 up
    to 500 km. Not meant for more, nor for the poles.
    """
    east = np.remainder(np.subtract(lon2, lon1) + 180.0, 360.0) - 180.0
    north = np.subtract(lat2, lat1)
    meridian_m, parallel_m = _metres_per_degree(np.add(lat1, lat2) / 2.0)
    metres = np.hypot(east * parallel_m, north * meridian_m)
    return float(metres) if np.ndim(metres) == 0 else metres


def bounds_around(lon: float, lat: float, radius_m: float) -> Bounds:
    """Return a rectangle in degrees that holds every position within `radius_m` (0 to 500 km) of a position.

    It is at most a thousandth wider than needed at 1 km. Near ±180° it runs on beyond; towards the poles it ends at
    ±90°, and all longitudes belong to it where the circle reaches a pole. Raises ValueError for another radius.
    """
    if not 0.0 <= radius_m <= 500_000.0:
        raise ValueError(f"radius_m={radius_m!r}: Give a radius from 0 to 500000 m.")
    # The meridian is shortest per degree at the equator; a margin covers rounding.
    equator_m, _ = _metres_per_degree(0.0)
    north = radius_m / float(equator_m) * (1.0 + 1e-9) + 1e-12
    farthest = min(abs(lat) + north, 90.0)
    _, parallel_m = _metres_per_degree(farthest)
    east = 180.0 if farthest >= 90.0 else min(radius_m / float(parallel_m) * (1.0 + 1e-9) + 1e-12, 180.0)
    return Bounds(lon - east, max(lat - north, -90.0), lon + east, min(lat + north, 90.0))


def _metres_per_degree(lat: float | FloatArray) -> tuple[np.float64 | FloatArray, np.float64 | FloatArray]:
    """Return the metres of a degree along the meridian and along the parallel (radii of curvature of the ellipsoid)."""
    phi = np.radians(lat)
    squeeze = 1.0 - _WGS84_E2 * np.sin(phi) ** 2
    meridian = _WGS84_A_M * (1.0 - _WGS84_E2) / squeeze**1.5
    parallel = _WGS84_A_M / np.sqrt(squeeze) * np.cos(phi)
    return math.radians(1.0) * meridian, math.radians(1.0) * parallel
