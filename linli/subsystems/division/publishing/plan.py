"""What publishing a proposal would do, worked out before anything is written: codes, grids, cases, people.

A proposed grid that is essentially one that stands keeps its code and name, and so its worker and its cases; every other
one gets a code that the layer has never had. Communities that the proposal does not divide keep the grids they have.
`publish` next door writes what stands in the plan, `lines` says it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.changes import SAME_GRID_SHARE, Changes, Handover, changes, handovers
from linli.algorithms.division.model import NOBODY, Geometries, Ints
from linli.core.areas.public import area_tree
from linli.core.cases.public import CasesMoving, cases_moving
from linli.core.grids.public import Difference, Grid, GridLayer, GridRow, difference
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.projection import to_degrees
from linli.subsystems.division.proposal.model import Proposal, ProposedGrid, parse_layer_code
from linli.subsystems.division.proposal.numbering import BEAT, GRID, grid_code, grid_names
from linli.subsystems.division.publishing.covering import refuse_other_place, refuse_wrong_ground
from linli.subsystems.division.publishing.in_force import Standing, standing_grids

OVERLAP_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class PublishingPlan:
    """What would be published, and what that changes. `layer` is None for one that is still to be made.

    `codes` (g) are those of the proposed grids. `kept` grids of other communities stay; `overlapping` are those of them that
    share more than a hundredth of their ground with the proposal. `losing` are workers whose grid ends. `carried` is what a grid that
    ends hands on to another, by codes.
    """

    layer_code: str
    layer: GridLayer | None
    is_main: bool
    rows: tuple[GridRow, ...]
    codes: tuple[str, ...]
    based_on: int
    change: Difference | None
    kept: int
    overlapping: tuple[str, ...]
    moving: tuple[CasesMoving, ...]
    handovers: tuple[Handover, ...]
    losing: tuple[tuple[str, str], ...]
    without_worker: int
    buildings_moved: int
    load_moved: float
    unit: str
    carried: tuple[tuple[str, str, float], ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether there is anything to publish."""
        return self.change is None or not self.change.same


def plan_publication(proposal: Proposal, layer_code: str = "") -> PublishingPlan:
    """The plan for a layer (default: the one that the proposal was made for). Reads only; the same answer each time.

    Raises BadInput for communities that are not in the area tree, for polygons that cannot be published and for grids that overlap or
    do not cover their communities.
    """
    layer_code = parse_layer_code(layer_code or proposal.run.layer)
    layer = GridLayer.objects.filter(code=layer_code, retired_at__isnull=True).first()
    areas = _areas_of(proposal)
    refuse_wrong_ground(proposal)
    standing = standing_grids(proposal, layer)
    replaced = _replaced(standing, areas)
    refuse_other_place(proposal, standing, areas)
    found, successor, predecessor = _carried_on(proposal, standing, replaced)
    codes = _codes(proposal, standing, predecessor, layer)
    proposed = tuple(_rows(proposal, standing, predecessor, codes, areas))
    kept = tuple(row for row, goes in zip(standing.rows, replaced, strict=True) if not goes)
    rows = tuple(sorted((*proposed, *kept), key=lambda row: row.code))
    is_main = layer.is_main if layer else not GridLayer.objects.filter(is_main=True, retired_at__isnull=True).exists()
    workers_after = [standing.workers[old] if old >= 0 else "" for old in predecessor.tolist()]
    return PublishingPlan(
        layer_code=layer_code,
        layer=layer,
        is_main=is_main,
        rows=rows,
        codes=codes,
        based_on=standing.version.number if standing.version else 0,
        change=difference(layer, rows) if layer else None,
        kept=len(kept),
        overlapping=_overlapping(proposal, standing, replaced),
        moving=tuple(cases_moving(rows)) if is_main else (),
        handovers=tuple(handovers(found, standing.workers, workers_after)),
        losing=tuple(
            (standing.workers[old], row.code)
            for old, row in enumerate(standing.rows)
            if replaced[old] and successor[old] == NOBODY and standing.workers[old]
        ),
        without_worker=sum(not name for name in workers_after),
        buildings_moved=found.buildings_moved,
        load_moved=found.load_moved,
        unit=proposal.run.rules.unit,
        carried=tuple(
            (standing.rows[move.before].code, codes[move.after], move.load)
            for move in found.moves
            if move.before >= 0 and move.after >= 0 and replaced[move.before] and successor[move.before] == NOBODY
        ),
    )


def _areas_of(proposal: Proposal) -> dict[str, int]:
    """The id of each community that the proposal divides."""
    by_code = area_tree().by_code
    codes = dict.fromkeys((*proposal.map_ground.community_codes, *(grid.community for grid in proposal.grids)))
    missing = [code for code in codes if code not in by_code]
    if missing:
        raise BadInput(
            _("%(count)d communities of the proposal are not among the areas in force, the first is %(code)s; import the areas first.")
            % {"count": len(missing), "code": missing[0]},
            field="community",
        )  # fmt: skip
    return {code: by_code[code].id for code in codes}


def _replaced(standing: Standing, areas: dict[str, int]) -> list[bool]:
    """For each standing grid whether the proposal takes its place: it is filed under a community that is divided anew."""
    tree = area_tree()
    inside = {below for area_id in areas.values() for below in tree.subtree(area_id)}
    return [row.area_id in inside for row in standing.rows]


