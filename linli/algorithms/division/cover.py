"""The cheapest division of a component of few atoms, proved: every connected set of atoms in bounds is a candidate grid.

A community of a few dozen blocks has some hundred to some thousand such sets. Picking the cheapest that take every atom once is
a set-partitioning problem: its linear relaxation gives a price to every atom, which makes a lower bound and tells for each set what
it costs beyond that; branch and bound then tries sets in that order. Milliseconds where walks of `kernel` need as long and
prove nothing. Where sets are too many (atoms small beside a grid), this says so, and the walk has to do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from linli.algorithms.division.kernel import AIM, HIGH, LOW, SHAPE, price
from linli.lib.compiled import compiled

# Atoms are bits of a signed word.
MOST_ATOMS = 62
MOST_SETS, MOST_LOOKS, MOST_NODES = 30_000, 600_000, 300_000
PROVED, FOUND, IMPOSSIBLE, TOO_MANY = 2, 1, 0, -1
ALL = np.int64(-1)
_SLACK = 1e-9
_LARGE = 1e7


@compiled
def _near(board: Any) -> Any:
    """The atoms next to each over passable borders, as words of bits."""
    near = np.zeros(len(board.load), np.int64)
    for v in range(len(near)):
        for e in range(board.start[v], board.start[v + 1]):
            if board.passable[e]:
                near[v] |= np.int64(1) << np.int64(board.to[e])
    return near


@compiled
def list_sets(board: Any, low: float, high: float, within: Any) -> Any:
    """The connected sets of atoms of `within` that carry low … high, as words of bits; and whether those are all.

    Sets grow from their lowest atom by atoms above it, each reached once (Wernicke 2006, doi:10.1109/TCBB.2006.51).
    """
    n = len(board.load)
    one = np.int64(1)
    near = _near(board) & within
    found = np.empty(MOST_SETS, np.int64)
    # What is on the stack at once: at every depth at most what may be added there.
    room = n * n + 2
    members, opened, seen = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    carried = np.empty(room)
    sets = looked = 0
    for root in range(n):
        if board.load[root] > high + _SLACK or within & (one << np.int64(root)) == 0:
            continue
        above = ~((one << np.int64(root + 1)) - one)
        members[0], carried[0] = one << np.int64(root), board.load[root]
        opened[0], seen[0] = near[root] & above, near[root] | members[0]
        size = 1
        while size > 0:
            size -= 1
            mask, ways, known, load = members[size], opened[size], seen[size], carried[size]
            looked += 1
            if load >= low - _SLACK:
                if sets == MOST_SETS:
                    return found[:0], False
                found[sets] = mask
                sets += 1
            if looked > MOST_LOOKS:
                return found[:0], False
            for v in range(root + 1, n):
                bit = one << np.int64(v)
                if ways & bit == 0:
                    continue
                ways &= ~bit
                if load + board.load[v] <= high + _SLACK:
                    members[size], carried[size] = mask | bit, load + board.load[v]
                    opened[size], seen[size] = ways | (near[v] & above & ~known), known | near[v]
                    size += 1
    return found[:sets].copy(), True


@compiled
def price_sets(board: Any, sets: Any, weights: Any) -> Any:
    """Per set: half its priced borders and its own price; its atoms (rows), and how many."""
    n = len(board.load)
    one = np.int64(1)
    cost = np.empty(len(sets))
    atoms = np.empty((len(sets), n), np.int8)
    count = np.zeros(len(sets), np.int64)
    last = np.full(board.superblocks, -1, np.int64)
    for j in range(len(sets)):
        load = area = perimeter = cut = 0.0
        superblocks = 0
        for v in range(n):
            if sets[j] & (one << np.int64(v)) == 0:
                continue
            atoms[j, count[j]] = v
            count[j] += 1
            load += board.load[v]
            area += board.area[v]
            perimeter += board.outline[v]
            if last[board.superblock[v]] != j:
                last[board.superblock[v]] = j
                superblocks += 1
            for e in range(board.start[v], board.start[v + 1]):
                if sets[j] & (one << np.int64(board.to[e])):
                    perimeter -= board.metres[e]
                else:
                    cut += board.cut[e]
        cost[j] = 0.5 * cut + price(load, area, perimeter, superblocks, weights)
    return cost, atoms, count


@compiled
def beyond_prices(cost: Any, atoms: Any, count: Any, prices: Any) -> Any:
    """What each set costs beyond the prices of its atoms."""
    beyond = cost.copy()
    for j in range(len(cost)):
        for i in range(count[j]):
            beyond[j] -= prices[atoms[j, i]]
    return beyond


@compiled
def relax(cost: Any, atoms: Any, count: Any, n: int) -> Any:
    """Prices of atoms that no set undercuts and whose sum is greatest; and whether any covering exists at all, fractions allowed.

    The primal simplex with an explicit inverse; right-hand sides are moved a hair apart, so that no step stands still.
    """
    inverse = np.eye(n)
    basis = np.full(n, -1, np.int64)
    amount = 1.0 + 1e-6 * ((np.arange(n) * 7919) % 101 + 1)
    prices = np.full(n, _LARGE)
    for _ in range(100 * n + 1000):
        if len(cost) == 0:
            break
        beyond = beyond_prices(cost, atoms, count, prices)
        enter = np.argmin(beyond)
        if beyond[enter] > -1e-6:
            break
        direction = np.zeros(n)
        for i in range(count[enter]):
            direction += inverse[:, atoms[enter, i]]
        leave, ratio = -1, np.inf
        for v in range(n):
            if direction[v] > 1e-9 and amount[v] / direction[v] < ratio:
                ratio, leave = amount[v] / direction[v], v
        if leave < 0:
            break
        inverse[leave] /= direction[leave]
        amount[leave], basis[leave] = ratio, enter
        for v in range(n):
            if v != leave and direction[v] != 0.0:
                inverse[v] -= direction[v] * inverse[leave]
                amount[v] -= direction[v] * ratio
        prices += beyond[enter] * inverse[leave]
    possible = not ((basis < 0) & (amount > 1e-3)).any()
    _lower(cost, atoms, count, prices)
    return prices, possible


@compiled
def _lower(cost: Any, atoms: Any, count: Any, prices: Any) -> None:
    """Lower prices until, whatever the rounding, no set costs less than its atoms: else their sum would be no bound."""
    beyond = beyond_prices(cost, atoms, count, prices)
    for j in range(len(cost)):
        if beyond[j] < 0.0:
            for i in range(count[j]):
                prices[atoms[j, i]] += beyond[j] / count[j]


@compiled
def _by_atom(sets: Any, atoms: Any, count: Any, n: int) -> Any:
    """The sets of each atom, in the order given, as rows of `sets` numbers."""
    first = np.zeros(n + 1, np.int64)
    for j in sets:
        for i in range(count[j]):
            first[atoms[j, i] + 1] += 1
    for v in range(n):
        first[v + 1] += first[v]
    filled = first[:-1].copy()
    listed = np.empty(first[-1], np.int64)
    for j in sets:
        for i in range(count[j]):
            v = atoms[j, i]
            listed[filled[v]] = j
            filled[v] += 1
    return first, listed


@compiled
def search(sets: Any, beyond: Any, atoms: Any, count: Any, n: int, below: float, nodes: int) -> Any:
    """The sets that take each atom once with the least sum of `beyond`, less than `below`: chosen, their sum, nodes used.

    Nothing is chosen when there is none; with all `nodes` used, the best so far.
    """
    one = np.int64(1)
    full = (one << np.int64(n)) - one
    kept = np.flatnonzero(beyond < below)
    kept = kept[np.argsort(beyond[kept])]
    first, listed = _by_atom(kept, atoms, count, n)
    at, end = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    covered, spent = np.zeros(n + 1, np.int64), np.zeros(n + 1)
    chosen, best_chosen = np.zeros(n + 1, np.int64), np.zeros(0, np.int64)
    best, used, depth, fresh = below, 0, 0, True
    while depth >= 0:
        if fresh:
            used += 1
            if used > nodes:
                break
            atom = -1
            if covered[depth] == full:
                best, best_chosen = spent[depth], chosen[:depth].copy()
            else:
                atom = _narrowest(sets, beyond, first, listed, covered[depth], best - spent[depth], n)
            if atom < 0:
                depth, fresh = depth - 1, False
                continue
            at[depth], end[depth] = first[atom], first[atom + 1]
        fresh = False
        while at[depth] < end[depth]:
            j = listed[at[depth]]
            at[depth] += 1
            if spent[depth] + beyond[j] >= best:
                break
            if sets[j] & covered[depth] == 0:
                chosen[depth] = j
                covered[depth + 1], spent[depth + 1] = covered[depth] | sets[j], spent[depth] + beyond[j]
                depth, fresh = depth + 1, True
                break
        if not fresh:
            depth -= 1
    return best_chosen, best, min(used, nodes + 1)


@compiled
def _narrowest(sets: Any, beyond: Any, first: Any, listed: Any, covered: Any, left: float, n: int) -> int:
    """The atom that fewest sets can still take; −1 if one has none."""
    one = np.int64(1)
    fewest, narrowest = 1 << 60, -1
    for v in range(n):
        if covered & (one << np.int64(v)):
            continue
        fitting = 0
        for k in range(first[v], first[v + 1]):
            j = listed[k]
            if beyond[j] >= left or fitting >= fewest:
                break
            if sets[j] & covered == 0:
                fitting += 1
        if fitting == 0:
            return -1
        if fitting < fewest:
            fewest, narrowest = fitting, v
    return narrowest


@compiled
def choose(sets: Any, cost: Any, atoms: Any, count: Any, prices: Any, least: float, below: float) -> Any:
    """The sets that take each atom once at least cost, less than `below`; and whether the search was complete.

    `prices` are those of `relax`. Few sets lie close above the bound: it looks among those first (within shares of the bound,
    or of `least` where that is more), among more if that holds no cover.
    """
    n = len(prices)
    bound = prices.sum()
    beyond = beyond_prices(cost, atoms, count, prices)
    nodes = 0
    chosen = np.zeros(0, np.int64)
    for share in (0.02, 0.1, 0.3, 1.0, np.inf):
        margin = min(share * max(bound, least), below - bound)
        chosen, _, used = search(sets, beyond, atoms, count, n, margin, MOST_NODES - nodes)
        nodes += used
        if len(chosen) > 0 or nodes > MOST_NODES or margin == below - bound:
            break
    return chosen, nodes <= MOST_NODES


@compiled
def cover(board: Any, weights: Any, label: Any) -> Any:
    """Divides one component into grids in bounds at least cost, into `label`: status, cost, lower bound.

    PROVED: nothing is cheaper. FOUND: the search was cut short. IMPOSSIBLE: atoms cannot be put into bounds. TOO_MANY: sets, or
    atoms. Cost is borders between grids and the price of each. `label` is left alone unless PROVED or FOUND.
    """
    n = len(board.load)
    if n == 0 or n > MOST_ATOMS:
        return TOO_MANY, np.inf, 0.0
    sets, complete = list_sets(board, weights[LOW], weights[HIGH], ALL)
    if not complete:
        return TOO_MANY, np.inf, 0.0
    cost, atoms, count = price_sets(board, sets, weights)
    prices, possible = relax(cost, atoms, count, n)
    if not possible:
        return IMPOSSIBLE, np.inf, prices.sum()
    chosen, complete = choose(sets, cost, atoms, count, prices, weights[SHAPE] + weights[AIM] + 1.0, np.inf)
    if len(chosen) == 0:
        return (IMPOSSIBLE if complete else TOO_MANY), np.inf, prices.sum()
    for g in range(len(chosen)):
        for i in range(count[chosen[g]]):
            label[atoms[chosen[g], i]] = g
    return (PROVED if complete else FOUND), cost[chosen].sum(), prices.sum()
