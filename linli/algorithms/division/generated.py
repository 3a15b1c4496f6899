"""Made-up ground for tests, benchmarks and pictures: a seeded city of convex splits, as a graph or as geometry.

A rectangle is cut into communities of about 2,000–4,500 households, these by main roads (one in twenty a river, with some
bridges) into superblocks, these by minor streets into blocks of 8–17 buildings, these into parcels with one building each;
one block in fifty is special premises. Households per building are log-normal from 1 to 200, 9.8 on average; or 1 each, for
a city of houses whose blocks and streets are as large. `splits` beside this module does the cutting.

`generated_graph` is quick, and exact to the millimetre: lengths and areas come from the cuts, not from polygons.
`generated_ground` is the same city (same seed) as geometry that has yet to become a graph.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import shapely

from linli.algorithms.division import splits
from linli.algorithms.division.model import (
    NOBODY,
    Bytes,
    Floats,
    Geometries,
    Ground,
    Ints,
    Line,
    ParcelGraph,
    Premises,
)

HOUSEHOLDS_MEAN, HOUSEHOLDS_SPREAD, HOUSEHOLDS_MOST = 9.82, 1.0, 200
GROUND_M2 = 92.0
"""Ground for one household, so that a grid of 400 is some 190 m wide."""
COMMUNITY_MOST, SUPERBLOCK_MOST, HOUSES_SUPERBLOCK_MOST, BLOCK_MOST = 4400.0, 830.0, 775.0, 175.0
SUPERBLOCK_SPREAD = 0.4
"""Households on average ground above which a piece is cut once more; that of superblocks varies from piece to piece.

