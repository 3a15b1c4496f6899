"""Which block every building stands in, whatever its footprint looks like; and polygons that can be worked with.

`lines` and `faces` make the blocks; `sites` beside this module shares a block's ground out among its buildings.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from linli.algorithms.division.model import NOBODY, Bools, Finding, Floats, Geometries, Ground, Ints

ASTRIDE_SHARE = 0.02
"""A building counts as astride a community's border when more than this share of its footprint lies outside."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where buildings (b) stand.

    `block` (NOBODY: in no community), `x_m`, `y_m`: a point of the building inside its block; `footprint`: its polygon
    or multi-polygon, only the part in its block; None where the building is a point.
    """

    block: Ints
    x_m: Floats
    y_m: Floats
    footprint: Geometries
    findings: tuple[Finding, ...]


def mended_polygons(geometries: Geometries) -> Geometries:
    """Valid polygons or multi-polygons in two dimensions of whatever is given; an empty one where there is no area."""
    shapes = _finite(np.asarray(geometries, dtype=np.object_))
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes[broken] = shapely.make_valid(shapes[broken])
    other = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    for number in other:
        areas = [part for part in shapely.get_parts(shapes[number]) if shapely.get_dimensions(part) == 2]
        shapes[number] = shapely.union_all(areas) if areas else shapely.Polygon()
    return shapes


def _finite(geometries: Geometries) -> Geometries:
    """A copy with nothing in place of None and of coordinates that are no numbers."""
    shapes: Geometries = shapely.force_2d(geometries)
    shapes[shapely.is_missing(shapes)] = shapely.Polygon()
    # The bounds of a geometry are numbers only if all its coordinates are; infinity survives in a sum.
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    shapes[np.unique(owner[~np.isfinite(coordinates).all(axis=1)])] = shapely.Polygon()
    return shapes


def buildings_standing(ground: Ground, blocks: Geometries, community: Ints) -> Standing:
    """Find the block of every building: the one with most of its footprint, in the community with most of it.

    `blocks` are polygons or multi-polygons that do not overlap, `community` the one of each. A footprint without area
    counts as a point in its middle. Findings name what lies outside, astride, or has no usable place.
    """
    footprints = mended_polygons(ground.buildings)
    points = _finite(np.asarray(ground.buildings, dtype=np.object_))
    flat = shapely.is_empty(footprints)
    spot = shapely.point_on_surface(np.where(flat, points, footprints))
    centre = shapely.centroid(footprints)
    spot = np.where(shapely.contains(footprints, centre), centre, spot)
    lost = shapely.is_empty(spot)
    block = np.full(len(spot), NOBODY, np.int32)
    tree = shapely.STRtree(blocks)
    building, found = tree.query(spot, predicate="intersects")
    first = np.unique(building, return_index=True)[1]
    block[building[first]] = found[first]
    shapely.prepare(blocks)
    inside = block != NOBODY
    inside[inside] = flat[inside] | shapely.contains(blocks[block[inside]], footprints[inside])
    partly = np.flatnonzero(~inside & ~flat)
    astride = _by_share(partly, footprints, block, tree, community)
    spot[partly] = shapely.point_on_surface(footprints[partly])
    footprints[flat] = None
    findings = [
        Finding("building_without_place", codes=_codes(ground, lost)),
        Finding("building_outside_communities", codes=_codes(ground, (block == NOBODY) & ~lost)),
        *(
            Finding("building_astride_communities", ground.community_codes[one], _codes(ground, astride & here))
            for one in np.unique(community[block[astride]])
            for here in [np.where(block == NOBODY, NOBODY, community[block]) == one]
        ),
    ]
    places = np.full((len(spot), 2), np.nan)
    places[~lost] = shapely.get_coordinates(spot[~lost])
    return Standing(
        block,
        places[:, 0],
        places[:, 1],
        footprints,
        tuple(finding for finding in findings if finding.codes),
    )


def _codes(ground: Ground, chosen: Bools) -> tuple[str, ...]:
    return tuple(ground.building_codes[number] for number in np.flatnonzero(chosen))


def _by_share(
    partly: npt.NDArray[np.intp], footprints: Geometries, block: Ints, tree: shapely.STRtree, community: Ints
) -> Bools:
    """Settle buildings that no block holds whole: sets their block and cuts their footprint to it; says who is astride."""
    astride = np.zeros(len(block), np.bool_)
    if not len(partly):
        return astride
    blocks: Geometries = tree.geometries
    one, found = tree.query(footprints[partly], predicate="intersects")
    pieces = shapely.intersection(footprints[partly[one]], blocks[found])
    area_m2 = shapely.area(pieces)
    whole_m2 = shapely.area(footprints[partly])
    communities = int(community.max(initial=0)) + 1
    key = one * communities + community[found]
    of_community = np.bincount(key, area_m2, minlength=len(partly) * communities) if len(key) else np.empty(0)
    share = of_community[key]
    best = np.lexsort((found, -area_m2, community[found], -share, one))
    best = best[np.diff(one[best], prepend=-1) != 0]
    best = best[area_m2[best] > 0]
    building = partly[one[best]]
    block[building] = found[best]
    footprints[building] = mended_polygons(pieces[best])
    astride[building] = share[best] < (1 - ASTRIDE_SHARE) * whole_m2[one[best]]
    return astride
