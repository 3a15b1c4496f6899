"""Coordinate systems in use in China, and the door through which a position enters.

WGS 84 is what a receiver gives, GCJ-02 what phones and Chinese map services give, BD-09 what Baidu gives; CGCS2000 is
what surveyors give and is taken as WGS 84 here (they differ by centimetres). A deployment stores WGS 84 and keeps
the source system beside it.

The forward formulas are the published ones (GCJ-02: Krasovsky ellipsoid, a = 6378245 m; BD-09: polar offset of GCJ-02).
No closed inverse exists, so the way back is a fixed-point iteration run until it no longer moves. Everything outside
the rectangle of the published formula stays as it is, in both directions. Within two kilometres of the rectangle's
edge, all of it abroad or at sea, a converted point may step over the edge, and the way back is not defined there.

Next door: `tile_keys` turns WGS 84 positions into sortable integers, `distances` measures between them, `location`
finds the grid of a position.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Literal, NamedTuple, SupportsFloat, TypeAlias, TypeVar, get_args, overload

import numpy as np
import numpy.typing as npt

CoordinateSystem: TypeAlias = Literal["WGS84", "GCJ02", "BD09", "CGCS2000"]
COORDINATE_SYSTEMS: tuple[CoordinateSystem, ...] = get_args(CoordinateSystem)

FloatArray: TypeAlias = npt.NDArray[np.float64]
Pair: TypeAlias = tuple[FloatArray, FloatArray]
Degrees = TypeVar("Degrees", float, FloatArray)

# The rectangle inside which the published GCJ-02 formula moves a point: west, south, east, north in degrees.
CHINA_RECTANGLE = (72.004, 0.8293, 137.8347, 55.8271)
_FIRST_ZONE, _FIRST_MERIDIAN, _LAST_MERIDIAN = 4534, 75, 135  # of the 3-degree zones of CGCS2000 in EPSG

_KRASOVSKY_A_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_PI = math.pi * 3000.0 / 180.0
_CONVERGED_DEGREES = 1e-12
_MAX_ROUNDS = 30


class Position(NamedTuple):
    """A place in degrees, east and north positive."""

    lon: float
    lat: float


class Bounds(NamedTuple):
    """A rectangle in degrees; all four sides belong to it."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Say whether the position lies in the rectangle or on its sides."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


PositionReason: TypeAlias = Literal["not_a_number", "not_finite", "out_of_range", "swapped", "outside_bounds"]


class PositionError(ValueError):
    """A position that was refused: `field` and `value` as received, `reason` as a word, `mend` as an English sentence.

    Surfaces translate by `reason`; `mend` is for logs and for callers without a catalogue.
    """

    def __init__(self, field: str, value: object, reason: PositionReason, mend: str) -> None:
        super().__init__(f"{field}={value!r}: {mend}")
        self.field = field
        self.value = value
        self.reason = reason
        self.mend = mend


