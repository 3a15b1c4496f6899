"""The state of the solver and its prices, compiled: grids of one component of atoms, and what giving an atom away changes. `walk` walks.

A state is a grid number for every atom. Every state is connected; bounds are a price, so that the walk may pass through
states that break them. Random numbers come from a state of its own: equal seeds give equal results on any number of
threads.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from linli.lib.compiled import compiled

# Weights of `price`, in the order of the array `weights`.
LOW, TARGET, HIGH, CROSSING, SHAPE, AIM, OUT_OF_BOUNDS = range(7)
_FOUR_PI = 4.0 * math.pi


class Board(NamedTuple):
    """The atoms of one component, in compressed rows: the neighbours of atom v are entries start[v] … start[v + 1].

    Per entry: neighbour `to`, `cut` (price of the border between the two), `metres` (its length), `passable`. Per atom:
    `load`, `area`, `outline` (whole perimeter), `superblock` (0 … superblocks − 1).
    """

    start: Any
    to: Any
    cut: Any
    metres: Any
    passable: Any
    load: Any
    area: Any
    outline: Any
    superblock: Any
    superblocks: Any


class State(NamedTuple):
    """Where the walk stands: `label` per atom; `grid` (k × 3: load, area, perimeter), `count` (k × superblocks), `price` per grid.

    An atom away from `home` (a grid number) costs its `stay` in metres; single moves count that, splits do not.
    The rest is scratch paper of the length of the atoms; `place` is an atom's position among `members`, −1 outside.
    """

    label: Any
    grid: Any
    count: Any
    price: Any
    home: Any
    stay: Any
    members: Any
    place: Any
    mark: Any
    stack: Any
    parent: Any
    key: Any
    stamp: Any


@compiled
def seeded(seed: Any, number: Any) -> Any:
    """A generator for this seed and number: a state of one word, never 0 (mixed by splitmix64)."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(number + 1) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = np.empty(1, np.uint64)
    state[0] = (z ^ (z >> np.uint64(31))) | np.uint64(1)
    return state


