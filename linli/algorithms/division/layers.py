"""Other divisions of the same ground (图层): what other departments ask of their grids, beats made of whole grids, and the shops
that no grid covers.

All come from the engine of `divide` with other rules, or with grids in place of parcels. `merging` beside this module makes
one set of grids of several layers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import shapely

from linli.algorithms.division.atoms import summed
from linli.algorithms.division.divide import EFFORT, divide
from linli.algorithms.division.model import (
    NOBODY,
    Bools,
    Division,
    Finding,
    Floats,
    Geometries,
    Ints,
    Line,
    ParcelGraph,
    Progress,
    Rules,
)

PRESETS: Mapping[str, Rules] = MappingProxyType(
    {
        "main": Rules(),
        # Areas of a census or survey: of equal size before all, since they are sampled; their outline matters less.
        "statistics": Rules(low=80, target=100, high=120, shape_m=30, target_m=200),
        # Plots of safety inspection: a round on foot that no main road or river cuts, short and without detours.
        "safety": Rules(low=500, target=700, high=900, crossing_m=3000, shape_m=120),
        # Beats are made of whole grids (`beats`): they hold several superblocks, so that roundness counts for more.
        "beats": Rules(low=1200, target=1800, high=2500, crossing_m=300, shape_m=200, target_m=300),
    }
)
"""What layers usually ask, by the code of the layer. These are starting points for a planner, not standards."""
BEATS = "beats"
GRIDS_OF_A_BEAT = Rules(low=3, target=4, high=6, unit="grids", crossing_m=300, shape_m=200, target_m=300)
"""Rules for beats that count grids instead of households; see `beats`."""

COVERED_SHARE = 0.5
"""Premises with ground are covered when at least this share of it lies in grids."""


def grid_graph(graph: ParcelGraph, grid_of: Ints, load: Floats | None = None) -> ParcelGraph:
    """The graph whose parcels are the grids (g) of a division of `graph`, `grid_of` (n) from 0 without holes.

    `load` (g) counts something else than the loads of the parcels. A grid lies in the superblock that holds most of its area.
    None is dedicated: the grid of a school is ground like any other here. O(parcels + borders log borders).
    """
    size = int(grid_of.max(initial=NOBODY)) + 1
    area_m2 = summed(grid_of, graph.area_m2, size)
    share = graph.area_m2 / np.maximum(area_m2, 1e-9)[grid_of]
    community = np.zeros(size, np.int32)
    community[grid_of] = graph.community
    across = grid_of[graph.a] != grid_of[graph.b]
    ends = np.stack([grid_of[graph.a[across]], grid_of[graph.b[across]]]).astype(np.int64)
    way = graph.kind[across] * 2 + graph.passable[across]
    pairs, row = np.unique((ends.min(axis=0) * size + ends.max(axis=0)) * 2 * len(Line) + way, return_inverse=True)
    pair, way = pairs // (2 * len(Line)), pairs % (2 * len(Line))
    prices = graph.border_price
    return ParcelGraph(
        load=summed(grid_of, graph.load, size) if load is None else np.asarray(load, np.float64),
        area_m2=area_m2,
        x_m=summed(grid_of, graph.x_m * share, size),
        y_m=summed(grid_of, graph.y_m * share, size),
        outer_m=summed(grid_of, graph.outer_m, size),
        community=community,
        superblock=_mostly(grid_of, graph.superblock, graph.area_m2, size),
        block=np.arange(size, dtype=np.int32),
        dedicated=np.full(size, NOBODY, np.int32),
        a=(pair // max(size, 1)).astype(np.int32),
        b=(pair % max(size, 1)).astype(np.int32),
        border_m=summed(row, graph.border_m[across], len(pairs)),
        kind=(way // 2).astype(np.int8),
        passable=way % 2 == 1,
        border_price=None if prices is None else summed(row, prices[across], len(pairs)),
    )


def _mostly(grid_of: Ints, superblock: Ints, area_m2: Floats, size: int) -> Ints:
    """The superblock that holds most of each grid."""
    pairs, row = np.unique(grid_of.astype(np.int64) << 32 | superblock, return_inverse=True)
    held = summed(row, area_m2, len(pairs))
    order = np.argsort(held, kind="stable")
    found = np.zeros(size, np.int32)
    found[pairs[order] >> 32] = pairs[order] & 0xFFFFFFFF
    return found


def beats(
    graph: ParcelGraph, division: Division, rules: Rules | None = None, seed: int = 0, progress: Progress | None = None, *,
    effort: float = EFFORT, threads: int = 2,
) -> Division:  # fmt: skip
    """Beats (片区) as unions of whole grids of a division of this graph: again a division of its parcels.

    The rules count loads; with the unit "grids" they count grids that somebody lives in, such as GRIDS_OF_A_BEAT, and so
    does `load` of what is given back. Beats stay inside communities. Seed, progress and effort are those of `divide`.
    """
    rules = rules or PRESETS[BEATS]
    load = None
    if rules.unit == "grids":
        load = ((division.dedicated == NOBODY) & (division.load > 0)).astype(np.float64)
    found = divide(
        grid_graph(graph, division.grid_of, load), rules, seed, progress, effort=effort, threads=threads
    )  # fmt: skip
    return replace(found, grid_of=found.grid_of[division.grid_of])


def uncovered(places: Geometries, polygons: Geometries) -> Bools:
    """Which shops and premises (p: doors as points, or ground as polygons) no grid of a layer (g polygons) covers.

    A point is covered by a grid that it lies in or on the border of; ground by COVERED_SHARE of its area. What has no
    usable shape is not covered. O(p log g).
    """
    places, polygons = shapely.make_valid(np.asarray(places, object)), np.asarray(polygons, object)
    found: Bools = np.ones(len(places), np.bool_)
    areas_m2 = shapely.area(places)
    one, grid = shapely.STRtree(polygons).query(places, predicate="intersects")
    inside_m2 = np.zeros(len(one))
    ground = areas_m2[one] > 0
    inside_m2[ground] = shapely.area(shapely.intersection(places[one[ground]], polygons[grid[ground]]))
    held_m2 = np.bincount(one, inside_m2, minlength=len(places))
    touched = np.bincount(one, minlength=len(places)) > 0
    found[touched & (held_m2 >= COVERED_SHARE * areas_m2)] = False
    return found


def uncovered_findings(
    places: Geometries, codes: Sequence[str], names: Sequence[str], polygons: Geometries, grid_codes: Sequence[str]
) -> tuple[Finding, ...]:
    """Findings of kind `place_uncovered`: the shops and premises without a grid, gathered by the grid that is nearest to them.

    `codes` hold the places; the values are `names` (each with its code), `nearest` (code of that grid, "" where there is none)
    and `distance_m` to the furthest of them. The largest group stands first.
    """
    missed = np.flatnonzero(uncovered(places, polygons))
    near = np.full(len(missed), NOBODY)
    near_m = np.zeros(len(missed))
    (one, grid), found_m = shapely.STRtree(polygons).query_nearest(
        places[missed], return_distance=True, all_matches=False
    )  # fmt: skip
    near[one], near_m[one] = grid, found_m
    groups: dict[str, list[tuple[int, float]]] = {}
    for place, nearest, distance_m in zip(missed.tolist(), near.tolist(), near_m.tolist(), strict=True):
        groups.setdefault(grid_codes[nearest] if nearest >= 0 else "", []).append((place, distance_m))
    found = [
        Finding(
            "place_uncovered",
            codes=tuple(codes[place] for place, _distance in group),
            values={
                "names": "、".join(_called(names[place], codes[place]) for place, _distance in group),
                "nearest": code,
                "distance_m": max(distance for _place, distance in group),
            },
        )
        for code, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.codes), str(one.values["nearest"]))))


def _called(name: str, code: str) -> str:
    return f"{name}（{code}）" if name and name != code else code
