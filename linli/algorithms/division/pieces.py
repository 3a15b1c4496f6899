"""Pieces of ground, each in one community, and what joins them: from all faces of the net to blocks (街块).

Between `faces` below and `cells` above, which cuts blocks into parcels and joins what is left over the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.faces import Faces, trace, without_dangles
from linli.algorithms.division.lines import Net, Rank, net_of
from linli.algorithms.division.model import NOBODY, Bools, Finding, Floats, Geometries, Ground, Ints
from linli.algorithms.division.standing import mended_polygons

SLIVER_M = 1.0
"""Ground without buildings narrower than this lies where two lines were meant to be one: it goes to a neighbour."""

STRIP_M = 15.0
"""Ground without buildings narrower than this is part of the street, a median strip or a traffic island: it goes to a
neighbour too, but not across a river, and not if it is the ground of premises."""

_OVERLAP_M2 = 1.0


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of ground (p) are the faces of a net. Of each: the `community` (NOBODY: outside), the premises it belongs
    to (`dedicated`), the surveyed parcel it is of (`surveyed`), the `block`, the `owner` (the building or group of
    buildings whose ground it is); NOBODY where there is none."""

    net: Net
    faces: Faces
    community: Ints
    dedicated: Ints
    surveyed: Ints
    block: Ints
    owner: Ints

    @property
    def size(self) -> int:
        """How many pieces there are, with those outside every community."""
        return self.faces.size

    def polygons(self) -> Geometries:
        """The pieces as polygons; empty ones for ground outside every community."""
        polygons = self.faces.polygons(self.net)
        polygons[self.community == NOBODY] = shapely.Polygon()
        return polygons

    def inside(self) -> Bools:
        """Which segments have the same community on both sides."""
        left, right = of(self.community, self.faces.left), of(self.community, self.faces.right)
        both: Bools = (left == right) & (left != NOBODY)
        return both


def of(values: Ints, numbers: Ints) -> Ints:
    """Values of the things numbered, NOBODY of NOBODY."""
    return np.append(values, np.int32(NOBODY))[numbers]


def pieces_of(ground: Ground) -> tuple[Pieces, tuple[Finding, ...]]:
    """All ground of the communities in blocks, or in surveyed parcels by block where parcels are given.

    Where communities overlap, the first one has the ground; the same holds for premises and for surveyed parcels.
    """
    outlines, premises = mended_polygons(ground.communities), premises_grounds(ground)
    parcels = mended_polygons(ground.parcels) if ground.parcels is not None else np.empty(0, dtype=np.object_)
    net = without_dangles(net_of(ground, outlines, premises, parcels))
    faces = trace(net)
    spots = shapely.point_on_surface(faces.polygons(net))
    community, overlap = _holders(outlines, spots)
    nobody = np.full(faces.size, NOBODY, np.int32)
    dedicated, surveyed = (
        np.where(community == NOBODY, NOBODY, _holders(grounds, spots)[0]) for grounds in (premises, parcels)
    )
    pieces = Pieces(net, faces, community, dedicated, surveyed, nobody, nobody)
    block = _connected(pieces, net.rank <= Rank.SURVEY)
    pieces = replace(pieces, block=np.where(community == NOBODY, NOBODY, block).astype(np.int32))
    surveyed_apart = of(pieces.surveyed, faces.left) != of(pieces.surveyed, faces.right)
    joined, _ = merged(pieces, _connected(pieces, (net.rank <= Rank.SURVEY) & ~surveyed_apart))
    return joined, _findings(ground, joined, faces.area_m2[overlap], community[overlap])


def premises_grounds(ground: Ground) -> Geometries:
    """The polygons of all premises, empty ones for those that are points."""
    shapes = np.empty(len(ground.premises), dtype=np.object_)
    shapes[:] = [place.geometry for place in ground.premises]
    return mended_polygons(shapes)


def _holders(grounds: Geometries, spots: Geometries) -> tuple[Ints, Ints]:
    """The first ground that holds each spot, or NOBODY; and the spots that are in more than one."""
    held = np.full(len(spots), NOBODY, np.int32)
    spot, found = shapely.STRtree(grounds).query(spots, predicate="within")
    order = np.lexsort((found, spot))
    spot, found = spot[order], found[order]
    first = np.diff(spot, prepend=-1) != 0
    held[spot[first]] = found[first]
    return held, np.unique(spot[~first]).astype(np.int32)


