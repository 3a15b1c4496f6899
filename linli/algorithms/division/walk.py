"""The walk of the solver, compiled: over the divisions of one component of atoms, cooling down. `kernel` holds state and single moves.

Beside single moves it joins two neighbouring grids and splits them anew along a random spanning tree whose every cut is scored
by its true cost (after the ReCom walk of DeFord, Duchin and Solomon 2021, doi:10.1162/99608f92.eb30390f). `solve` decides
what is walked from where.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from linli.algorithms.division.kernel import HIGH, LOW, draw, price, tally, touched, try_move
from linli.lib.compiled import compiled


@compiled
def gather(board: Any, state: Any, v: Any, h: Any) -> Any:
    """Lists the atoms of the grid of v and of grid h as `members`, v first; returns their number. Resets with `scatter`."""
    g = state.label[v]
    state.members[0], state.place[v], size, at = v, 0, 1, 0
    while at < size:
        w = state.members[at]
        at += 1
        for e in range(board.start[w], board.start[w + 1]):
            x = board.to[e]
            if board.passable[e] and state.place[x] < 0 and (state.label[x] == g or state.label[x] == h):
                state.place[x] = size
                state.members[size] = x
                size += 1
    return size


@compiled
def scatter(state: Any, size: Any) -> None:
    """Forgets the members."""
    for i in range(size):
        state.place[state.members[i]] = -1


@compiled
def random_tree(board: Any, state: Any, size: Any, rng: Any) -> None:
    """Orders the members as a random spanning tree grown from a random one; `parent` holds positions. Prim, O(size²).

    Borders that are cheap to cut get in late, so that whole blocks and superblocks become subtrees and can be cut off.
    """
    members, key, parent, place = state.members, state.key, state.parent, state.place
    for i in range(size):
        key[i] = np.inf
        parent[i] = -1
    best = int(draw(rng) * size)
    for i in range(size):
        if i > 0:
            best = i
            for j in range(i + 1, size):
                if key[j] < key[best]:
                    best = j
        members[i], members[best] = members[best], members[i]
        key[i], key[best] = key[best], key[i]
        parent[i], parent[best] = parent[best], parent[i]
        place[members[i]] = i
        place[members[best]] = best
        v = members[i]
        for e in range(board.start[v], board.start[v + 1]):
            j = place[board.to[e]]
            if board.passable[e] and j > i:
                rank = draw(rng) + 2.0 / (1.0 + board.cut[e] / max(board.metres[e], 1e-9))
                if rank < key[j]:
                    key[j] = rank
                    parent[j] = i


@compiled
def cost_of_cut(board: Any, state: Any, size: Any, root: Any, weights: Any, sums: Any) -> Any:
    """The cost of giving the subtree below position `root` to one grid and the other members to the other.

    Counts the border between the two and both prices. `key` marks the subtree with 1; `sums` is scratch (2 × 3 and counts).
    """
    members, key, parent, place = state.members, state.key, state.parent, state.place
    sums[:] = 0.0
    border = 0.0
    for i in range(size):
        if i < root:
            key[i] = 0.0
        elif i > root:
            key[i] = key[parent[i]]
        else:
            key[i] = 1.0
    for i in range(size):
        v, side = members[i], int(key[i])
        sums[side, 0] += board.load[v]
        sums[side, 1] += board.area[v]
        sums[side, 2] += board.outline[v]
        sums[side, 3 + board.superblock[v]] += 1.0
        for e in range(board.start[v], board.start[v + 1]):
            j = place[board.to[e]]
            if j >= 0:
                if key[j] == key[i]:
                    sums[side, 2] -= board.metres[e]
                else:
                    border += 0.5 * board.cut[e]
    cost = border
    for side in range(2):
        number = 0
        for s in range(board.superblocks):
            if sums[side, 3 + s] > 0.0:
                number += 1
        cost += price(sums[side, 0], sums[side, 1], sums[side, 2], number, weights)
    return cost


@compiled
def try_split(board: Any, state: Any, v: Any, h: Any, weights: Any, bar: Any, rng: Any, sums: Any) -> Any:
    """Joins the grid of v with grid h and splits both anew where a random tree is cut best; returns the change (0 if refused).

    Takes the new split when the cost grows by at most `bar`.
    """
    g = state.label[v]
    size = gather(board, state, v, h)
    before, load = state.price[g] + state.price[h], 0.0
    for i in range(size):
        w = state.members[i]
        load += board.load[w]
        for e in range(board.start[w], board.start[w + 1]):
            x = board.to[e]
            if state.place[x] >= 0 and state.label[x] != state.label[w]:
                before += 0.5 * board.cut[e]
    random_tree(board, state, size, rng)
    # The load of each subtree stands in `key` until the first cut is scored; those worth scoring go onto the stack.
    for i in range(size):
        state.key[i] = board.load[state.members[i]]
    for i in range(size - 1, 0, -1):
        state.key[state.parent[i]] += state.key[i]
    slack = max(0.0, weights[LOW] - state.grid[g, 0], state.grid[g, 0] - weights[HIGH])
    slack += max(0.0, weights[LOW] - state.grid[h, 0], state.grid[h, 0] - weights[HIGH])
    candidates = 0
    for i in range(1, size):
        out = max(0.0, weights[LOW] - state.key[i], state.key[i] - weights[HIGH])
        rest = load - state.key[i]
        out += max(0.0, weights[LOW] - rest, rest - weights[HIGH])
        if out <= slack:
            state.stack[candidates] = i
            candidates += 1
    best, best_root = np.inf, -1
    for c in range(candidates):
        cost = cost_of_cut(board, state, size, state.stack[c], weights, sums)
        if cost < best:
            best, best_root = cost, state.stack[c]
    change = best - before
    if best_root < 0 or change > bar:
        scatter(state, size)
        return 0.0
    cost_of_cut(board, state, size, best_root, weights, sums)
    # The side that shares more atoms with g stays g, so that numbers do not dance.
    same = 0
    for i in range(size):
        same += 1 if (state.key[i] == 1.0) == (state.label[state.members[i]] == g) else -1
    first, second = (g, h) if same >= 0 else (h, g)
    for i in range(size):
        state.label[state.members[i]] = first if state.key[i] == 1.0 else second
    for side in range(2):
        grid = first if side == 1 else second
        state.grid[grid, 0], state.grid[grid, 1], state.grid[grid, 2] = sums[side, 0], sums[side, 1], sums[side, 2]
        for s in range(board.superblocks):
            state.count[grid, s] = int(sums[side, 3 + s])
        state.price[grid] = price(sums[side, 0], sums[side, 1], sums[side, 2], touched(state.count, grid), weights)
    scatter(state, size)
    return change


@compiled
def grow(board: Any, state: Any, k: Any, rng: Any) -> None:
    """A first state: k grids grown from spread seeds, always the lightest that still can, over its dearest borders first."""
    label, load = state.label, state.key
    n = len(board.load)
    label[:] = -1
    left = n
    for g in range(k):
        chosen, tries = -1, 0
        best = -1
        # Of a few random free atoms the one with the fewest taken neighbours becomes the seed.
        while tries < 8 or chosen < 0:
            v = int(draw(rng) * n)
            tries += 1
            if label[v] >= 0:
                if tries > 64:
                    v = 0
                    while label[v] >= 0:
                        v += 1
                else:
                    continue
            free = 0
            for e in range(board.start[v], board.start[v + 1]):
                free += 1 if label[board.to[e]] < 0 else -2
            if chosen < 0 or free > best:
                chosen, best = v, free
        label[chosen] = g
        left -= 1
        load[g] = board.load[chosen]
    while left > 0:
        g = 0
        for h in range(1, k):
            if load[h] < load[g]:
                g = h
        chosen, best_gain = -1, -1.0
        for v in range(n):
            if label[v] == g:
                for e in range(board.start[v], board.start[v + 1]):
                    x = board.to[e]
                    if board.passable[e] and label[x] < 0:
                        gain = 0.0
                        for f in range(board.start[x], board.start[x + 1]):
                            if label[board.to[f]] == g:
                                gain += board.cut[f]
                        if gain > best_gain:
                            chosen, best_gain = x, gain
        if chosen < 0:
            load[g] = np.inf  # nothing free beside it any more
            continue
        label[chosen] = g
        load[g] += board.load[chosen]
        left -= 1


@compiled
def anneal(
    board: Any, state: Any, k: Any, weights: Any, steps: Any, hot: Any, cold: Any, split_share: Any, rng: Any, best: Any
) -> Any:
    """Walks `steps` moves from the state's labels while cooling from `hot` to `cold` metres; the best labels go into `best`.

    Returns their cost. `split_share` of the moves join and split two grids, the others move one atom.
    """
    n = len(board.load)
    cost = tally(board, state, k, weights)
    best_cost = cost
    best[:] = state.label
    sums = np.zeros((2, 3 + board.superblocks))
    if k < 2:
        return best_cost
    cooling = math.exp(math.log(cold / hot) / max(1, steps - 1))
    heat = hot
    for _ in range(steps):
        heat *= cooling
        v = int(draw(rng) * n)
        degree = board.start[v + 1] - board.start[v]
        if degree == 0:
            continue
        e = board.start[v] + int(draw(rng) * degree)
        h = state.label[board.to[e]]
        if h == state.label[v] or not board.passable[e]:
            continue
        bar = -heat * math.log(1.0 - draw(rng))
        if draw(rng) < split_share:
            cost += try_split(board, state, v, h, weights, bar, rng, sums)
        else:
            cost += try_move(board, state, v, h, weights, bar)
        if cost < best_cost - 1e-6:
            best_cost = cost
            best[:] = state.label
    return best_cost