Superblocks come out such that 27–29 % are infeasible by themselves for grids of 300–500, with households or with houses.
"""
RIVERS, SPECIAL_BLOCKS = 0.05, 0.02
BRIDGE_EVERY_M, BRIDGE_REACH_M = 150.0, 2.0
LEAST_BORDER_M = 0.001
FOOTPRINT = 0.6
"""How wide a building is, as a share of its parcel."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Polygons (p) of one step: rows of `corners` from one of `starts` to the next, anticlockwise, without the closing one.

    `edges` says on which line the edge lies that begins in a corner; `parent` is the polygon of the step before.
    """

    starts: Ints
    corners: Floats
    edges: Ints
    parent: Ints

    def polygons(self) -> Geometries:
        """Return the pieces as Shapely polygons."""
        return _polygons(self.starts, self.corners)


@dataclass(frozen=True, slots=True)
class GeneratedCity:
    """The cuts of one city and what they make; `graph_of` and `ground_of` read it.

    `special` (blocks) numbers special premises, NOBODY elsewhere. `load` (parcels) is households. Lines (l): `ends` (x, y,
    x, y in metres), `hosts` (lines on which it begins and ends), `kinds`; the first four are the rectangle's sides, those before
    `community_lines` bound communities. `bridges_m[bridge_starts[l] : bridge_starts[l + 1]]` are bridges, from its beginning.
    """

    communities: Pieces
    superblocks: Pieces
    blocks: Pieces
    parcels: Pieces
    special: Ints
    load: Floats
    ends: Floats
    hosts: Ints
    kinds: Bytes
    community_lines: int
    bridge_starts: Ints
    bridges_m: Floats


def generated_city(buildings: int, seed: int, *, one_household: bool = False) -> GeneratedCity:
    """Cut a city with about `buildings` parcels; the same arguments give the same city.

    A special block is one parcel with one building in which nobody lives. Raises ValueError for fewer than 1 building.
    """
    if buildings < 1:
        raise ValueError(f"buildings {buildings}: a city needs at least one")
    rng = np.random.default_rng(seed)
    each = 1.0 if one_household else HOUSEHOLDS_MEAN
    # A special block becomes one parcel instead of about a block's worth: so many more are cut to end at `buildings`.
    parcels = max(round(buildings * (1 + SPECIAL_BLOCKS * (1 - 1.4 * each / BLOCK_MOST))), 1)
    width_m = float(np.sqrt(parcels * each * GROUND_M2 / 0.75))
    corners = width_m * np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.75], [0.0, 0.75]])
    piece = Pieces(np.array([0, 4]), corners, np.arange(4, dtype=np.int32), np.zeros(1, dtype=np.int32))
    inside, special = np.array([parcels], dtype=np.int32), np.full(1, NOBODY, dtype=np.int32)
    ends, hosts = [np.hstack([corners, np.roll(corners, -1, axis=0)])], [np.full((4, 2), NOBODY, dtype=np.int32)]
    made: list[Pieces] = []
    lines = [4]
    superblock_most = HOUSES_SUPERBLOCK_MOST if one_household else SUPERBLOCK_MOST
    for most, spread in ((COMMUNITY_MOST, 0.0), (superblock_most, SUPERBLOCK_SPREAD), (BLOCK_MOST, 0.0), (each, 0.0)):
        (starts, all_corners, edges), (inside, parent), (new_ends, new_hosts) = splits.cut_up(
            rng, piece.starts, piece.corners, piece.edges, inside, most / each, spread, sum(lines)
        )
        piece = Pieces(starts, all_corners, edges, parent)
        made.append(piece)
        ends.append(new_ends)
        hosts.append(new_hosts)
        lines.append(len(new_ends))
        if len(made) == len(("communities", "superblocks", "blocks")):
            chosen = rng.random(len(inside)) < SPECIAL_BLOCKS
            special = np.where(chosen, np.cumsum(chosen) - 1, NOBODY).astype(np.int32)
            inside = np.where(chosen, 1, inside).astype(np.int32)
    kinds = np.repeat(np.array([Line.MAIN, Line.MAIN, Line.MAIN, Line.MINOR, Line.INSIDE], dtype=np.int8), lines)
    between = slice(sum(lines[:2]), sum(lines[:3]))
    kinds[between][rng.random(lines[2]) < RIVERS] = Line.RIVER
    all_ends = np.concatenate(ends)
    length_m = np.hypot(all_ends[:, 2] - all_ends[:, 0], all_ends[:, 3] - all_ends[:, 1])
    bridges = np.where(kinds == Line.RIVER, rng.poisson(length_m / BRIDGE_EVERY_M), 0)
    communities, superblocks, blocks, parcel_pieces = made
    return GeneratedCity(
        communities=communities,
        superblocks=superblocks,
        blocks=blocks,
        parcels=parcel_pieces,
        special=special,
        load=np.where(special[piece.parent] == NOBODY, _households(rng, len(piece.parent), one_household), 0.0),
        ends=all_ends,
        hosts=np.concatenate(hosts),
        kinds=kinds,
        community_lines=sum(lines[:2]),
        bridge_starts=np.concatenate([[0], np.cumsum(bridges)]),
        bridges_m=np.repeat(length_m, bridges) * rng.random(int(bridges.sum())),
    )


def _households(rng: np.random.Generator, buildings: int, one_household: bool) -> Floats:
    """Return the households of each building."""
    if one_household:
        return np.ones(buildings)
    middle = np.log(HOUSEHOLDS_MEAN) - HOUSEHOLDS_SPREAD**2 / 2
    return np.clip(np.rint(rng.lognormal(middle, HOUSEHOLDS_SPREAD, buildings)), 1, HOUSEHOLDS_MOST)


def generated_graph(buildings: int, seed: int, *, one_household: bool = False) -> ParcelGraph:
    """Return the city's parcels and what lies between them; the same arguments give the same graph.

    1.57 million parcels take some seconds. Raises ValueError for fewer than 1 building.
    """
    return graph_of(generated_city(buildings, seed, one_household=one_household))


def generated_ground(buildings: int, seed: int) -> Ground:
    """Return the city as geometry; building i stands on parcel i of `generated_graph` with the same arguments.

    Raises ValueError for fewer than 1 building.
    """
    return ground_of(generated_city(buildings, seed))


def graph_of(city: GeneratedCity) -> ParcelGraph:
    """Return the graph of a city: areas, lengths and overlaps straight from the cuts."""
    parcels = city.parcels
    block = parcels.parent
    superblock = city.blocks.parent[block]
    measured = splits.polygon_measures(parcels.starts, parcels.corners)
    inside = np.arange(len(city.ends)) >= city.community_lines
    pairs, border_m, line, bridged = splits.shared_borders(
        city.ends,
        parcels.starts,
        parcels.corners,
        parcels.edges,
        inside,
        city.bridge_starts,
        city.bridges_m,
        LEAST_BORDER_M,
    )
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    a, b, border_m, bridged = pairs[order, 0], pairs[order, 1], border_m[order], bridged[order]
    outer_m = measured[:, 3] - np.bincount(a, border_m, len(block)) - np.bincount(b, border_m, len(block))
    kind = city.kinds[line[order]]
    return ParcelGraph(
        load=city.load,
        area_m2=measured[:, 0].copy(),
        x_m=measured[:, 1].copy(),
        y_m=measured[:, 2].copy(),
        outer_m=np.where(outer_m < LEAST_BORDER_M, 0.0, outer_m),
        community=city.superblocks.parent[superblock],
        superblock=superblock,
        block=block,
        dedicated=city.special[block],
        a=a,
        b=b,
        border_m=border_m,
        kind=kind,
        passable=(kind != Line.RIVER) | bridged,
    )


def ground_of(city: GeneratedCity) -> Ground:
    """Return the ground of a city: a footprint in the middle of each parcel, streets that meet in common points.

    A bridge is a short minor street across the river. The rectangle's own sides are no streets.
    """
    communities = _community_polygons(city)
    names = [f"{number:03}" for number in range(1, len(communities) + 1)]
    streets: Ints = np.flatnonzero((city.kinds != Line.INSIDE) & (np.arange(len(city.ends)) >= 4)).astype(np.int32)
    bridges = _bridges(city)
    middle = splits.polygon_measures(city.parcels.starts, city.parcels.corners)[:, 1:3]
    parcel_of = np.repeat(np.arange(len(middle)), np.diff(city.parcels.starts))
    footprints = middle[parcel_of] + FOOTPRINT * (city.parcels.corners - middle[parcel_of])
    special = np.flatnonzero(city.special != NOBODY)
    return Ground(
        communities=communities,
        community_codes=tuple(f"110101001{name}" for name in names),
        community_names=tuple(f"第{name}社区" for name in names),
        lines=np.concatenate([_street_lines(city, streets), bridges]),
        line_kinds=np.concatenate([city.kinds[streets], np.full(len(bridges), Line.MINOR, dtype=np.int8)]),
        buildings=_polygons(city.parcels.starts, footprints),
        building_codes=tuple(f"B{number:07}" for number in range(1, len(middle) + 1)),
        load=city.load,
        premises=tuple(
            Premises(f"S{number:05}", f"第{number}学校", "school", polygon)
            for number, polygon in enumerate(city.blocks.polygons()[special], start=1)
        ),
    )


def _polygons(starts: Ints, corners: Floats) -> Geometries:
    """Return polygons from rows of corners without the closing one."""
    ring_of = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    polygons: Geometries = shapely.polygons(shapely.linearrings(corners, indices=ring_of))
    return polygons


def _along_m(city: GeneratedCity, line: Ints, points: Floats) -> Floats:
    """Return how far along its line each point lies."""
    ends = city.ends[line]
    direction = ends[:, 2:] - ends[:, :2]
    metres: Floats = ((points - ends[:, :2]) * direction).sum(axis=1) / np.hypot(*direction.T)
    return metres


def _meetings(city: GeneratedCity, lines: Ints) -> tuple[Ints, Floats, Floats]:
    """Return where `lines` begin or end on others: the other line, metres along it, and the point; in that order."""
    host = city.hosts[lines].ravel()
    points = city.ends[lines].reshape(-1, 2)
    along_m = _along_m(city, host, points)
    order = np.lexsort((along_m, host))
    return host[order], along_m[order], points[order]


def _street_lines(city: GeneratedCity, streets: Ints) -> Geometries:
    """Return each street as a line with a vertex wherever another meets it."""
    host, _, points = _meetings(city, streets)
    on_street = np.isin(host, streets)
    line = np.concatenate([np.repeat(streets, 2), host[on_street]])
    points = np.concatenate([city.ends[streets].reshape(-1, 2), points[on_street]])
    order = np.lexsort((_along_m(city, line, points), line))
    lines: Geometries = shapely.linestrings(points[order], indices=np.searchsorted(streets, line[order]))
    return lines


def _community_polygons(city: GeneratedCity) -> Geometries:
    """Return the communities with a vertex wherever neighbours have one, so that they cover without a hair between them."""
    host, along_m, points = _meetings(city, np.arange(4, city.community_lines, dtype=np.int32))
    pieces = city.communities
    rings, ring_of = [], []
    for number, (first, end) in enumerate(itertools.pairwise(pieces.starts)):
        corners, edges = pieces.corners[first:end], pieces.edges[first:end]
        here_m = _along_m(city, edges, corners)
        there_m = _along_m(city, edges, np.roll(corners, -1, axis=0))
        for corner, edge, here, there in zip(corners, edges, here_m, there_m, strict=True):
            on_edge = slice(*np.searchsorted(host, [edge, edge + 1]))
            between = (along_m[on_edge] > min(here, there)) & (along_m[on_edge] < max(here, there))
            met = points[on_edge][between]
            rings.append(np.vstack([corner, met if there > here else met[::-1]]))
            ring_of.append(np.full(len(met) + 1, number))
    ring = shapely.linearrings(np.concatenate(rings), indices=np.concatenate(ring_of))
    polygons: Geometries = shapely.polygons(ring)
    return polygons


def _bridges(city: GeneratedCity) -> Geometries:
    """Return a short line across the river for each bridge."""
    line = np.repeat(np.arange(len(city.ends)), np.diff(city.bridge_starts))
    start, direction = city.ends[line, :2], city.ends[line, 2:] - city.ends[line, :2]
    direction = direction / np.hypot(*direction.T)[:, None]
    middle = start + direction * city.bridges_m[:, None]
    across = BRIDGE_REACH_M * np.column_stack([-direction[:, 1], direction[:, 0]])
    bridges: Geometries = shapely.linestrings(np.stack([middle - across, middle + across], axis=1))
    return bridges