def _carried_on(proposal: Proposal, standing: Standing, replaced: Sequence[bool]) -> tuple[Changes, Ints, Ints]:
    """What changes for the buildings, and for each standing grid the proposed one that carries it on, and the reverse.

    Buildings decide; grids without any are matched by their ground.
    """
    goes = np.array(replaced, dtype=bool)
    before = standing.grid_of.copy()
    before[(before >= 0) & ~np.append(goes, False)[before]] = NOBODY
    members = proposal.members
    found = changes(before, members.grid_of, members.load, least_share=SAME_GRID_SHARE)
    successor = np.full(len(standing.rows), NOBODY, dtype=np.int32)
    predecessor = np.full(len(proposal.grids), NOBODY, dtype=np.int32)
    successor[: len(found.successor)], predecessor[: len(found.predecessor)] = found.successor, found.predecessor
    empty_before = np.flatnonzero(goes & (np.bincount(before[before >= 0], minlength=len(goes)) == 0))
    inhabited = np.bincount(members.grid_of[members.grid_of >= 0], minlength=len(predecessor)) > 0
    empty_after = np.flatnonzero(~inhabited)
    for old, new in _same_ground(standing.polygons[empty_before], _polygons(proposal)[empty_after]):
        successor[empty_before[old]], predecessor[empty_after[new]] = empty_after[new], empty_before[old]
    return found, successor, predecessor


def _same_ground(before: Geometries, after: Geometries) -> Iterator[tuple[int, int]]:
    """Pairs of polygons that share at least half of the smaller one, each in one pair, the largest common ground first."""
    if not len(before) or not len(after):
        return
    new, old = shapely.STRtree(before).query(after, predicate="intersects")
    shared = shapely.area(shapely.intersection(before[old], after[new]))
    enough = shared >= SAME_GRID_SHARE * np.minimum(shapely.area(before[old]), shapely.area(after[new]))
    taken_old, taken_new = set(), set()
    for place in np.lexsort((new, old, -shared)).tolist():
        if enough[place] and old[place] not in taken_old and new[place] not in taken_new:
            taken_old.add(old[place])
            taken_new.add(new[place])
            yield int(old[place]), int(new[place])


def _polygons(proposal: Proposal) -> Geometries:
    polygons: Geometries = np.empty(len(proposal.grids), dtype=object)
    polygons[:] = [grid.polygon for grid in proposal.grids]
    return polygons


def _codes(proposal: Proposal, standing: Standing, predecessor: Ints, layer: GridLayer | None) -> tuple[str, ...]:
    """The code of each proposed grid: that of the one it carries on, else its own or the next that the layer never had."""
    used = set(Grid.objects.filter(layer=layer).values_list("code", flat=True)) if layer else set()
    codes = [standing.rows[old].code if old >= 0 else "" for old in predecessor.tolist()]
    for place, grid in enumerate(proposal.grids):
        if codes[place]:
            continue
        number, code = 0, grid.code
        while code in used:
            number += 1
            code = grid_code(grid.community, number)
        used.add(code)
        codes[place] = code
    return tuple(codes)


def _rows(
    proposal: Proposal, standing: Standing, predecessor: Ints, codes: Sequence[str], areas: dict[str, int]
) -> Iterator[GridRow]:
    """The proposed grids as rows in degrees, coverage and all."""
    degrees = to_degrees(_polygons(proposal), proposal.run.system)
    names = dict(zip(proposal.map_ground.community_codes, proposal.map_ground.community_names, strict=True))
    noun = BEAT if proposal.run.made_of == "grids" else GRID
    for place, (grid, polygon) in enumerate(zip(proposal.grids, degrees, strict=True)):
        if not polygon.is_valid:
            raise BadInput(
                _("The border of grid %s crosses itself in degrees; draw it again or divide anew.") % grid.code,
                field="geometry",
            )
        old = standing.rows[predecessor[place]] if predecessor[place] >= 0 else None
        name, name_en = (old.name, old.names.get("en", "")) if old else _name(grid, codes[place], names, noun)
        inside = polygon.representative_point()
        yield GridRow(
            code=codes[place],
            polygon=shapely.to_wkb(polygon),
            lon=inside.x,
            lat=inside.y,
            area_id=areas[grid.community],
            name=name,
            kind=grid.kind,
            purpose=grid.purpose,
            names=dict(old.names) if old else {"en": name_en} if name_en else {},
            households=None if grid.households is None else round(grid.households),
            people=None if grid.people is None else round(grid.people),
        )


def _name(grid: ProposedGrid, code: str, communities: dict[str, str], noun: tuple[str, str]) -> tuple[str, str]:
    """The name of a new grid: the proposed one, with its running number exchanged where its code was."""
    number = code.removeprefix(grid.community).removeprefix("-")
    if code == grid.code or not number.isdigit() or grid.kind == "dedicated":
        return grid.name, grid.name_en
    return grid_names(communities.get(grid.community, grid.community), int(number), grid.kind, noun=noun)


def _overlapping(proposal: Proposal, standing: Standing, replaced: Sequence[bool]) -> tuple[str, ...]:
    """The codes of grids that stay although a good part of their ground is in the proposal."""
    staying = np.flatnonzero(~np.array(replaced, dtype=bool))
    if not len(staying) or not len(proposal.grids):
        return ()
    polygons = _polygons(proposal)
    old, new = shapely.STRtree(polygons).query(standing.polygons[staying], predicate="intersects")
    shared = np.bincount(
        old,
        weights=shapely.area(shapely.intersection(standing.polygons[staying][old], polygons[new])),
        minlength=len(staying),
    )
    over = shared > OVERLAP_SHARE * shapely.area(standing.polygons[staying])
    return tuple(standing.rows[place].code for place in staying[over].tolist())
