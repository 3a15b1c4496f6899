"""Sites: the points that stand for buildings when a block's ground goes to the nearest building; and where it is cut.

A building has a site in its middle, and more along its walls as far as they are needed for its footprint to lie in its
own ground. Between sites of different buildings runs a cut, a piece of the Voronoi diagram (Delaunay triangulation by
Qhull; Barber, Dobkin and Huhdanpaa 1996, doi:10.1145/235815.235821). All blocks are triangulated at once, moved so far
apart that none disturbs another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from linli.algorithms.division.model import NOBODY, Floats, Geometries, Ints
from linli.algorithms.division.standing import Standing

SAME_PLACE_M = 0.05
"""Buildings whose middles are nearer than this share one parcel."""

_INSET_M = 0.3
_SPACING_M = 4.0
_ROUNDS = 3
_SHAKE_M = 0.005


@dataclass(frozen=True, slots=True)
class Sites:
    """Sites (s): `xy_m` (s, 2), the `owner` of each, and the block it stands in. Owners (o) are buildings or groups of
    buildings at the same place: `building_owner` (b), NOBODY for a building without block; `owner_block` (o)."""

    xy_m: Floats
    owner: Ints
    block: Ints
    building_owner: Ints
    owner_block: Ints


@dataclass(frozen=True, slots=True)
class Moved:
    """Where each block is moved to (`shift_m`, (blocks, 2)) so that no building of one is near the ground of another."""

    shift_m: Floats
    span_m: Floats


def moved_apart(blocks: Geometries) -> Moved:
    """Set blocks in rows with as much room around each as it is wide. Extents stay about thrice those of the ground."""
    bounds = np.nan_to_num(shapely.bounds(blocks))
    size_m = bounds[:, 2:] - bounds[:, :2]
    span_m = np.hypot(*size_m.T)
    row_m = max(float(np.sqrt(((size_m[:, 0] + 2 * span_m) * (size_m[:, 1] + 2 * span_m)).sum())), 1.0)
    order = np.argsort(-span_m, kind="stable")
    width_m = size_m[order, 0] + 2 * span_m[order]
    row = (np.cumsum(width_m) // row_m).astype(np.int64)
    starts = np.flatnonzero(np.diff(row, prepend=-1) != 0)
    before = np.cumsum(width_m) - width_m
    east = before - np.repeat(before[starts], np.diff(np.append(starts, len(row)))) + span_m[order]
    height_m = np.maximum.reduceat(size_m[order, 1] + 2 * span_m[order], starts) if len(starts) else np.empty(0)
    north = np.repeat(np.cumsum(height_m) - height_m, np.diff(np.append(starts, len(row)))) + span_m[order]
    shift_m = np.empty((len(blocks), 2))
    shift_m[order] = np.stack([east, north], axis=1) - bounds[order, :2]
    return Moved(shift_m, span_m)


def sites_of(standing: Standing, moved: Moved, shake: int = 0) -> Sites:
    """Choose the sites of all buildings. `shake` seeds the shift of a few millimetres that keeps four from one circle."""
    placed = np.flatnonzero(standing.block != NOBODY)
    shift_m = moved.shift_m[standing.block[placed]]
    middle = np.stack([standing.x_m[placed], standing.y_m[placed]], axis=1) + shift_m
    owner, first = _owners(middle)
    building_owner = np.full(len(standing.block), NOBODY, np.int32)
    building_owner[placed] = owner
    owner_block = standing.block[placed[first]]
    middle = middle[first]
    xy, site_owner = middle, np.arange(len(first), dtype=np.int32)
    wall, wall_owner = _wall_points(standing.footprint[placed], shift_m, owner)
    for _ in range(_ROUNDS):
        if not len(wall):
            break
        away_m, nearest = cKDTree(xy).query(wall)
        wrong = (site_owner[nearest] != wall_owner) & (away_m > SAME_PLACE_M)
        right_owner = np.unique(wall_owner[wrong])
        if not len(right_owner):
            break
        xy, site_owner = np.concatenate([xy, wall[wrong]]), np.concatenate([site_owner, wall_owner[wrong]])
        wall, wall_owner = wall[~wrong], wall_owner[~wrong]
    rng = np.random.default_rng(shake)
    xy = xy + rng.uniform(-_SHAKE_M, _SHAKE_M, xy.shape)
    block = owner_block[site_owner]
    return Sites(xy - moved.shift_m[block], site_owner, block, building_owner, owner_block)


def _owners(middle: Floats) -> tuple[Ints, Ints]:
    """Group points at the same place; the group of each and the first of each group."""
    if not len(middle):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    pairs = cKDTree(middle).query_pairs(SAME_PLACE_M, output_type="ndarray")
    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(middle),) * 2)
    group = connected_components(links, directed=False)[1]
    first = np.unique(group, return_index=True)[1]
    return group.astype(np.int32), first.astype(np.int32)


def _wall_points(footprints: Geometries, shift_m: Floats, owner: Ints) -> tuple[Floats, Ints]:
    """Points along the walls, a hand's breadth inside so that buildings wall to wall have their border in the wall."""
    shaped = np.flatnonzero(~shapely.is_missing(footprints))
    parts, part_of = shapely.get_parts(footprints[shaped], return_index=True)
    rings, of = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    follows = np.flatnonzero(ring[1:] == ring[:-1])
    tail, way = coordinates[follows], coordinates[follows + 1] - coordinates[follows]
    length = np.hypot(*way.T)
    real = length > 2 * _INSET_M
    tail, way, length, follows = tail[real], way[real], length[real], follows[real]
    count = np.maximum(np.ceil(length / _SPACING_M).astype(np.int64), 1)
    edge = np.repeat(np.arange(len(count)), count + 1)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count + 1) - count - 1, count + 1)
    along = _INSET_M + step / count[edge] * (length[edge] - 2 * _INSET_M)
    unit = way / length[:, None]
    # Shells of polygons may run either way round: the inner side is told by the sign of the ring's area.
    turn = np.where(shapely.is_ccw(rings), 1.0, -1.0)[ring[follows]][edge]
    hole = np.concatenate([np.arange(n) > 0 for n in np.unique(of, return_counts=True)[1]]) if len(of) else np.empty(0)
    turn = np.where(hole[ring[follows]][edge], -turn, turn)
    inward = np.stack([-unit[:, 1], unit[:, 0]], axis=1)[edge] * turn[:, None]
    building = shaped[part_of[of[ring[follows]]]][edge]
    points = tail[edge] + unit[edge] * along[:, None] + inward * _INSET_M + shift_m[building]
    return points, owner[building]