def choose_system(lon: float, lat: float) -> str:
    """The projected system for ground around a place (degrees), as "EPSG:4547": in China the 3-degree Gauss–Krüger zone of CGCS2000, else UTM."""
    west, south, east, north = CHINA_RECTANGLE
    if west <= lon <= east and south <= lat <= north:
        meridian = min(max(round(lon / 3) * 3, _FIRST_MERIDIAN), _LAST_MERIDIAN)
        return f"EPSG:{_FIRST_ZONE + (meridian - _FIRST_MERIDIAN) // 3}"
    zone = min(int((lon + 180) // 6) + 1, 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def parse_position(
    lon: object, lat: object, *, expected: Bounds | None = None, allow_outside: bool = False
) -> Position:
    """Turn two values from outside (numbers or text) into a `Position`, or refuse them with a `PositionError`.

    `expected` is where positions of this deployment lie. A position outside it that would lie inside with longitude
    and latitude exchanged is refused as swapped; any other position outside is refused too unless `allow_outside`.
    """
    x = _parse_degrees("lon", lon)
    y = _parse_degrees("lat", lat)
    if abs(y) > 90.0:
        if abs(x) <= 90.0 and abs(y) <= 180.0 and (expected is None or expected.holds(y, x)):
            raise PositionError("lat", lat, "swapped", "Latitude exceeds 90; exchange longitude and latitude.")
        raise PositionError("lat", lat, "out_of_range", "Give the latitude in degrees from -90 to 90.")
    if abs(x) > 180.0:
        raise PositionError("lon", lon, "out_of_range", "Give the longitude in degrees from -180 to 180.")
    if expected is not None and not expected.holds(x, y):
        if expected.holds(y, x):
            raise PositionError("lon", lon, "swapped", "Exchange longitude and latitude.")
        if not allow_outside:
            field, value = ("lat", lat) if expected.west <= x <= expected.east else ("lon", lon)
            sides = f"{expected.west:g} to {expected.east:g} east, {expected.south:g} to {expected.north:g} north"
            raise PositionError(field, value, "outside_bounds", f"Give a position within {sides}.")
    return Position(x, y)


def _parse_degrees(field: str, value: object) -> float:
    mend = "Give decimal degrees, for example 116.397."
    # The usual kinds first: asking whether something has the methods of a protocol takes longer than all the rest.
    if isinstance(value, bool):
        raise PositionError(field, value, "not_a_number", mend)
    if not isinstance(value, str | float | int | Decimal) and not isinstance(value, SupportsFloat):
        raise PositionError(field, value, "not_a_number", mend)
    try:
        degrees = float(value)
    except (ValueError, TypeError, OverflowError):
        raise PositionError(field, value, "not_a_number", mend) from None
    if not math.isfinite(degrees):
        raise PositionError(field, value, "not_finite", mend)
    return degrees


def _gcj02_offset(lon: FloatArray, lat: FloatArray) -> Pair:
    """Offset in degrees of GCJ-02 from WGS 84 at a WGS 84 position, by the published formula."""
    x, y = lon - 105.0, lat - 35.0
    root = 0.1 * np.sqrt(np.abs(x))
    common = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 2.0 * root + common
    north_m += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north_m += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + root + common
    east_m += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east_m += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    squeeze = 1.0 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_A_M * (1.0 - _KRASOVSKY_E2) / squeeze**1.5
    parallel_m = _KRASOVSKY_A_M / np.sqrt(squeeze) * np.cos(phi)
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _gcj02_forward(lon: FloatArray, lat: FloatArray) -> Pair:
    east, north = _gcj02_offset(lon, lat)
    return lon + east, lat + north


def _bd09_forward(lon: FloatArray, lat: FloatArray) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(forward: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray) -> Pair:
    """Find the position that `forward` maps to (lon, lat).

    Both offsets change by less than 3 % of a step, so each round gains at least a digit and a half.
    """
    x, y = lon, lat
    for _ in range(_MAX_ROUNDS):
        there_x, there_y = forward(x, y)
        step_x, step_y = lon - there_x, lat - there_y
        x, y = x + step_x, y + step_y
        largest = max(np.abs(step_x).max(initial=0.0), np.abs(step_y).max(initial=0.0))
        if largest < _CONVERGED_DEGREES:
            return x, y
    raise ArithmeticError("The inverse did not converge; the forward formula is not close to the identity.")


def _inside_china(
    change: Callable[[FloatArray, FloatArray], Pair], lon: Degrees, lat: Degrees
) -> tuple[Degrees, Degrees]:
    """Apply `change` to what lies in the published rectangle; NaN, infinity and everything else stay as they are."""
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    west, south, east, north = CHINA_RECTANGLE
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    out_x, out_y = x.copy(), y.copy()
    out_x[inside], out_y[inside] = change(x[inside], y[inside])
    if out_x.ndim == 0:
        return float(out_x), float(out_y)  # type: ignore[return-value]  # scalars in, scalars out
    return out_x, out_y  # type: ignore[return-value]  # arrays in, arrays out


def wgs84_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Convert WGS 84 degrees to GCJ-02 degrees; scalars or arrays of one shape."""
    return _inside_china(_gcj02_forward, lon, lat)


def gcj02_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Convert GCJ-02 degrees to WGS 84 degrees, exact to well under a millimetre; scalars or arrays of one shape."""
    return _inside_china(lambda x, y: _inverse(_gcj02_forward, x, y), lon, lat)


def gcj02_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Convert GCJ-02 degrees to BD-09 degrees; scalars or arrays of one shape."""
    return _inside_china(_bd09_forward, lon, lat)


def bd09_to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Convert BD-09 degrees to GCJ-02 degrees, exact to well under a millimetre; scalars or arrays of one shape."""
    return _inside_china(lambda x, y: _inverse(_bd09_forward, x, y), lon, lat)


def wgs84_to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Convert WGS 84 degrees to BD-09 degrees by way of GCJ-02; scalars or arrays of one shape."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Convert BD-09 degrees to WGS 84 degrees by way of GCJ-02; scalars or arrays of one shape."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


@overload
def convert(lon: float, lat: float, source: CoordinateSystem, target: CoordinateSystem) -> tuple[float, float]: ...


@overload
def convert(lon: FloatArray, lat: FloatArray, source: CoordinateSystem, target: CoordinateSystem) -> Pair: ...


def convert(
    lon: float | FloatArray, lat: float | FloatArray, source: CoordinateSystem, target: CoordinateSystem
) -> tuple[float | FloatArray, float | FloatArray]:
    """Convert degrees from one of `COORDINATE_SYSTEMS` to another; scalars or arrays of one shape.

    The same system on both sides returns the input unchanged. Raises ValueError for a system it does not know.
    """
    for system in (source, target):
        if system not in COORDINATE_SYSTEMS:
            raise ValueError(f"coordinate_system={system!r}: Give one of {', '.join(COORDINATE_SYSTEMS)}.")
    here = "WGS84" if source == "CGCS2000" else source
    there = "WGS84" if target == "CGCS2000" else target
    if here == there:
        return lon, lat
    return _CONVERSIONS[here, there](lon, lat)


_CONVERSIONS: dict[tuple[str, str], Callable[..., tuple[float | FloatArray, float | FloatArray]]] = {
    ("WGS84", "GCJ02"): wgs84_to_gcj02,
    ("GCJ02", "WGS84"): gcj02_to_wgs84,
    ("GCJ02", "BD09"): gcj02_to_bd09,
    ("BD09", "GCJ02"): bd09_to_gcj02,
    ("WGS84", "BD09"): wgs84_to_bd09,
    ("BD09", "WGS84"): bd09_to_wgs84,
}