@compiled
def draw(state: Any) -> Any:
    """The next number in [0, 1) of a generator made by `seeded` (xorshift64*, Vigna 2016, doi:10.1145/2845077)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def price(load: Any, area: Any, perimeter: Any, superblocks: Any, weights: Any) -> Any:
    """What a grid costs apart from its border, in metres: reaching over main roads, shape, distance from the target, bounds."""
    off = (load - weights[TARGET]) / weights[TARGET]
    out = max(0.0, weights[LOW] - load, load - weights[HIGH])
    cost = weights[CROSSING] * (superblocks - 1) + weights[AIM] * off * off
    if out > 0.0:
        cost += weights[OUT_OF_BOUNDS] * (0.1 + out / weights[TARGET])
    if area > 0.0:
        cost += weights[SHAPE] * (perimeter * perimeter / (_FOUR_PI * area) - 1.0)
    return cost


@compiled
def touched(count: Any, g: Any) -> Any:
    """In how many superblocks grid g lies."""
    number = 0
    for s in range(count.shape[1]):
        if count[g, s] > 0:
            number += 1
    return number


@compiled
def tally(board: Any, state: Any, k: Any, weights: Any) -> Any:
    """Fills the sums of a state from its labels; returns its whole cost: all borders and the price of every grid."""
    state.grid[:k] = 0.0
    state.count[:k] = 0
    cost = 0.0
    for v in range(len(board.load)):
        g = state.label[v]
        state.grid[g, 0] += board.load[v]
        state.grid[g, 1] += board.area[v]
        state.grid[g, 2] += board.outline[v]
        state.count[g, board.superblock[v]] += 1
        for e in range(board.start[v], board.start[v + 1]):
            if state.label[board.to[e]] == g:
                state.grid[g, 2] -= board.metres[e]
            else:
                cost += 0.5 * board.cut[e]
    for g in range(k):
        state.price[g] = price(state.grid[g, 0], state.grid[g, 1], state.grid[g, 2], touched(state.count, g), weights)
        cost += state.price[g]
    for v in range(len(board.load)):
        if state.label[v] != state.home[v]:
            cost += state.stay[v]
    return cost


@compiled
def stays_connected(board: Any, state: Any, v: Any) -> Any:
    """Whether the grid of v hangs together without v; False as well when v is all of it."""
    label, g = state.label, state.label[v]
    first, near = -1, 0
    state.stamp[0] += 1
    stamp = state.stamp[0]
    for e in range(board.start[v], board.start[v + 1]):
        if board.passable[e] and label[board.to[e]] == g:
            near += 1
            first = board.to[e]
            state.mark[first] = -stamp
    if near <= 1:
        return near == 1
    state.mark[v] = stamp
    state.mark[first] = stamp
    state.stack[0], height, left = first, 1, near - 1
    while height > 0:
        height -= 1
        w = state.stack[height]
        for e in range(board.start[w], board.start[w + 1]):
            x = board.to[e]
            if board.passable[e] and label[x] == g and state.mark[x] != stamp:
                if state.mark[x] == -stamp:
                    left -= 1
                    if left == 0:
                        return True
                state.mark[x] = stamp
                state.stack[height] = x
                height += 1
    return False


@compiled
def try_move(board: Any, state: Any, v: Any, h: Any, weights: Any, bar: Any) -> Any:
    """Gives atom v to grid h if the cost then grows by at most `bar` and its grid stays connected; returns the change (0 if not)."""
    g, s = state.label[v], board.superblock[v]
    border, length_g, length_h = 0.0, 0.0, 0.0
    for e in range(board.start[v], board.start[v + 1]):
        other = state.label[board.to[e]]
        if other == g:
            border += board.cut[e]
            length_g += board.metres[e]
        elif other == h:
            border -= board.cut[e]
            length_h += board.metres[e]
    load, area, outline = board.load[v], board.area[v], board.outline[v]
    perimeter_g = state.grid[g, 2] - outline + 2.0 * length_g
    perimeter_h = state.grid[h, 2] + outline - 2.0 * length_h
    touched_g = touched(state.count, g) - (1 if state.count[g, s] == 1 else 0)
    touched_h = touched(state.count, h) + (1 if state.count[h, s] == 0 else 0)
    price_g = price(state.grid[g, 0] - load, state.grid[g, 1] - area, perimeter_g, touched_g, weights)
    price_h = price(state.grid[h, 0] + load, state.grid[h, 1] + area, perimeter_h, touched_h, weights)
    change = border + price_g + price_h - state.price[g] - state.price[h]
    if state.home[v] == g:
        change += state.stay[v]
    elif state.home[v] == h:
        change -= state.stay[v]
    if change > bar or not stays_connected(board, state, v):
        return 0.0
    state.label[v] = h
    state.count[g, s] -= 1
    state.count[h, s] += 1
    state.grid[g, 0] -= load
    state.grid[h, 0] += load
    state.grid[g, 1] -= area
    state.grid[h, 1] += area
    state.grid[g, 2] = perimeter_g
    state.grid[h, 2] = perimeter_h
    state.price[g] = price_g
    state.price[h] = price_h
    return change


@compiled
def paper(n: Any, k: Any, superblocks: Any) -> Any:
    """An empty state for n atoms and up to k grids."""
    return State(
        np.zeros(n, np.int32),
        np.zeros((k, 3)),
        np.zeros((k, superblocks), np.int32),
        np.zeros(k),
        np.full(n, -1, np.int32),
        np.zeros(n),
        np.zeros(n, np.int32),
        np.full(n, -1, np.int32),
        np.zeros(n, np.int64),
        np.zeros(n, np.int32),
        np.zeros(n, np.int32),
        np.zeros(n),
        np.zeros(1, np.int64),
    )
