"""The figures of a report: totals of a proposal, what no grid covers, what changes hands. No texts, no drawing.

`page` and `comparison` beside this module put them into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linli.algorithms.division import layers
from linli.algorithms.division.changes import SAME_GRID_SHARE, Changes, Handover, changes, handovers
from linli.algorithms.division.model import Floats, Ints
from linli.subsystems.division.proposal.model import Proposal
from linli.subsystems.division.publishing.in_force import InForce
from linli.subsystems.division.report.scale import DEDICATED, UNDEVELOPED


@dataclass(frozen=True, slots=True)
class Totals:
    """A proposal in a few numbers. What the ground or the run does not tell is None; shares are of 1.

    `ordinary` counts the grids that are neither dedicated nor undeveloped: bounds, loads and compactness are of these.
    `mean_distance` is how far their loads are from the target on average.
    """

    grids: int
    ordinary: int
    dedicated: int
    undeveloped: int
    in_bounds: int
    mean_load: float | None
    mean_distance: float | None
    least_load: float | None
    most_load: float | None
    street_share: float | None
    compactness: float | None
    crossing: int
    crossing_bound: int | None
    buildings: int
    load: float
    households: float | None
    people: float | None


@dataclass(frozen=True, slots=True)
class GridMove:
    """Buildings that come from one grid to another, with the workers on both sides."""

    before: str
    after: str
    worker_before: str
    worker_after: str
    buildings: int
    load: float


@dataclass(frozen=True, slots=True)
class HandsChanged:
    """What a proposal changes about the grids in force. `kept` carry on with the same buildings, `altered` with others.

    `outside` counts buildings that were in no grid and come into one.
    """

    found: Changes
    before: int
    kept: int
    altered: int
    ended: int
    new: int
    buildings: int
    load: float
    building_share: float
    load_share: float
    outside: int
    handovers: list[Handover]
    moves: list[GridMove]


def totals(proposal: Proposal) -> Totals:
    """The totals of a proposal."""
    grids, told = proposal.grids, proposal.run.totals
    ordinary = [grid for grid in grids if grid.kind not in (DEDICATED, UNDEVELOPED)]
    loads = [grid.load for grid in ordinary]
    bound = told.get("crossing_bound")
    return Totals(
        grids=len(grids),
        ordinary=len(ordinary),
        dedicated=sum(grid.kind == DEDICATED for grid in grids),
        undeveloped=sum(grid.kind == UNDEVELOPED for grid in grids),
        in_bounds=sum(grid.in_bounds for grid in ordinary),
        mean_load=float(np.mean(loads)) if loads else None,
        mean_distance=float(np.mean(np.abs(np.array(loads) - proposal.run.rules.target))) if loads else None,
        least_load=min(loads, default=None),
        most_load=max(loads, default=None),
        street_share=told.get("street_share"),
        compactness=float(np.mean([grid.polsby_popper for grid in ordinary])) if ordinary else None,
        crossing=sum(grid.superblocks > 1 for grid in ordinary),
        crossing_bound=None if bound is None else int(bound),
        buildings=len(proposal.members.codes),
        load=float(proposal.members.load.sum()),
        households=_sum(proposal.members.households),
        people=_sum(proposal.members.people),
    )


def uncovered(proposal: Proposal) -> list[int]:
    """Positions of the shops and premises of the ground that lie in no grid of this layer, nor on the border of one."""
    polygons = np.array([grid.polygon for grid in proposal.grids], dtype=object)
    missed: list[int] = np.flatnonzero(layers.uncovered(proposal.map_ground.shops, polygons)).tolist()
    return missed


def hands_changed(proposal: Proposal, in_force: InForce) -> HandsChanged:
    """What changes between the grids in force and a proposal."""
    members, names = proposal.members, [grid.name for grid in proposal.grids]
    return changed_between(in_force.grid_of, members.grid_of, members.load, in_force.names, names, in_force.workers)


def changed_between(
    before: Ints, after: Ints, load: Floats, old: Sequence[str], new: Sequence[str], workers: Sequence[str]
) -> HandsChanged:
    """What changes for b buildings with their `load`: their grids `before` and `after`, whose names are `old` and `new`.

    `workers` names those of the old grids; a new grid has the worker of the one it carries on, which is the one that publishing
    lets it carry on. Grids without buildings are
    in no count, since nothing in them can change hands.
    """
    found = changes(before, after, load, least_share=SAME_GRID_SHARE)
    carrying = [(place, to) for place, to in enumerate(found.successor.tolist()) if to >= 0]
    touched = {move.before for move in found.moves} | {
        int(found.predecessor[move.after]) for move in found.moves if move.after >= 0
    }
    kept = sum(place not in touched for place, _to in carrying)
    inside = before >= 0
    filled = [len(np.unique(grid_of[grid_of >= 0])) for grid_of in (before, after)]
    hold = ["" if place < 0 else workers[place] for place in found.predecessor.tolist()]
    return HandsChanged(
        found=found,
        before=filled[0],
        kept=kept,
        altered=len(carrying) - kept,
        ended=filled[0] - len(carrying),
        new=filled[1] - len(carrying),
        buildings=found.buildings_moved,
        load=found.load_moved,
        building_share=found.buildings_moved / max(1, int(inside.sum())),
        load_share=found.load_moved / max(1.0, float(load[inside].sum())),
        outside=sum(move.buildings for move in found.moves if move.before < 0),
        handovers=handovers(found, workers),
        moves=[
            GridMove(
                old[move.before], new[move.after], workers[move.before], hold[move.after], move.buildings, move.load
            )
            for move in found.moves
            if move.before >= 0 and move.after >= 0
        ],
    )


def _sum(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.sum()) if len(known) else None
