"""Cut every block with several buildings into the ground of each.

`sites` beside this module says where the cuts run, `clipping` where they meet the streets; here they are worked into
the net, and every piece gets its building.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.division.clipping import clipped
from linli.algorithms.division.faces import trace
from linli.algorithms.division.lines import Net, Rank
from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints
from linli.algorithms.division.pieces import Pieces, joined_to_neighbours, merged, of
from linli.algorithms.division.sites import Cuts, Sites, cuts_of, sites_of
from linli.algorithms.division.standing import Standing

Int64s = npt.NDArray[np.int64]

TRIES = 5
"""So often a block is cut anew with its sites shaken otherwise."""

_SAME_MEETING_M = 1e-5


@dataclass(frozen=True, slots=True)
class _Inside:
    """What of the cuts lies inside their blocks.

    Places (m): `xy_m` (m, 2); `street`, the segment of the street net that is met there, with the `share` of its length,
    or NOBODY for a place where cuts meet. Cuts (c): the places `tail` and `head`, `block`, the owners `left` and `right`.
    """

    xy_m: Floats
    street: Ints
    share: Floats
    tail: Int64s
    head: Int64s
    block: Ints
    left: Ints
    right: Ints

    def without(self, blocks: Bools) -> _Inside:
        """The same without the cuts of some blocks; their places stay and are met by nobody."""
        kept = ~blocks[self.block]
        rows = (self.tail[kept], self.head[kept], self.block[kept], self.left[kept], self.right[kept])
        return _Inside(self.xy_m, self.street, self.share, *rows)


def cut_between_buildings(pieces: Pieces, standing: Standing) -> tuple[Pieces, Ints, Bools]:
    """Cut blocks between their buildings.

    Returns the new pieces, one for each building or group of buildings and each block without any; the piece of every
    building (NOBODY for one without block); and which buildings stand in a block that could not be cut cleanly in a few
    tries and stays one piece for all of them. Ground that is nearest to a building but lies apart from it goes to the
    neighbour with the longest common border.
    """
    sites = sites_of(standing, pieces.size)
    span_m, lines = _spans(pieces), _block_lines(pieces)
    made: list[_Inside] = []
    todo = np.bincount(sites.block, minlength=pieces.size) > 1
    for shake in range(TRIES):
        cuts, lost = cuts_of(sites, span_m, todo, shake)
        inside, doubtful = _clipped(pieces, lines, cuts)
        todo = lost | doubtful
        made.append(inside)
        if todo.any() and shake < TRIES - 1:
            continue
        cut, home, wrong = _worked_in(pieces, sites, _together(made))
        if not wrong.any():
            break
        todo |= wrong
        made = [inside.without(wrong) for inside in made]
    else:
        cut, home, _ = _worked_in(pieces, sites, _together(made))
    uncut = of(todo.astype(np.int32), standing.block) == 1
    loose = cut.owner != NOBODY
    loose[home] = False
    if loose.any():
        same_block = of(cut.block, cut.faces.left) == of(cut.block, cut.faces.right)
        cut, number = merged(cut, joined_to_neighbours(cut, loose, cut.inside() & same_block))
        home = of(number, home)
    return cut, of(home, sites.building_owner), uncut


def _spans(pieces: Pieces) -> Floats:
    """How wide each piece is at most: the diagonal of the box around it."""
    points, starts = pieces.faces.ring_points, pieces.faces.ring_starts[:-1]
    shells = np.searchsorted(pieces.faces.ring_face, np.arange(pieces.size))
    sides = []
    for values in (pieces.net.x_m, pieces.net.y_m):
        along = values[points]
        sides.append((np.maximum.reduceat(along, starts) - np.minimum.reduceat(along, starts))[shells])
    span_m: Floats = np.hypot(*sides)
    return span_m


def _block_lines(pieces: Pieces) -> tuple[Int64s, Ints]:
    """The segments around each piece: where those of each start, and their numbers."""
    side = np.concatenate([pieces.faces.left, pieces.faces.right])
    order = np.argsort(side, kind="stable")
    order = order[side[order] != NOBODY]
    starts = np.searchsorted(side[order], np.arange(pieces.size + 1))
    return starts, (order % pieces.net.size).astype(np.int32)


def _clipped(pieces: Pieces, lines: tuple[Int64s, Ints], cuts: Cuts) -> tuple[_Inside, Bools]:
    """Keep of the cuts what lies inside their blocks; and the blocks for which that is doubtful."""
    starts, line_segment = lines
    net = pieces.net
    points = np.stack([net.tail[line_segment], net.head[line_segment]], axis=1)
    line_ends = np.stack([net.x_m[points], net.y_m[points]], axis=2)
    block_cuts = np.searchsorted(cuts.block, np.arange(pieces.size + 1))
    found = clipped(block_cuts, starts, cuts.ends, line_ends)
    cut, doubtful = found.cut, found.doubtful
    far = (found.begin == -1) & (cuts.node[cut, 0] == NOBODY) | (found.end == -2) & (cuts.node[cut, 1] == NOBODY)
    doubtful[cuts.block[cut[far]]] = True
    kept = ~doubtful[cuts.block[cut]]
    cut, ends = cut[kept], np.stack([found.begin[kept], found.end[kept]], axis=1)
    which, side = np.nonzero(ends < 0)
    nodes, first, inverse = np.unique(cuts.node[cut[which], side], return_index=True, return_inverse=True)
    ends[which, side] = len(found.line) + inverse
    inside = _Inside(
        np.concatenate([found.xy_m, cuts.ends[cut[which[first]], side[first]]]),
        np.concatenate([line_segment[found.line], np.full(len(nodes), NOBODY, np.int32)]),
        np.concatenate([found.share, np.zeros(len(nodes))]),
        ends[:, 0],
        ends[:, 1],
        cuts.block[cut],
        cuts.one[cut],
        cuts.two[cut],
    )
    return inside, doubtful


def _together(made: list[_Inside]) -> _Inside:
    before = np.cumsum([0] + [len(inside.street) for inside in made])
    return _Inside(
        np.concatenate([inside.xy_m for inside in made]),
        np.concatenate([inside.street for inside in made]),
        np.concatenate([inside.share for inside in made]),
        np.concatenate([inside.tail + first for inside, first in zip(made, before, strict=False)]),
        np.concatenate([inside.head + first for inside, first in zip(made, before, strict=False)]),
        np.concatenate([inside.block for inside in made]),
        np.concatenate([inside.left for inside in made]),
        np.concatenate([inside.right for inside in made]),
    )


def _worked_in(pieces: Pieces, sites: Sites, inside: _Inside) -> tuple[Pieces, Ints, Bools]:
    """The net with the cuts; its pieces, the piece in which the middle of every owner lies, and blocks gone wrong.

    A block went wrong when a piece has cuts of two owners around it, or an owner with cuts has no piece.
    """
    net, streets, tail, head = _with_points(pieces.net, inside)
    cuts = len(tail)
    whole = Net(
        net.x_m,
        net.y_m,
        net.bridge,
        np.concatenate([net.tail, tail]),
        np.concatenate([net.head, head]),
        np.concatenate([net.rank, np.full(cuts, Rank.INSIDE, np.int8)]),
    )
    faces = trace(whole)
    block = np.full(faces.size, NOBODY, np.int32)
    for side, label in ((faces.left, pieces.faces.left), (faces.right, pieces.faces.right)):
        streetside = side[: len(streets)]
        block[streetside[streetside != NOBODY]] = label[streets][streetside != NOBODY]
        block[side[len(streets) :]] = inside.block
    least, most = np.full(faces.size, len(sites.block), np.int32), np.full(faces.size, NOBODY, np.int32)
    for side, label in ((faces.left, inside.left), (faces.right, inside.right)):
        np.minimum.at(least, side[len(streets) :], label)
        np.maximum.at(most, side[len(streets) :], label)
    wrong = np.zeros(pieces.size, np.bool_)
    wrong[block[(least != most) & (most != NOBODY)]] = True
    # A block without cuts is all its first owner's, and the home of all others there are.
    first_owner = np.full(pieces.size, NOBODY, np.int32)
    first_owner[sites.block[::-1]] = np.arange(len(sites.block), dtype=np.int32)[::-1]
    owner = np.where(most == NOBODY, of(first_owner, block), most).astype(np.int32)
    cut = Pieces(
        whole,
        faces,
        of(pieces.community, block),
        of(pieces.dedicated, block),
        of(pieces.surveyed, block),
        of(pieces.block, block),
        owner,
    )
    home = _homes(cut, sites, first_owner, np.bincount(inside.block, minlength=pieces.size) > 0)
    wrong[sites.block[home == NOBODY]] = True
    return cut, home, wrong


def _with_points(net: Net, inside: _Inside) -> tuple[Net, Ints, Ints, Ints]:
    """The street net with the places where cuts meet it: also the old segment of each segment, and every cut's points.

    Cuts that meet a street from both sides at the same place share the point.
    """
    met = np.flatnonzero(inside.street != NOBODY)
    met = met[np.lexsort((inside.share[met], inside.street[met]))]
    way_m = inside.share[met] * net.length_m()[inside.street[met]]
    again = (np.diff(inside.street[met], prepend=-1) == 0) & (np.diff(way_m, prepend=-1.0) <= _SAME_MEETING_M)
    first = met[np.maximum.accumulate(np.where(again, 0, np.arange(len(met))))] if len(met) else met
    point = np.arange(len(inside.street)) + len(net.x_m)
    point[met] = point[first]
    new = first[~again] if len(met) else met
    touched = np.unique(inside.street[new])
    rows = np.concatenate([touched, inside.street[new], touched])
    shares = np.concatenate([np.full(len(touched), -1.0), inside.share[new], np.full(len(touched), 2.0)])
    points = np.concatenate([net.tail[touched], point[new], net.head[touched]])
    order = np.lexsort((shares, rows))
    rows, points = rows[order], points[order]
    follows = np.flatnonzero(rows[1:] == rows[:-1])
    untouched = np.ones(net.size, np.bool_)
    untouched[touched] = False
    streets = np.concatenate([np.flatnonzero(untouched), rows[follows]]).astype(np.int32)
    with_points = Net(
        np.concatenate([net.x_m, inside.xy_m[:, 0]]),
        np.concatenate([net.y_m, inside.xy_m[:, 1]]),
        np.concatenate([net.bridge, np.zeros(len(inside.street), np.bool_)]),
        np.concatenate([net.tail[untouched], points[follows]]).astype(np.int32),
        np.concatenate([net.head[untouched], points[follows + 1]]).astype(np.int32),
        net.rank[streets],
    )
    return with_points, streets, point[inside.tail].astype(np.int32), point[inside.head].astype(np.int32)


def _homes(cut: Pieces, sites: Sites, first_owner: Ints, blocks_with_cuts: Bools) -> Ints:
    """The piece of every owner that holds its middle; NOBODY where the cuts left it none."""
    owners = len(sites.block)
    mine = np.flatnonzero(cut.owner != NOBODY)
    count = np.bincount(cut.owner[mine], minlength=owners)
    home = np.full(owners, NOBODY, np.int32)
    home[cut.owner[mine]] = mine
    several = mine[count[cut.owner[mine]] > 1].astype(np.int32)
    if len(several):
        spots = shapely.points(sites.middle[cut.owner[several]])
        holds = shapely.intersects(cut.faces.polygons(cut.net, several), spots)
        home[cut.owner[several]] = NOBODY
        home[cut.owner[several[holds]]] = several[holds]
    together = ~blocks_with_cuts[sites.block]
    home[together] = home[first_owner[sites.block[together]]]
    return home
