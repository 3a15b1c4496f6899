"""The cheapest division of components into whole blocks and blocks cut in two: quick, exact, and good enough for most ground.

`cover` lists grids of whole blocks, `cuts` pairs of grids that share a cut block; the cheapest choice of both that takes every block once
is a component's division. What this leaves (too many blocks, or bounds that need more cuts) is for the walk in `divide`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from linli.algorithms.division.atoms import Atoms, block_atoms, contract
from linli.algorithms.division.cover import (
    ALL,
    FOUND,
    IMPOSSIBLE,
    MOST_ATOMS,
    PROVED,
    TOO_MANY,
    choose,
    list_sets,
    price_sets,
    relax,
)
from linli.algorithms.division.cuts import Cuts, cuts_of, list_pairs
from linli.algorithms.division.kernel import AIM, HIGH, LOW, SHAPE
from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints, ParcelGraph, Rules
from linli.algorithms.division.portions import in_portions
from linli.algorithms.division.solve import board_of
from linli.lib.compiled import compiled


def divide_by_blocks(
    graph: ParcelGraph, free: Bools, rules: Rules, threads: int = 2, say: Callable[[float], None] | None = None
) -> tuple[Ints, Bools]:
    """Divide the free parcels of a graph (n) by whole blocks, cutting some in two: grid numbers from 0, and which are solved.

    All grids of a solved component are connected and in bounds; nothing cheaper is made of whole blocks, or of those and
    pairs of grids that share one cut block. Parcels of other components have NOBODY. `say` hears the share done and may raise.
    The answer depends on nothing but graph and rules. Some 10 ms for a community of thirty blocks.
    """
    grid_of, solved, _above = divide_and_bound(graph, free, rules, threads, say)
    return grid_of, solved


def divide_and_bound(
    graph: ParcelGraph, free: Bools, rules: Rules, threads: int = 2, say: Callable[[float], None] | None = None
) -> tuple[Ints, Bools, Floats]:
    """What `divide_by_blocks` gives, and by how much at most the component of each parcel (n) costs more than the least, as a share of
    that: 0 where the search was complete. NaN for parcels that are not solved.
    """
    atoms = contract(graph, block_atoms(graph, free), rules)
    cuts = cuts_of(graph, atoms, rules)
    weights = np.array([rules.low, rules.target, rules.high, rules.crossing_m, rules.shape_m, rules.target_m, 0.0])
    label, other = np.zeros((2, len(atoms.load)), np.int32)
    way = np.full(len(atoms.load), NOBODY, np.int32)
    grids, status = np.zeros((2, atoms.components), np.int32)
    above = np.zeros(atoms.components)
    sizes = np.diff(atoms.first)

    def run(portion: Any) -> None:
        _cover_all(arrays_of(atoms), tuple(cuts)[1:], portion, weights, label, other, way, grids, status, above)

    in_portions(sizes, threads, run, say or (lambda _done: None))
    grid_of, solved = _by_parcel(atoms, cuts, label, other, way, grids, status)
    over = np.full(graph.size, np.nan)
    component = np.repeat(np.arange(atoms.components), sizes)
    over[solved] = above[component[atoms.of_parcel[solved]]]
    return grid_of, solved, over


def arrays_of(atoms: Atoms) -> tuple[Any, ...]:
    """Return the arrays of atoms as compiled code takes them: all but `of_parcel`."""
    return tuple(getattr(atoms, name) for name in Atoms.__dataclass_fields__ if name != "of_parcel")


def _by_parcel(
    atoms: Atoms, cuts: Cuts, label: Ints, other: Ints, way: Ints, grids: Ints, status: Ints
) -> tuple[Ints, Bools]:
    """Return grid number and whether solved for each parcel, from what the components' atoms were given."""
    component = np.repeat(np.arange(atoms.components), np.diff(atoms.first))
    begin = (np.cumsum(grids) - grids)[component]
    atom = np.maximum(atoms.of_parcel, 0)
    solved = (
        (atoms.of_parcel != NOBODY) & (status[component] >= FOUND)[atom] if len(atoms.load) else atoms.of_parcel > 0
    )
    if not solved.any():
        return np.full(len(solved), NOBODY, np.int32), solved
    in_second = (way[atom] != NOBODY) & (cuts.half >> np.maximum(way[atom], 0) & 1 > 0)
    grid = begin[atom] + np.where(in_second, other[atom], label[atom])
    return np.where(solved, grid, NOBODY).astype(np.int32), solved


