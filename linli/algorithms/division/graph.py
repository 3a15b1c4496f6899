"""The graph of parcels: what lies between every two of them, how long it is, and whether people get across.

`cells` beside this module says what the parcels are.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.lines import LINE_OF_RANK
from linli.algorithms.division.model import NOBODY, Bools, Bytes, Floats, Ints, Line, ParcelGraph
from linli.algorithms.division.pieces import Pieces

NECK_M = 0.5
"""Parcels that touch along less than this are no way for a grid from one to the other."""


def graph_of(pieces: Pieces, piece_parcel: Ints, load: Floats) -> ParcelGraph:
    """The graph of pieces that are parcels, numbered by `piece_parcel` (NOBODY for ground outside), `load` by parcel.

    Borders join parcels of one community, one row for a pair and kind of line. Not passable are rivers without a bridge
    at an end of the common border, and touching within NECK_M, unless a parcel has no better neighbour. Superblocks
    are what hangs together inside a community without crossing a MAIN or RIVER line.
    """
    order = np.flatnonzero(piece_parcel != NOBODY)
    order = order[np.argsort(piece_parcel[order])]
    faces, net = pieces.faces, pieces.net
    number = np.append(piece_parcel, np.int32(NOBODY))
    left, right = number[faces.left], number[faces.right]
    community = pieces.community[order]
    of = np.append(community, np.int32(NOBODY))
    between = (of[left] == of[right]) & (left != NOBODY)
    length_m = net.length_m()
    outer_m = np.zeros(len(order))
    for side in (left, right):
        bounds = ~between & (side != NOBODY)
        outer_m += np.bincount(side[bounds], length_m[bounds], minlength=len(order))
    a = np.minimum(left, right)[between].astype(np.int64)
    b = np.maximum(left, right)[between].astype(np.int64)
    kind = LINE_OF_RANK[net.rank[between]]
    keys, row = np.unique((a * len(order) + b) * len(Line) + kind, return_inverse=True)
    border_m = np.bincount(row, length_m[between], minlength=len(keys)).astype(np.float64)
    bridged = np.bincount(row, (net.bridge[net.tail] | net.bridge[net.head])[between], minlength=len(keys)) > 0
    pair, kind = keys // len(Line), (keys % len(Line)).astype(np.int8)
    a32, b32 = (pair // len(order)).astype(np.int32), (pair % len(order)).astype(np.int32)
    passable = np.where(kind == Line.RIVER, bridged, _wide(pair, a32, b32, kind, border_m))
    superblock = _superblocks(a32, b32, kind, community)
    return ParcelGraph(
        load=load,
        area_m2=faces.area_m2[order],
        x_m=faces.x_m[order],
        y_m=faces.y_m[order],
        outer_m=outer_m,
        community=community,
        superblock=superblock,
        block=np.unique(pieces.block[order], return_inverse=True)[1].astype(np.int32),
        dedicated=pieces.dedicated[order],
        a=a32,
        b=b32,
        border_m=border_m,
        kind=kind,
        passable=passable,
    )


def _wide(pair: Ints, a: Ints, b: Ints, kind: Bytes, border_m: Floats) -> Bools:
    """Which pairs touch along more than a neck, rivers aside; or in the widest place that one of the two has."""
    _, of_pair = np.unique(pair, return_inverse=True)
    dry_m = np.bincount(of_pair, np.where(kind == Line.RIVER, 0.0, border_m))[of_pair]
    widest = np.zeros(int(b.max(initial=-1)) + 1)
    np.maximum.at(widest, a, dry_m)
    np.maximum.at(widest, b, dry_m)
    wide: Bools = (dry_m >= NECK_M) | (dry_m == widest[a]) | (dry_m == widest[b])
    return wide


def _superblocks(a: Ints, b: Ints, kind: Bytes, community: Ints) -> Ints:
    near = (kind == Line.MINOR) | (kind == Line.INSIDE)
    links = coo_array((np.ones(int(near.sum()), np.int8), (a[near], b[near])), shape=(len(community),) * 2)
    superblock: Ints = connected_components(links, directed=False)[1].astype(np.int32)
    return superblock
