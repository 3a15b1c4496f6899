"""Changing a division that is in force as little as possible (动态调整): after new estates, demolition or corrected numbers.

Only grids that left their bounds are touched: one alone, then with one neighbour, two, three, and the whole community
last. `edit` beside this module holds what a planner does by hand, `changes` says afterwards who moves where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from linli.algorithms.division.atoms import Atoms, contract, parts, summed
from linli.algorithms.division.divide import dedicate, divide, numbered, out_of_bounds_m
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, Bools, Division, Floats, Ints, ParcelGraph, Progress, Rules
from linli.algorithms.division.solve import board_of, window_of
from linli.algorithms.division.windows import adjacent, shift, windows_around

NEIGHBOURS_MOST = 3
# A division drawn afresh is offered when it saves this share of the border cost.
WORTH_DIVIDING_AFRESH = 0.10


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The adjusted division, and `kept` (g): the number that each of its grids had before, NOBODY for a new one.

    None is kept twice: of an ordinary and a dedicated grid that come from the same one, the one with more of its load keeps it.
    `touched` counts the grids of before that gained or lost a parcel, `windows` the sets of grids that were tried, `afresh`
    the communities (numbers) that had to be divided anew.
    """

    division: Division
    kept: Ints
    touched: int
    windows: int
    afresh: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What the borders in force cost beside a division drawn afresh, in priced metres; `share` is what that would save."""

    border_cost: float
    afresh_cost: float

    @property
    def share(self) -> float:
        """The saving as a share of today's cost; below 0 when afresh is worse."""
        return 1.0 - self.afresh_cost / self.border_cost if self.border_cost > 0 else 0.0

    @property
    def worth_it(self) -> bool:
        """Whether dividing afresh saves more than a tenth."""
        return self.share > WORTH_DIVIDING_AFRESH


def adjust(
    graph: ParcelGraph, grid_of: Ints, rules: Rules | None = None, seed: int = 0, progress: Progress | None = None
) -> Adjustment:
    """Brings a division back into bounds with few moves. `grid_of` (n) is the grid of each parcel before, NOBODY for new ones.

    `graph` has today's loads. Grids in bounds are touched only as neighbours of one that is not. What no number of grids can
    keep in bounds stays as it is; `reasons` tells why. Equal input and seed give an equal answer.
    """
    rules = rules or Rules()
    fixed, special = dedicate(graph, rules)
    label = _homes(graph, grid_of, fixed == NOBODY)
    # New grids are numbered beyond all of before, the dedicated ones included.
    begin = max(int(label.max(initial=NOBODY)), int(grid_of.max(initial=NOBODY))) + 1
    work = _Work(graph, label, fixed == NOBODY, rules, seed, begin)
    work.mend_all(progress or _silent)
    afresh = work.divide_afresh()
    final = np.where(fixed == NOBODY, work.label, fixed + int(work.label.max(initial=0)) + 1)
    division = numbered(graph, final.astype(np.int32), special)
    kept = _kept(graph, grid_of, division, np.where(fixed == NOBODY, work.label, grid_of))
    had = grid_of != NOBODY
    moved = had & (kept[division.grid_of] != grid_of)
    touched = np.unique(np.concatenate([grid_of[moved], kept[division.grid_of[moved]]]))
    return Adjustment(division, kept, int((touched != NOBODY).sum()), work.windows, afresh)


def _kept(graph: ParcelGraph, grid_of: Ints, division: Division, claim: Ints) -> Ints:
    """The old number that each grid of a division (g) keeps, of those that its parcels `claim` (n), none twice.

    The grid with the largest load of an old one's keeps its number, then the one with the most ground.
    """
    claiming = np.flatnonzero((claim != NOBODY) & (claim <= grid_of.max(initial=NOBODY)))
    pairs, pair = np.unique(np.stack([division.grid_of[claiming], claim[claiming]]), axis=1, return_inverse=True)
    shared = np.where(grid_of[claiming] == claim[claiming], 1.0, 0.0)
    load, area = (summed(pair.reshape(-1), shared * of[claiming], len(pairs.T)) for of in (graph.load, graph.area_m2))
    kept = np.full(division.size, NOBODY, np.int32)
    given: set[int] = set()
    for grid, old in pairs.T[np.lexsort((-area, -load))].tolist():
        if kept[grid] == NOBODY and old not in given:
            kept[grid] = old
            given.add(old)
    return kept


