"""How good a division is, computed from the parcel graph: per grid and for the whole. `divide` makes divisions, `coverage` their polygons."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from linli.algorithms.division.atoms import parts, summed
from linli.algorithms.division.model import NOBODY, Bools, Division, Floats, Ints, Line, ParcelGraph, Rules


@dataclass(frozen=True, slots=True)
class Measures:
    """Per grid (g): load, area, perimeter, compactness 4πA/P² (Polsby–Popper), superblocks touched, connected pieces, whether
    the load is within bounds, whether it is dedicated, and the share of its inner border on streets or rivers (1 if it has none).

    `border_m` is the length of borders between ordinary grids of one community by `Line`: those that a division chooses;
    special premises keep their fence, wherever it runs. `border_cost` is `border_m` priced by the rules.
    """

    load: Floats
    area_m2: Floats
    perimeter_m: Floats
    compactness: Floats
    superblocks: Ints
    pieces: Ints
    in_bounds: Bools
    dedicated: Bools
    on_streets: Floats
    border_m: Floats
    border_cost: float

    @property
    def share_on_streets(self) -> float:
        """Of all borders between ordinary grids of one community, the share that lies on a street or river, 0 to 1."""
        whole = float(self.border_m.sum())
        return 1.0 if whole == 0 else 1.0 - float(self.border_m[Line.INSIDE]) / whole

    @property
    def crossing(self) -> int:
        """How many ordinary grids reach across a main road or river."""
        return int(((self.superblocks > 1) & ~self.dedicated).sum())

    @property
    def mean_compactness(self) -> float:
        """The mean Polsby–Popper score of the ordinary grids; not a number when there is none."""
        chosen = self.compactness[~self.dedicated]
        return float(chosen.mean()) if len(chosen) else math.nan


def measure(graph: ParcelGraph, division: Division, rules: Rules | None = None) -> Measures:
    """Measures a division of this graph. Cost O(parcels + borders)."""
    rules = rules or Rules()
    grid_of, size = division.grid_of, division.size
    load = summed(grid_of, graph.load, size)
    area = summed(grid_of, graph.area_m2, size)
    perimeter = summed(grid_of, graph.outer_m, size)
    cut = grid_of[graph.a] != grid_of[graph.b]
    inner, streets = np.zeros(size), np.zeros(size)
    for side in (graph.a[cut], graph.b[cut]):
        inner += summed(grid_of[side], graph.border_m[cut], size)
        streets += summed(grid_of[side], graph.border_m[cut] * (graph.kind[cut] != Line.INSIDE), size)
    perimeter += inner
    ordinary = division.dedicated == NOBODY
    chosen = cut & ordinary[grid_of[graph.a]] & ordinary[grid_of[graph.b]]
    border_m = summed(graph.kind[chosen], graph.border_m[chosen], len(Line))
    pairs = np.unique(grid_of.astype(np.int64) << 32 | graph.superblock)
    with np.errstate(divide="ignore", invalid="ignore"):
        compactness = np.where(perimeter > 0, 4 * math.pi * area / perimeter**2, 0.0)
        on_streets = np.where(inner > 0, streets / inner, 1.0)
    return Measures(
        load=load,
        area_m2=area,
        perimeter_m=perimeter,
        compactness=compactness,
        superblocks=np.bincount(pairs >> 32, minlength=size).astype(np.int32),
        pieces=pieces(graph, grid_of, size),
        in_bounds=(load >= rules.low - 1e-9) & (load <= rules.high + 1e-9),
        dedicated=~ordinary,
        on_streets=on_streets,
        border_m=border_m,
        border_cost=float(border_m @ np.asarray(rules.border_costs)),
    )


def pieces(graph: ParcelGraph, grid_of: Ints, size: int) -> Ints:
    """How many connected pieces each grid falls into, going over passable borders; 1 is right."""
    same = (grid_of[graph.a] == grid_of[graph.b]) & graph.passable
    _number, part = parts(graph.size, graph.a[same], graph.b[same])
    heads = np.unique(part, return_index=True)[1]
    return np.bincount(grid_of[heads], minlength=size).astype(np.int32)


def crossing_bound(graph: ParcelGraph, rules: Rules | None = None) -> int:
    """A lower bound of grids across main roads: communities that hold a superblock that no number of grids divides."""
    rules = rules or Rules()
    ordinary = graph.dedicated == NOBODY
    ordinary &= graph.load <= rules.high
    blocks, back = np.unique(graph.superblock[ordinary], return_inverse=True)
    load = summed(back, graph.load[ordinary], len(blocks))
    community = np.zeros(len(blocks), np.int32)
    community[back] = graph.community[ordinary]
    impossible = np.ceil(load / rules.high - 1e-9) > np.floor(load / rules.low + 1e-9)
    return len(np.unique(community[impossible]))
