"""The arrays behind `location.GridLocator`, and how they are made from polygons.

Two structures answer a point together. A raster of equal cells over the extent names, for each cell, the one polygon
that fills it, or a short list of polygons that may hold a part of it. A table of bands lists, for each polygon and each
row of cells, the edges that reach into that row: all that the even-odd rule needs for a point of the row. The raster
only has to leave nobody out; the exact answer always comes from the edges (`location`).

Rows and columns of a vertex and of a point come from the same rounded expression. Rounding keeps order, so an edge
reaches exactly the rows between those of its ends, and nothing has to be widened there. Only where an edge enters and
leaves a row between its ends is interpolated, and that is widened by `_MARGIN_CELLS`, a million times the rounding
error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import shapely

Float64s = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Complex128s = npt.NDArray[np.complex128]

NOBODY = -1  # a cell that no polygon reaches
FIRST_LIST = -2  # a cell whose list starts at 0; the list starting at k is FIRST_LIST - k

_MARGIN_CELLS = 1e-6
_CELLS_PER_EDGE = 0.75
_PORTION_VERTICES = 1 << 16
_MAX_CELLS = 1 << 22
_MAX_SIDE = 1 << 13
_MAX_COORDINATE = 1e12
_MIN_EXTENT = 1e-100


@dataclass(frozen=True, slots=True)
class Raster:
    """Equal cells over an extent; `row` and `column` of a coordinate never decrease as it grows."""

    west: float
    south: float
    east: float
    north: float
    columns: int
    rows: int
    columns_per_unit: float
    rows_per_unit: float


@dataclass(frozen=True, slots=True)
class LocationIndex:
    """Everything resident; polygons are numbered by rank, the order of their codes.

    vertices: all rings one after the other, closing vertex included, x + iy; edge k runs from vertex k to k + 1.
    band_edges, band_starts: the edges of band b are band_edges[band_starts[b]:band_starts[b + 1]].
    first_bands: the band of a polygon in a row is first_bands[polygon] + row.
    cells: by row × columns + column: the rank of the polygon that fills the cell, NOBODY, or FIRST_LIST - start.
    candidates: lists of ranks, ascending; the last of each list is stored as its complement.
    """

    raster: Raster
    vertices: Complex128s
    band_edges: Int32s
    band_starts: Int32s
    first_bands: Int32s
    cells: Int32s
    candidates: Int32s

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays together."""
        return sum(getattr(self, field.name).nbytes for field in fields(self) if field.name != "raster")


