"""A look at ground before it is divided: whether what came in can be divided at all, and what looks like a mistake in the file.

`proposal.steps` asks after reading, whatever the file was. Nothing is mended here: a planner is told, or the ground is refused.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import convert
from linli.algorithms.division.model import Finding, Floats, Geometries, Line
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.projection import to_degrees, to_plane
from linli.subsystems.division.ground.survey import Survey

# As many buildings on one spot are a list of addresses that was given one point for all.
STACKED, SPOT_M = 10, 0.1
WITHOUT_LOAD_SHARE = 0.5
# Drawn in one system, a hundredth of the streets runs through buildings: passages, and what was drawn carelessly.
THROUGH_SHARE, LEAST_STREET_M = 0.04, 2000.0
FITS_SHARE = 0.5


def look_at(survey: Survey) -> Survey:
    """The survey with what is to be told of it. Raises BadInput where nobody can be divided: no building in any community, or
    none with a household."""
    ground = survey.ground
    if not len(ground.buildings):
        raise BadInput(
            _("No building stands in any community of %s; there is nothing to divide.") % survey.name, field="ground"
        )
    whole = shapely.union_all(shapely.make_valid(ground.communities))
    shapely.prepare(whole)
    inside = shapely.intersects(ground.buildings, whole)
    load = np.nan_to_num(ground.load)
    if not inside.any():
        raise BadInput(
            _("None of the %d buildings stands in a community; look at the coordinate systems of both.") % len(inside),
            field="ground",
        )
    if not load[inside].sum() > 0:
        words = (
            _("None of the %d buildings has people; fill in the column people.")
            if survey.unit == "people"
            else _("None of the %d buildings has households; fill in the column households.")
        )
        raise BadInput(words % int(inside.sum()), field=survey.unit)
    if load[inside].sum() < load.sum() / 2:
        raise BadInput(
            _("%(out)s of %(all)s %(unit)s live outside of all communities; look at the coordinate systems, or take all communities.")
            % {
                "out": f"{load[~inside].sum():.0f}", "all": f"{load.sum():.0f}",
                "unit": _("people") if survey.unit == "people" else _("households"),
            },
            field="ground",
        )  # fmt: skip
    found = [*_stacked(survey), *_without_load(survey, load, inside), *_streets(survey)]
    return replace(survey, findings=(*survey.findings, *found)) if found else survey


def _stacked(survey: Survey) -> list[Finding]:
    """Buildings that stand on one spot, the largest heap first."""
    middles = shapely.centroid(survey.ground.buildings)
    spots = np.round(np.column_stack([shapely.get_x(middles), shapely.get_y(middles)]) / SPOT_M)
    _spot, which, counts = np.unique(spots, axis=0, return_inverse=True, return_counts=True)
    codes = survey.ground.building_codes
    return [
        Finding("stacked", codes=tuple(codes[one] for one in np.flatnonzero(which.ravel() == heap)))
        for heap in np.argsort(-counts, kind="stable")
        if counts[heap] >= STACKED
    ]


def _without_load(survey: Survey, load: Floats, inside: npt.NDArray[np.bool_]) -> list[Finding]:
    """That more than half of the buildings count for nothing."""
    empty = int((load[inside] == 0).sum())
    if empty <= WITHOUT_LOAD_SHARE * inside.sum():
        return []
    return [Finding(f"without_{survey.unit}", values={"empty": empty, "all": int(inside.sum())})]


def _streets(survey: Survey) -> list[Finding]:
    """That streets run through buildings, and whether they would not if they were GCJ-02 taken for WGS 84, or the reverse."""
    ground = survey.ground
    streets = ground.lines[np.isin(ground.line_kinds, (Line.MAIN, Line.MINOR))]
    walls = ground.buildings[shapely.area(ground.buildings) > 0]
    if not len(walls) or not shapely.length(streets).sum() > LEAST_STREET_M:
        return []
    ground_of_all = shapely.union_all(shapely.make_valid(ground.communities))
    through, length = _through(streets, walls, ground_of_all)
    if through < THROUGH_SHARE:
        return []
    values: dict[str, float | int | str] = {"percent": round(100 * through)}
    fits = []
    for kind, east, north in _other_systems(ground.communities, survey.system):
        moved = shapely.transform(streets, lambda points, by=(east, north): points + by)
        left, remains = _through(moved, walls, ground_of_all)
        # Streets that leave the communities run through nothing there.
        if left < FITS_SHARE * through and remains >= length:
            fits.append((left, kind, round(float(np.hypot(east, north)))))
    if fits:
        _left, kind, metres = min(fits)
        return [Finding(kind, values={**values, "metres": metres})]
    return [Finding("streets_through_buildings", values=values)]


def _through(streets: Geometries, walls: Geometries, ground: shapely.Geometry) -> tuple[float, float]:
    """The share of the streets in the communities that lies inside of buildings, and the length of these streets in metres."""
    within = shapely.intersection(streets, ground)
    street, wall = shapely.STRtree(walls).query(within, predicate="intersects")
    inside = shapely.length(shapely.intersection(within[street], walls[wall])).sum()
    length = float(shapely.length(within).sum())
    return float(inside) / max(length, 1.0), length


def _other_systems(communities: Geometries, system: str) -> list[tuple[str, float, float]]:
    """By how many metres streets would move that are really GCJ-02, or WGS 84 beside buildings in GCJ-02."""
    middle = shapely.centroid(shapely.GeometryCollection(list(communities)))
    here = np.array([middle], dtype=object)
    point = to_degrees(here, system)[0]
    lon, lat = convert(point.x, point.y, "GCJ02", "WGS84")
    there = to_plane(np.array([shapely.Point(lon, lat)], dtype=object), system)[0]
    east, north = there.x - middle.x, there.y - middle.y
    return [("streets_gcj02", east, north), ("buildings_gcj02", -east, -north)]
