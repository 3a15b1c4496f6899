"""What the numbers of a file may mean when it does not say: degrees of which system, metres of which zone, which axis first.

Nothing is decided here. Each meaning that puts the points on the ground of the city is tried, and the distance from the points to lines
that are known (streets, borders of areas and grids) is the evidence: GCJ-02 taken for WGS 84 lies some hundred metres beside everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.coordinates import Bounds, CoordinateSystem, convert
from linli.algorithms.ground_faults import Plane
from linli.lib.systems import parse_system, to_wgs84

Points: TypeAlias = npt.NDArray[np.float64]
Zone: TypeAlias = Literal[3, 6]

SAMPLE = 400
NEAR_M = 30.0  # half the points of a right meaning lie nearer to a known line than this
CLEARLY = 3.0  # and that many times nearer than by the other meaning
FAR_M = 5_000.0
FIRST_MERIDIAN, LAST_MERIDIAN = 75, 135
# CGCS2000 by EPSG: zone with its number before the easting, and without; three and six degrees wide.
NUMBERED_3, PLAIN_3, NUMBERED_6, PLAIN_6 = 4513, 4534, 4491, 4502


@dataclass(frozen=True, slots=True)
class Meaning:
    """What numbers may mean: a system of degrees (WGS84, CGCS2000, GCJ02, BD09) or a code such as EPSG:4538, the first number east; with
    `swapped` it is the second."""

    system: str
    swapped: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a meaning fits: the share of points in the city, and the median distance to what is known, in metres (None: nothing is)."""

    meaning: Meaning
    inside: float
    median_m: float | None


def zone_code(meridian: int, width: Zone, *, numbered: bool) -> str:
    """The EPSG code of a Gauss–Krüger zone of CGCS2000 by its middle meridian (75 to 135; every third or sixth degree)."""
    step = (meridian - FIRST_MERIDIAN) // width
    first = (NUMBERED_3 if numbered else PLAIN_3) if width == 3 else NUMBERED_6 if numbered else PLAIN_6
    return f"EPSG:{first + step}"


def zone_of(easting_m: float) -> str | None:
    """The zone that a number before the easting names (25 to 45: three degrees wide, 13 to 23: six); None without one."""
    number = int(easting_m // 1_000_000)
    if 25 <= number <= 45:
        return zone_code(number * 3, 3, numbered=True)
    if 13 <= number <= 23:
        return zone_code(number * 6 - 3, 6, numbered=True)
    return None


def degrees_of(points: Points, meaning: Meaning) -> Points:
    """Points (n, 2) of a meaning as WGS 84, longitude first; what lies nowhere is not finite. Raises SystemRefused."""
    x, y = (points[:, 1], points[:, 0]) if meaning.swapped else (points[:, 0], points[:, 1])
    if not meaning.system.startswith("EPSG:"):
        if meaning.system in ("WGS84", "CGCS2000"):
            return np.column_stack((x, y))
        return np.column_stack(convert(x, y, cast(CoordinateSystem, meaning.system), "WGS84"))
    lon, lat = _way(meaning.system).transform(x, y, errcheck=False)
    return np.column_stack((lon, lat))


@lru_cache(maxsize=64)
def _way(system: str) -> Any:
    return to_wgs84(parse_system(system))


def meanings_of(points: Points) -> Iterator[Meaning]:
    """The meanings that such numbers can have at all, the likeliest first."""
    x, y = np.abs(np.nanmedian(points, axis=0))
    if x <= 180 and y <= 180:
        for swapped in (False, True):
            if (x if swapped else y) <= 90:
                for system in ("WGS84", "GCJ02", "BD09"):
                    yield Meaning(system, swapped)
        return
    for swapped in (False, True):
        east, north = (y, x) if swapped else (x, y)
        if not 0 <= north <= 10_000_000:
            continue
        if zone := zone_of(east):
            yield Meaning(zone, swapped)
        elif 100_000 <= east <= 900_000:
            for meridian in range(FIRST_MERIDIAN, LAST_MERIDIAN + 1, 3):
                yield Meaning(zone_code(meridian, 3, numbered=False), swapped)


def evidence_of(points: Points, known: Any, expected: Bounds | None) -> list[Evidence]:
    """Every possible meaning with its evidence, the best first: in the city before outside, then by the distance to what is known.

    `known` are lines of the city (array of shapes in WGS 84 degrees, may be empty), `expected` where it lies. A sample of the points is
    tried; a hundred thousand known lines cost about half a second.
    """
    sample = points[np.linspace(0, len(points) - 1, min(len(points), SAMPLE)).astype(int)]
    plane = Plane.around(known) if len(known) else None
    tree = shapely.STRtree(plane.metres(known)) if plane is not None else None
    found = []
    for meaning in meanings_of(points):
        at = degrees_of(sample, meaning)
        good = np.isfinite(at).all(axis=1)
        inside = good if expected is None else good & _within(at, expected)
        median = None
        if plane is not None and tree is not None and good.any():
            spots = plane.metres(shapely.points(at[good]))
            _pairs, apart = tree.query_nearest(spots, return_distance=True, all_matches=False)
            median = float(np.median(apart))
        found.append(Evidence(meaning, float(inside.mean()), median))
    return sorted(found, key=lambda one: (one.inside < 0.9, one.median_m if one.median_m is not None else 0.0))


def better_than(given: Meaning, found: list[Evidence]) -> Evidence | None:
    """The meaning that fits clearly better than the given one; None where it is the best, or nobody can say."""
    if not found:
        return None
    best = found[0]
    now = next((one for one in found if one.meaning == given), None)
    if best.meaning == given or best.inside < 0.9:
        return None
    if now is None or now.inside < 0.5:
        # Of several that are all in the city and beside nothing known, none is better than another.
        rest = [one for one in found[1:] if one.inside >= 0.9]
        alone = not rest or (best.median_m is not None and best.median_m <= NEAR_M)
        return best if alone or best.meaning.system == given.system else None
    if best.median_m is None or now.median_m is None or best.median_m > NEAR_M:
        return None
    return best if now.median_m >= CLEARLY * max(best.median_m, 3.0) else None


def _within(at: Points, box: Bounds) -> npt.NDArray[np.bool_]:
    inside: npt.NDArray[np.bool_] = (
        (at[:, 0] >= box.west) & (at[:, 0] <= box.east) & (at[:, 1] >= box.south) & (at[:, 1] <= box.north)
    )
    return inside