@dataclass(frozen=True, slots=True)
class _Rings:
    """All rings: ring r is vertices[starts[r]:starts[r + 1]], polygon p the rings first_rings[p]:first_rings[p + 1]."""

    vertices: Complex128s
    starts: Int64s
    first_rings: Int64s

    @property
    def polygon_count(self) -> int:
        return len(self.first_rings) - 1


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edges of a portion of polygons, in cell units: `number` is the first vertex, `polygon` the rank."""

    number: Int64s
    polygon: Int64s
    u1: Float64s
    v1: Float64s
    u2: Float64s
    v2: Float64s


@dataclass(frozen=True, slots=True)
class _Runs:
    """What an edge covers inside one row: columns `low` to `high`; `crosses` the middle line of the row or not.

    Bands are counted within the portion. Columns are counted on through its bands (band × columns + column), so that
    one order serves all polygons.
    """

    edge: Int64s
    polygon: Int64s
    band: Int64s
    row: Int64s
    low: Int64s
    high: Int64s
    crosses: npt.NDArray[np.bool_]


def build_index(portions: Iterable[npt.NDArray[np.object_]]) -> LocationIndex:
    """Build the index of valid Polygons and MultiPolygons, given in the order of their codes, in any portions.

    Cost: O(n log n) in the number of edges, about 0.3 µs an edge, plus 8 bytes for each polygon and cell it reaches:
    meant for layers whose polygons hardly overlap. Works by portions; at its peak it takes about 2.5 times what stays
    resident. Raises ValueError for coordinates that are not finite or beyond 1e12, and for an extent without area.
    """
    rings = _all_rings(portions)
    if not len(rings.vertices):
        nothing = np.empty(0, dtype=np.int32)
        raster = Raster(0.0, 0.0, 0.0, 0.0, 1, 1, 0.0, 0.0)
        nobody = np.full(1, NOBODY, dtype=np.int32)
        return LocationIndex(raster, rings.vertices, nothing, np.zeros(1, np.int32), nothing, nobody, nothing)
    raster = _raster_over(rings.vertices, len(rings.vertices) - len(rings.starts) + 1)
    band_edges, band_sizes, first_bands, memberships = [], [], [], []
    bands_before = 0
    rank_bits = rings.polygon_count.bit_length()
    for ring_slice, polygon_slice in _portions(rings):
        edges = _edges(rings, ring_slice, raster)
        runs, first_band, sizes = _runs(edges, polygon_slice, raster)
        band_edges.append(runs.edge.astype(np.int32))
        band_sizes.append(sizes)
        first_bands.append(first_band + bands_before)
        memberships.append(_memberships(runs, raster, rank_bits))
        bands_before += len(sizes)
    band_starts = np.zeros(bands_before + 1, dtype=np.int32)
    np.cumsum(np.concatenate(band_sizes), out=band_starts[1:])
    cells, candidates = _cells(np.concatenate(memberships), raster, rank_bits)
    first_of_all = np.concatenate(first_bands).astype(np.int32)
    return LocationIndex(
        raster, rings.vertices, np.concatenate(band_edges), band_starts, first_of_all, cells, candidates
    )


def _all_rings(portions: Iterable[npt.NDArray[np.object_]]) -> _Rings:
    vertices, starts, first_rings = [], [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
    vertex_count = ring_count = 0
    for polygons in portions:
        kind, coordinates, offsets = shapely.to_ragged_array(polygons, include_z=False)
        ends = offsets[1][1:] if kind == shapely.GeometryType.POLYGON else offsets[1][offsets[2][1:]]
        vertices.append(np.ascontiguousarray(coordinates, dtype=np.float64).view(np.complex128).ravel())
        starts.append(offsets[0][1:].astype(np.int64) + vertex_count)
        first_rings.append(ends.astype(np.int64) + ring_count)
        vertex_count += len(vertices[-1])
        ring_count += len(starts[-1])
    together = np.concatenate(vertices) if vertices else np.empty(0, dtype=np.complex128)
    return _Rings(together, np.concatenate(starts), np.concatenate(first_rings))


def _portions(rings: _Rings) -> Iterator[tuple[slice, slice]]:
    """Yield slices of rings and of polygons with about `_PORTION_VERTICES` vertices each, at least one polygon."""
    first_vertex = rings.starts[rings.first_rings]
    polygon = 0
    while polygon < rings.polygon_count:
        limit = first_vertex[polygon] + _PORTION_VERTICES
        end = max(int(np.searchsorted(first_vertex, limit, side="right")) - 1, polygon + 1)
        yield slice(int(rings.first_rings[polygon]), int(rings.first_rings[end])), slice(polygon, end)
        polygon = end


def _raster_over(vertices: Complex128s, edge_count: int) -> Raster:
    west, east = float(vertices.real.min()), float(vertices.real.max())
    south, north = float(vertices.imag.min()), float(vertices.imag.max())
    if not all(abs(side) <= _MAX_COORDINATE for side in (west, south, east, north)):
        raise ValueError("Grid polygons need finite coordinates, in degrees or metres.")
    width, height = east - west, north - south
    if min(width, height) < _MIN_EXTENT:
        raise ValueError("Grid polygons need an area; all of these lie on one line.")
    wanted = min(max(edge_count * _CELLS_PER_EDGE, 1.0), float(_MAX_CELLS))
    columns = int(min(max((wanted * width / height) ** 0.5, 1.0), _MAX_SIDE))
    rows = int(min(max(wanted / columns, 1.0), _MAX_SIDE))
    # A little less than columns / width, so that the eastern side itself falls into the last column.
    shrink = 1.0 - 1e-12
    return Raster(west, south, east, north, columns, rows, columns / width * shrink, rows / height * shrink)


def _edges(rings: _Rings, ring_slice: slice, raster: Raster) -> _Edges:
    starts = rings.starts[ring_slice.start : ring_slice.stop + 1]
    vertices = rings.vertices[starts[0] : starts[-1]]
    u = (vertices.real - raster.west) * raster.columns_per_unit
    v = (vertices.imag - raster.south) * raster.rows_per_unit
    starts_edge = np.ones(len(vertices), dtype=np.bool_)
    starts_edge[starts[1:] - starts[0] - 1] = False
    near = np.flatnonzero(starts_edge)
    ring = np.repeat(np.arange(ring_slice.start, ring_slice.stop), np.diff(starts) - 1)
    polygon = np.searchsorted(rings.first_rings, ring, side="right") - 1
    return _Edges(near + starts[0], polygon, u[near], v[near], u[near + 1], v[near + 1])


def _runs(edges: _Edges, polygons: slice, raster: Raster) -> tuple[_Runs, Int64s, Int64s]:
    """Cut edges at the row lines; return the runs ordered by band and column, `first_bands`, and the bands' sizes."""
    low_row = np.minimum(edges.v1, edges.v2).astype(np.int64)
    high_row = np.maximum(edges.v1, edges.v2).astype(np.int64)
    first_edges = np.searchsorted(edges.polygon, np.arange(polygons.start, polygons.stop))
    south_row = np.minimum.reduceat(low_row, first_edges)
    bands = np.maximum.reduceat(high_row, first_edges) - south_row + 1
    first_bands = np.cumsum(bands) - bands - south_row

    rows_crossed = high_row - low_row + 1
    which, step = _spread(rows_crossed)
    row = low_row[which] + step
    low, high = _columns_in_row(edges, rows_crossed, which, row)
    middle = row + 0.5
    crosses = (edges.v1[which] > middle) != (edges.v2[which] > middle)
    polygon = edges.polygon[which]
    band = first_bands[polygon - polygons.start] + row
    low += band * raster.columns
    high += band * raster.columns
    order = np.argsort(low)
    which = which[order]
    runs = _Runs(edges.number[which], polygon[order], band[order], row[order], low[order], high[order], crosses[order])
    return runs, first_bands, np.bincount(band, minlength=int(bands.sum()))


