"""The best division of each component of atoms: proved by `cover` where atoms are few, found by the walk of `walk` where not."""

from __future__ import annotations

from typing import Any

import numpy as np

from linli.algorithms.division.cover import FOUND, PROVED, cover
from linli.algorithms.division.kernel import Board, paper, seeded, tally
from linli.algorithms.division.walk import anneal, grow
from linli.lib.compiled import compiled

# A walk starts as hot as HEAT average borders, from a division worth keeping at MILD times that; SPLITS of its moves split
# anew. After a short trial of every number of grids the best two are walked RESTARTS times.
HEAT, MILD, SPLITS, RESTARTS = 1.0, 0.2, 0.2, 2
# Beyond this many atoms the sets that `cover` would list are too many to try.
COVERED_ATOMS = 40
# Neighbouring grids of together so many atoms are divided anew and proved; so many sets of them are tried per grid.
WINDOW_ATOMS, POLISH_WINDOWS = 24, 40
# Walks of so many moves per atom are repeated, each from another draw, and the cheapest of so many attempts is kept; of few atoms, which
# are quick, more.
REPEATED_EFFORT, ATTEMPTS, FEW_ATTEMPTS = 500.0, 5, 16
# Walks of fewer moves per atom are for quick looks, and are not polished.
POLISHED_EFFORT = 200.0


@compiled
def solve(board: Any, low_k: Any, high_k: Any, weights: Any, effort: Any, rng: Any, best: Any, start_k: Any) -> Any:
    """The best labels found for one component with low_k … high_k grids, into `best`; returns how many grids.

    `effort` is moves per atom; with much of it the cheapest of several attempts is kept. `best` holds a division into `start_k`
    grids to start from, if that is not 0.
    """
    few = len(board.load) <= COVERED_ATOMS
    if few:
        status, _cost, _bound = cover(board, weights, best)
        if status >= FOUND:
            start_k = best.max() + 1
        if status == PROVED:
            return start_k
    start = best.copy()
    best_k = attempt(board, low_k, high_k, weights, effort, rng, best, start_k)
    if effort < REPEATED_EFFORT:
        return best_k
    best_cost = cost_of(board, best, best_k, weights)
    for _ in range((FEW_ATTEMPTS if few else ATTEMPTS) - 1):
        trial = start.copy()
        k = attempt(board, low_k, high_k, weights, effort, rng, trial, start_k)
        cost = cost_of(board, trial, k, weights)
        if cost < best_cost - 1e-6:
            best_cost, best_k = cost, k
            best[:] = trial
    return best_k


@compiled
def cost_of(board: Any, label: Any, k: Any, weights: Any) -> Any:
    """The whole cost of a division into k grids."""
    state = paper(len(label), k, board.superblocks)
    state.label[:] = label
    return tally(board, state, k, weights)


@compiled
def attempt(board: Any, low_k: Any, high_k: Any, weights: Any, effort: Any, rng: Any, best: Any, start_k: Any) -> Any:
    """One attempt of `solve`, with the same arguments."""
    n = len(board.load)
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
    return polish(board, best, best_k, weights) if effort >= POLISHED_EFFORT else best_k


@compiled
def window_of(board: Any, label: Any, chosen: Any, place: Any, inside: Any) -> Any:
    """The atoms of the `chosen` grids as a board of their own: it, and how many they are. `inside` lists them.

    Borders to other grids are only part of the outlines. `place` (n) is scratch, −1 everywhere before and after.
    """
    size = entries = 0
    for v in range(len(label)):
        if chosen[label[v]]:
            place[v] = size
            inside[size] = v
            size += 1
            entries += board.start[v + 1] - board.start[v]
    start = np.zeros(size + 1, np.int32)
    to = np.empty(entries, np.int32)
    cut, metres, passable = np.empty(entries), np.empty(entries), np.empty(entries, np.bool_)
    at = 0
    for i in range(size):
        v = inside[i]
        for e in range(board.start[v], board.start[v + 1]):
            if place[board.to[e]] >= 0:
                to[at], cut[at], metres[at] = place[board.to[e]], board.cut[e], board.metres[e]
                passable[at] = board.passable[e]
                at += 1
        start[i + 1] = at
    for i in range(size):
        place[inside[i]] = -1
    own = inside[:size]
    return Board(
        start,
        to[:at],
        cut[:at],
        metres[:at],
        passable[:at],
        board.load[own],
        board.area[own],
        board.outline[own],
        board.superblock[own],
        board.superblocks,
    ), size


@compiled
def divide_anew(board: Any, label: Any, k: Any, weights: Any, chosen: Any, place: Any, inside: Any) -> Any:
    """Puts the cheapest division in place of the `chosen` grids, if there is a cheaper one; returns the number of grids then.

    −1 when nothing was cheaper or the atoms are too many to prove it. A grid may vanish: its number goes to the last one.
    """
    number = atoms = 0
    for g in range(k):
        number += chosen[g]
    for v in range(len(label)):
        atoms += chosen[label[v]]
    if atoms > WINDOW_ATOMS:
        return -1
    window, size = window_of(board, label, chosen, place, inside)
    olds = np.flatnonzero(chosen[:k])
    state = paper(size, max(number, 1), board.superblocks)
    for i in range(size):
        state.label[i] = np.searchsorted(olds, label[inside[i]])
    before = tally(window, state, number, weights)
    found = np.zeros(size, np.int32)
    status, cost, _bound = cover(window, weights, found)
    if status < FOUND or cost > before - 1e-6:
        return -1
    grids = found.max() + 1
    for i in range(size):
        label[inside[i]] = olds[found[i]] if found[i] < number else k + found[i] - number
    k += max(0, grids - number)
    for gone in range(number - 1, grids - 1, -1):
        k -= 1
        for v in range(len(label)):
            if label[v] == k:
                label[v] = olds[gone]
    return k


@compiled
def next_to(board: Any, label: Any, g: Any, near: Any) -> None:
    """Marks in `near` the grids that share a passable border with grid g."""
    near[:] = False
    for v in range(len(label)):
        if label[v] == g:
            for e in range(board.start[v], board.start[v + 1]):
                if board.passable[e] and label[board.to[e]] != g:
                    near[label[board.to[e]]] = True


@compiled
def polish(board: Any, label: Any, k: Any, weights: Any) -> Any:
    """Divides neighbouring pairs and triples of grids anew, each as cheaply as can be proved, until none gets cheaper.

    Returns the number of grids, which may change. Tries at most POLISH_WINDOWS sets of grids per grid.
    """
    n = len(label)
    place, inside = np.full(n, -1, np.int32), np.empty(n, np.int32)
    dirty, near, chosen = np.ones(n + 1, np.bool_), np.zeros(n + 1, np.bool_), np.zeros(n + 1, np.bool_)
    left = POLISH_WINDOWS * k
    g = 0
    while g < k and left > 0:
        if not dirty[g]:
            g += 1
            continue
        dirty[g] = False
        next_to(board, label, g, near)
        now = -1
        # Alone first (it may be split), then with one neighbour, then with two.
        for h in range(k):
            for j in range(h + 1):
                if now >= 0 or not (near[h] or h == g) or not (near[j] or (h == g and j == g)):
                    continue
                chosen[g] = chosen[h] = chosen[j] = True
                now = divide_anew(board, label, k, weights, chosen, place, inside)
                chosen[g] = chosen[h] = chosen[j] = False
                left -= 1
        if now >= 0:
            if now == k:
                dirty[:k] |= near[:k]
            else:
                dirty[:] = True
            dirty[g] = True
            k, g = now, 0
    return k


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
        np.int64(superblocks[c]),
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
