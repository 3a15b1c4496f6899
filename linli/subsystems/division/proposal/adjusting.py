"""Dynamic adjustment (动态调整): a proposal and the ground of today become the next proposal, in which as little as possible moves.

`algorithms.division.adjust` does the work on parcels; here buildings and empty ground are found in the grids they were in,
grids keep code and name, and what moved becomes findings. `lineage` beside this module says which grid carries on which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.adjust import Adjustment, Drift, adjust
from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.changes import SAME_GRID_SHARE, changes
from linli.algorithms.division.divide import dedicate, divide
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, Bools, Division, Finding, Geometries, Ints, Progress, Rules
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.survey import Survey
from linli.subsystems.division.proposal.layers import labels_of, spots_of
from linli.subsystems.division.proposal.lineage import Lineage, carried_on
from linli.subsystems.division.proposal.model import Proposal
from linli.subsystems.division.proposal.steps import Divided, part_of_run, propose


@dataclass(frozen=True, slots=True)
class Homes:
    """Where everything was: the position among the old proposal's grids of each building (b) and each parcel (n), or NOBODY.

    `known` (b) marks the buildings that the old proposal has by their code.
    """

    of_building: Ints
    of_parcel: Ints
    known: Bools


def adjust_ground(
    before: Proposal, survey: Survey, rules: Rules | None = None, seed: int = 0, *, afresh: bool = False, based_on: str = "",
    made_at: str = "", progress: Progress | None = None,
) -> Proposal:  # fmt: skip
    """The next proposal: only grids that are out of bounds on today's ground are changed, with the neighbours they need.

    `rules` are by default those of `before`; `afresh` takes a new division of the whole instead, in which grids that stay
    essentially the same keep their codes. `based_on` is the digest of the file of `before`. The first findings say what
    moves, which communities were divided afresh, and what the borders cost beside a fresh division (also in
    `run.totals["border_cost_afresh"]`). The same input gives the same proposal. Raises BadInput where ground and
    proposal do not belong together, and what `progress` raises; nothing is kept then.
    """
    rules = replace(rules or before.run.rules, unit=survey.unit)
    _refuse_other_ground(before, survey)
    parcels = parcels_of(survey.ground, part_of_run(progress, "parcels"))
    homes = _homes(parcels, survey, before, rules)
    half = _halves(part_of_run(progress, "divide"))
    adjustment = adjust(parcels.graph, homes.of_parcel, rules, seed, next(half))
    fresh = divide(parcels.graph, rules, seed, next(half))
    drift = Drift(*(measure(parcels.graph, one, rules).border_cost for one in (adjustment.division, fresh)))
    division, kept = _chosen(parcels, homes, adjustment, fresh, afresh=afresh)
    old = tuple(before.grids[number] if number >= 0 else None for number in kept.tolist())
    findings = (
        _moved(before, survey, parcels, homes, division, kept),
        *([] if afresh else _communities_afresh(survey, adjustment)),
        _drifted(drift, afresh=afresh),
    )
    found = propose(
        Divided(survey, rules, seed, parcels, division), layer=before.run.layer, communities=before.run.communities,
        made_at=made_at, based_on=based_on, findings=findings,
        lineage=Lineage(old, frozenset(grid.code for grid in before.grids)), progress=progress,
    )  # fmt: skip
    return replace(found, run=replace(found.run, totals={**found.run.totals, "border_cost_afresh": drift.afresh_cost}))


def _refuse_other_ground(before: Proposal, survey: Survey) -> None:
    if survey.system != before.run.system:
        raise BadInput(
            _("The ground lies in %(ground)s and the proposal in %(proposal)s; read the ground in the proposal's system.")
            % {"ground": survey.system, "proposal": before.run.system},
            field="system",
        )  # fmt: skip
    if survey.unit != before.run.rules.unit:
        raise BadInput(
            _("The ground counts %(ground)s and the proposal %(proposal)s; count by the same unit.")
            % {"ground": survey.unit, "proposal": before.run.rules.unit},
            field="unit",
        )
    if not set(survey.ground.community_codes) & {grid.community for grid in before.grids}:
        raise BadInput(
            _("No community of the ground has a grid in the proposal; name the ground that it was made for."),
            field="ground",
        )


def _halves(progress: Progress | None) -> Iterator[Progress | None]:
    """Progress of two steps that come after each other, as progress of one."""
    for start in (0.0, 0.5):
        yield None if progress is None else partial(_tell_half, progress, start)


def _tell_half(progress: Progress, start: float, step: str, share: float) -> None:
    progress(step, start + share / 2)


def _homes(parcels: Parcels, survey: Survey, before: Proposal, rules: Rules) -> Homes:
    """Buildings by their code, what the proposal does not know by its place; only ever in a grid of its own community.

    A parcel is where most of the load of its known buildings was. Ground that has become dedicated, or no longer is,
    has no grid of before.
    """
    ground, graph = survey.ground, parcels.graph
    grids = np.array([grid.polygon for grid in before.grids], dtype=object)
    place = dict(zip(before.members.codes, before.members.grid_of.tolist(), strict=True))
    by_code = np.array([place.get(code, NOBODY) for code in ground.building_codes], dtype=np.int32)
    of_parcel = labels_of(parcels, survey, spots_of(parcels), before)
    codes = np.array(ground.community_codes, dtype=object)
    communities = np.array([*(grid.community for grid in before.grids), ""], dtype=object)
    special, _to = dedicate(graph, rules)
    was_dedicated = np.array([*(grid.kind == "dedicated" for grid in before.grids), False])
    of_parcel[communities[of_parcel] != codes[graph.community]] = NOBODY
    of_parcel[was_dedicated[of_parcel] != (special != NOBODY)] = NOBODY
    by_place = _containing(grids, shapely.point_on_surface(ground.buildings))
    return Homes(
        of_building=np.where(by_code != NOBODY, by_code, by_place).astype(np.int32),
        of_parcel=of_parcel,
        known=np.array([code in place for code in ground.building_codes], dtype=bool),
    )


def _containing(grids: Geometries, spots: Geometries) -> Ints:
    """The first grid that contains each spot, NOBODY where none does."""
    found = np.full(len(spots), len(grids), dtype=np.int32)
    spot, grid = shapely.STRtree(grids).query(spots, predicate="intersects")
    np.minimum.at(found, spot, grid.astype(np.int32))
    found[found == len(grids)] = NOBODY
    return found


def _chosen(
    parcels: Parcels, homes: Homes, adjustment: Adjustment, fresh: Division, *, afresh: bool
) -> tuple[Division, Ints]:
    """The division to propose, and for each of its grids the one of before that it carries on."""
    if not afresh:
        division, kept = adjustment.division, adjustment.kept
    else:
        found = changes(homes.of_parcel, fresh.grid_of, parcels.graph.load, least_share=SAME_GRID_SHARE)
        division, kept = fresh, np.full(fresh.size, NOBODY, np.int32)
        kept[: len(found.predecessor)] = found.predecessor
    return division, carried_on(kept, division.grid_of, homes.of_parcel)


def _moved(
    before: Proposal, survey: Survey, parcels: Parcels, homes: Homes, division: Division, kept: Ints
) -> Finding:  # fmt: skip
    """How many buildings leave the grid they had, and what else became of buildings and grids."""
    now = np.append(division.grid_of, np.int32(NOBODY))[parcels.building_parcel]
    carrying = np.append(kept, np.int32(NOBODY))[now]
    was = homes.of_building
    moved = homes.known & (was != NOBODY) & (now != NOBODY) & (carrying != was)
    touched = np.union1d(was[moved], carrying[moved])
    gone = len(set(before.members.codes) - set(survey.ground.building_codes))
    codes = sorted(before.grids[number].code for number in touched.tolist() if number != NOBODY)
    return Finding(
        f"adjusted_{survey.unit}",
        codes=tuple(codes),
        values={
            "grids": len(before.grids), "buildings": int(moved.sum()), "all": len(was), "load": float(survey.ground.load[moved].sum()),
            "new_buildings": int((~homes.known).sum()), "gone": gone, "new_grids": int((kept == NOBODY).sum()),
            "ended": len(before.grids) - int((kept != NOBODY).sum()),
        },
    )  # fmt: skip


def _communities_afresh(survey: Survey, adjustment: Adjustment) -> list[Finding]:
    return [Finding("community_afresh", survey.ground.community_codes[number]) for number in adjustment.afresh]


def _drifted(drift: Drift, *, afresh: bool) -> Finding:
    """What the borders cost beside a fresh division, and whether that is worth it."""
    kind = "all_afresh" if afresh else "drift_large" if drift.worth_it else "drift_small"
    values: dict[str, float | int | str] = {}
    values |= {"cost": drift.border_cost, "afresh": drift.afresh_cost, "percent": f"{100 * drift.share:.1f}"}
    return Finding(kind, values=values)
