"""What changes between two divisions of the same ground: which grid carries on as which, and who moves.

`adjust` beside this module keeps the labels of grids with it, the report of a division shows with it what changes hands.
A unit is whatever both divisions put into grids: a building or a parcel. Grids are numbers from 0; NOBODY is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Move:
    """Units that leave the grid `before` (old number) for the grid `after` (new number); NOBODY is no grid."""

    before: int
    after: int
    buildings: int
    load: float


@dataclass(frozen=True, slots=True)
class Handover:
    """Units that pass from one worker to another; "" stands for nobody yet."""

    before: str
    after: str
    buildings: int
    load: float


@dataclass(frozen=True, slots=True)
class Changes:
    """The difference of two divisions.

    `successor` (g before) is the new grid that carries the old one on, `predecessor` (g after) its inverse; NOBODY where a
    grid ends or is new. `moved` (n) marks the units whose grid is not the successor of the one they had. `moves` groups
    them, largest load first. A unit that was in no grid before, or is in none after, is in `moves` and not in the totals.
    """

    successor: Ints
    predecessor: Ints
    moved: Bools
    moves: tuple[Move, ...]
    buildings_moved: int
    load_moved: float


SAME_GRID_SHARE = 0.5
"""A grid is essentially the one before when they share half of the smaller one."""


def changes(
    before: Ints, after: Ints, load: Floats, buildings: Ints | None = None, *, least_share: float = 0.0
) -> Changes:
    """Match the grids of two divisions by what they share, and group what is left over.

    `before`, `after` (n): the grid of each unit, NOBODY where it has none. `load` (n): households or people. `buildings`
    (n): how many buildings a unit stands for, one if not given. The matching has the largest load that any one-to-one
    matching keeps in place, and among those the most units (exactly so for whole loads), so a school without residents
    keeps its name too. Grids that share nothing are never matched, nor those that share less than `least_share` of the
    smaller one. O(n log n), and k³ for k grids that hang together by overlaps, usually those of one community.
    Deterministic. Raises ValueError when the lengths differ.
    """
    if not len(before) == len(after) == len(load) == len(load if buildings is None else buildings):
        raise ValueError(f"before {len(before)}, after {len(after)}, load {len(load)}: the units must be the same")
    before, after = np.asarray(before, np.int32), np.asarray(after, np.int32)
    counts = np.ones(len(load), np.int32) if buildings is None else np.asarray(buildings, np.int32)
    sizes = (int(before.max(initial=NOBODY)) + 1, int(after.max(initial=NOBODY)) + 1)
    successor, predecessor = _matching(before, after, np.asarray(load, np.float64), sizes, least_share)

    expected = np.where(before >= 0, successor[before], NOBODY) if sizes[0] else np.full(len(before), NOBODY)
    # A unit that is in no grid afterwards has lost its place even where its grid ends.
    moved = (after != expected) | ((before >= 0) & (after < 0))
    inside = moved & (before >= 0) & (after >= 0)
    return Changes(
        successor=successor,
        predecessor=predecessor,
        moved=moved,
        moves=_moves(before[moved], after[moved], np.asarray(load, np.float64)[moved], counts[moved]),
        buildings_moved=int(counts[inside].sum()),
        load_moved=float(np.asarray(load, np.float64)[inside].sum()),
    )


def handovers(
    found: Changes, workers_before: Sequence[str], workers_after: Sequence[str] | None = None
) -> list[Handover]:
    """Who gives what to whom, largest load first: the moves by the workers of their grids.

    `workers_before` names the worker of each old grid ("" for nobody). Without `workers_after` a worker stays with the grid
    that carries theirs on, and a new grid has nobody. Moves between grids of one worker are left out, as are units that
    were in no grid before or are in none after.
    """
    if workers_after is None:
        workers_after = [workers_before[old] if old >= 0 else "" for old in found.predecessor.tolist()]
    sums: defaultdict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0.0])
    for move in found.moves:
        if move.before < 0 or move.after < 0:
            continue
        pair = workers_before[move.before], workers_after[move.after]
        if pair[0] != pair[1]:
            sums[pair][0] += move.buildings
            sums[pair][1] += move.load
    rows = [Handover(*pair, int(count), load) for pair, (count, load) in sums.items()]
    return sorted(rows, key=lambda row: (-row.load, -row.buildings, row.before, row.after))


def _matching(before: Ints, after: Ints, load: Floats, sizes: tuple[int, int], least_share: float) -> tuple[Ints, Ints]:
    """Successor of every old grid and predecessor of every new one: the assignment of the largest common load."""
    successor, predecessor = np.full(sizes[0], NOBODY, np.int32), np.full(sizes[1], NOBODY, np.int32)
    both = (before >= 0) & (after >= 0)
    if not both.any():
        return successor, predecessor
    # Half a household spread over all units decides between equals and can never outweigh a household.
    weight = load + 0.5 / (1 + int(both.sum()))
    overlap = coo_array((weight[both], (before[both], after[both])), shape=sizes).tocsr()
    overlap.sum_duplicates()
    if least_share > 0:
        pairs = overlap.tocoo()
        smaller = np.minimum(_sizes(before, weight, sizes[0])[pairs.row], _sizes(after, weight, sizes[1])[pairs.col])
        enough = pairs.data >= least_share * smaller
        overlap = coo_array((pairs.data[enough], (pairs.row[enough], pairs.col[enough])), shape=sizes).tocsr()
    # The best matching falls apart into those of the pieces that share nothing with each other.
    shared = overlap.tocoo()
    joined = coo_array((np.ones(shared.nnz), (shared.row, shared.col + sizes[0])), shape=(sum(sizes), sum(sizes)))
    _, piece = connected_components(joined, directed=False)
    olds, news = _grouped(piece[: sizes[0]]), _grouped(piece[sizes[0] :])
    for number, old in olds.items():
        new = news.get(number)
        if new is None:
            continue
        table = overlap[old][:, new].toarray()
        for row, column in zip(*linear_sum_assignment(table, maximize=True), strict=True):
            if table[row, column] > 0:
                successor[old[row]], predecessor[new[column]] = new[column], old[row]
    return successor, predecessor


def _sizes(grid_of: Ints, weight: Floats, count: int) -> Floats:
    """The weight of each grid, units that lie in no grid of the other division included."""
    inside = grid_of >= 0
    return np.bincount(grid_of[inside], weights=weight[inside], minlength=count).astype(np.float64)


def _grouped(pieces: Ints) -> dict[int, Ints]:
    """The positions of each number."""
    order = np.argsort(pieces, kind="stable").astype(np.int32)
    numbers, starts = np.unique(pieces[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(order, starts[1:]), strict=True))


def _moves(before: Ints, after: Ints, load: Floats, buildings: Ints) -> tuple[Move, ...]:
    """The moved units by old and new grid, largest load first."""
    pairs, position = np.unique(np.stack([before, after], axis=1), axis=0, return_inverse=True)
    position = position.reshape(-1)
    loads = np.bincount(position, weights=load, minlength=len(pairs))
    counts = np.bincount(position, weights=buildings, minlength=len(pairs))
    rows = [
        Move(old, new, int(count), float(total))
        for (old, new), count, total in zip(pairs.tolist(), counts.tolist(), loads.tolist(), strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.load, -row.buildings, row.before, row.after)))
