"""From outlines, lines and buildings to parcels and the graph of what lies between them.

The steps are rooms of their own: `lines` nodes every line once, `faces` finds the ground between them, `pieces` tells
communities and blocks, `standing` says in which block each building stands, `sites` and `cutting` share a block out
among its buildings. Here they are put together. `coverage` draws polygons from the same net, so the borders that a
division is reckoned with are the borders that are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from linli.algorithms.division.cutting import cut_between_buildings
from linli.algorithms.division.graph import graph_of
from linli.algorithms.division.lines import Net
from linli.algorithms.division.model import NOBODY, Bools, Finding, Floats, Ground, Ints, ParcelGraph, Progress
from linli.algorithms.division.pieces import Pieces, of, pieces_of, premises_grounds, without_slivers, without_strips
from linli.algorithms.division.standing import buildings_standing


@dataclass(frozen=True, slots=True)
class Parcels:
    """Parcels (n) with their graph, and the net they are drawn from.

    `building_parcel` (b) is NOBODY only for buildings named in `findings`. `net` holds the segments between different
    parcels, `left` and `right` the parcels beside each (NOBODY: outside every community).
    """

    graph: ParcelGraph
    building_parcel: Ints
    net: Net
    left: Ints
    right: Ints
    findings: tuple[Finding, ...]


def parcels_of(ground: Ground, progress: Progress | None = None) -> Parcels:
    """Share the ground of all communities out into parcels; every building stands on exactly one of them.

    A block (ground between any lines) without buildings is one parcel; otherwise each building has what is nearest to
    its footprint. Buildings whose middles coincide share a parcel. Where `ground.parcels` is given, those are the
    parcels (split by streets and community borders), and ground between them is parcels without building.
    Coordinates are not rounded. Raises only what `progress` raises; what is wrong with the ground is in the findings.
    """
    report = progress or _silent
    report("lines", 0.0)
    pieces, findings = pieces_of(ground)
    report("buildings", 0.2)
    standing = buildings_standing(ground, pieces.polygons(), pieces.community)
    for without_thin in (without_slivers, without_strips):
        occupied = np.bincount(standing.block[standing.block != NOBODY], minlength=pieces.size) > 0
        pieces, number = without_thin(pieces, occupied)
        standing = replace(standing, block=of(number, standing.block))
    report("cells", 0.4)
    if ground.parcels is None:
        pieces, building_piece, uncut = cut_between_buildings(pieces, standing)
        findings += _uncut(ground, uncut)
    else:
        building_piece = standing.block
    report("borders", 0.8)
    building_parcel, piece_parcel = _numbered(pieces, building_piece)
    left, right = (of(piece_parcel, side) for side in (pieces.faces.left, pieces.faces.right))
    load, load_findings = _loads(ground, building_parcel, int(piece_parcel.max(initial=-1)) + 1)
    dedicated, premises_findings = _with_points(ground, pieces, piece_parcel)
    graph = graph_of(replace(pieces, dedicated=dedicated), piece_parcel, load)
    report("borders", 1.0)
    found = findings + standing.findings + load_findings + premises_findings
    return Parcels(graph, building_parcel, pieces.net, left, right, found)


def _silent(_step: str, _share: float) -> None:
    """Progress that nobody watches."""


def _uncut(ground: Ground, uncut: Bools) -> tuple[Finding, ...]:
    codes = tuple(ground.building_codes[number] for number in np.flatnonzero(uncut))
    return (Finding("block_not_cut", codes=codes),) if codes else ()


def _numbered(pieces: Pieces, building_piece: Ints) -> tuple[Ints, Ints]:
    """Number the parcels by community, block and first building; the parcel of every building and of every piece."""
    first = np.full(pieces.size, len(building_piece), np.int64)
    placed = np.flatnonzero(building_piece != NOBODY)
    np.minimum.at(first, building_piece[placed], placed)
    order = np.lexsort((first, pieces.block, pieces.community))
    order = order[pieces.community[order] != NOBODY]
    piece_parcel = np.full(pieces.size, NOBODY, np.int32)
    piece_parcel[order] = np.arange(len(order), dtype=np.int32)
    return of(piece_parcel, building_piece), piece_parcel


def _loads(ground: Ground, building_parcel: Ints, size: int) -> tuple[Floats, tuple[Finding, ...]]:
    """The load of every parcel; a load that is no number of 0 or more counts as 0."""
    load = np.asarray(ground.load, dtype=np.float64)
    wrong = ~((load >= 0) & (load < np.inf))
    placed = (building_parcel != NOBODY) & ~wrong
    total = np.bincount(building_parcel[placed], load[placed], minlength=size)
    codes = tuple(ground.building_codes[number] for number in np.flatnonzero(wrong))
    return total.astype(np.float64), (Finding("load_unusable", codes=codes),) if codes else ()


def _with_points(ground: Ground, pieces: Pieces, piece_parcel: Ints) -> tuple[Ints, tuple[Finding, ...]]:
    """Which premises every piece belongs to, now also those that are points; premises without ground are named."""
    dedicated = pieces.dedicated.copy()
    points = np.full(len(ground.premises), shapely.Point(), dtype=np.object_)
    for number in np.flatnonzero(shapely.is_empty(premises_grounds(ground))):
        points[number] = shapely.centroid(ground.premises[number].geometry) or shapely.Point()
    if not shapely.is_empty(points).all():
        place, piece = shapely.STRtree(pieces.polygons()).query(points, predicate="intersects")
        for one in np.unique(place):
            here = piece[place == one]
            free = here[dedicated[here] == NOBODY]
            dedicated[free[:1]] = one
    held = np.unique(dedicated[(dedicated != NOBODY) & (piece_parcel != NOBODY)])
    codes = tuple(ground.premises[number].code for number in np.setdiff1d(np.arange(len(ground.premises)), held))
    return dedicated, (Finding("premises_without_ground", codes=codes),) if codes else ()
