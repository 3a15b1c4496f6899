"""Cut every block with several buildings into the ground of each: pieces of pieces, borders and all.

`sites` beside this module says where the cuts run; here they are worked into the net of streets.
"""

from __future__ import annotations

import numpy as np
import shapely
from scipy.spatial import cKDTree

from linli.algorithms.division.faces import trace, without_dangles
from linli.algorithms.division.lines import Net, Rank
from linli.algorithms.division.model import NOBODY, Ints
from linli.algorithms.division.pieces import Pieces, joined_to_neighbours, merged
from linli.algorithms.division.sites import Cuts, cuts_of, moved_apart, sites_of
from linli.algorithms.division.standing import Standing

_OVER_M = 1e-3
_ON_LINE_M = 1e-6


def cut_between_buildings(pieces: Pieces, standing: Standing) -> tuple[Pieces, Ints]:
    """Cut blocks between their buildings; the new pieces, one for each building or group of buildings and each block
    without any, and the piece of every building (NOBODY for one without block).

    Ground that is nearest to a building but lies apart from it goes to the neighbour with the longest common border.
    """
    polygons = pieces.polygons()
    moved = moved_apart(polygons)
    sites = sites_of(standing, moved)
    net = _noded(pieces, cuts_of(sites, moved), polygons)
    faces = trace(net)
    spots = shapely.point_on_surface(faces.polygons(net))
    spot, found = shapely.STRtree(polygons).query(spots, predicate="within")
    old = np.full(faces.size, NOBODY, np.int32)
    old[spot] = found
    owner = np.full(faces.size, NOBODY, np.int32)
    peopled = np.flatnonzero((old != NOBODY) & np.isin(old, sites.owner_block))
    xy = shapely.get_coordinates(spots[peopled]) + moved.shift_m[old[peopled]]
    if len(peopled):
        owner[peopled] = sites.owner[cKDTree(sites.xy_m + moved.shift_m[sites.block]).query(xy)[1]]
    of = np.append(old, np.int32(NOBODY))
    values = (
        np.append(v, np.int32(NOBODY))[of[:-1]]
        for v in (pieces.community, pieces.dedicated, pieces.surveyed, pieces.block)
    )
    cut = Pieces(net, faces, *values, owner)
    # The middle of an owner lies in one of its pieces; the others are loose.
    middle = sites.xy_m[: len(sites.owner_block)]
    one, piece = shapely.STRtree(cut.polygons()).query(shapely.points(middle), predicate="intersects")
    own = owner[piece] == one
    home = np.full(len(middle), NOBODY, np.int32)
    home[one[own]] = piece[own]
    loose = owner != NOBODY
    loose[home] = False
    same_block = np.append(cut.block, -1)[faces.left] == np.append(cut.block, -1)[faces.right]
    joined, number = merged(cut, joined_to_neighbours(cut, loose, cut.inside() & same_block))
    number = np.append(number, np.int32(NOBODY))
    return joined, number[np.append(home, np.int32(NOBODY))[sites.building_owner]]


def _noded(pieces: Pieces, cuts: Cuts, polygons: np.ndarray) -> Net:
    net = pieces.net
    ends = np.stack([np.stack([net.x_m[p], net.y_m[p]], 1) for p in (net.tail, net.head)], 1)
    streets = shapely.linestrings(ends)
    around = shapely.buffer(polygons, _OVER_M)
    inner = shapely.get_parts(shapely.intersection(shapely.linestrings(cuts.ends), around[cuts.block]))
    inner = inner[shapely.get_type_id(inner) == 1]
    noded = shapely.get_parts(shapely.unary_union(np.concatenate([streets, inner])))
    coordinates, part = shapely.get_coordinates(noded, return_index=True)
    follows = np.flatnonzero(part[1:] == part[:-1])
    points, number = np.unique(coordinates.view(np.complex128).ravel(), return_inverse=True)
    tail, head = number[follows].astype(np.int32), number[follows + 1].astype(np.int32)
    x_m, y_m = points.real.copy(), points.imag.copy()
    middle = shapely.points((x_m[tail] + x_m[head]) / 2, (y_m[tail] + y_m[head]) / 2)
    piece, source = shapely.STRtree(streets).query(middle, predicate="dwithin", distance=_ON_LINE_M)
    rank = np.full(len(tail), Rank.INSIDE, np.int8)
    rank[piece] = net.rank[source]
    bridge = np.isin(points, (net.x_m + 1j * net.y_m)[net.bridge])
    return without_dangles(Net(x_m, y_m, bridge, tail, head, rank))
