"""Draw the polygons of grids from the net of parcels, and say what is wrong with a set of polygons.

Every border between two grids is made of segments of one net, so neighbours share each point and nothing can gape or
overlap: no polygons are united, the outline of each grid is walked. `cells` beside this module makes the net.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.cells import Parcels
from linli.algorithms.division.faces import trace
from linli.algorithms.division.model import NOBODY, Bools, Geometries, Ints, Progress

_GAP_SHARE = 1e-9
_LEAST_M2 = 1e-3


@dataclass(frozen=True, slots=True)
class CoverageFaults:
    """What is wrong with polygons that should cover outlines exactly: numbers of the polygons concerned, and areas.

    `invalid` are not valid or empty, `in_parts` not a single polygon, `unmatched` cross or overlap a neighbour or do
    not share its points; `gap_m2` of the outlines is in no polygon, `overlap_m2` is in more than one, `outside_m2` of
    the polygons is in no outline.
    """

    invalid: tuple[int, ...]
    in_parts: tuple[int, ...]
    unmatched: tuple[int, ...]
    gap_m2: float
    overlap_m2: float
    outside_m2: float

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(
            self.invalid or self.in_parts or self.unmatched or self.gap_m2 or self.overlap_m2 or self.outside_m2
        )


def grid_polygons(parcels: Parcels, grid_of: Ints, progress: Progress | None = None) -> Geometries:
    """One polygon for each grid (g), 0 to the largest number in `grid_of` (n); together they are all ground there is.

    Each is a single polygon where its parcels hang together. Where they do not, parts without buildings are drawn with
    the neighbour of the same community with the longest common border (`connected_grids`); what is left is a
    multi-polygon. Coordinates are those of the ground, unrounded. O(s log s) in the segments of the net.
    """
    if progress:
        progress("polygons", 0.0)
    drawn = np.append(connected_grids(parcels, grid_of), np.int32(NOBODY))
    left, right = drawn[parcels.left], drawn[parcels.right]
    kept = left != right
    net = parcels.net.only(kept)
    faces = trace(net)
    grid = np.full(faces.size, NOBODY, np.int32)
    for face, label in ((faces.left, left[kept]), (faces.right, right[kept])):
        grid[face[face != NOBODY]] = label[face != NOBODY]
    polygons = faces.polygons(net)
    size = int(grid_of.max(initial=-1)) + 1
    drawn_polygons: Geometries = np.full(size, shapely.Polygon(), dtype=np.object_)
    order = np.flatnonzero(grid != NOBODY)
    order = order[np.argsort(grid[order], kind="stable")]
    count = np.bincount(grid[order], minlength=size)
    single = order[count[grid[order]] == 1]
    drawn_polygons[grid[single]] = polygons[single]
    several = order[count[grid[order]] > 1]
    if len(several):
        numbers, index = np.unique(grid[several], return_inverse=True)
        drawn_polygons[numbers] = shapely.multipolygons(polygons[several], indices=index)
    if progress:
        progress("polygons", 1.0)
    return drawn_polygons


def connected_grids(parcels: Parcels, grid_of: Ints) -> Ints:
    """The grid with which each parcel (n) is drawn: `grid_of`, but for empty ground that lies apart from its grid.

    Of a grid in several parts, parts without buildings (all but the largest, where none has any) go to the neighbour of
    the same community with the longest common border. Doing it again changes nothing more.
    """
    grid_of = np.asarray(grid_of, dtype=np.int32)
    community = parcels.graph.community
    inner = np.flatnonzero((parcels.left != NOBODY) & (parcels.right != NOBODY))
    one, two, length_m = parcels.left[inner], parcels.right[inner], parcels.net.length_m()[inner]
    near = community[one] == community[two]
    one, two, length_m = one[near], two[near], length_m[near]
    part = _parts(one, two, grid_of)
    parts = int(part.max(initial=-1)) + 1
    part_grid = np.empty(parts, np.int32)
    part_grid[part] = grid_of
    area_m2 = np.bincount(part, parcels.graph.area_m2, minlength=parts)
    lived_in = np.bincount(part[parcels.building_parcel[parcels.building_parcel != NOBODY]], minlength=parts) > 0
    order = np.lexsort((-area_m2, ~lived_in, part_grid))
    main = np.zeros(parts, np.bool_)
    main[order[np.diff(part_grid[order], prepend=-1) != 0]] = True
    loose = ~main & ~lived_in
    apart = part[one] != part[two]
    tail, head = part[one[apart]].astype(np.int64), part[two[apart]].astype(np.int64)
    keys, row = np.unique(np.concatenate([tail * parts + head, head * parts + tail]), return_inverse=True)
    border_m = np.bincount(row, np.tile(length_m[apart], 2))
    tail, head = keys // max(parts, 1), keys % max(parts, 1)
    while (able := np.flatnonzero(loose[tail] & ~loose[head])).size:
        best = able[np.lexsort((head[able], -border_m[able], tail[able]))]
        best = best[np.diff(tail[best], prepend=-1) != 0]
        part_grid[tail[best]] = part_grid[head[best]]
        loose[tail[best]] = False
    return part_grid[part]


def _parts(one: Ints, two: Ints, grid_of: Ints) -> npt.NDArray[np.int32]:
    same = grid_of[one] == grid_of[two]
    links = coo_array((np.ones(int(same.sum()), np.int8), (one[same], two[same])), shape=(len(grid_of),) * 2)
    part: Ints = connected_components(links, directed=False)[1].astype(np.int32)
    return part


def coverage_faults(polygons: Geometries, outlines: Geometries) -> CoverageFaults:
    """Say what keeps polygons from covering outlines exactly; all falsy when nothing is wrong.

    Outlines may overlap each other. Areas below a billionth of the whole (or a thousandth of a square metre) are
    rounding of numbers and count as nothing.
    """
    polygons, outlines = np.asarray(polygons, dtype=np.object_), np.asarray(outlines, dtype=np.object_)
    broken = ~shapely.is_valid(polygons) | shapely.is_empty(polygons)
    in_parts = ~broken & (shapely.get_type_id(polygons) != 3)
    good = np.flatnonzero(~broken)
    bad_edges = shapely.coverage_invalid_edges(polygons[good])
    unmatched = good[~shapely.is_empty(bad_edges)]
    whole, ground = shapely.union_all(polygons[good]), shapely.union_all(outlines)
    least_m2 = max(_LEAST_M2, _GAP_SHARE * float(shapely.area(ground)))
    areas_m2 = (
        float(shapely.area(shapely.difference(ground, whole))),
        float(shapely.area(polygons[good]).sum() - shapely.area(whole)),
        float(shapely.area(shapely.difference(whole, ground))),
    )
    gap_m2, overlap_m2, outside_m2 = (area if abs(area) > least_m2 else 0.0 for area in areas_m2)
    return CoverageFaults(
        _numbers(broken), _numbers(in_parts), tuple(unmatched.tolist()), gap_m2, overlap_m2, outside_m2
    )


def _numbers(chosen: Bools) -> tuple[int, ...]:
    return tuple(np.flatnonzero(chosen).tolist())
