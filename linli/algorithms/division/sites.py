"""Sites: the points that stand for buildings when a block's ground goes to the nearest building; and where it is cut.

A building has a site in its middle, and more along its walls (`walls`) as far as they are needed for its footprint to
lie in its own ground. Between sites of different owners runs a cut, a piece of the Voronoi diagram of the block's sites
(the dual of their `triangulation`). `cutting` works the cuts into the net.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from linli.algorithms.division.model import NOBODY, Bools, Floats, Geometries, Ints
from linli.algorithms.division.standing import Standing
from linli.algorithms.division.triangulation import bisectors, paths
from linli.algorithms.division.walls import wall_points, wall_sites

Int64s = npt.NDArray[np.int64]

SAME_PLACE_M = 0.05
"""Buildings of a block whose middles are nearer than this share one parcel."""

_SHAKE_M = 0.005
_SHORT_M = 1e-6


@dataclass(frozen=True, slots=True)
class Sites:
    """Sites (s), in the order of their blocks: `xy_m` (s, 2), `owner`, and where those of each block start.

    Owners (o), also in the order of blocks, are buildings or groups of buildings at the same place: their `middle` (o, 2)
    and `block`; `building_owner` (b) is NOBODY for a building without block.
    """

    xy_m: Floats
    owner: Ints
    starts: Int64s
    middle: Floats
    block: Ints
    building_owner: Ints


def sites_of(standing: Standing, block_count: int) -> Sites:
    """Choose the sites of all buildings."""
    placed = np.flatnonzero(standing.block != NOBODY)
    placed = placed[np.argsort(standing.block[placed], kind="stable")]
    middle = np.stack([standing.x_m[placed], standing.y_m[placed]], axis=1)
    owner, first = _owners(middle, standing.block[placed])
    building_owner = np.full(len(standing.block), NOBODY, np.int32)
    building_owner[placed] = owner
    middle, block = middle[first], standing.block[placed[first]]
    numbers = np.arange(block_count + 1)
    shaped = ~shapely.is_missing(standing.footprint[placed])
    walls, wall_owner = _walls(standing.footprint[placed[shaped]], owner[shaped])
    block_walls = np.searchsorted(block[wall_owner], numbers)
    chosen = wall_sites(middle, np.searchsorted(block, numbers), walls, wall_owner, block_walls, SAME_PLACE_M)
    site_owner = np.concatenate([np.arange(len(middle), dtype=np.int32), wall_owner[chosen]])
    order = np.argsort(block[site_owner], kind="stable")
    site_owner = site_owner[order]
    starts = np.searchsorted(block[site_owner], numbers)
    return Sites(np.concatenate([middle, walls[chosen]])[order], site_owner, starts, middle, block, building_owner)


def _owners(middle: Floats, block: Ints) -> tuple[Ints, Ints]:
    """Group points at the same place of a block, in the order of blocks; the group of each, the first of each group."""
    # Unknown addresses all lie on one spot: pairs of the buildings there would be too many, a chain of them is enough.
    order = np.lexsort((middle[:, 1], middle[:, 0], block))
    ahead, behind = order[:-1], order[1:]
    same = (middle[ahead] == middle[behind]).all(axis=1) & (block[ahead] == block[behind])
    spots = np.concatenate([order[:1], behind[~same]])
    near = (
        cKDTree(middle[spots]).query_pairs(SAME_PLACE_M, output_type="ndarray") if len(spots) else np.empty((0, 2), int)
    )
    near = spots[near]
    near = near[block[near[:, 0]] == block[near[:, 1]]]
    pairs = np.concatenate([np.stack([ahead[same], behind[same]], axis=1), near])
    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(len(middle),) * 2)
    group = connected_components(links, directed=False)[1]
    first, owner = np.unique(np.unique(group, return_index=True)[1][group], return_inverse=True)
    return owner.astype(np.int32), first.astype(np.int32)


def _walls(footprints: Geometries, owner: Ints) -> tuple[Floats, Ints]:
    """Points inside the walls of footprints, and whose they are."""
    parts, building = shapely.get_parts(footprints, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    points, starts = wall_points(
        np.ascontiguousarray(coordinates),
        np.searchsorted(ring, np.arange(len(rings) + 1)),
        np.diff(part, prepend=-1) == 0,
    )
    return points, np.repeat(owner[building[part]], np.diff(starts)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Cuts:
    """Straight pieces (c) of borders between owners of one block, in the order of blocks, still reaching beyond them.

    `ends` (c, 2, 2); `node` (c, 2) is equal for ends at the same place, NOBODY for one far outside the block; `block`;
    the two owners, `one` left of the way from first to second end.
    """

    ends: Floats
    node: Ints
    block: Ints
    one: Ints
    two: Ints


def cuts_of(sites: Sites, span_m: Floats, blocks: Bools, shake: int) -> tuple[Cuts, Bools]:
    """The borders between Voronoi cells of different owners in some blocks; and the blocks where that went wrong.

    `span_m` is how wide each block is. `shake` seeds a shift of all sites by a few millimetres: no four lie on one
    circle then, no three in a row, and no cut ends in a corner.
    """
    rng = np.random.default_rng(shake)
    used = np.flatnonzero(np.repeat(blocks, np.diff(sites.starts)))
    xy = sites.xy_m[used] + rng.uniform(-_SHAKE_M, _SHAKE_M, (len(used), 2))
    starts = np.concatenate([[0], np.cumsum(np.where(blocks, np.diff(sites.starts), 0))])
    path = paths(xy, starts)
    xy, owner = xy[path], sites.owner[used[path]]
    i, j, one, two, centre, lost = bisectors(xy, starts, owner)
    block = sites.block[owner[i]]
    nodes, centre = _contracted(np.stack([one, two], axis=1), centre)
    half, across = (xy[i] + xy[j]) / 2, xy[j] - xy[i]
    limited = [_limited(centre[nodes[:, end]], half, across, 3 * span_m[block]) for end in (0, 1)]
    ends = np.stack([place for place, _ in limited], axis=1)
    node = np.where(np.stack([far for _, far in limited], axis=1), NOBODY, nodes).astype(np.int32)
    way = ends[:, 1] - ends[:, 0]
    left = way[:, 0] * across[:, 1] - way[:, 1] * across[:, 0] < 0
    owners = np.where(left, owner[i], owner[j]), np.where(left, owner[j], owner[i])
    real = np.flatnonzero((way != 0).any(axis=1))
    return Cuts(ends[real], node[real], block[real], owners[0][real], owners[1][real]), lost


def _contracted(node: Int64s, centre: Floats) -> tuple[Int64s, Floats]:
    """Make one node of nodes that a cut too short for its direction to mean anything joins."""
    with np.errstate(invalid="ignore"):
        short = node[(np.abs(centre[node[:, 0]] - centre[node[:, 1]]) <= _SHORT_M).all(axis=1)]
    if not len(short):
        return node, centre
    links = coo_array((np.ones(len(short), np.int8), (short[:, 0], short[:, 1])), shape=(len(centre),) * 2)
    group = connected_components(links, directed=False)[1]
    root = np.unique(group, return_index=True)[1][group]
    return root[node], centre[root]


def _limited(centre: Floats, half: Floats, across: Floats, span_m: Floats) -> tuple[Floats, Bools]:
    """Ends of bisectors: one far beyond the block is set nearer, exactly on the bisector; and which ones those are."""
    along = np.stack([-across[:, 1], across[:, 0]], axis=1) / np.hypot(*across.T)[:, None]
    with np.errstate(invalid="ignore"):
        way = ((centre - half) * along).sum(1)
    far = ~(np.abs(way) <= span_m)
    nearer = half + along * np.clip(np.nan_to_num(way, nan=0.0), -span_m, span_m)[:, None]
    return np.where(far[:, None], nearer, centre), far
