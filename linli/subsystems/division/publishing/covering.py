"""Whether the grids of a proposal, which a planner may have drawn anew, still cover the ground that they are to be published for.

`plan` next door asks before it plans. What the engine draws covers every community without gap or overlap.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.model import Geometries
from linli.algorithms.division.standing import mended_polygons
from linli.core.areas.public import area_tree
from linli.core.platform.public import BadInput
from linli.subsystems.division.proposal.model import Proposal
from linli.subsystems.division.publishing.in_force import Standing

OVERLAP_M2 = 1.0
# Of a community's ground: vertices that were moved by hand leave slivers.
WRONG_SHARE = 0.01
SHOWN = 10


def refuse_wrong_ground(proposal: Proposal) -> None:
    """Raises BadInput where two grids overlap, or the grids of a community leave it or leave a good part of it uncovered."""
    polygons = _array([grid.polygon for grid in proposal.grids])
    wrong = [*_overlaps(proposal, polygons), *_not_covered(proposal, polygons)]
    if wrong:
        more = [_("… and %d more") % (len(wrong) - SHOWN)] if len(wrong) > SHOWN else []
        raise BadInput("\n".join([*wrong[:SHOWN], *more]), field="geometry")


def refuse_other_place(proposal: Proposal, standing: Standing, areas: Mapping[str, int]) -> None:
    """Raises BadInput where no grid of a community has ground in common with those it replaces: the proposal lies elsewhere."""
    tree = area_tree()
    for code, area_id in areas.items():
        below = set(tree.subtree(area_id))
        old = [polygon for row, polygon in zip(standing.rows, standing.polygons, strict=True) if row.area_id in below]
        new = _array([grid.polygon for grid in proposal.grids if grid.community == code])
        if old and shapely.area(shapely.intersection(shapely.union_all(_array(old)), new)).sum() <= OVERLAP_M2:
            raise BadInput(
                _("The grids of community %s lie elsewhere than those in force; look at the coordinate system and at the code.") % code,
                field="community",
            )  # fmt: skip


def _overlaps(proposal: Proposal, polygons: Geometries) -> list[str]:
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared_m2 = shapely.area(shapely.intersection(polygons[one], polygons[other]))
    codes = [grid.code for grid in proposal.grids]
    return [
        _("The grids %(one)s and %(other)s overlap by %(area)s m²; move their common border in a GIS until they only touch.")
        % {"one": codes[one[place]], "other": codes[other[place]], "area": f"{shared_m2[place]:,.0f}"}
        for place in np.lexsort((other, one))
        if shared_m2[place] > OVERLAP_M2
    ]  # fmt: skip


def _not_covered(proposal: Proposal, polygons: Geometries) -> list[str]:
    community = np.array([grid.community for grid in proposal.grids], dtype=object)
    wrong = []
    for code, outline in zip(proposal.map_ground.community_codes, _own_ground(proposal), strict=True):
        grids = shapely.union_all(polygons[community == code])
        outside_m2, open_m2 = grids.difference(outline).area, outline.difference(grids).area
        values = {"community": code, "outside": f"{outside_m2:,.0f}", "open": f"{open_m2:,.0f}"}
        least_m2 = max(OVERLAP_M2, WRONG_SHARE * outline.area)
        if outside_m2 > least_m2:
            wrong.append(
                _(
                    "The grids of community %(community)s lie outside of it with %(outside)s m²; draw them back in a GIS, "
                    "or file them under the community they lie in."
                )
                % values
            )
        if open_m2 > least_m2:
            wrong.append(
                _("%(open)s m² of community %(community)s lie in none of its grids; draw a neighbouring grid over them in a GIS.")
                % values
            )  # fmt: skip
    return wrong


def _own_ground(proposal: Proposal) -> Geometries:
    """The ground of each community; where outlines overlap, the first one has it, as for the engine."""
    outlines = mended_polygons(proposal.map_ground.communities)
    own = outlines.copy()
    later, earlier = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    for one, before in zip(later.tolist(), earlier.tolist(), strict=True):
        if before < one:
            own[one] = shapely.difference(own[one], outlines[before])
    return own


def _array(shapes: list[shapely.Geometry]) -> Geometries:
    array: Geometries = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
