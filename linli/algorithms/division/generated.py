"""Made-up ground for tests, benchmarks and pictures: a seeded city of convex splits, as a graph or as geometry.

A rectangle is cut into communities of about 2,000–4,500 households, these by main roads (one in twenty a river, with some
bridges) into superblocks, these by minor streets into blocks of 8–17 buildings, these into parcels with one building each; one block in
fifty is special premises. Households per building are log-normal from 1 to 200, 9.8 on average; or 1 each, for a city of
houses whose blocks and streets are as large. `splits` beside this module does the cutting.

`generated_graph` is quick and exact to the millimetre: lengths and areas come from the cuts, not from polygons.
`generated_ground` is the same city (same seed) as geometry that has yet to become a graph.
"""

from __future__ import annotations

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
"""Households on average ground above which a piece is cut once more (superblocks: 0.6 to 1.4 times, drawn for each).

Those of superblocks leave 27–29 % of them infeasible by themselves for grids of 300–500, with households or with houses.
"""
RIVERS, SPECIAL_BLOCKS = 0.05, 0.02
BRIDGE_EVERY_M = 150.0
LEAST_BORDER_M = 0.001


@dataclass(frozen=True, slots=True)
class GeneratedCity:
    """The cuts of one city and what they make; `generated_graph` and `generated_ground` read it.

    Lines (l): `ends` (x, y, x, y in metres), `hosts` (lines on which it begins and ends), `kinds`, `stages`. Polygons are
    rows of `corners` from one of `starts` to the next, anticlockwise, without the closing one; `edges` says on which line the
    edge lies that begins in a corner. `places` (n, 4): community, superblock, block and special block of each parcel.
    Bridges of line l stand in `bridges_m[bridge_starts[l] : bridge_starts[l + 1]]`.
    """

    ends: Floats
    hosts: Ints
    kinds: Bytes
    stages: Bytes
    starts: Ints
    corners: Floats
    edges: Ints
    places: Ints
    community_starts: Ints
    community_corners: Floats
    community_edges: Ints
    special_starts: Ints
    special_corners: Floats
    bridge_starts: Ints
    bridges_m: Floats
    load: Floats


def generated_city(buildings: int, seed: int, *, one_household: bool = False) -> GeneratedCity:
    """Cut a city with about `buildings` parcels; the same arguments give the same city.

    A special block is one parcel with one building in which nobody lives. Raises ValueError for fewer than 1 building.
    """
    if buildings < 1:
        raise ValueError(f"buildings {buildings}: a city needs at least one")
    rng = np.random.default_rng(seed)
    each = 1.0 if one_household else HOUSEHOLDS_MEAN
    superblock_most = HOUSES_SUPERBLOCK_MOST if one_household else SUPERBLOCK_MOST
    most = np.maximum(np.array([COMMUNITY_MOST, superblock_most, BLOCK_MOST]) / each, 1.0)
    # A special block becomes one parcel instead of about a block's worth: so many more are cut to end at `buildings`.
    parcels = max(round(buildings * (1 + SPECIAL_BLOCKS * (1 - 1.4 * each / BLOCK_MOST))), 1)
    height_m = float(np.sqrt(parcels * each * GROUND_M2 * 0.75))
    lines, leaves, outlines, communities, specials = splits.split_city(
        rng, height_m / 0.75, height_m, parcels, most, np.array([RIVERS, SPECIAL_BLOCKS])
    )
    ends, _, kinds, _ = lines
    starts, places = leaves
    length_m = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    bridges = np.where(kinds == Line.RIVER, rng.poisson(length_m / BRIDGE_EVERY_M), 0)
    load = np.ones(len(places))
    if not one_household:
        middle = np.log(HOUSEHOLDS_MEAN) - HOUSEHOLDS_SPREAD**2 / 2
        load = np.clip(np.rint(rng.lognormal(middle, HOUSEHOLDS_SPREAD, len(places))), 1, HOUSEHOLDS_MOST)
    load[places[:, 3] != NOBODY] = 0.0
    return GeneratedCity(
        *lines,
        starts,
        *outlines,
        places,
        *communities,
        *specials,
        bridge_starts=np.concatenate([[0], np.cumsum(bridges)]),
        bridges_m=np.repeat(length_m, bridges) * rng.random(int(bridges.sum())),
        load=load,
    )


def generated_graph(buildings: int, seed: int, *, one_household: bool = False) -> ParcelGraph:
    """Return the city's parcels and what lies between them; the same arguments give the same graph.

    1.57 million parcels take some seconds. Raises ValueError for fewer than 1 building.
    """
    return graph_of(generated_city(buildings, seed, one_household=one_household))


def graph_of(city: GeneratedCity) -> ParcelGraph:
    """Return the graph of a city: areas, lengths and overlaps straight from the cuts."""
    measured = splits.polygon_measures(city.starts, city.corners)
    inside = city.stages != splits.CITY
    pairs, border_m, line, bridged = splits.shared_borders(
        city.ends, city.starts, city.corners, city.edges, inside, city.bridge_starts, city.bridges_m, LEAST_BORDER_M
    )
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    a, b, border_m, line, bridged = pairs[order, 0], pairs[order, 1], border_m[order], line[order], bridged[order]
    shared_m = np.bincount(a, border_m, len(city.places)) + np.bincount(b, border_m, len(city.places))
    outer_m = measured[:, 3] - shared_m
    kind = city.kinds[line]
    return ParcelGraph(
        load=city.load,
        area_m2=measured[:, 0].copy(),
        x_m=measured[:, 1].copy(),
        y_m=measured[:, 2].copy(),
        outer_m=np.where(outer_m < LEAST_BORDER_M, 0.0, outer_m),
        community=city.places[:, 0].copy(),
        superblock=city.places[:, 1].copy(),
        block=city.places[:, 2].copy(),
        dedicated=city.places[:, 3].copy(),
        a=a,
        b=b,
        border_m=border_m,
        kind=kind,
        passable=(kind != Line.RIVER) | bridged,
    )
