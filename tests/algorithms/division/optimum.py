"""Small cases whose best division is proved: the engine is held against them by `test_optimum`, and bench/division_optimum.py makes more.

A case is one community of a made-up city with its blocks as parcels. Every connected set of blocks with a load in bounds is
listed, and OR-Tools CP-SAT picks the cheapest of them that take each block once: a set-partitioning model, in which
connection needs no constraint, the number of grids is free, and any price of a single grid is allowed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from linli.algorithms.division.model import NOBODY, Floats, Ints, ParcelGraph, Rules

UNITS_PER_M = 1000
MOST_SETS = 400_000


@dataclass(frozen=True, slots=True)
class Optimum:
    """What the solver found: `status` is optimal, feasible, infeasible, unknown, or too many (sets to list).

    `cost_m` is the objective of `grid_of` (NOBODY for dedicated parcels), `bound_m` what no division can fall below.
    """

    status: str
    cost_m: float
    bound_m: float
    grid_of: Ints
    sets: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Connected sets of ordinary parcels with a load in bounds (s): members as bits, and what each costs apart from cuts.

    `cut_m` is half the priced border to ordinary parcels outside, so that a division costs the sum of both over its sets.
    """

    members: tuple[int, ...]
    cut_m: Floats
    own_m: Floats
    superblocks: Ints
    ordinary: Ints


