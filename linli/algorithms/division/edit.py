"""What a planner does to a division by hand: move parcels, split a grid, merge two. `measures` judges the result at once.

Each step gives a new division and leaves the one before alone, so that a step can be taken back. A step that would break what
must hold (community, dedicated ground, an empty grid) raises ValueError; what may be broken for a moment (bounds,
contiguity) shows in the measures. The cost of a step is O(parcels): some milliseconds for a street.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from linli.algorithms.division.adjust import subgraph
from linli.algorithms.division.atoms import summed
from linli.algorithms.division.divide import divide
from linli.algorithms.division.model import NOBODY, Division, Ints, ParcelGraph, Rules


def move(graph: ParcelGraph, division: Division, parcels: Ints, grid: int) -> Division:
    """Gives parcels to a grid of their community.

    Raises ValueError for another community, for dedicated ground, for parcels that are none, or when a grid would lose its last.
    """
    _ordinary(division, grid)
    unknown = parcels[(parcels < 0) | (parcels >= graph.size)]
    if len(unknown):
        raise ValueError(f"parcel {int(unknown[0])}: there are {graph.size}, numbered from 0")
    for giver in np.unique(division.grid_of[parcels]):
        _ordinary(division, int(giver))
    if (graph.community[parcels] != division.community[grid]).any():
        raise ValueError(f"grid {grid} lies in another community than some of the parcels")
    grid_of = division.grid_of.copy()
    grid_of[parcels] = grid
    emptied = np.setdiff1d(division.grid_of[parcels], grid_of)
    if len(emptied):
        raise ValueError(f"grid {int(emptied[0])} would have no ground left; merge it instead")
    return replace(division, grid_of=grid_of, load=summed(grid_of, graph.load, division.size))


def merge(graph: ParcelGraph, division: Division, grid: int, other: int) -> Division:
    """Joins grid `other` to `grid`; numbers above `other` go down by one.

    Raises ValueError unless both are ordinary grids of one community.
    """
    _ordinary(division, grid)
    _ordinary(division, other)
    if grid == other or division.community[grid] != division.community[other]:
        raise ValueError(f"grids {grid} and {other} cannot be merged: they must be two of one community")
    grid_of = np.where(division.grid_of == other, grid, division.grid_of)
    grid_of = np.where(grid_of > other, grid_of - 1, grid_of).astype(np.int32)
    return Division(
        grid_of=grid_of,
        community=np.delete(division.community, other),
        load=summed(grid_of, graph.load, division.size - 1),
        dedicated=np.delete(division.dedicated, other),
    )


def split(
    graph: ParcelGraph, division: Division, grid: int, parts: int = 2, rules: Rules | None = None, seed: int = 0
) -> Division:
    """Splits a grid into `parts` of about equal load along streets; the first keeps its number, the others come last.

    Raises ValueError when it is dedicated, or has too few parcels.
    """
    _ordinary(division, grid)
    members = np.flatnonzero(division.grid_of == grid).astype(np.int32)
    if not 2 <= parts <= len(members):
        raise ValueError(f"parts {parts}: grid {grid} has {len(members)} parcels")
    load = float(graph.load[members].sum())
    if load <= 0:
        raise ValueError(f"grid {grid} has nobody to divide")
    # Bounds that leave exactly this number of grids, as wide as that allows.
    even = load / parts
    bounds = replace(rules or Rules(), low=max(even * 0.8, load / (parts + 1) * 1.01), target=even, high=even * 1.25)
    graph_of_grid = replace(subgraph(graph, members), dedicated=np.full(len(members), NOBODY, np.int32))
    found = divide(graph_of_grid, bounds, seed)
    if found.size < 2:
        raise ValueError(f"grid {grid} cannot be split: one of its parcels carries nearly everything")
    names = np.concatenate([[grid], division.size + np.arange(found.size - 1)]).astype(np.int32)
    grid_of = division.grid_of.copy()
    grid_of[members] = names[found.grid_of]
    size = division.size + found.size - 1
    more = found.size - 1
    return Division(
        grid_of=grid_of,
        community=np.concatenate([division.community, np.repeat(division.community[grid], more)]).astype(np.int32),
        load=summed(grid_of, graph.load, size),
        dedicated=np.concatenate([division.dedicated, np.full(more, NOBODY)]).astype(np.int32),
    )


def _ordinary(division: Division, grid: int) -> None:
    if not 0 <= grid < division.size:
        raise ValueError(f"grid {grid}: there are {division.size}, numbered from 0")
    if division.dedicated[grid] != NOBODY:
        raise ValueError(f"grid {grid} is dedicated: its ground is neither given away, added to, merged nor split")
