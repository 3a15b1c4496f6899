"""Why grids are out of bounds, in pieces, or what they are: said per piece of ground that hangs together, as nothing else can help it.

`divide` makes the division, `measures` measures it. Sentences for people are made above, of kinds and numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from linli.algorithms.division.atoms import parts, summed
from linli.algorithms.division.measures import pieces
from linli.algorithms.division.model import NOBODY, TOO_LARGE, Bools, Division, Floats, Ints, ParcelGraph, Rules


@dataclass(frozen=True, slots=True)
class Reason:
    """What is to be said of some grids (numbers of the division) of one community (its number). `kind` is one of:

    `too_few`: all of the community's ordinary ground holds `load`, less than a grid; `cut_off`: so does a part of it that no
    street, bridge or fence-free ground joins to the rest; `no_number_fits`: `load` in `more` grids makes each too small, in `fewer`
    each too large (`smaller`, `larger`: what each would hold); `not_found`: some number of grids fits and no division of the
    parcels was found; `too_large`: single parcels with more than any grid, made dedicated; `undeveloped`: nobody lives there; `in_pieces`: a
    grid lies in `pieces` that no street, bridge or ground wide enough joins inside it. Of what `divide` and `adjust` make only premises on
    both sides of a river or a neck are: their ground stays one property, and one grid.
    """

    kind: str
    community: int
    grids: tuple[int, ...]
    values: dict[str, float] = field(default_factory=dict)


def reasons(graph: ParcelGraph, division: Division, rules: Rules) -> tuple[Reason, ...]:
    """The reasons of a division, by community and kind. Every grid out of bounds stands in one of them. O(parcels + borders)."""
    ordinary = division.dedicated == NOBODY
    outside = (division.load < rules.low) | (division.load > rules.high)
    found = [
        *_by_community("too_large", division, division.dedicated == TOO_LARGE),
        *_by_community("undeveloped", division, ordinary & (division.load <= 0)),
        *_in_pieces(graph, division),
    ]
    part_of_grid, part_load = _parts(graph, division, ordinary)
    community_load = summed(division.community[ordinary], division.load[ordinary], 1)
    wrong = np.flatnonzero(ordinary & outside & (division.load > 0))
    for part in np.unique(part_of_grid[wrong]):
        grids = wrong[part_of_grid[wrong] == part]
        community = int(division.community[grids[0]])
        alone = math.isclose(part_load[part], community_load[community], abs_tol=1e-6)
        found.append(_reason(community, tuple(map(int, grids)), float(part_load[part]), rules, alone=alone))
    return tuple(sorted(found, key=lambda one: (one.community, one.kind, one.grids)))


def _by_community(kind: str, division: Division, chosen: Bools) -> list[Reason]:
    return [
        Reason(kind, int(community), tuple(map(int, np.flatnonzero(chosen & (division.community == community)))))
        for community in np.unique(division.community[chosen])
    ]


def _in_pieces(graph: ParcelGraph, division: Division) -> list[Reason]:
    number = pieces(graph, division.grid_of, division.size)
    return [
        Reason("in_pieces", int(division.community[grid]), (int(grid),), {"pieces": float(number[grid])})
        for grid in np.flatnonzero(number > 1)
    ]


def _parts(graph: ParcelGraph, division: Division, ordinary: Bools) -> tuple[Ints, Floats]:
    """The connected part of ordinary ground that each grid (g) lies in, and the load of each part."""
    parcel = ordinary[division.grid_of]
    same = graph.passable & parcel[graph.a] & parcel[graph.b]
    count, part = parts(graph.size, graph.a[same], graph.b[same])
    load = summed(part[parcel], graph.load[parcel], count)
    part_of_grid = np.full(division.size, NOBODY, np.int32)
    part_of_grid[division.grid_of[parcel]] = part[parcel]
    return part_of_grid, load


def _reason(community: int, grids: tuple[int, ...], load: float, rules: Rules, *, alone: bool) -> Reason:
    values = {"load": load, "low": rules.low, "high": rules.high}
    if load < rules.low:
        return Reason("too_few" if alone else "cut_off", community, grids, values)
    more, fewer = math.ceil(load / rules.high - 1e-9), math.floor(load / rules.low + 1e-9)
    if more > fewer:
        each = {"more": more, "fewer": fewer, "smaller": load / more, "larger": load / fewer}
        return Reason("no_number_fits", community, grids, {**values, **each})
    return Reason("not_found", community, grids, {**values, "more": more, "fewer": fewer})