def by_blocks(graph: ParcelGraph) -> ParcelGraph:
    """Return the same ground with whole blocks as parcels."""
    block, size = graph.block, int(graph.block.max()) + 1
    first = np.unique(block, return_index=True)[1]
    across = block[graph.a] != block[graph.b]
    a, b = block[graph.a[across]], block[graph.b[across]]
    a, b = np.minimum(a, b), np.maximum(a, b)
    # A pair of blocks keeps one border per kind and passability.
    key = (a.astype(np.int64) * size + b) * 8 + graph.kind[across] * 2 + graph.passable[across]
    keys, back = np.unique(key, return_inverse=True)
    pair = keys // 8
    mean = np.bincount(block, minlength=size)
    return ParcelGraph(
        load=np.bincount(block, graph.load).astype(np.float64),
        area_m2=np.bincount(block, graph.area_m2).astype(np.float64),
        x_m=np.bincount(block, graph.x_m) / mean,
        y_m=np.bincount(block, graph.y_m) / mean,
        outer_m=np.bincount(block, graph.outer_m).astype(np.float64),
        community=graph.community[first],
        superblock=graph.superblock[first],
        block=np.arange(size, dtype=np.int32),
        dedicated=graph.dedicated[first],
        a=(pair // size).astype(np.int32),
        b=(pair % size).astype(np.int32),
        border_m=np.bincount(back, graph.border_m[across]).astype(np.float64),
        kind=(keys % 8 // 2).astype(np.int8),
        passable=(keys % 2).astype(np.bool_),
    )


def community_of(graph: ParcelGraph, community: int) -> ParcelGraph:
    """Return one community of a graph as a graph of its own, communities, superblocks and blocks numbered afresh."""
    chosen = np.flatnonzero(graph.community == community)
    place = np.full(graph.size, NOBODY, dtype=np.int32)
    place[chosen] = np.arange(len(chosen), dtype=np.int32)
    kept = place[graph.a] != NOBODY
    superblock, block = (
        np.unique(values[chosen], return_inverse=True)[1].astype(np.int32) for values in (graph.superblock, graph.block)
    )
    return ParcelGraph(
        load=graph.load[chosen],
        area_m2=graph.area_m2[chosen],
        x_m=graph.x_m[chosen],
        y_m=graph.y_m[chosen],
        outer_m=graph.outer_m[chosen],
        community=np.zeros(len(chosen), dtype=np.int32),
        superblock=superblock,
        block=block,
        dedicated=graph.dedicated[chosen],
        a=place[graph.a[kept]],
        b=place[graph.b[kept]],
        border_m=graph.border_m[kept],
        kind=graph.kind[kept],
        passable=graph.passable[kept],
    )


def objective_m(graph: ParcelGraph, rules: Rules, grid_of: Ints) -> float:
    """Return what a division costs: borders between ordinary grids, crossings, shapes and distances from the target.

    `grid_of` is NOBODY for dedicated parcels. Written apart from the engine, parcel by parcel, so that each checks the other.
    """
    total = 0.0
    perimeter_m: dict[int, float] = {}
    for parcel, grid in enumerate(grid_of.tolist()):
        if grid != NOBODY:
            perimeter_m[grid] = perimeter_m.get(grid, 0.0) + float(graph.outer_m[parcel])
    for a, b, border_m, kind in zip(
        graph.a.tolist(), graph.b.tolist(), graph.border_m.tolist(), graph.kind.tolist(), strict=True
    ):
        grids = int(grid_of[a]), int(grid_of[b])
        if grids[0] == grids[1]:
            continue
        if NOBODY not in grids:
            total += border_m * rules.border_costs[kind]
        for grid in grids:
            if grid != NOBODY:
                perimeter_m[grid] += border_m
    for grid in perimeter_m:
        inside = grid_of == grid
        load, area_m2 = float(graph.load[inside].sum()), float(graph.area_m2[inside].sum())
        total += rules.crossing_m * (len(set(graph.superblock[inside].tolist())) - 1)
        total += rules.shape_m * (perimeter_m[grid] ** 2 / (4 * math.pi * area_m2) - 1)
        total += rules.target_m * ((load - rules.target) / rules.target) ** 2
    return total


def candidates(graph: ParcelGraph, rules: Rules) -> Candidates | None:
    """List the connected sets of ordinary parcels with a load in bounds; None when there are over MOST_SETS to look at.

    Sets grow from their lowest parcel by parcels above it, each reached once (Wernicke 2006, doi:10.1109/TCBB.2006.51).
    """
    ordinary = np.flatnonzero(graph.dedicated == NOBODY).astype(np.int32)
    place = {int(parcel): number for number, parcel in enumerate(ordinary)}
    near = [0] * len(ordinary)
    for a, b, passable in zip(graph.a.tolist(), graph.b.tolist(), graph.passable.tolist(), strict=True):
        if passable and a in place and b in place:
            near[place[a]] |= 1 << place[b]
            near[place[b]] |= 1 << place[a]
    load = graph.load[ordinary].tolist()
    found: list[int] = []
    looked = 0
    for root in range(len(ordinary)):
        above = -1 << (root + 1)
        # A set, its load, what may still be added to it, and what is in it or next to it.
        stack = [(1 << root, load[root], near[root] & above, near[root] | 1 << root)]
        while stack:
            members, carried, open_, seen = stack.pop()
            looked += 1
            if looked > MOST_SETS:
                return None
            if rules.low <= carried <= rules.high:
                found.append(members)
            while open_:
                bit = open_ & -open_
                open_ ^= bit
                parcel = bit.bit_length() - 1
                if carried + load[parcel] <= rules.high:
                    fresh = near[parcel] & above & ~seen
                    stack.append((members | bit, carried + load[parcel], open_ | fresh, seen | near[parcel]))
    return _priced(graph, rules, ordinary, found)


def _priced(graph: ParcelGraph, rules: Rules, ordinary: Ints, found: list[int]) -> Candidates:
    """Return the sets with their prices."""
    inside = np.zeros((len(found), graph.size), dtype=bool)
    for number, members in enumerate(found):
        bits = [bit for bit in range(len(ordinary)) if members >> bit & 1]
        inside[number, ordinary[bits]] = True
    cut = inside[:, graph.a] != inside[:, graph.b]
    free = graph.dedicated == NOBODY
    price_m = np.where(free[graph.a] & free[graph.b], np.asarray(rules.border_costs)[graph.kind] * graph.border_m, 0.0)
    perimeter_m = inside @ graph.outer_m + cut @ graph.border_m
    superblocks = np.zeros(len(found), dtype=np.int32)
    for superblock in np.unique(graph.superblock):
        superblocks += inside[:, graph.superblock == superblock].any(axis=1)
    off = (inside @ graph.load - rules.target) / rules.target
    own_m = (
        rules.crossing_m * (superblocks - 1)
        + rules.shape_m * (perimeter_m**2 / (4 * math.pi * (inside @ graph.area_m2)) - 1)
        + rules.target_m * off**2
    )
    return Candidates(tuple(found), 0.5 * (cut @ price_m), own_m, superblocks, ordinary)


def optimum(graph: ParcelGraph, rules: Rules, limit_s: float = 60.0) -> Optimum:
    """Return the cheapest division of the ordinary parcels into connected grids in bounds, as far as proved in `limit_s`.

    One worker, fixed seed; costs are rounded to a millimetre for the solver and given exactly here.
    """
    sets = candidates(graph, rules)
    if sets is None:
        return Optimum("too many", math.inf, -math.inf, np.full(graph.size, NOBODY, dtype=np.int32), MOST_SETS)
    status, picked, bound = cheapest_cover(sets, sets.cut_m + sets.own_m, limit_s)
    grid_of = np.full(graph.size, NOBODY, dtype=np.int32)
    for grid, number in enumerate(picked):
        for bit, parcel in enumerate(sets.ordinary):
            if sets.members[number] >> bit & 1:
                grid_of[parcel] = grid
    cost_m = float((sets.cut_m + sets.own_m)[picked].sum()) if picked else math.inf
    return Optimum(status, cost_m, bound, grid_of, len(sets.members))


def cheapest_cover(sets: Candidates, price_m: Floats, limit_s: float) -> tuple[str, list[int], float]:
    """Return status, chosen sets and lower bound of the cheapest choice that takes every ordinary parcel exactly once."""
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in sets.members]
    for bit in range(len(sets.ordinary)):
        model.add_exactly_one(taken[number] for number, members in enumerate(sets.members) if members >> bit & 1)
    units = [round(price * UNITS_PER_M) for price in price_m.tolist()]
    model.minimize(cp_model.LinearExpr.weighted_sum(taken, units))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return solver.status_name(status).lower(), [], -math.inf
    picked = [number for number, variable in enumerate(taken) if solver.boolean_value(variable)]
    return solver.status_name(status).lower(), picked, solver.best_objective_bound / UNITS_PER_M
