"""Which superblocks of a component are divided together: the fewest main roads that grids must reach across.

Most superblocks (ground between main roads and rivers) can be divided by themselves; those whose load fits no number of
grids are joined with neighbours to a cluster that does. `divide` walks inside the clusters first, so that no grid leaves
one, and from there over the whole component.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from linli.algorithms.division.atoms import Atoms
from linli.algorithms.division.model import Ints, Rules
from linli.lib.compiled import compiled

# Up to here the best clusters are found by trying all (3^superblocks steps), beyond by joining one after the other.
_ALL_TRIED = 11
# Loads are lumps: a cluster whose grids have less room to the bounds than this share of the target is hard to divide.
_ROOM = 0.06


def clusters(atoms: Atoms, rules: Rules) -> Ints:
    """The cluster of each atom, numbered over all components."""
    cluster = np.zeros(len(atoms.load), np.int32)
    _clusters_of_all(
        atoms.first, atoms.start, atoms.to, atoms.passable, atoms.load, atoms.superblock, atoms.superblocks,
        np.array([rules.low, rules.target, rules.high]), cluster,
    )  # fmt: skip
    return cluster


@compiled
def strain(load: Any, bounds: Any) -> Any:
    """How hard a load is to divide: 0 easy, towards 1 tight, infinite where no number of grids keeps the bounds."""
    low, target, high = bounds
    least = max(1, int(np.ceil(load / high - 1e-9)))
    most = int(np.floor(load / low + 1e-9))
    if least > most:
        return np.inf
    best = 1.0
    for k in range(least, most + 1):
        if k == 1:
            return 0.0
        room = min(load - k * low, k * high - load) / k
        best = min(best, max(0.0, 1.0 - room / (_ROOM * target)))
    return 0.7 * best


@compiled
def _clusters_of_all(
    first: Any,
    start: Any,
    to: Any,
    passable: Any,
    load: Any,
    superblock: Any,
    superblocks: Any,
    bounds: Any,
    cluster: Any,
) -> None:
    """Numbers the clusters of every component into `cluster`."""
    begun = 0
    for c in range(len(first) - 1):
        size = superblocks[c]
        weight = np.zeros(size)
        near = np.zeros((size, size), np.bool_)
        for v in range(first[c], first[c + 1]):
            weight[superblock[v]] += load[v]
            for e in range(start[v], start[v + 1]):
                if passable[e]:
                    other = superblock[first[c] + to[e]]
                    near[superblock[v], other] = True
        if size == 1 or np.isinf(strain(weight.sum(), bounds)):
            chosen = np.zeros(size, np.int32)
        elif size <= _ALL_TRIED:
            chosen = _best_clusters(weight, near, bounds)
        else:
            chosen = _joined_clusters(weight, near, bounds)
        for v in range(first[c], first[c + 1]):
            cluster[v] = begun + chosen[superblock[v]]
        begun += size


@compiled
def _best_clusters(weight: Any, near: Any, bounds: Any) -> Any:
    """The clusters with the fewest joined superblocks, then the least strain, by dynamic programming over sets."""
    size = len(weight)
    everything = 1 << size
    neighbours = np.zeros(size, np.int64)
    for i in range(size):
        for j in range(size):
            if near[i, j] and i != j:
                neighbours[i] |= 1 << j
    cost = np.full(everything, np.inf)
    for mask in range(1, everything):
        whole, number, reached = 0.0, 0, mask & -mask
        for i in range(size):
            if mask >> i & 1:
                whole += weight[i]
                number += 1
        grown = True
        while grown:
            before = reached
            for i in range(size):
                if reached >> i & 1:
                    reached |= neighbours[i] & mask
            grown = reached != before
        if reached == mask:
            cost[mask] = number - 1 + strain(whole, bounds)
    best = np.full(everything, np.inf)
    last = np.zeros(everything, np.int64)
    best[0] = 0.0
    for mask in range(1, everything):
        low = mask & -mask
        rest = mask ^ low
        part = rest
        while True:
            found = best[rest ^ part] + cost[part | low]
            if found < best[mask]:
                best[mask] = found
                last[mask] = part | low
            if part == 0:
                break
            part = (part - 1) & rest
    chosen = np.zeros(size, np.int32)
    mask = everything - 1
    if np.isinf(best[mask]):
        return chosen
    while mask:
        part = last[mask]
        for i in range(size):
            if part >> i & 1:
                chosen[i] = _lowest(part)
        mask ^= part
    return chosen


@compiled
def _lowest(mask: Any) -> Any:
    """The position of the lowest bit."""
    i = 0
    while not mask >> i & 1:
        i += 1
    return i


@compiled
def _joined_clusters(weight: Any, near: Any, bounds: Any) -> Any:
    """Clusters by joining: the most strained one takes the neighbour with which it is strained least, until all are feasible."""
    size = len(weight)
    chosen = np.arange(size).astype(np.int32)
    whole = weight.copy()
    touching = near.copy()
    while True:
        worst = -1
        for i in range(size):
            if chosen[i] == i and np.isinf(strain(whole[i], bounds)) and (worst < 0 or whole[i] < whole[worst]):
                worst = i
        if worst < 0:
            return chosen
        partner, best = -1, np.inf
        for j in range(size):
            if j != worst and chosen[j] == j and touching[worst, j]:
                found = strain(whole[worst] + whole[j], bounds)
                # Better a partner that cannot stand alone either; where none makes it feasible, the lightest.
                rank = found - 0.5 * np.isinf(strain(whole[j], bounds)) if found < np.inf else 10.0 + whole[j]
                if rank < best:
                    partner, best = j, rank
        if partner < 0:
            return np.zeros(size, np.int32)
        for i in range(size):
            if chosen[i] == worst:
                chosen[i] = partner
            touching[partner, i] |= touching[worst, i]
            touching[i, partner] |= touching[i, worst]
        whole[partner] += whole[worst]