def _columns_in_row(edges: _Edges, rows_crossed: Int64s, which: Int64s, row: Int64s) -> tuple[Int64s, Int64s]:
    """Return the first and last column that each edge `which` touches in its row."""
    west, east = np.minimum(edges.u1, edges.u2), np.maximum(edges.u1, edges.u2)
    low, high = west[which], east[which]
    cut = np.flatnonzero(rows_crossed[which] > 1)
    edge = which[cut]
    u1, v1 = edges.u1[edge], edges.v1[edge]
    run, rise = edges.u2[edge] - u1, edges.v2[edge] - v1
    below = row[cut] - v1
    enters = u1 + np.clip((below - _MARGIN_CELLS) / rise, 0.0, 1.0) * run
    leaves = u1 + np.clip((below + (1.0 + _MARGIN_CELLS)) / rise, 0.0, 1.0) * run
    low[cut] = np.maximum(np.minimum(enters, leaves) - _MARGIN_CELLS, low[cut])
    high[cut] = np.minimum(np.maximum(enters, leaves) + _MARGIN_CELLS, high[cut])
    return low.astype(np.int64), high.astype(np.int64)


def _memberships(runs: _Runs, raster: Raster, rank_bits: int) -> Int64s:
    """Return one number per polygon and cell that it reaches.

    The number is the cell, then `rank_bits` bits of rank, then a bit that says whether the border runs through the
    cell. Within a band, cells between runs lie wholly inside or outside: inside when an odd number of edges crosses
    the middle line before them. The rings of a band cross it an even number of times in all, so the count may run on
    from band to band.
    """
    reached = np.maximum.accumulate(runs.high)
    before = np.empty_like(reached)
    before[0], before[1:] = -1, reached[:-1]
    start = np.maximum(runs.low, before + 1)
    length = np.maximum(runs.high - start + 1, 0)
    shift = (runs.row - runs.band) * raster.columns

    inside = np.cumsum(runs.crosses) - runs.crosses & 1
    gap = np.flatnonzero((runs.low > before + 1) & (inside == 1))
    gap_length = runs.low[gap] - before[gap] - 1

    border = _numbered(start + shift, length, runs.polygon, rank_bits) | 1
    filled = _numbered(before[gap] + 1 + shift[gap], gap_length, runs.polygon[gap], rank_bits)
    return np.concatenate([border, filled])


def _numbered(first_cell: Int64s, length: Int64s, polygon: Int64s, rank_bits: int) -> Int64s:
    which, step = _spread(length)
    numbers: Int64s = (first_cell[which] + step) << rank_bits + 1 | polygon[which] << 1
    return numbers


def _cells(memberships: Int64s, raster: Raster, rank_bits: int) -> tuple[Int32s, Int32s]:
    """Return `cells` and `candidates` of the index; puts the memberships in order by cell, then rank."""
    memberships.sort()
    cell = (memberships >> rank_bits + 1).astype(np.int32)
    rank = (memberships >> 1 & (1 << rank_bits) - 1).astype(np.int32)
    first = np.ones(len(cell), dtype=np.bool_)
    np.not_equal(cell[1:], cell[:-1], out=first[1:])
    last = np.ones(len(cell), dtype=np.bool_)
    last[:-1] = first[1:]
    sole = first & last & (memberships & 1 == 0)

    cells = np.full(raster.rows * raster.columns, NOBODY, dtype=np.int32)
    cells[cell[sole]] = rank[sole]
    listed = np.flatnonzero(~sole)
    candidates = np.where(last[listed], ~rank[listed], rank[listed])
    starts = np.flatnonzero(first[listed])
    cells[cell[listed[starts]]] = FIRST_LIST - starts
    return cells, candidates


def _spread(lengths: Int64s) -> tuple[Int64s, Int64s]:
    """Return for lengths [2, 0, 3] the owners [0, 0, 2, 2, 2] and the steps [0, 1, 0, 1, 2]."""
    which = np.repeat(np.arange(len(lengths)), lengths)
    ends = np.cumsum(lengths)
    step = np.arange(len(which)) - np.repeat(ends - lengths, lengths)
    return which, step
