"""One sortable integer per position, so that a b-tree index answers area searches on any database.

A key is the position's web Mercator tile at a zoom level (EPSG:3857 as map tiles use it), its x and y bits
interleaved, y first: the number that Bing's quadkey spells. Every coarser tile is a contiguous range of keys, so a
map tile or a search rectangle becomes a few `BETWEEN low AND high`. Ranges find candidates; whoever needs exact
limits filters them with `distances` next door. Latitudes beyond the map's edge at ±85.05° count to the outermost
tile.
"""

from __future__ import annotations

import math
from typing import TypeAlias, TypeVar, overload

import numpy as np
import numpy.typing as npt

from linli.algorithms.coordinates import Bounds

FloatArray: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]
N = TypeVar("N", int, IntArray)

# At zoom 22 a tile is 9.55 m wide at the equator and 7.3 m at 40 degrees; keys stay below 2 ** 44.
KEY_ZOOM = 22
_MAX_ZOOM = 31
_MAX_LAT = math.degrees(math.atan(math.sinh(math.pi)))


@overload
def tile_key(lon: float, lat: float, zoom: int = KEY_ZOOM) -> int: ...


@overload
def tile_key(lon: FloatArray, lat: FloatArray, zoom: int = KEY_ZOOM) -> IntArray: ...


def tile_key(lon: float | FloatArray, lat: float | FloatArray, zoom: int = KEY_ZOOM) -> int | IntArray:
    """Return the key of WGS 84 degrees (scalars or arrays of one shape), from 0 to 4 ** zoom - 1.

    Raises ValueError for NaN, infinity, or a zoom outside 0 to 31.
    """
    _check_zoom(zoom)
    if isinstance(lon, float | int) and isinstance(lat, float | int):
        return _key_of_one(lon, lat, 1 << zoom)
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("lon, lat: Give finite degrees; parse positions before making keys of them.")
    tiles = 1 << zoom
    column = np.floor((x + 180.0) / 360.0 * tiles)
    sine = np.sin(np.radians(np.clip(y, -_MAX_LAT, _MAX_LAT)))
    row = np.floor((0.5 - np.arctanh(sine) / (2.0 * np.pi)) * tiles)
    last = tiles - 1
    key = (
        _interleave(np.clip(column, 0, last).astype(np.int64))
        | _interleave(np.clip(row, 0, last).astype(np.int64)) << 1
    )
    return int(key) if key.ndim == 0 else key


def _key_of_one(lon: float, lat: float, tiles: int) -> int:
    """The same for one position: a report asks for five keys, and arrays of one cost ten times as much."""
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ValueError("lon, lat: Give finite degrees; parse positions before making keys of them.")
    column = math.floor((lon + 180.0) / 360.0 * tiles)
    sine = float(
        np.sin(np.radians(min(max(lat, -_MAX_LAT), _MAX_LAT)))
    )  # NumPy's, so that both ways agree to the last bit
    row = math.floor((0.5 - float(np.arctanh(sine)) / (2.0 * math.pi)) * tiles)
    return _interleave(min(max(column, 0), tiles - 1)) | _interleave(min(max(row, 0), tiles - 1)) << 1


@overload
def tile_of_key(key: int) -> tuple[int, int]: ...


@overload
def tile_of_key(key: IntArray) -> tuple[IntArray, IntArray]: ...


def tile_of_key(key: int | IntArray) -> tuple[int | IntArray, int | IntArray]:
    """Return column x and row y of the tile of a key, at the zoom that the key was made for."""
    if isinstance(key, int):
        return _gather(key), _gather(key >> 1)
    number = np.asarray(key, dtype=np.int64)
    x, y = _gather(number), _gather(number >> 1)
    return (int(x), int(y)) if number.ndim == 0 else (x, y)


def tile_bounds(zoom: int, x: int, y: int) -> Bounds:
    """Return the sides of a tile in WGS 84 degrees."""
    _check_tile(zoom, x, y)
    tiles = 1 << zoom

    def lat_of(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * row / tiles))))

    return Bounds(x / tiles * 360.0 - 180.0, lat_of(y + 1), (x + 1) / tiles * 360.0 - 180.0, lat_of(y))


def tile_key_range(zoom: int, x: int, y: int, key_zoom: int = KEY_ZOOM) -> tuple[int, int]:
    """Return the lowest and the highest key (both belong to it) of the positions in a tile."""
    _check_zoom(key_zoom)
    _check_tile(zoom, x, y)
    if zoom > key_zoom:
        raise ValueError(f"zoom={zoom}: Give a zoom of at most {key_zoom}, that of the keys.")
    below = 2 * (key_zoom - zoom)
    prefix = _interleave(x) | _interleave(y) << 1
    return prefix << below, (prefix + 1 << below) - 1


def tile_key_ranges(bounds: Bounds, key_zoom: int = KEY_ZOOM) -> list[tuple[int, int]]:
    """Return one to four key ranges (low and high included, ascending) that hold every position of a rectangle.

    They are those of the smallest tiles of which two by two suffice, so they also hold positions outside it. A side
    that steps over ±180° is cut off there.
    """
    _check_zoom(key_zoom)
    west, north = tile_of_key(tile_key(bounds.west, bounds.north, key_zoom))
    east, south = tile_of_key(tile_key(bounds.east, bounds.south, key_zoom))
    if bounds.west > bounds.east or bounds.south > bounds.north:
        raise ValueError(f"bounds={bounds!r}: Give west before east and south before north.")
    up = 0
    while (east >> up) - (west >> up) > 1 or (south >> up) - (north >> up) > 1:
        up += 1
    tiles = [(x, y) for x in range(west >> up, (east >> up) + 1) for y in range(north >> up, (south >> up) + 1)]
    ranges: list[tuple[int, int]] = []
    for low, high in sorted(tile_key_range(key_zoom - up, x, y, key_zoom) for x, y in tiles):
        if ranges and ranges[-1][1] + 1 == low:
            ranges[-1] = (ranges[-1][0], high)
        else:
            ranges.append((low, high))
    return ranges


# Spreading and gathering bits by halves: H. S. Warren, Hacker's Delight, 2nd ed., section 7-2.
_HALVES = ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F), (2, 0x3333333333333333))
_EVEN_BITS = 0x5555555555555555


def _interleave(number: N) -> N:
    """Put bit k of each number at place 2k."""
    for shift, mask in _HALVES:
        number = (number | number << shift) & mask
    return (number | number << 1) & _EVEN_BITS


def _gather(number: N) -> N:
    """Put bit 2k of each number at place k; undoes `_interleave`."""
    number = number & _EVEN_BITS
    number = (number | number >> 1) & _HALVES[3][1]
    for k in (3, 2, 1):
        number = (number | number >> _HALVES[k][0]) & _HALVES[k - 1][1]
    return (number | number >> 16) & 0xFFFFFFFF


def _check_zoom(zoom: int) -> None:
    if not 0 <= zoom <= _MAX_ZOOM:
        raise ValueError(f"zoom={zoom}: Give a zoom from 0 to {_MAX_ZOOM}.")


def _check_tile(zoom: int, x: int, y: int) -> None:
    _check_zoom(zoom)
    for name, value in (("x", x), ("y", y)):
        if not 0 <= value < 1 << zoom:
            raise ValueError(f"{name}={value}: At zoom {zoom} give a tile from 0 to {(1 << zoom) - 1}.")
