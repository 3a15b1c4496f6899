"""Shapes that somebody draws on a map, and whether positions lie in them. Pure; all degrees are WGS 84.

A shape is small enough to be taken as flat (a city), so straight lines run straight in degrees. Whoever asks a database writes
`crossings` or the disc's two factors as a condition; `holds` says the same of arrays, to the last bit. `tile_keys` next door finds
the candidates by `bounds_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from linli.algorithms.coordinates import Bounds
from linli.algorithms.distances import bounds_around, distance_m

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ring:
    """A polygon by its corners (longitude, latitude), three or more, not closed; where it crosses itself, every second part is inside."""

    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Disc:
    """All that is within `radius_m` metres of a point (up to some 50 km, below 80 degrees of latitude)."""

    lon: float
    lat: float
    radius_m: float


Drawn: TypeAlias = Ring | Disc


def bounds_of(shape: Drawn) -> Bounds:
    """The rectangle in degrees that holds the shape."""
    if isinstance(shape, Disc):
        return bounds_around(shape.lon, shape.lat, shape.radius_m)
    lons, lats = zip(*shape.corners, strict=True)
    return Bounds(min(lons), min(lats), max(lons), max(lats))


def rectangle(bounds: Bounds) -> Ring:
    """A rectangle as a shape."""
    west, south, east, north = bounds.west, bounds.south, bounds.east, bounds.north
    return Ring(((west, south), (east, south), (east, north), (west, north)))


def crossings(ring: Ring) -> list[tuple[float, float, float, float]]:
    """Its sides that are not level, as (south, north, longitude at south, degrees of longitude per degree of latitude).

    A line from a position to the west meets such a side when south <= lat < north and at + (lat - south) * slope <= lon; a position
    is inside when an odd number of sides is met (even-odd rule; a corner counts once, since the north end of a side is open).
    """
    sides = []
    for (lon1, lat1), (lon2, lat2) in zip(ring.corners, ring.corners[1:] + ring.corners[:1], strict=True):
        if lat1 != lat2:
            (south, at), (north, to) = sorted([(lat1, lon1), (lat2, lon2)])
            sides.append((south, north, at, (to - at) / (north - south)))
    return sides


def per_degree_m(disc: Disc) -> tuple[float, float]:
    """Metres of a degree of longitude and of latitude in the middle of a disc."""
    half = 0.0005
    east = float(distance_m(disc.lon - half, disc.lat, disc.lon + half, disc.lat))
    north = float(distance_m(disc.lon, disc.lat - half, disc.lon, disc.lat + half))
    return east / (2 * half), north / (2 * half)


def holds(shape: Drawn, lons: FloatArray, lats: FloatArray) -> npt.NDArray[np.bool_]:
    """Which of the positions (two arrays of one shape) lie in it. Cost: positions × sides."""
    if isinstance(shape, Disc):
        east_m, north_m = per_degree_m(shape)
        east, north = (lons - shape.lon) * east_m, (lats - shape.lat) * north_m
        near: npt.NDArray[np.bool_] = east * east + north * north <= shape.radius_m * shape.radius_m
        return near
    met = np.zeros(np.shape(lons), np.int64)
    for south, to, at, slope in crossings(shape):
        met += (lats >= south) & (lats < to) & (at + (lats - south) * slope <= lons)
    inside: npt.NDArray[np.bool_] = met % 2 == 1
    return inside
