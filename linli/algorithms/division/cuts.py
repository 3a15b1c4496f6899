"""Ways to cut a block in two, and what two grids that share a cut block cost together.

Where a superblock could be divided by itself but not in whole blocks, one cut block is often enough and costs less than
a grid that reaches over a main road. A block is cut across two directions at several shares of its load. A pair (two grids
that share one cut block and lie in one or two superblocks) is one more candidate for `cover` beside the sets of whole blocks.
`blocks` puts both together.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from linli.algorithms.division.atoms import Atoms, border_prices
from linli.algorithms.division.cover import list_sets
from linli.algorithms.division.kernel import HIGH, LOW, price
from linli.algorithms.division.model import Ints, ParcelGraph, Rules
from linli.lib.compiled import compiled

# Shares of a block's load at which it is cut, for each of two directions.
SHARES = np.array([0.2, 0.35, 0.5, 0.65, 0.8])
WAYS = 2 * len(SHARES)
# Room for pairs of one component; half of it is used.
SLOTS = 1 << 15
# In a region with more sets of whole atoms than this, pairs would be too many to try.
MOST_BASE = 3000
_SLACK = 1e-9


class Cuts(NamedTuple):
    """Per atom and way (a × WAYS), the half that lies first along the direction, and the other one as (a × WAYS × 2).

    `half` (parcels) has a bit for every way in which a parcel belongs to the second half. `load`, `area`, `outline`; `cut` is
    the price of all its borders, `good` whether both halves hang together on foot. Per entry of the rows of atoms, way and half:
    `metres`, `price` and `passable` of the border to that neighbour.
    """

    half: Any
    load: Any
    area: Any
    outline: Any
    cut: Any
    good: Any
    metres: Any
    price: Any
    passable: Any


def cuts_of(graph: ParcelGraph, atoms: Atoms, rules: Rules) -> Cuts:
    """Cut every atom in all ways and add up what each half is. Cost O(WAYS × borders)."""
    half = _halves(graph, atoms)
    number = len(atoms.load)
    component = np.repeat(np.arange(atoms.components, dtype=np.int32), np.diff(atoms.first))
    entries = (atoms.start, atoms.to, atoms.first, component)
    parcels = (graph.load, graph.area_m2, graph.outer_m)
    borders = (graph.a, graph.b, graph.border_m, border_prices(graph, rules), graph.passable)
    return Cuts(half, *_sums(number, atoms.of_parcel, half, entries, parcels, borders))


def _halves(graph: ParcelGraph, atoms: Atoms) -> Ints:
    """Return for each parcel the ways in which it lies in the second half of its atom, as bits."""
    half = np.zeros(graph.size, dtype=np.int32)
    taking = np.flatnonzero(atoms.of_parcel >= 0)
    atom = atoms.of_parcel[taking]
    x_m, y_m, load = graph.x_m[taking], graph.y_m[taking], graph.load[taking]
    weight = np.bincount(atom, minlength=len(atoms.load))
    middle_x, middle_y = (np.bincount(atom, values) / weight for values in (x_m, y_m))
    dx, dy = x_m - middle_x[atom], y_m - middle_y[atom]
    # The first direction is that in which the parcels of the atom spread most.
    xx, yy, xy = (np.bincount(atom, values) for values in (dx * dx, dy * dy, dx * dy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    along = np.cos(angle)[atom] * dx + np.sin(angle)[atom] * dy
    across = np.cos(angle)[atom] * dy - np.sin(angle)[atom] * dx
    for direction, place in enumerate((along, across)):
        order = np.lexsort((place, atom))
        passed = np.cumsum(load[order]) - 0.5 * load[order]
        first = np.searchsorted(atom[order], np.arange(len(atoms.load)))
        begun = (np.cumsum(load[order]) - load[order])[first]
        share = (passed - begun[atom[order]]) / np.maximum(atoms.load[atom[order]], 1e-9)
        for number, most in enumerate(SHARES):
            half[taking[order[share > most]]] |= 1 << (direction * len(SHARES) + number)
    return half


@compiled
def _sums(number: int, of_parcel: Any, half: Any, entries: Any, parcels: Any, borders: Any) -> Any:
    """Add up loads, areas, outlines and borders of all halves; see `Cuts`."""
    # Load, area, outline, price of borders; members less what joins them, which is 1 where a half hangs together.
    sums, apart = np.zeros((4, number, WAYS, 2)), np.zeros((number, WAYS, 2), np.int32)
    metres, priced = np.zeros((2, len(entries[1]), WAYS, 2))
    passable = np.zeros((len(entries[1]), WAYS, 2), np.bool_)
    root = np.empty((len(of_parcel), WAYS), np.int32)
    for p in range(len(of_parcel)):
        root[p] = p
        if of_parcel[p] >= 0:
            _add_parcel(sums, apart, parcels, of_parcel[p], half[p], p)
    a, b, border_m, price_m, way = borders
    for e in range(len(a)):
        for here, there in ((a[e], b[e]), (b[e], a[e])):
            v, u = of_parcel[here], of_parcel[there]
            if v < 0:
                continue
            if v == u:
                for w in range(WAYS):
                    side = half[here] >> w & 1
                    if side != half[there] >> w & 1:
                        sums[2, v, w, side] += border_m[e]
                        sums[3, v, w, side] += price_m[e]
                    elif way[e] and here < there:
                        apart[v, w, side] -= _join(root, w, here, there)
                continue
            entry = _entry(entries, v, u)
            for w in range(WAYS):
                side = half[here] >> w & 1
                sums[2, v, w, side] += border_m[e]
                if entry >= 0:
                    sums[3, v, w, side] += price_m[e]
                    metres[entry, w, side] += border_m[e]
                    priced[entry, w, side] += price_m[e]
                    passable[entry, w, side] |= way[e]
    good = (apart[:, :, 0] == 1) & (apart[:, :, 1] == 1)
    return sums[0], sums[1], sums[2], sums[3], good, metres, priced, passable


@compiled
def _add_parcel(sums: Any, apart: Any, parcels: Any, v: int, half: int, p: int) -> None:
    """Add what a parcel has to its half, for every way."""
    for w in range(WAYS):
        side = half >> w & 1
        apart[v, w, side] += 1
        for i in range(3):
            sums[i, v, w, side] += parcels[i][p]


@compiled
def _entry(entries: Any, v: int, u: int) -> Any:
    """Where in the rows of atoms v has u as its neighbour; −1 when u is none, or in another component."""
    start, to, first, component = entries
    if u < 0 or component[u] != component[v]:
        return -1
    entry = start[v]
    while to[entry] + first[component[v]] != u:
        entry += 1
    return entry


@compiled
def _join(root: Any, w: int, one: int, other: int) -> int:
    """Join two parcels in way w; 1 if they were apart."""
    while root[one, w] != one:
        root[one, w] = root[root[one, w], w]
        one = root[one, w]
    while root[other, w] != other:
        root[other, w] = root[root[other, w], w]
        other = root[other, w]
    if one == other:
        return 0
    root[one, w] = other
    return 1


@compiled
def sums_of(board: Any, sets: Any) -> Any:
    """Per set: load, area, outline, price of its borders (whole, not half); its superblocks as bits."""
    one = np.int64(1)
    sums = np.zeros((len(sets), 4))
    superblocks = np.zeros(len(sets), np.int64)
    for j in range(len(sets)):
        rest = sets[j]
        for v in range(len(board.load)):
            if rest & (one << np.int64(v)) == 0:
                continue
            sums[j, 0] += board.load[v]
            sums[j, 1] += board.area[v]
            sums[j, 2] += board.outline[v]
            superblocks[j] |= one << np.int64(board.superblock[v])
            for e in range(board.start[v], board.start[v + 1]):
                if rest & (one << np.int64(board.to[e])):
                    sums[j, 2] -= board.metres[e]
                else:
                    sums[j, 3] += board.cut[e]
    return sums, superblocks


@compiled
def _bits(word: Any) -> int:
    count = 0
    while word:
        word &= word - 1
        count += 1
    return count


@compiled
def grids_with_half(
    board: Any, cuts: Any, base: Any, v: int, way: int, side: int, weights: Any, found: Any, costs: Any
) -> int:
    """Fill `found` (numbers of base sets) and `costs` with the grids of a base set and one half of atom v; how many.

    `base` is that of `_base`. Half the priced border counts.
    """
    _, sets, sums, superblocks = base
    one = np.int64(1)
    load = cuts.load[v, way, side]
    first = np.searchsorted(sums[:, 0], weights[LOW] - load - _SLACK)
    number = 0
    for j in range(first, len(sets)):
        carried = sums[j, 0] + load
        if carried > weights[HIGH] + _SLACK:
            break
        if sets[j] & (one << np.int64(v)):
            continue
        outline, cut = sums[j, 2] + cuts.outline[v, way, side], sums[j, 3] + cuts.cut[v, way, side]
        near = sets[j] == 0
        for e in range(board.start[v], board.start[v + 1]):
            if sets[j] & (one << np.int64(board.to[e])):
                near |= cuts.passable[e, way, side]
                outline -= 2.0 * cuts.metres[e, way, side]
                cut -= 2.0 * cuts.price[e, way, side]
        if near:
            touched = _bits(superblocks[j] | (one << np.int64(board.superblock[v])))
            area = sums[j, 1] + cuts.area[v, way, side]
            found[number] = j
            costs[number] = 0.5 * cut + price(carried, area, outline, touched, weights)
            number += 1
    return number


@compiled
def list_pairs(board: Any, cuts: Any, weights: Any) -> Any:
    """The cheapest pair of grids that share one cut atom, for each set of atoms: sets, two parts (whole atoms), atom, way, cost.

    A pair lies in one superblock, or in two that touch.
    """
    n, number = len(board.load), board.superblocks
    inside = np.zeros(number, np.int64)
    touch = np.eye(number) > 0
    for v in range(n):
        inside[board.superblock[v]] |= np.int64(1) << np.int64(v)
        for e in range(board.start[v], board.start[v + 1]):
            if board.passable[e]:
                touch[board.superblock[v], board.superblock[board.to[e]]] = True
    whole = np.zeros(SLOTS, np.int64)
    halves, cutting = np.zeros((SLOTS, 2), np.int64), np.zeros((SLOTS, 2), np.int32)
    cost = np.zeros(SLOTS)
    table = (whole, halves, cutting, cost, np.zeros(1, np.int64))
    for s in range(number):
        alone = touch[s].sum() == 1
        for t in range(s, number):
            # What lies in one superblock alone is met again with each neighbour.
            if touch[s, t] and (alone or s != t):
                base = _base(board, inside[s] | inside[t], weights[HIGH])
                if len(base[1]) <= MOST_BASE:
                    pairs_within(board, cuts, base, weights, table)
    kept = np.flatnonzero(whole)
    return whole[kept], halves[kept], cutting[kept], cost[kept]


@compiled
def _base(board: Any, region: Any, high: float) -> Any:
    """The empty set and all connected sets of a region that carry at most `high`, in the order of load: region, sets, sums, superblocks."""
    found, _complete = list_sets(board, 0.0, high, region)
    sets = np.zeros(len(found) + 1, np.int64)
    sets[1:] = found
    sums, superblocks = sums_of(board, sets)
    order = np.argsort(sums[:, 0].copy())
    return region, sets[order], sums[order], superblocks[order]


@compiled
def pairs_within(board: Any, cuts: Any, base: Any, weights: Any, table: Any) -> None:
    """Enter every pair of grids in a region that share one cut atom into `table`, the cheapest for each set of atoms."""
    region, sets, _, _ = base
    found, costs = np.empty((2, len(sets)), np.int64), np.empty((2, len(sets)))
    for v in range(len(board.load)):
        if region & (np.int64(1) << np.int64(v)) == 0:
            continue
        for way in range(WAYS):
            if not cuts.good[v, way]:
                continue
            first = grids_with_half(board, cuts, base, v, way, 0, weights, found[0], costs[0])
            second = grids_with_half(board, cuts, base, v, way, 1, weights, found[1], costs[1])
            for i in range(first):
                for j in range(second):
                    if sets[found[0, i]] & sets[found[1, j]] == 0:
                        enter(table, sets[found[0, i]], sets[found[1, j]], v, way, costs[0, i] + costs[1, j])


@compiled
def enter(table: Any, one_set: Any, other_set: Any, v: int, way: int, cost: float) -> None:
    """Keep the cheaper of two pairs of the same atoms; a table more than half full takes no new ones."""
    whole, halves, cutting, costs, used = table
    key = one_set | other_set | (np.int64(1) << np.int64(v))
    # Multiplicative hashing (Knuth 6.4) with 2**64 over the golden ratio, into open addresses.
    at = ((key * np.int64(-7046029254386353131)) >> np.int64(20)) & np.int64(SLOTS - 1)
    while whole[at] != 0 and whole[at] != key:
        at = (at + 1) & (SLOTS - 1)
    if whole[at] == 0:
        if used[0] > SLOTS // 2:
            return
        used[0] += 1
        whole[at] = key
    elif costs[at] <= cost:
        return
    halves[at, 0], halves[at, 1], cutting[at, 0], cutting[at, 1], costs[at] = one_set, other_set, v, way, cost
