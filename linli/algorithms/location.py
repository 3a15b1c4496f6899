"""From a position to its grid, in process: `GridLocator`.

A point on a border belongs to the grid whose code sorts first, and so does a point in several grids at once; a point
in a hole or a gap belongs to none. The answer is exact: signs that rounding leaves open are computed again in
rational arithmetic. A locator never changes; a new version of the grids gets a new locator. `location_index` next
door makes its arrays, `coordinates` parses and converts positions before they come here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.location_index import FIRST_LIST, NOBODY, LocationIndex, build_index

Float64s: TypeAlias = npt.NDArray[np.float64]
Int32s: TypeAlias = npt.NDArray[np.int32]
Int64s: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

# Points are taken in portions whose intermediate arrays fit into the processor's cache.
_PORTION_POINTS = 1 << 15
_PORTION_POLYGONS = 1 << 12
_POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
# Shewchuk 1997 (doi:10.1007/PL00009321): a computed orientation beyond this share of its terms has the right sign.
_ORIENTATION_ERROR = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
# Products below this may have lost digits to underflow.
_UNDERFLOW = 1e-290


class GridLocator:
    """Finds the grid of a position among polygons; see the module for the rules.

    Resident memory is `nbytes`, about 28 bytes a vertex of well-shaped grids. Safe to share between threads.
    """

    def __init__(self, polygons: Sequence[Any] | npt.NDArray[Any], ids: Sequence[int] | Int64s, codes: Sequence[str]):
        """Take valid Polygons or MultiPolygons (Shapely or WKB, any one planar system), with ids ≥ 0 and unique codes.

        Raises ValueError that names the first offending code: other geometry types, empty ones, a negative or repeated
        id, a repeated code, lengths that differ. Validity is not checked; of an invalid ring the even-odd rule decides.
        """
        numbers = np.asarray(ids, dtype=np.int64).reshape(-1)
        _check_names(len(polygons), numbers, codes)
        by_code = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.int64)
        self._index = build_index(_geometries(polygons, by_code, codes))
        self._ids = numbers[by_code]
        # Reading single numbers through a memoryview is several times faster than through an array.
        index = self._index
        self._vertex_numbers = index.vertices.view(np.float64).data
        self._band_edges = index.band_edges.data
        self._band_starts = index.band_starts.data
        self._first_bands = index.first_bands.data
        self._cells = index.cells.data
        self._candidates = index.candidates.data

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def nbytes(self) -> int:
        """Resident bytes of the index, ids included."""
        return self._index.nbytes + self._ids.nbytes

    @property
    def vertex_count(self) -> int:
        """Vertices of all rings, closing vertices included."""
        return len(self._index.vertices)

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all polygons; None without any."""
        raster = self._index.raster
        return (raster.west, raster.south, raster.east, raster.north) if len(self) else None

    def locate(self, lon: float, lat: float) -> int | None:
        """Return the id of the grid at a position, None where there is none (NaN included). Some microseconds."""
        raster = self._index.raster
        if not (raster.west <= lon <= raster.east and raster.south <= lat <= raster.north):
            return None
        row = int((lat - raster.south) * raster.rows_per_unit)
        entry = self._cells[row * raster.columns + int((lon - raster.west) * raster.columns_per_unit)]
        if entry == NOBODY:
            return None
        if entry > NOBODY:
            return int(self._ids[entry])
        at = FIRST_LIST - entry
        while True:
            candidate = self._candidates[at]
            rank = candidate if candidate >= 0 else ~candidate
            if self._covers(rank, row, lon, lat):
                return int(self._ids[rank])
            if candidate < 0:
                return None
            at += 1

    def locate_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Int64s:
        """Return the ids of the grids at positions (two arrays of one shape), -1 where there is none."""
        x = np.asarray(lons, dtype=np.float64)
        y = np.asarray(lats, dtype=np.float64)
        if x.shape != y.shape:
            raise ValueError(f"lons has shape {x.shape}, lats has {y.shape}: Give two arrays of one shape.")
        found = np.full(x.size, -1, dtype=np.int64)
        if len(self):
            flat_x, flat_y = x.reshape(-1), y.reshape(-1)
            for start in range(0, x.size, _PORTION_POINTS):
                portion = slice(start, start + _PORTION_POINTS)
                rank = _ranks(self._index, flat_x[portion], flat_y[portion])
                found[portion] = np.where(rank >= 0, self._ids[rank], -1)
        return found.reshape(x.shape)

    def _covers(self, rank: int, row: int, x: float, y: float) -> bool:
        """Say whether a point of this row lies in the polygon or on its border."""
        numbers = self._vertex_numbers
        band = self._first_bands[rank] + row
        inside = False
        for edge in self._band_edges[self._band_starts[band] : self._band_starts[band + 1]]:
            at = 2 * edge
            y1, y2 = numbers[at + 1], numbers[at + 3]
            if (y1 > y) != (y2 > y):
                x1, x2 = numbers[at], numbers[at + 2]
                if x1 > x and x2 > x:
                    inside = not inside
                elif x1 >= x or x2 >= x:
                    side = _side(x1, y1, x2, y2, x, y)
                    if side == 0:
                        return True
                    if (side > 0) == (y2 > y):
                        inside = not inside
            elif y1 == y or y2 == y:
                x1, x2 = numbers[at], numbers[at + 2]
                if (y1 == y and x1 == x) or (y2 == y and x2 == x) or (y1 == y2 and (x1 < x) != (x2 < x)):
                    return True
        return inside