@compiled
def _cover_all(
    arrays: Any, cuts: Any, chosen: Any, weights: Any, label: Any, other: Any, way: Any, grids: Any, status: Any,
    above: Any,
) -> None:  # fmt: skip
    """Divide the chosen components of `Atoms` (as a tuple of its arrays) one after the other."""
    first, start = arrays[:2]
    half_load, half_area, half_outline, half_cut, good, half_metres, half_price, half_passable = cuts
    for c in chosen:
        own, rows = slice(first[c], first[c + 1]), slice(start[first[c]], start[first[c + 1]])
        mine = Cuts(
            half_load[:0, 0, 0],
            half_load[own],
            half_area[own],
            half_outline[own],
            half_cut[own],
            good[own],
            half_metres[rows],
            half_price[rows],
            half_passable[rows],
        )
        status[c], grids[c], above[c] = _cover(board_of(arrays, c), mine, weights, label[own], other[own], way[own])


@compiled
def _cover(board: Any, cuts: Any, weights: Any, label: Any, other: Any, way: Any) -> Any:
    """Divide one component; status, number of grids, and by what share they may cost more than the least.

    First with whole blocks, which says what a pair may cost at most to be worth looking at; then with pairs too.
    """
    n = len(board.load)
    least = weights[SHAPE] + weights[AIM] + 1.0
    if n == 0 or n > MOST_ATOMS:
        return TOO_MANY, 0, 0.0
    sets, complete = list_sets(board, weights[LOW], weights[HIGH], ALL)
    if not complete:
        return TOO_MANY, 0, 0.0
    cost, atoms, count = price_sets(board, sets, weights)
    prices, possible = relax(cost, atoms, count, n)
    chosen, reached = np.zeros(0, np.int64), np.inf
    if possible:
        chosen, _complete = choose(sets, cost, atoms, count, prices, least, np.inf)
    if len(chosen) > 0:
        reached = cost[chosen].sum()
    pairs, halves, cutting, pair_cost = list_pairs(board, cuts, weights)
    pair_atoms, pair_count = _rows(pairs, n)
    kept = _worth_a_look(pair_cost, pair_atoms, pair_count, prices, reached - prices.sum())
    all_sets, all_cost = np.concatenate((sets, pairs[kept])), np.concatenate((cost, pair_cost[kept]))
    all_atoms, all_count = np.concatenate((atoms, pair_atoms[kept])), np.concatenate((count, pair_count[kept]))
    prices, possible = relax(all_cost, all_atoms, all_count, n)
    if not possible:
        return IMPOSSIBLE, 0, 0.0
    better, complete = choose(all_sets, all_cost, all_atoms, all_count, prices, least, reached)
    if len(better) == 0 and len(chosen) == 0:
        return (IMPOSSIBLE if complete else TOO_MANY), 0, 0.0
    if len(better) > 0:
        chosen = better
    grids = 0
    for one in chosen:
        members = all_atoms[one, : all_count[one]]
        label[members] = grids
        grids += 1
        if one >= len(sets):
            pair = kept[one - len(sets)]
            _write_pair(halves[pair, 1], cutting[pair], members, grids, label, other, way)
            grids += 1
    if complete:
        return PROVED, grids, 0.0
    return FOUND, grids, max(0.0, all_cost[chosen].sum() / max(prices.sum(), 1e-9) - 1.0)


@compiled
def _worth_a_look(cost: Any, atoms: Any, count: Any, prices: Any, margin: float) -> Any:
    """Which pairs cost less beyond the prices of their atoms than what is left to save; all of them with nothing in hand."""
    worth = np.full(len(cost), True)
    if margin < np.inf:
        for j in range(len(cost)):
            worth[j] = cost[j] - prices[atoms[j, : count[j]]].sum() < margin
    return np.flatnonzero(worth)


@compiled
def _write_pair(second: Any, cutting: Any, members: Any, grid: int, label: Any, other: Any, way: Any) -> None:
    """Give the second grid of a pair its whole atoms, and its half of the cut one."""
    for v in members:
        if second & (np.int64(1) << np.int64(v)):
            label[v] = grid
    way[cutting[0]], other[cutting[0]] = cutting[1], grid


@compiled
def _rows(sets: Any, n: int) -> Any:
    """The atoms of each set, and how many."""
    atoms, count = np.empty((len(sets), n), np.int8), np.zeros(len(sets), np.int64)
    for j in range(len(sets)):
        for v in range(n):
            if sets[j] & (np.int64(1) << np.int64(v)):
                atoms[j, count[j]] = v
                count[j] += 1
    return atoms, count