def _silent(_step: str, _share: float) -> None:
    """Progress that nobody listens to."""


def drift(graph: ParcelGraph, division: Division, rules: Rules | None = None, seed: int = 0) -> Drift:
    """How much dearer the borders of a division have become than those of one drawn afresh on today's ground."""
    rules = rules or Rules()
    return Drift(
        measure(graph, division, rules).border_cost, measure(graph, divide(graph, rules, seed), rules).border_cost
    )


def _homes(graph: ParcelGraph, grid_of: Ints, free: Bools) -> Ints:
    """The grid that each parcel starts from: its own, or for new and cut-off ground that of the neighbour along the longest border.

    Of a grid in several pieces the heaviest stays; the others count as new. Ground that no grid touches becomes a new grid.
    """
    label = np.where(free, grid_of, NOBODY).astype(np.int32)
    open_ = graph.passable & free[graph.a] & free[graph.b]
    a, b, length = graph.a[open_], graph.b[open_], graph.border_m[open_]
    same = (label[a] == label[b]) & (label[a] != NOBODY)
    number, piece = parts(graph.size, a[same], b[same])
    weight = summed(piece, graph.load + 1e-6 * graph.area_m2, number)
    heads = np.unique(piece, return_index=True)[1]
    order = np.lexsort((-weight, label[heads]))
    first = np.ones(number, bool)
    first[order[1:]] = label[heads][order[1:]] != label[heads][order[:-1]]
    label[~first[piece]] = NOBODY
    while True:
        lost = free & (label == NOBODY)
        inward = np.concatenate(
            [np.flatnonzero(lost[a] & (label[b] != NOBODY)), np.flatnonzero(lost[b] & (label[a] != NOBODY)) + len(a)]
        )
        if not len(inward):
            break
        target = np.concatenate([a, b])[inward]
        giver = label[np.concatenate([b, a])[inward]]
        best = np.lexsort((giver, -np.concatenate([length, length])[inward], target))
        chosen = best[np.unique(target[best], return_index=True)[1]]
        label[target[chosen]] = giver[chosen]
    lost = free & (label == NOBODY)
    if lost.any():
        both = lost[a] & lost[b]
        _number, island = parts(graph.size, a[both], b[both])
        label[lost] = int(grid_of.max(initial=NOBODY)) + 1 + np.unique(island[lost], return_inverse=True)[1]
    return label


