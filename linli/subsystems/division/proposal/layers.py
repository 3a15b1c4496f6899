"""Layers that are there already: several proposals made one (三网合一), and the grids of one joined to beats.

Both need no file but the proposals, which carry buildings, streets and communities with them; the engine's `merging` and `layers`
do the reckoning. `steps` divides ground afresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import cast

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.coverage import grid_polygons
from linli.algorithms.division.divide import numbered
from linli.algorithms.division.layers import beats, uncovered
from linli.algorithms.division.merging import Fit, GivenUp, Layer, Merged, common_rules, merge
from linli.algorithms.division.model import (
    NOBODY,
    Division,
    Finding,
    Floats,
    Geometries,
    Ground,
    Ints,
    Premises,
    Progress,
    Rules,
)
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.survey import Shops, Survey, Unit
from linli.subsystems.division.proposal.bounds import checked_target
from linli.subsystems.division.proposal.model import Proposal, ProposedGrid
from linli.subsystems.division.proposal.numbering import place_of_name
from linli.subsystems.division.proposal.steps import Divided, part_of_run, propose


@dataclass(frozen=True, slots=True)
class Wish:
    """Bounds that a planner sets for the common grids; None leaves to `common_rules` what it finds."""

    low: float | None = None
    target: float | None = None
    high: float | None = None


def merge_proposals(
    proposals: Sequence[Proposal], *, names: Sequence[str], weights: Sequence[float], wish: Wish | None = None,
    layer: str = "merged", seed: int = 0, made_at: str = "", progress: Progress | None = None,
) -> Proposal:  # fmt: skip
    """The one proposal that serves several layers best; a finding `layer_gives_up` says of each what it gives up.

    The ground is that of the first, with the dedicated grounds of all; `names` and `weights` go with the proposals. Raises BadInput
    for proposals that cannot be held against each other, or bounds that make no sense.
    """
    _check(proposals)
    survey = survey_of(proposals)
    parcels = parcels_of(survey.ground, part_of_run(progress, "parcels"))
    spots = spots_of(parcels)
    layers = [
        Layer(name, labels_of(parcels, survey, spots, proposal), proposal.run.rules, weight)
        for name, weight, proposal in zip(names, weights, proposals, strict=True)
    ]
    for one in layers:
        if (one.grid_of < 0).all():
            raise BadInput(
                _("%(layer)s has no grid on the ground of %(first)s.") % {"layer": one.name, "first": names[0]},
                field="file",
            )
    merged = merge(
        parcels.graph, layers, _wished(common_rules(layers), wish or Wish()), seed, part_of_run(progress, "divide")
    )  # fmt: skip
    divided = Divided(survey, merged.rules, seed, parcels, merged.division)
    found = propose(divided, layer=layer, made_at=made_at, progress=progress)
    first = [
        _given_up(given, merged, number, proposal, found)
        for number, (given, proposal) in enumerate(zip(merged.given_up, proposals, strict=True))
    ]
    return replace(found, findings=(*first, *found.findings))


def propose_beats(
    proposal: Proposal, rules: Rules, *, layer: str = "beats", seed: int = 0, made_at: str = "", progress: Progress | None = None
) -> Proposal:  # fmt: skip
    """A proposal whose grids are beats: whole grids of another proposal joined within the bounds of the rules.

    Every building lies in the beat of its grid; ground without a grid joins one parcel by parcel. Beats stay inside communities.
    Raises BadInput for bounds that most grids exceed alone: nothing could be joined.
    """
    rules = replace(rules, unit=proposal.run.rules.unit)
    _check_room(proposal, rules)
    survey = survey_of([proposal])
    parcels = parcels_of(survey.ground, part_of_run(progress, "parcels"))
    labels = labels_of(parcels, survey, spots_of(parcels), proposal)
    own = _filled(parcels, labels, len(proposal.grids))
    found = beats(parcels.graph, own, rules, seed, part_of_run(progress, "divide"))
    return propose(
        Divided(survey, rules, seed, parcels, found), layer=layer, made_at=made_at, made_of="grids", progress=progress
    )


def _check_room(proposal: Proposal, rules: Rules) -> None:
    loads = np.array([grid.load for grid in proposal.grids if grid.load > 0])
    alone = int((loads > rules.high).sum())
    if 2 * alone > len(loads):
        raise BadInput(
            _(
                "%(alone)d of %(all)d grids hold more than the largest beat of %(high)s by themselves; a beat is made of whole grids, "
                "which hold %(mean)s on average. Give larger bounds with --low and --high."
            )
            % {"alone": alone, "all": len(loads), "high": f"{rules.high:g}", "mean": f"{loads.mean():.0f}"},
            field="high",
        )


def survey_of(proposals: Sequence[Proposal]) -> Survey:
    """The ground that proposals of one place carry with them: that of the first, with the dedicated grounds of all.

    Surveyed parcels are not kept in a proposal; there, parcels are what is nearest to each building.
    """
    first = proposals[0]
    ground, members = first.map_ground, first.members
    return Survey(
        name=first.run.ground,
        digest=first.run.ground_digest,
        system=first.run.system,
        unit=cast(Unit, first.run.rules.unit),
        ground=Ground(
            communities=ground.communities, community_codes=ground.community_codes, community_names=ground.community_names,
            lines=ground.lines, line_kinds=ground.line_kinds,
            buildings=members.outlines, building_codes=members.codes, load=members.load, premises=_premises(proposals),
        ),
        households=_known(members.households),
        people=_known(members.people),
        shops=Shops(ground.shops, ground.shop_codes, ground.shop_names),
    )  # fmt: skip


def _premises(proposals: Sequence[Proposal]) -> tuple[Premises, ...]:
    """Dedicated grids with a purpose as the premises they are for; of two on the same ground the first counts."""
    found: list[Premises] = []
    for proposal in proposals:
        there = [one.geometry for one in found]
        found += [
            Premises(grid.code, place_of_name(grid.name), grid.purpose, grid.polygon)
            for grid in proposal.grids
            if grid.purpose and not any(shape.intersects(shapely.point_on_surface(grid.polygon)) for shape in there)
        ]
    return tuple(found)


def _known(column: Floats) -> Floats | None:
    return None if np.isnan(column).all() else np.nan_to_num(column)


def spots_of(parcels: Parcels) -> Geometries:
    """A point inside every parcel (n)."""
    polygons = grid_polygons(parcels, np.arange(parcels.graph.size, dtype=np.int32))
    spots: Geometries = shapely.point_on_surface(polygons)
    return spots


def labels_of(parcels: Parcels, survey: Survey, spots: Geometries, proposal: Proposal) -> Ints:
    """The grid of a proposal (a position, or NOBODY) for every parcel (n).

    Where buildings stand it is the grid of those with the largest load, known by their codes; elsewhere (and where no
    building has a grid) that in which the parcel's spot lies.
    """
    labels = np.full(parcels.graph.size, NOBODY, np.int32)
    polygons = np.array([grid.polygon for grid in proposal.grids], dtype=object)
    spot, grid = shapely.STRtree(polygons).query(spots, predicate="intersects")
    order = np.lexsort((grid, spot))[::-1]
    labels[spot[order]] = grid[order]
    place = {code: int(number) for code, number in zip(proposal.members.codes, proposal.members.grid_of, strict=True)}
    known = np.array([place.get(code, NOBODY) for code in survey.ground.building_codes], dtype=np.int64)
    standing = np.flatnonzero((known != NOBODY) & (parcels.building_parcel != NOBODY))
    pairs, row = np.unique(
        parcels.building_parcel[standing].astype(np.int64) << 32 | known[standing], return_inverse=True
    )  # fmt: skip
    # Half a household spread over all decides for the most buildings where nobody lives.
    carried = np.bincount(row, survey.ground.load[standing] + 0.5 / (1 + len(standing)), minlength=len(pairs))
    order = np.lexsort((-pairs, carried))
    labels[pairs[order] >> 32] = pairs[order] & 0xFFFFFFFF
    return labels


def _filled(parcels: Parcels, labels: Ints, grids: int) -> Division:
    """The grids as a division of all parcels: inside communities, and ground without a grid as one of its own for each parcel."""
    graph = parcels.graph
    whole = np.where(labels >= 0, labels, grids + np.arange(graph.size))
    number = np.unique(graph.community.astype(np.int64) << 32 | whole, return_inverse=True)[1].astype(np.int32)
    return numbered(graph, number, np.full(graph.size, NOBODY, np.int32))


def _wished(found: Rules, wish: Wish) -> Rules:
    """The rules with the bounds that a planner wants. A target that is not wanted otherwise comes inside them."""
    low = found.low if wish.low is None else wish.low
    high = found.high if wish.high is None else wish.high
    target = min(max(found.target, low), high) if wish.target is None else wish.target
    return replace(found, low=low, target=checked_target(low, target, high), high=high)


def _check(proposals: Sequence[Proposal]) -> None:
    first = proposals[0].run
    for other in proposals[1:]:
        if other.run.system != first.system:
            raise BadInput(
                _("The proposals lie in %(a)s and %(b)s; divide both in the same coordinate system.")
                % {"a": first.system, "b": other.run.system},
                field="file",
            )
        if other.run.rules.unit != first.rules.unit:
            raise BadInput(
                _("One proposal counts %(a)s, the other %(b)s; divide both by the same unit.")
                % {"a": _unit_word(first.rules.unit), "b": _unit_word(other.run.rules.unit)},
                field="file",
            )


def _unit_word(unit: str) -> str:
    return _("households") if unit == "households" else _("people")


def _given_up(given: GivenUp, merged: Merged, number: int, own: Proposal, common: Proposal) -> Finding:
    """What a layer gives up, as a finding: its sentence, and the table of the report, are made of the values."""
    before, after = _fit_values(given.own, "before"), _fit_values(given.common, "after")
    shops = common.map_ground.shops
    return Finding(
        "layer_gives_up",
        values={
            "layer": given.layer, "weight": given.weight, "low": given.rules.low, "high": given.rules.high,
            **before, **after,
            "load_moved": given.load_moved, "moved_percent": 100 * given.load_share,
            "agreement": given.agreement, "kept_percent": 100 * given.borders_kept, "grids_cut": given.grids_cut,
            "taken": int((merged.source == number).sum()), "communities": len(merged.source),
            "uncovered_before": _count_uncovered(shops, own.grids), "uncovered_after": _count_uncovered(shops, common.grids),
        },
    )  # fmt: skip


def _fit_values(fit: Fit, when: str) -> dict[str, float | int]:
    names = {"grids": "all", "counted": "grids", "out_of_bounds": "out"}
    return {f"{names.get(name, name)}_{when}": value for name, value in asdict(fit).items()}


def _count_uncovered(shops: Geometries, grids: Sequence[ProposedGrid]) -> int:
    return int(uncovered(shops, np.array([grid.polygon for grid in grids], dtype=object)).sum())