@dataclass(frozen=True, slots=True)
class Cuts:
    """Straight pieces (c) of borders between owners of one block, still reaching beyond it: `ends` (c, 2, 2), the
    block, and the two owners (`one` left of the way from first to second end)."""

    ends: Floats
    block: Ints
    one: Ints
    two: Ints


def cuts_of(sites: Sites, moved: Moved) -> Cuts:
    """The borders between the sites' Voronoi cells where their owners differ."""
    crowded = np.bincount(sites.owner_block, minlength=len(moved.span_m)) > 1
    used = np.flatnonzero(crowded[sites.block])
    owner, block = sites.owner[used], sites.block[used]
    xy = sites.xy_m[used] + moved.shift_m[block]
    if not len(used):
        return Cuts(np.empty((0, 2, 2)), *(np.empty(0, np.int32) for _ in range(3)))
    reach = 4 * float(np.ptp(xy, axis=0).max() + moved.span_m.max())
    frame = xy.mean(axis=0) + reach * np.array([[-1.0, -1.1], [1.2, -1.0], [1.0, 1.3], [-1.3, 1.1]])
    triangles = Delaunay(np.concatenate([xy, frame]))
    middle = _circumcentres(triangles.points, triangles.simplices)
    # Each side of a triangle once, seen from the neighbour with the smaller number.
    here, side = np.nonzero(triangles.neighbors > np.arange(len(triangles.simplices))[:, None])
    there = triangles.neighbors[here, side]
    i, j = triangles.simplices[here, (side + 1) % 3], triangles.simplices[here, (side + 2) % 3]
    real = (i < len(used)) & (j < len(used))
    here, there, i, j = here[real], there[real], i[real], j[real]
    between = (block[i] == block[j]) & (owner[i] != owner[j])
    here, there, i, j = here[between], there[between], i[between], j[between]
    half = (xy[i] + xy[j]) / 2
    ends = np.stack([_near(middle[t], half, xy[j] - xy[i], moved.span_m[block[i]]) for t in (here, there)], axis=1)
    ends -= moved.shift_m[block[i]][:, None]
    way, across = ends[:, 1] - ends[:, 0], xy[j] - xy[i]
    left = way[:, 0] * across[:, 1] - way[:, 1] * across[:, 0] < 0
    one, two = np.where(left, owner[i], owner[j]), np.where(left, owner[j], owner[i])
    return Cuts(ends, block[i], one, two)


def _circumcentres(points: Floats, simplices: Ints) -> Floats:
    a, b, c = (points[simplices[:, corner]] for corner in range(3))
    b, c = b - a, c - a
    d = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    bb, cc = (b * b).sum(1), (c * c).sum(1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        x, y = (c[:, 1] * bb - b[:, 1] * cc) / d, (b[:, 0] * cc - c[:, 0] * bb) / d
    return a + np.stack([x, y], axis=1)


def _near(centre: Floats, half: Floats, across: Floats, span_m: Floats) -> Floats:
    """Ends of bisectors; one that lies far beyond the block is set nearer, exactly on the bisector."""
    along = np.stack([-across[:, 1], across[:, 0]], axis=1) / np.hypot(*across.T)[:, None]
    with np.errstate(invalid="ignore"):
        way = ((centre - half) * along).sum(1)
    far = ~(np.abs(way) <= 3 * span_m)
    limited = half + along * np.clip(np.nan_to_num(way, nan=0.0), -3 * span_m, 3 * span_m)[:, None]
    return np.where(far[:, None], limited, centre)
