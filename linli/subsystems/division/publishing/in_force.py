"""The grids of a layer as a proposal meets them: which grid each of its buildings lies in now, and who works there.

The last published version counts, also when it is still to begin, since a proposal follows it. Reads only. `plan`
builds on it, and the report shows with it what changes hands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.model import NOBODY, Geometries, Ints, Rules
from linli.core.grids.public import GridLayer, GridRow, GridSetVersion, last_version, rows_of_last
from linli.core.platform.public import BadInput, local_time
from linli.core.staff.public import workers_by_grid
from linli.subsystems.division.ground.projection import to_plane
from linli.subsystems.division.ground.survey import Survey
from linli.subsystems.division.proposal.model import MapGround, Members, Proposal, ProposedGrid, Run


@dataclass(frozen=True, slots=True)
class Standing:
    """The grids (g) of the last version by code. `workers` (g): the name of each one's worker, "" for a gap.

    `polygons` (g) are in metres of the proposal's system; `grid_of` (b) is the grid of each of its buildings, NOBODY in none.
    """

    version: GridSetVersion | None
    rows: tuple[GridRow, ...]
    workers: tuple[str, ...]
    polygons: Geometries
    grid_of: Ints


@dataclass(frozen=True, slots=True)
class InForce:
    """The grids in force as the buildings of a proposal meet them; `valid_from` is their date in words.

    `codes`, `names`, `workers` (g, "" for nobody) are theirs, `grid_of` (b) the position of each building's, NOBODY outside.
    """

    valid_from: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    workers: tuple[str, ...]
    grid_of: Ints


def standing_grids(proposal: Proposal, layer: GridLayer | None) -> Standing:
    """What stands in a layer where the proposal would come; empty for a layer that there is not yet."""
    version = last_version(layer) if layer else None
    rows = rows_of_last(layer) if layer and version else []
    people = workers_by_grid(layer.code) if layer else {}
    polygons = _polygons(rows, proposal.run.system)
    return Standing(
        version=version,
        rows=tuple(rows),
        workers=tuple(people[row.code][0].name if people.get(row.code) else "" for row in rows),
        polygons=polygons,
        grid_of=_grid_of(proposal.members.outlines, polygons),
    )


def proposal_in_force(survey: Survey, rules: Rules, layer_code: str = "main") -> Proposal:
    """The grids of a layer on today's ground as if they had been proposed, wherever they came from: what `adjust_ground` begins with.

    Grids are those whose inner point lies in a community of the survey; a building belongs to the one in which it stands.
    Measures that only parcels can tell are left at nothing. Raises BadInput where the layer has no grids there.
    """
    ground = survey.ground
    layer = GridLayer.objects.filter(code=layer_code, retired_at__isnull=True).first()
    rows = rows_of_last(layer) if layer and last_version(layer) else []
    polygons = _polygons(rows, survey.system)
    community = _grid_of(polygons, ground.communities)
    here = np.flatnonzero(community != NOBODY)
    if not len(here):
        raise BadInput(
            _("The layer “%s” has no grids on this ground; begin with linli division run.") % layer_code, field="layer"
        )
    grid_of = _grid_of(ground.buildings, polygons[here])
    own = np.bincount(grid_of + 1, ground.load, minlength=len(here) + 1)[1:]
    count = np.bincount(grid_of + 1, minlength=len(here) + 1)[1:]
    unknown = np.full(len(grid_of), np.nan)
    return Proposal(
        grids=tuple(
            ProposedGrid(
                code=rows[row].code, name=rows[row].name, name_en=rows[row].names.get("en", ""), kind=rows[row].kind,
                purpose=rows[row].purpose, community=ground.community_codes[community[row]], load=float(own[place]),
                households=None, people=None, buildings=int(count[place]), area_m2=float(shapely.area(polygons[row])),
                perimeter_m=float(shapely.length(polygons[row])), polsby_popper=0.0, superblocks=0, on_streets=0.0,
                in_bounds=bool(rules.low <= own[place] <= rules.high), contiguous=True, polygon=polygons[row],
            )
            for place, row in enumerate(here.tolist())
        ),
        members=Members(
            codes=ground.building_codes, grid_of=grid_of, load=ground.load,
            households=unknown if survey.households is None else survey.households,
            people=unknown if survey.people is None else survey.people, outlines=ground.buildings,
        ),
        map_ground=MapGround(
            communities=ground.communities, community_codes=ground.community_codes, community_names=ground.community_names,
            lines=ground.lines, line_kinds=ground.line_kinds, shops=survey.shops.points, shop_codes=survey.shops.codes,
            shop_names=survey.shops.names,
        ),
        findings=(),
        run=Run(
            ground=survey.name, ground_digest=survey.digest, system=survey.system, rules=rules, seed=0, layer=layer_code
        ),
    )  # fmt: skip


def _polygons(rows: Sequence[GridRow], system: str) -> Geometries:
    """The polygons of grids in metres of a projected system."""
    polygons: Geometries = np.empty(len(rows), dtype=object)
    polygons[:] = [shapely.from_wkb(row.polygon) for row in rows]
    return to_plane(polygons, system)


def _grid_of(outlines: Geometries, polygons: Geometries) -> Ints:
    """The polygon that a point inside each outline lies in, the first of several; NOBODY for none."""
    found = np.full(len(outlines), len(polygons), dtype=np.int32)
    if len(polygons) and len(outlines):
        buildings, grids = shapely.STRtree(polygons).query(shapely.point_on_surface(outlines), predicate="intersects")
        np.minimum.at(found, buildings, grids.astype(np.int32))
    found[found == len(polygons)] = -1
    return found


def in_force_for(proposal: Proposal) -> InForce | None:
    """What a report compares a proposal with; None where its layer has no grids yet."""
    layer = GridLayer.objects.filter(code=proposal.run.layer, retired_at__isnull=True).first()
    standing = standing_grids(proposal, layer)
    if standing.version is None:
        return None
    return InForce(
        valid_from=f"{local_time(standing.version.valid_from):%Y-%m-%d}",
        codes=tuple(row.code for row in standing.rows),
        names=tuple(row.name for row in standing.rows),
        workers=standing.workers,
        grid_of=standing.grid_of,
    )