def _findings(ground: Ground, pieces: Pieces, overlap_m2: Floats, community: Ints) -> tuple[Finding, ...]:
    findings = [
        Finding("community_without_ground", ground.community_codes[one])
        for one in np.setdiff1d(np.arange(len(ground.communities)), pieces.community)
    ]
    total_m2 = np.bincount(community, overlap_m2, minlength=len(ground.communities))
    for one in np.flatnonzero(total_m2 > _OVERLAP_M2):
        area_m2 = round(float(total_m2[one]), 1)
        findings.append(Finding("communities_overlap", ground.community_codes[one], values={"area_m2": area_m2}))
    return tuple(findings)


def _connected(pieces: Pieces, open_segments: Bools) -> Ints:
    """The first piece of all that hang together across some segments; never from one community into another."""
    across = np.flatnonzero(open_segments & pieces.inside())
    left, right = pieces.faces.left[across], pieces.faces.right[across]
    links = coo_array((np.ones(len(across), np.int8), (left, right)), shape=(pieces.size, pieces.size))
    group = connected_components(links, directed=False)[1]
    root: Ints = np.unique(group, return_index=True)[1][group].astype(np.int32)
    return root


def merged(pieces: Pieces, root: Ints) -> tuple[Pieces, Ints]:
    """Join all pieces with one root, which must hang together; also the new number of every old piece.

    A joined piece has the community and the rest from its root. Ground outside all communities becomes nobody's.
    """
    root = np.where(pieces.community == NOBODY, NOBODY, root).astype(np.int32)
    left, right = of(root, pieces.faces.left), of(root, pieces.faces.right)
    kept = left != right
    net, left, right = pieces.net.only(kept), left[kept], right[kept]
    faces = trace(net)
    old = np.full(faces.size, NOBODY, np.int32)
    for face, label in ((faces.left, left), (faces.right, right)):
        old[face[face != NOBODY]] = label[face != NOBODY]
    number = np.full(pieces.size + 1, NOBODY, np.int32)
    number[old[old != NOBODY]] = np.flatnonzero(old != NOBODY)
    attributes = (pieces.community, pieces.dedicated, pieces.surveyed, pieces.block, pieces.owner)
    return Pieces(net, faces, *(of(values, old) for values in attributes)), number[root]


def without_slivers(pieces: Pieces, occupied: Bools) -> tuple[Pieces, Ints]:
    """Give slivers without buildings to the neighbour of the same community with the longest common border.

    Returns the new number of every old piece too.
    """
    slivers = (_width_m(pieces) < SLIVER_M) & ~occupied & (pieces.community != NOBODY)
    return merged(pieces, joined_to_neighbours(pieces, slivers, pieces.inside()))


def without_strips(pieces: Pieces, occupied: Bools) -> tuple[Pieces, Ints]:
    """Do the same with strips, which stay on their side of a river, and are left where they are premises or surveyed."""
    free = (pieces.community != NOBODY) & (pieces.dedicated == NOBODY) & (pieces.surveyed == NOBODY)
    strips = (_width_m(pieces) < STRIP_M) & ~occupied & free
    dry = pieces.inside() & (pieces.net.rank != Rank.RIVER)
    return merged(pieces, joined_to_neighbours(pieces, strips, dry))


def _width_m(pieces: Pieces) -> Floats:
    """How wide pieces are: twice the area over the length of the outline, the width of a long strip."""
    segment_m = pieces.net.length_m()
    around_m = np.zeros(pieces.size)
    for side in (pieces.faces.left, pieces.faces.right):
        around_m += np.bincount(side[side != NOBODY], segment_m[side != NOBODY], minlength=pieces.size)
    width_m: Floats = 2 * pieces.faces.area_m2 / around_m
    return width_m


def joined_to_neighbours(pieces: Pieces, loose: Bools, across: Bools) -> Ints:
    """The root of every piece, itself or, for a loose one, that of the neighbour with the longest common border over segments `across`.

    Firm neighbours come first; a loose piece that only has loose ones follows in the next round, when they are settled.
    """
    segments = np.flatnonzero(across)
    length_m = pieces.net.length_m()[segments]
    one = np.concatenate([pieces.faces.left[segments], pieces.faces.right[segments]])
    two = np.concatenate([pieces.faces.right[segments], pieces.faces.left[segments]])
    keys, inverse = np.unique(one.astype(np.int64) * pieces.size + two, return_inverse=True)
    border_m = np.bincount(inverse, np.tile(length_m, 2))
    one, two = (keys // pieces.size).astype(np.int32), (keys % pieces.size).astype(np.int32)
    root = np.arange(pieces.size, dtype=np.int32)
    loose = loose.copy()
    while True:
        able = np.flatnonzero(loose[one] & ~loose[two])
        if not len(able):
            return root
        order = able[np.lexsort((two[able], -border_m[able], one[able]))]
        best = order[np.diff(one[order], prepend=-1) != 0]
        root[one[best]] = root[two[best]]
        loose[one[best]] = False