def _in_order(label: Ints) -> tuple[Ints, Ints]:
    """The different labels in the order in which they appear, and the place of each in that.

    What is tried must not depend on how grids are numbered, or the adjusted division would be adjusted once more.
    """
    labels, first, place = np.unique(label, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return labels[order], np.argsort(order)[place].astype(np.int32)


class _Work:
    """The state of an adjustment: parcels as atoms of their components, and the label of each."""

    def __init__(self, graph: ParcelGraph, label: Ints, free: Bools, rules: Rules, seed: int, begin: int) -> None:
        self.graph, self.label, self.free, self.rules, self.seed = graph, label, free, rules, seed
        self.home = label.copy()
        self.atoms = contract(graph, np.where(free, np.arange(graph.size), NOBODY).astype(np.int32), rules)
        self.arrays = tuple(getattr(self.atoms, name) for name in Atoms.__dataclass_fields__ if name != "of_parcel")
        self.parcel = np.zeros(len(self.atoms.load), np.int32)
        self.parcel[self.atoms.of_parcel[free]] = np.flatnonzero(free)
        self.component = np.repeat(np.arange(self.atoms.components), np.diff(self.atoms.first)).astype(np.int32)
        self.next = begin
        self.windows = 0
        self.weights = np.array(
            [
                rules.low,
                rules.target,
                rules.high,
                rules.crossing_m,
                rules.shape_m,
                rules.target_m,
                out_of_bounds_m(rules),
            ]
        )
        load = summed(label[free], graph.load[free], self.next)
        self.load: dict[int, float] = dict(enumerate(load.tolist()))

    def is_out(self, grid: int) -> bool:
        """Whether somebody lives in the grid and it is out of bounds."""
        load = self.load.get(grid, 0.0)
        return load > 0 and not self.rules.low - 1e-9 <= load <= self.rules.high + 1e-9

    def out_of_bounds(self) -> list[int]:
        """The grids out of bounds, the furthest out first."""
        out = [grid for grid in self.load if self.is_out(grid)]
        return sorted(
            out, key=lambda grid: (-max(self.rules.low - self.load[grid], self.load[grid] - self.rules.high), grid)
        )

    def mend_all(self, progress: Progress) -> None:
        """Mends grid after grid, and again those that stayed out where others were mended since: a neighbour may have room now.

        Ends, since what is mended never leaves the bounds again.
        """
        todo = self.out_of_bounds()
        done, whole = 0.0, len(todo)
        while todo:
            changed: set[int] = set()
            for number, grid in enumerate(todo):
                done = max(done, 1.0 - (len(todo) - number) / whole)
                progress("adjust", done)
                if not self.is_out(grid):
                    continue
                component = self.component_of(grid)  # asked before: the grid may be mended away
                if self.mend(grid):
                    changed.add(component)
            todo = [grid for grid in self.out_of_bounds() if self.component_of(grid) in changed]

    def component_of(self, grid: int) -> int:
        """The component that a grid lies in."""
        return int(self.component[self.atoms.of_parcel[np.argmax(self.label == grid)]])

    def mend(self, grid: int) -> bool:
        """Tries ever larger windows around a grid; takes the one of a size that moves the fewest households."""
        c = self.component_of(grid)
        board = board_of(self.arrays, c)
        own = slice(int(self.atoms.first[c]), int(self.atoms.first[c + 1]))
        labels, label = _in_order(self.label[self.parcel[own]])
        middle = labels.tolist().index(grid)
        near = adjacent(board, label, len(labels))
        for size in range(NEIGHBOURS_MOST + 1):
            best, best_moved = None, np.inf
            for chosen in windows_around(near, middle, size):
                for grids in self._numbers(labels, chosen):
                    self.windows += 1
                    found, moved = self._walk(board, label, labels, chosen, grids)
                    if found is not None and moved < best_moved:
                        best, best_moved = found, moved
            if best is not None:
                self._take(own, labels, best)
                return True
        return False

    def _numbers(self, labels: Ints, chosen: tuple[int, ...]) -> list[int]:
        """The numbers of grids that a window may have: as many as now, else one more or one less."""
        load = sum(self.load[int(labels[g])] for g in chosen)
        fits = [
            k
            for k in (len(chosen), len(chosen) + 1, len(chosen) - 1)
            if k > 0 and k * self.rules.low <= load + 1e-9 and load <= k * self.rules.high + 1e-9
        ]
        return fits[:1]

    def _walk(
        self, board: Any, label: Any, labels: Ints, chosen: tuple[int, ...], grids: int
    ) -> tuple[Ints | None, float]:
        """New labels of the component with the window divided into `grids`, if they are all in bounds, and the load moved."""
        inside = np.zeros(len(label), np.int32)
        mask = np.zeros(len(labels) + 1, bool)
        mask[list(chosen)] = True
        window, size = window_of(board, label, mask, np.full(len(label), -1, np.int32), inside)
        if size < grids:
            return None, np.inf
        olds = np.array(chosen)
        start = np.searchsorted(olds, label[inside[:size]]).astype(np.int32)
        result = np.zeros(size, np.int32)
        kept, moved = shift(window, start, len(chosen), grids, self.weights, self.seed, result)
        if not kept:
            return None, np.inf
        found = label.copy()
        names = np.concatenate([olds, len(labels) + np.arange(max(0, grids - len(olds)))])
        found[inside[:size]] = names[result]
        return found, float(moved)

    def _take(self, own: slice, labels: Ints, found: Ints) -> None:
        """Writes new labels of a component; numbers beyond the old ones become new grids."""
        extra = int(found.max()) + 1 - len(labels)
        names = np.concatenate([labels, self.next + np.arange(max(0, extra))]).astype(np.int32)
        self.next += max(0, extra)
        self.label[self.parcel[own]] = names[found]
        load = summed(found, self.atoms.load[own], len(names))
        for name, carried in zip(names.tolist(), load.tolist(), strict=True):
            self.load[name] = carried

    def divide_afresh(self) -> tuple[int, ...]:
        """Divides communities anew where a grid stayed out although its component can be divided; returns their numbers."""
        stuck = np.flatnonzero(self.free & np.array([self.is_out(int(grid)) for grid in self.label]))
        if not len(stuck):
            return ()
        load = summed(self.component, self.atoms.load, self.atoms.components)
        rules, done = self.rules, []
        for c in np.unique(self.component[self.atoms.of_parcel[stuck]]).tolist():
            least, most = max(1, np.ceil(load[c] / rules.high - 1e-9)), np.floor(load[c] / rules.low + 1e-9)
            if least > most:
                continue
            parcels = self.parcel[int(self.atoms.first[c]) : int(self.atoms.first[c + 1])]
            part = subgraph(self.graph, parcels)
            fresh = divide(part, rules, self.seed)
            if ((fresh.load > 0) & ((fresh.load < rules.low - 1e-9) | (fresh.load > rules.high + 1e-9))).any():
                continue
            self._rename(parcels, fresh.grid_of)
            done.append(int(self.graph.community[parcels[0]]))
        return tuple(sorted(set(done)))

    def _rename(self, parcels: Ints, fresh: Ints) -> None:
        """Takes a fresh division, its grids named after those they share most with."""
        from linli.algorithms.division.changes import changes

        olds, before = np.unique(self.label[parcels], return_inverse=True)
        found = changes(before.astype(np.int32), fresh, self.graph.load[parcels])
        names = np.where(found.predecessor >= 0, olds[np.maximum(found.predecessor, 0)], NOBODY)
        new = np.flatnonzero(names == NOBODY)
        names[new] = self.next + np.arange(len(new))
        self.next += len(new)
        for old in olds.tolist():
            self.load[old] = 0.0
        self.label[parcels] = names[fresh]
        for name, load in zip(
            names.tolist(), summed(fresh, self.graph.load[parcels], len(names)).tolist(), strict=True
        ):
            self.load[name] = load


def subgraph(graph: ParcelGraph, parcels: Ints) -> ParcelGraph:
    """The graph of some parcels only (ascending numbers); borders to others become outer ones."""
    place = np.full(graph.size, NOBODY, np.int32)
    place[parcels] = np.arange(len(parcels), dtype=np.int32)
    inner = (place[graph.a] >= 0) & (place[graph.b] >= 0)
    outer = graph.outer_m[parcels].copy()
    for mine, other in ((graph.a, graph.b), (graph.b, graph.a)):
        cut = (place[mine] >= 0) & (place[other] < 0)
        outer += summed(place[mine[cut]], graph.border_m[cut], len(parcels))
    ends = np.sort(np.stack([place[graph.a[inner]], place[graph.b[inner]]]), axis=0)
    return ParcelGraph(
        load=graph.load[parcels],
        area_m2=graph.area_m2[parcels],
        x_m=graph.x_m[parcels],
        y_m=graph.y_m[parcels],
        outer_m=outer,
        community=graph.community[parcels],
        superblock=graph.superblock[parcels],
        block=graph.block[parcels],
        dedicated=graph.dedicated[parcels],
        a=ends[0],
        b=ends[1],
        border_m=graph.border_m[inner],
        kind=graph.kind[inner],
        passable=graph.passable[inner],
    )


__all__ = ["Adjustment", "Drift", "Floats", "adjust", "drift", "subgraph"]
