"""What of a proposal goes into a draft: its grids with the codes that publishing would give them, and its buildings in degrees."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.model import Geometries
from linli.core.areas.public import area_tree
from linli.core.grids.public import GridLayer, GridRow
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.projection import to_degrees
from linli.subsystems.division.proposal.model import Proposal
from linli.subsystems.division.publishing.plan import plan_publication

DECIMALS = 7


def draft_parts(
    proposal: Proposal, layer_code: str, area_code: str
) -> tuple[GridLayer, list[GridRow], list[list[Any]]]:
    """The layer, the rows and the buildings of a draft of an area. Reads only.

    Raises BadInput as `plan_publication` does, for a layer that there is not yet, and for an area that is none.
    """
    node = area_tree().by_code.get(area_code)
    if node is None:
        raise BadInput(_("There is no area %s in force.") % area_code, field="area")
    plan = plan_publication(proposal, layer_code)
    if plan.layer is None:
        raise BadInput(_("There is no layer %s yet; publish the proposal first.") % plan.layer_code, field="layer")
    below = set(area_tree().subtree(node.id))
    rows = [row for row in plan.rows if row.area_id in below]
    return plan.layer, rows, _sites(proposal, {row.code for row in rows}, plan.codes)


def _sites(proposal: Proposal, codes: set[str], of_grids: tuple[str, ...]) -> list[list[Any]]:
    members = proposal.members
    chosen = [place for place, grid in enumerate(members.grid_of.tolist()) if grid >= 0 and of_grids[grid] in codes]
    shapes: Geometries = np.array([*members.outlines, None], dtype=object)[:-1][chosen]
    degrees = to_degrees(shapes, proposal.run.system)
    sites = []
    for place, shape in zip(chosen, degrees, strict=True):
        if shape is None or shape.is_empty:
            continue
        inside = shapely.point_on_surface(shape)
        sites.append([
            members.codes[place], round(inside.x, DECIMALS), round(inside.y, DECIMALS),
            _known(members.households[place]), _known(members.people[place]), _ring(shape),
        ])  # fmt: skip
    return sites


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _ring(shape: Any) -> list[list[float]] | None:
    """The outline of a building, None for one that is a point; of several parts the largest."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not parts:
        return None
    largest = max(parts, key=lambda part: part.area)
    return [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in shapely.get_coordinates(largest.exterior).tolist()]
