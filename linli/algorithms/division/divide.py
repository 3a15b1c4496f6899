"""The solver: puts a grid number on every parcel. `atoms` prepares its pieces, `kernel` walks, `measures` judges.

Each community is divided by itself, and in it each component that hangs together. Blocks are the atoms; only where they
cannot be put into bounds are they cut, into halves first and into parcels last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from linli.algorithms.division import solve as solver
from linli.algorithms.division.atoms import Atoms, block_atoms, contract, parts, split_atoms, summed
from linli.algorithms.division.blocks import divide_and_bound
from linli.algorithms.division.clusters import clusters
from linli.algorithms.division.model import (
    NOBODY,
    TOO_LARGE,
    Bools,
    Division,
    Floats,
    Ints,
    ParcelGraph,
    Progress,
    Rules,
)
from linli.algorithms.division.portions import in_portions

# An atom carries at most this share of the largest grid (0: it is one parcel); where that fails, the next finer is tried.
SHARES = (0.2, 0.1, 0.0)
# Moves per atom of a long walk.
EFFORT = 300.0
# The price of leaving the bounds, in metres and in other prices.
OUT_OF_BOUNDS_M, OUT_OF_BOUNDS_TIMES = 20_000.0, 10.0
# Empty ground of at least this size is a grid yet to be developed (待开发); smaller ground beside a school joins the school.
UNDEVELOPED_M2 = 10_000.0
# Moves per atom of a long walk where few atoms are left to walk on, which is quick in any case.
SMALL_ATOMS, SMALL_EFFORT = 2_000, 500.0


def divide(
    graph: ParcelGraph,
    rules: Rules | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    effort: float | None = None,
    threads: int = 2,
) -> Division:
    """Divides the ground into grids: every parcel into exactly one, each grid connected and inside its community.

    Grids are within the bounds of `rules` wherever that was found possible; `reasons` says where not and why. Equal input
    and seed give an equal division, whatever the number of threads. `effort` is moves per atom of the walk, by default
    more on small ground. `progress` hears of the share
    done and may raise to stop. Cost about O(parcels log parcels + effort × atoms).
    """
    rules = rules or Rules()
    say = progress or _silent
    say("divide", 0.0)
    grid_of, dedicated = dedicate(graph, rules)
    free = grid_of == NOBODY
    begun = int(grid_of.max(initial=-1)) + 1
    exact, solved_parcels, above = divide_and_bound(graph, free, rules, threads, lambda done: say("divide", 0.5 * done))
    grid_of[solved_parcels] = begun + exact[solved_parcels]
    begun += int(exact.max(initial=-1)) + 1
    unsolved = free & ~solved_parcels
    atom = block_atoms(graph, unsolved)
    for level, share in enumerate(SHARES):
        if not unsolved.any():
            break
        atom = np.where(unsolved, atom, NOBODY).astype(np.int32)
        atom = split_atoms(graph, atom, share * rules.high)
        atoms = contract(graph, atom, rules)
        inner = contract(graph, atom, rules, group=clusters(atoms, rules)[atoms.of_parcel])
        moves = effort or (SMALL_EFFORT if len(atoms.load) <= SMALL_ATOMS else EFFORT)
        start = _solve(inner, rules, seed + level, moves, threads, lambda done: say("divide", 0.5 * done))
        start = _carry_over(inner, start, atoms)
        solved = _solve(atoms, rules, seed + level, moves, threads, lambda done: say("divide", 0.5 + 0.5 * done), start)
        begun = _take(atoms, solved, grid_of, begun)
        unsolved = _unsolved(graph, atoms, solved)
    return _with_bounds(numbered(graph, grid_of, dedicated), np.where(free & ~solved_parcels, np.inf, above))


def _with_bounds(division: Division, above: Floats) -> Division:
    """The division with the worst of what was proved of the parcels (n) of each grid."""
    worst = np.full(division.size, -np.inf)
    np.fmax.at(worst, division.grid_of, above)
    return replace(division, above_least=np.where(worst < 0, np.nan, worst))


def _silent(_step: str, _share: float) -> None:
    """Progress that nobody listens to."""


@dataclass(frozen=True, slots=True)
class Solved:
    """Labels per atom (from 0 in each component); per component: grids used, whether bounds can and do hold."""

    label: Ints
    grids: Ints
    possible: Bools
    kept: Bools


def counts(load: Floats, rules: Rules) -> tuple[Ints, Ints, Bools]:
    """The smallest and the largest number of grids for each load, and whether any number keeps the bounds.

    Where none does, the two numbers on either side are given, at least 1.
    """
    least = np.maximum(1, np.ceil(load / rules.high - 1e-9)).astype(np.int32)
    most = np.floor(load / rules.low + 1e-9).astype(np.int32)
    possible = (least <= most) & (load > 0)
    return np.where(possible, least, np.maximum(most, 1)), np.where(possible, most, least), possible


def out_of_bounds_m(rules: Rules) -> float:
    """The price of leaving the bounds by one target load, far above anything that it could save."""
    return OUT_OF_BOUNDS_M + OUT_OF_BOUNDS_TIMES * (rules.crossing_m + rules.shape_m + rules.target_m)


def _carry_over(inner: Atoms, solved: Solved, atoms: Atoms) -> Solved:
    """The labels of clusters as labels of the components that hold them; both have the same atoms in another order."""
    at = np.zeros(len(atoms.load), np.int32)
    taking = atoms.of_parcel >= 0
    at[atoms.of_parcel[taking]] = inner.of_parcel[taking]
    keys = _keys(inner, solved.label)[at]
    component = np.repeat(np.arange(atoms.components), np.diff(atoms.first)).astype(np.int64)
    pairs, back = np.unique(component << 32 | keys, return_inverse=True)
    grids = np.bincount(pairs >> 32, minlength=atoms.components)
    begin = np.cumsum(grids) - grids
    label = (back - begin[component]).astype(np.int32)
    return Solved(label, grids.astype(np.int32), solved.possible, solved.kept)


def _solve(
    atoms: Atoms, rules: Rules, seed: int, effort: float, threads: int, say: Callable[[float], None],
    start: Solved | None = None,
) -> Solved:  # fmt: skip
    """Solves all components, the large ones first, in portions between which progress is told."""
    load = np.add.reduceat(atoms.load, atoms.first[:-1]) if atoms.components else np.zeros(0)
    sizes = np.diff(atoms.first)
    least, most, possible = counts(load, rules)
    least, most = np.minimum(least, sizes).astype(np.int32), np.minimum(most, sizes).astype(np.int32)
    out_m = out_of_bounds_m(rules)
    weights = np.array([rules.low, rules.target, rules.high, rules.crossing_m, rules.shape_m, rules.target_m, out_m])
    label = np.zeros(len(atoms.load), np.int32) if start is None else start.label.copy()
    grids = np.zeros(len(sizes), np.int32) if start is None else start.grids.copy()
    arrays = (
        *(atoms.first, atoms.start, atoms.to, atoms.cut, atoms.metres, atoms.passable),
        *(atoms.load, atoms.area, atoms.outline, atoms.superblock, atoms.superblocks),
    )

    def run(portion: Any) -> None:
        solver.solve_all(arrays, portion, least, most, weights, float(effort), seed, label, grids)

    in_portions(sizes, threads, run, say)
    carried = summed(_keys(atoms, label), atoms.load, len(label))
    out = (carried > 0) & ((carried < rules.low - 1e-9) | (carried > rules.high + 1e-9))
    broken = np.zeros(len(sizes), bool)
    component = np.repeat(np.arange(len(sizes)), sizes)
    broken[component[out[_keys(atoms, label)]]] = True
    return Solved(label, grids, possible, ~broken)


def _keys(atoms: Atoms, label: Ints) -> Ints:
    """A number for each (component, label) pair: components never have more grids than atoms."""
    sizes = np.diff(atoms.first)
    return (np.repeat(atoms.first[:-1], sizes) + label).astype(np.int32)


def _take(atoms: Atoms, solved: Solved, grid_of: Ints, begun: int) -> int:
    """Writes the labels of a level into `grid_of`, as numbers from `begun` on; returns the next free number."""
    taking = atoms.of_parcel >= 0
    keys = _keys(atoms, solved.label)[atoms.of_parcel[taking]]
    grid_of[taking] = begun + keys
    return begun + len(atoms.load)


def _unsolved(graph: ParcelGraph, atoms: Atoms, solved: Solved) -> Bools:
    """The parcels of components that should have been put into bounds and were not, or that lack atoms for it."""
    component = np.repeat(np.arange(atoms.components), np.diff(atoms.first))
    again = solved.possible & ~solved.kept
    mask = np.zeros(graph.size, bool)
    taking = atoms.of_parcel >= 0
    mask[taking] = again[component[atoms.of_parcel[taking]]]
    return mask


def dedicate(graph: ParcelGraph, rules: Rules) -> tuple[Ints, Ints]:
    """Numbers the dedicated grids first: adjoining ground of one premises, and parcels too large for any grid.

    Ground that adjoins over a river or a neck is one grid all the same: it is one property, and `reasons` says that it is in pieces.
    Per parcel (n) its dedicated grid from 0, NOBODY elsewhere, and to what it is dedicated (`Division.dedicated`).
    """
    special = graph.dedicated.copy()
    special[(special == NOBODY) & (graph.load > rules.high)] = TOO_LARGE
    chosen = np.flatnonzero(special != NOBODY)
    same = (special[graph.a] == special[graph.b]) & (special[graph.a] >= 0)
    _number, part = parts(graph.size, graph.a[same], graph.b[same])
    grid_of = np.full(graph.size, NOBODY, np.int32)
    if len(chosen):
        grid_of[chosen] = np.unique(part[chosen], return_inverse=True)[1]
        _join_small_ground(graph, grid_of, special, rules)
    return grid_of, special


def numbered(graph: ParcelGraph, grid_of: Ints, special: Ints) -> Division:
    """A division of labelled parcels (n): grids numbered by community, ordinary before dedicated, from west to east."""
    _ids, dense = np.unique(grid_of, return_inverse=True)
    number = int(dense.max(initial=-1)) + 1
    load = summed(dense, graph.load, number)
    parcels = np.bincount(dense, minlength=number)
    x_m = summed(dense, graph.x_m, number) / parcels
    community = np.zeros(number, np.int32)
    community[dense] = graph.community
    dedicated = np.full(number, NOBODY, np.int32)
    dedicated[dense] = special
    order = np.lexsort((x_m, dedicated != NOBODY, community))
    rank = np.empty(number, np.int32)
    rank[order] = np.arange(number, dtype=np.int32)
    community, load, dedicated = community[order], load[order], dedicated[order]
    return Division(rank[dense].astype(np.int32), community, load, dedicated)


def _join_small_ground(graph: ParcelGraph, grid_of: Ints, special: Ints, rules: Rules) -> None:
    """Gives ground that only touches dedicated ground to that: where nobody lives on it, unless it is large enough to develop; where it holds
    less than half of the smallest grid and a building too large for any grid shuts it in, to that building's grid, since both together
    leave the bounds by less than each alone."""
    free = special == NOBODY
    open_ = graph.passable & free[graph.a] & free[graph.b]
    number, part = parts(graph.size, graph.a[open_], graph.b[open_])
    load = summed(part, graph.load, number)
    empty = (load <= 0) & (summed(part, graph.area_m2, number) < UNDEVELOPED_M2)
    shut_in = (load > 0) & (load < rules.low / 2)
    small = empty | shut_in
    for mine, other in ((graph.a, graph.b), (graph.b, graph.a)):
        fits = empty[part[mine]] | (shut_in[part[mine]] & (special[other] == TOO_LARGE))
        reach = graph.passable & free[mine] & ~free[other] & fits
        for border in np.flatnonzero(reach)[np.argsort(-graph.border_m[reach], kind="stable")]:
            component = part[mine[border]]
            if small[component]:
                members = np.flatnonzero(free & (part == component))
                grid_of[members], special[members] = grid_of[other[border]], special[other[border]]
                small[component] = False


__all__ = ["EFFORT", "counts", "dedicate", "divide", "numbered", "out_of_bounds_m"]
