"""Ground as it comes out of a file: what the engine needs, and beside it what only people want to see.

`office_files` makes a Survey of a GeoPackage, `osm` of an extract of OpenStreetMap; `proposal.steps` divides it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.model import Finding, Floats, Geometries, Ground
from linli.core.platform.public import BadInput
from linli.subsystems.division.sentences import code_list

Unit: TypeAlias = Literal["households", "people"]
NATIONAL_CODE_DIGITS = 12
# Statistical codes name province, city, district, street and community by 2, 4, 6, 9 and 12 digits; the rest is zeros.
LEVEL_DIGITS = (2, 4, 6, 9)
NEARBY_M = 100.0
SHOWN_COMMUNITIES = 10


@dataclass(frozen=True, slots=True)
class Shops:
    """Doors of shops and firms (n points, codes, names): whether every one lies in a grid is asked of each layer."""

    points: Geometries
    codes: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Ground with its provenance. `name` and `digest` (SHA-256) are the file's, `system` is the projected system.

    `households` and `people` per building (b) are None where the file does not tell; `ground.load` is one of them, by `unit`.
    `findings` speak of rows that were left out.
    """

    name: str
    digest: str
    system: str
    unit: Unit
    ground: Ground
    households: Floats | None
    people: Floats | None
    shops: Shops
    findings: tuple[Finding, ...] = ()


def choose_communities(survey: Survey, codes: Sequence[str]) -> Survey:
    """The part of a survey that lies in some communities; no code at all means the whole.

    A code names a community, or all communities of a street, district, city or province: the 9, 6, 4 or 2 digits that those
    of its communities begin with, with or without zeros up to 12. Lines are
    kept up to 100 m outside, since a border road may be drawn there. Raises BadInput for a code that names nothing.
    """
    if not codes:
        return survey
    ground = survey.ground
    chosen = np.zeros(len(ground.communities), dtype=bool)
    for code in codes:
        named = np.array([_names(code, one) for one in ground.community_codes], dtype=bool)
        if not named.any():
            raise BadInput(
                _("No community has the code “%(code)s”; the ground holds %(known)s.")
                % {"code": code, "known": code_list(ground.community_codes, SHOWN_COMMUNITIES)},
                field="community",
            )
        chosen |= named
    outline = _outline(ground.communities[chosen])
    buildings = _standing_in(ground.buildings, outline, _outline(ground.communities[~chosen]))
    near = shapely.intersects(ground.lines, shapely.buffer(outline, NEARBY_M))
    shops = shapely.intersects(survey.shops.points, outline)
    part = replace(
        ground,
        communities=ground.communities[chosen],
        community_codes=_kept(ground.community_codes, chosen),
        community_names=_kept(ground.community_names, chosen),
        lines=ground.lines[near],
        line_kinds=ground.line_kinds[near],
        buildings=ground.buildings[buildings],
        building_codes=_kept(ground.building_codes, buildings),
        load=ground.load[buildings],
        premises=tuple(one for one in ground.premises if outline.intersects(one.geometry)),
        parcels=None if ground.parcels is None else ground.parcels[shapely.intersects(ground.parcels, outline)],
    )
    return replace(
        survey,
        ground=part,
        households=None if survey.households is None else survey.households[buildings],
        people=None if survey.people is None else survey.people[buildings],
        shops=Shops(survey.shops.points[shops], _kept(survey.shops.codes, shops), _kept(survey.shops.names, shops)),
    )


def _names(code: str, community: str) -> bool:
    if code == community:
        return True
    if len(community) != NATIONAL_CODE_DIGITS or not (code.isdecimal() and community.isdecimal()):
        return False
    if len(code) in LEVEL_DIGITS:
        return community.startswith(code)
    if len(code) != NATIONAL_CODE_DIGITS:
        return False
    digits = code.rstrip("0")
    level = next((count for count in LEVEL_DIGITS if len(digits) <= count), NATIONAL_CODE_DIGITS)
    return community.startswith(code[:level]) and level < NATIONAL_CODE_DIGITS


def _outline(communities: Geometries) -> Any:
    outline = shapely.union_all(shapely.make_valid(communities))
    shapely.prepare(outline)
    return outline


def _standing_in(buildings: Geometries, chosen: Any, others: Any) -> npt.NDArray[np.bool_]:
    """Buildings that touch the chosen ground, but for those whose middle stands in other communities."""
    touching: npt.NDArray[np.bool_] = shapely.intersects(buildings, chosen)
    middles = shapely.centroid(buildings[touching])
    elsewhere = shapely.intersects(middles, others) & ~shapely.intersects(middles, chosen)
    touching[np.flatnonzero(touching)[elsewhere]] = False
    return touching


def _kept(names: tuple[str, ...], which: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(name for name, keep in zip(names, which, strict=True) if keep)