def _geometries(
    polygons: Sequence[Any] | npt.NDArray[Any], by_code: Int64s, codes: Sequence[str]
) -> Iterator[npt.NDArray[np.object_]]:
    """Yield the polygons in the order of their codes, checked, by portions: WKB is not all parsed at the same time."""
    for start in range(0, len(by_code), _PORTION_POLYGONS):
        numbers = by_code[start : start + _PORTION_POLYGONS].tolist()
        portion = np.empty(len(numbers), dtype=np.object_)
        for k, number in enumerate(numbers):
            given = polygons[number]
            portion[k] = bytes(given) if isinstance(given, bytearray | memoryview) else given
        if isinstance(portion[0], bytes):
            portion = shapely.from_wkb(portion)
        polygonal = np.isin(shapely.get_type_id(portion), _POLYGONAL)
        wrong = np.flatnonzero(~polygonal | shapely.is_empty(portion))
        if len(wrong):
            raise ValueError(f"grid {codes[numbers[wrong[0]]]!r}: Give a Polygon or MultiPolygon that is not empty.")
        yield portion


def _check_names(polygon_count: int, ids: Int64s, codes: Sequence[str]) -> None:
    if not polygon_count == len(ids) == len(codes):
        raise ValueError(f"{polygon_count} polygons, {len(ids)} ids, {len(codes)} codes: Give one of each per grid.")
    negative = np.flatnonzero(ids < 0)
    if len(negative):
        raise ValueError(f"grid {codes[negative[0]]!r}: Give an id of 0 or more, not {ids[negative[0]]}.")
    for name, values in (("id", ids.tolist()), ("code", codes)):
        seen: set[object] = set()
        for value, code in zip(values, codes, strict=True):
            if value in seen:
                raise ValueError(f"grid {code!r}: Its {name} {value!r} belongs to another grid too; make it unique.")
            seen.add(value)


def _ranks(index: LocationIndex, x: Float64s, y: Float64s) -> Int32s:
    """Return the rank of the polygon of each point, NOBODY where there is none."""
    raster = index.raster
    rank = np.full(len(x), NOBODY, dtype=np.int32)
    within = np.flatnonzero((x >= raster.west) & (x <= raster.east) & (y >= raster.south) & (y <= raster.north))
    px, py = x[within], y[within]
    row = ((py - raster.south) * raster.rows_per_unit).astype(np.int64)
    column = ((px - raster.west) * raster.columns_per_unit).astype(np.int64)
    entry = index.cells[row * raster.columns + column]
    rank[within] = np.maximum(entry, NOBODY)

    waiting = np.flatnonzero(entry <= FIRST_LIST)
    at = FIRST_LIST - entry[waiting]
    while len(waiting):
        candidate = index.candidates[at]
        polygon = np.where(candidate < 0, ~candidate, candidate)
        covered = _cover(index, index.first_bands[polygon] + row[waiting], px[waiting], py[waiting])
        rank[within[waiting[covered]]] = polygon[covered]
        on = ~covered & (candidate >= 0)
        waiting, at = waiting[on], at[on] + 1
    return rank


def _cover(index: LocationIndex, band: Int64s, x: Float64s, y: Float64s) -> Bools:
    """Say for each point whether the polygon of its band covers it, border included (even-odd rule)."""
    start = index.band_starts[band].astype(np.int64)
    length = index.band_starts[band + 1] - start
    point = np.repeat(np.arange(len(x)), length)
    edge = index.band_edges[np.arange(len(point)) + np.repeat(start - (np.cumsum(length) - length), length)]
    a, b = index.vertices[edge], index.vertices[edge + 1]
    y_point = y[point]
    rises = b.imag > y_point
    straddles = np.flatnonzero((a.imag > y_point) != rises)
    level = np.flatnonzero((a.imag == y_point) | (b.imag == y_point))

    owner = point[straddles]
    side = _sides(a[straddles], b[straddles], x[owner], y_point[straddles])
    to_the_east = (side > 0) == rises[straddles]
    covered: Bools = np.bincount(owner[to_the_east], minlength=len(x)) % 2 == 1
    covered[owner[side == 0]] = True
    if len(level):
        owner = point[level]
        a, b, px, py = a[level], b[level], x[owner], y[owner]
        on_end = ((a.real == px) & (a.imag == py)) | ((b.real == px) & (b.imag == py))
        on_level = (a.imag == b.imag) & ((a.real < px) != (b.real < px))
        covered[owner[on_end | on_level]] = True
    return covered


def _sides(a: npt.NDArray[np.complex128], b: npt.NDArray[np.complex128], x: Float64s, y: Float64s) -> Float64s:
    """Return numbers with the exact sign: positive where the point lies left of a → b, 0 where on its line."""
    ax, ay, bx, by = a.real - x, a.imag - y, b.real - x, b.imag - y
    left, right = ax * by, ay * bx
    side: Float64s = left - right
    open_sign = np.abs(side) <= _ORIENTATION_ERROR * (np.abs(left) + np.abs(right)) + _UNDERFLOW
    for k in np.flatnonzero(open_sign):
        side[k] = _exact_side(a[k].real, a[k].imag, b[k].real, b[k].imag, x[k], y[k])
    return side


def _side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> float:
    """Do for one point what `_sides` does for many."""
    left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    side = left - right
    if abs(side) <= _ORIENTATION_ERROR * (abs(left) + abs(right)) + _UNDERFLOW:
        return _exact_side(x1, y1, x2, y2, x, y)
    return side


def _exact_side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    """Return 1, 0 or -1 in rational arithmetic; differences of equal numbers need none."""
    if (x1 == x or y2 == y) and (y1 == y or x2 == x):
        return 0
    px, py = Fraction(float(x)), Fraction(float(y))
    left = (Fraction(float(x1)) - px) * (Fraction(float(y2)) - py)
    right = (Fraction(float(y1)) - py) * (Fraction(float(x2)) - px)
    return (left > right) - (left < right)
