"""The best division of each component of atoms: proved by `cover` where atoms are few, found by the walk of `kernel` where not."""

from __future__ import annotations

from typing import Any

import numpy as np

from linli.algorithms.division.compiled import compiled
from linli.algorithms.division.cover import FOUND, PROVED, cover
from linli.algorithms.division.kernel import Board, anneal, grow, paper, seeded

# A walk starts as hot as HEAT average borders, from a division worth keeping at MILD times that; SPLITS of its moves split
# anew. After a short trial of every number of grids the best two are walked RESTARTS times.
HEAT, MILD, SPLITS, RESTARTS = 1.0, 0.2, 0.2, 2
# Beyond this many atoms the sets that `cover` would list are too many to try.
COVERED_ATOMS = 40


@compiled
def solve(board: Any, low_k: Any, high_k: Any, weights: Any, effort: Any, rng: Any, best: Any, start_k: Any) -> Any:
    """The best labels found for one component with low_k … high_k grids, into `best`; returns how many grids.

    `effort` is moves per atom. `best` holds a division into `start_k` grids to start from, if that is not 0.
    """
    n = len(board.load)
    if n <= COVERED_ATOMS:
        status, _cost, _bound = cover(board, weights, best)
        if status >= FOUND:
            start_k = best.max() + 1
        if status == PROVED:
            return start_k
    state = paper(n, max(high_k, start_k), board.superblocks)
    trial = np.zeros(n, np.int32)
    costs = np.full(high_k + 1, np.inf)
    best_cost, best_k = np.inf, low_k
    hot = HEAT * board.cut.mean() if len(board.cut) else 1.0
    if start_k > 0:
        state.label[:] = best
        moves = int(effort * n) + 500
        best_cost = anneal(board, state, start_k, weights, moves, hot * MILD, hot * 0.005, SPLITS, rng, trial)
        best_k = start_k
        best[:] = trial
    for k in range(low_k, high_k + 1):
        grow(board, state, k, rng)
        moves = int(effort * n * 0.25) + 200
        costs[k] = anneal(board, state, k, weights, moves, hot, hot * 0.01, SPLITS, rng, trial)
        if costs[k] < best_cost - 1e-6:
            best_cost, best_k = costs[k], k
            best[:] = trial
    order = np.argsort(costs)
    for turn in range(RESTARTS):
        k = order[turn % 2]
        if not np.isfinite(costs[k]) or k < 2:
            continue
        grow(board, state, k, rng)
        moves = int(effort * n) + 500
        cost = anneal(board, state, k, weights, moves, hot, hot * 0.005, SPLITS, rng, trial)
        if cost < best_cost - 1e-6:
            best_cost, best_k = cost, k
            best[:] = trial
    return best_k


@compiled
def board_of(atoms: Any, c: Any) -> Any:
    """The atoms of component c, of `Atoms` as a tuple of its arrays."""
    first, start, to, cut, metres, passable, load, area, outline, superblock, superblocks = atoms
    lo, hi = first[c], first[c + 1]
    rows = slice(start[lo], start[hi])
    return Board(
        start[lo : hi + 1] - start[lo],
        to[rows],
        cut[rows],
        metres[rows],
        passable[rows],
        load[lo:hi],
        area[lo:hi],
        outline[lo:hi],
        superblock[lo:hi],
        superblocks[c],
    )


@compiled
def solve_all(
    atoms: Any, chosen: Any, low_k: Any, high_k: Any, weights: Any, effort: Any, seed: Any, label: Any, grids: Any
) -> None:
    """Solves the chosen components one after the other into `label` (per atom) and `grids` (per component).

    These hold what to start from; 0 grids is nothing.
    """
    for c in chosen:
        board = board_of(atoms, c)
        own = label[atoms[0][c] : atoms[0][c + 1]]
        grids[c] = solve(board, low_k[c], high_k[c], weights, effort, seeded(seed, c), own, grids[c])
