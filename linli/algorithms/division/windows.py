"""Windows of neighbouring grids, divided anew with as few households moving as suffices. `adjust` chooses and takes them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from linli.algorithms.division.kernel import paper, seeded
from linli.algorithms.division.walk import anneal, grow
from linli.lib.compiled import compiled

# What it costs to move one household, in metres of border: enough that none moves for a nicer border alone.
STAY_M = 20.0
# Moves per parcel of the walk in a window, and its heat in average borders.
WINDOW_MOVES, WINDOW_HEAT = 150.0, 1.0


def adjacent(board: Any, label: Any, k: int) -> list[set[int]]:
    """The neighbours of each grid over passable borders."""
    source = np.repeat(np.arange(len(label)), np.diff(board.start))
    pairs = np.unique(np.stack([label[source], label[board.to]])[:, board.passable], axis=1)
    near: list[set[int]] = [set() for _ in range(k)]
    for g, h in pairs.T.tolist():
        if g != h:
            near[g].add(h)
    return near


def windows_around(near: list[set[int]], middle: int, size: int) -> Iterator[tuple[int, ...]]:
    """The connected sets of the middle and `size` other grids, of those within reach of it."""
    reach = set(near[middle])
    if size > 1:
        reach |= {h for g in near[middle] for h in near[g]} - {middle}
    for others in combinations(sorted(reach), size):
        seen, stack = {middle}, [middle]
        while stack:
            for h in near[stack.pop()]:
                if h in others and h not in seen:
                    seen.add(h)
                    stack.append(h)
        if len(seen) == size + 1:
            yield tuple(sorted(seen))


@compiled
def shift(board: Any, start: Any, before_k: Any, k: Any, weights: Any, seed: Any, best: Any) -> Any:
    """Divides a window into k grids near `start`, into `best`: whether all are in bounds, and the load away from home."""
    n = len(board.load)
    rng = seeded(seed, n)
    state = paper(n, max(k, before_k), board.superblocks)
    trial = np.zeros(n, np.int32)
    heat = WINDOW_HEAT * board.cut.mean() if len(board.cut) else 1.0
    found, found_moved = False, np.inf
    for _turn in range(2):
        if k == before_k:
            state.label[:] = start
        else:
            grow(board, state, k, rng)
        names = _names(board, state.label, start, k, before_k)
        for v in range(n):
            state.label[v] = names[state.label[v]]
            state.home[v] = start[v]
            state.stay[v] = STAY_M * board.load[v] + 0.1
        anneal(board, state, max(k, before_k), weights, int(WINDOW_MOVES * n) + 200, heat, heat * 0.01, 0.0, rng, trial)
        kept, moved = True, 0.0
        carried = np.zeros(max(k, before_k))
        for v in range(n):
            carried[trial[v]] += board.load[v]
            if trial[v] != start[v]:
                moved += board.load[v]
        for g in range(len(carried)):
            if carried[g] > 0 and not weights[0] - 1e-9 <= carried[g] <= weights[2] + 1e-9:
                kept = False
        if kept and moved < found_moved:
            found, found_moved = True, moved
            best[:] = trial
    return found, found_moved


@compiled
def _names(board: Any, label: Any, start: Any, k: Any, before_k: Any) -> Any:
    """New names for the k grids of `label`: each old grid's goes to the one that shares most load with it, the dearest pair first."""
    share = np.zeros((k, before_k))
    for v in range(len(label)):
        share[label[v], start[v]] += board.load[v] + 1e-6
    names = np.full(k, -1, np.int32)
    used = np.zeros(max(k, before_k), np.bool_)
    for _ in range(min(k, before_k)):
        best, best_g, best_h = -1.0, -1, -1
        for g in range(k):
            for h in range(before_k):
                if names[g] < 0 and not used[h] and share[g, h] > best:
                    best, best_g, best_h = share[g, h], g, h
        names[best_g] = best_h
        used[best_h] = True
    free = 0
    for g in range(k):
        if names[g] < 0:
            while used[free]:
                free += 1
            names[g] = free
            used[free] = True
    return names
