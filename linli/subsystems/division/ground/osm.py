"""The door for extracts of OpenStreetMap: of all its tags, what a division needs, as a `Survey`.

Streets by class, rivers, railways, coast; buildings with households reckoned from footprint and levels, since nobody counts
them there; boundaries of communities; schools, hospitals, markets, parks, office towers. docs/division-ground.md lists the tags.
Tags and geometry: https://wiki.openstreetmap.org/wiki/Map_features. `office_files` next door reads an office's own files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import choose_system
from linli.algorithms.division.model import Finding, Floats, Geometries, Ground, Line, Premises
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.extract import box_of, code_of, name_of, runs_of, shape_of, things_of
from linli.subsystems.division.ground.outlines import Outlines, with_outlines, within_extract
from linli.subsystems.division.ground.projection import parse_projected, to_plane
from linli.subsystems.division.ground.rails import one_of_each, yards_of
from linli.subsystems.division.ground.shore import land_within, to_edge
from linli.subsystems.division.ground.squares import lines_ahead, lines_through
from linli.subsystems.division.ground.survey import Shops, Survey, Unit

ENDINGS = (".osm.pbf", ".osm", ".osm.bz2", ".osm.gz")
KEYS = ("highway", "waterway", "railway", "natural", "building", "boundary", "amenity", "leisure", "shop")
MAIN = {word + link for word in ("motorway", "trunk", "primary", "secondary", "tertiary") for link in ("", "_link")}
MINOR = {"residential", "unclassified", "living_street", "pedestrian", "road"}
ALLEYS, BESIDE_STREETS = (
    {"service", "footway", "cycleway", "path", "track"},
    {"sidewalk", "crossing", "driveway", "parking_aisle"},
)
# Boundaries of communities, by the level that most countries (China among them) give to such areas; the first that is there.
LEVELS = ("10", "9", "8")
LIVED_IN = {
    "residential",
    "apartments",
    "house",
    "detached",
    "semidetached_house",
    "terrace",
    "bungalow",
    "dormitory",
    "block",
}
# A building without a kind is taken as lived in unless one of these says what it is used for.
USES = ("amenity", "office", "tourism", "shop", "leisure", "railway", "public_transport", "man_made", "historic")
USABLE_SHARE, HOUSEHOLD_M2, LEVELS_UNKNOWN, MOST_LEVELS = 0.8, 90.0, 5.0, 12.0
TOWER_LEVELS = 10.0
# A grid of its own begins at the size that CJ/T 213 gives to the smallest grids.
LEAST_PREMISES_M2 = 10_000.0


@dataclass(slots=True)
class _Found:
    """What was read, in degrees. A line has its points, whether each end was cut off, and its kind."""

    lines: list[tuple[npt.NDArray[np.float64], bool, bool, int]] = field(default_factory=list)
    buildings: list[tuple[str, Any, Mapping[str, str]]] = field(default_factory=list)
    premises: list[tuple[str, str, str, Any]] = field(default_factory=list)
    boundaries: dict[str, list[tuple[str, str, Any]]] = field(default_factory=dict)
    shops: list[tuple[str, str, Any]] = field(default_factory=list)
    squares: list[Any] = field(default_factory=list)
    box: Any = None


def is_extract(path: Path) -> bool:
    """Whether a file is an extract by its name."""
    return path.name.lower().endswith(ENDINGS)


def read_extract(
    path: Path, *, unit: Unit = "households", system: str = "", whole: bool = False, outlines: Outlines | None = None,
    take_good: bool = False,
) -> Survey:  # fmt: skip
    """The ground of an extract. Communities are `outlines`, or its complete boundaries, or else all of it is one community; so with
    `whole`.

    Buildings inside the extract that stand in no community are counted in a finding. Coasts bound it; lines that the extract
    cuts off are drawn on to its edge. Raises GroundRefused for bad rows of the outlines unless `take_good`, BadInput for a file that
    cannot be read, holds no building, or when people are asked for, which OpenStreetMap does not know.
    """
    if unit != "households":
        raise BadInput(
            _("OpenStreetMap does not know how many people live in a building; divide by households."), field="unit"
        )
    found = _read(path)
    if not found.buildings:
        raise BadInput(_("%s holds no buildings.") % path.name, field="ground")
    box = found.box or shapely.box(*shapely.total_bounds([shape for _code, shape, _tags in found.buildings]))
    middle = box.centroid
    system = parse_projected(system) if system else choose_system(middle.x, middle.y)
    edge = to_plane(np.array([shapely.segmentize(box, 0.001)]), system)[0]
    drawn, drawn_kinds = _lines(found, edge, system)
    land = land_within(edge, drawn[drawn_kinds == COAST])
    if outlines:
        communities, codes, names, told = within_extract(outlines, land, edge, system, take_good=take_good)
    else:
        communities, codes, names, told = (*_communities(found, land, system, path, whole=whole), ())
    yards = yards_of(drawn[np.isin(drawn_kinds, (RAIL, SIDING))])
    premises = _premises(found, yards, communities, system)
    rims = _array([land.boundary, *(one.geometry.boundary for one in premises)])
    lines, kinds = _bounding(found, drawn, drawn_kinds, rims, yards, system)
    left_outside = "outside_outlines" if outlines else "left_outside"
    buildings, building_codes, load, findings = _buildings(found, communities, edge, system, left_outside)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    survey = Survey(
        name=path.name, digest=digest, system=system, unit=unit,
        ground=Ground(
            communities=communities, community_codes=codes, community_names=names, lines=lines, line_kinds=kinds,
            buildings=buildings, building_codes=building_codes, load=load, premises=premises,
        ),
        households=load, people=None, shops=_shops(found, communities, system), findings=(*told, *findings),
    )  # fmt: skip
    return with_outlines(survey, outlines) if outlines else survey


COAST, RAIL, SIDING = 8, 9, 10  # beside the values of Line, until they have become land and barriers


def _read(path: Path) -> _Found:
    found = _Found(box=box_of(path))
    for thing in things_of(path, KEYS):
        if thing.is_way():
            _take_way(found, thing)
        elif thing.is_area():
            _take_area(found, thing)
        elif thing.is_node() and "shop" in thing.tags:
            place = shapely.Point(thing.location.lon, thing.location.lat)
            found.shops.append((f"n{thing.id}", name_of(thing.tags, thing.tags["shop"]), place))
    return found


def _kind_of(tags: Any) -> int | None:
    """What a way is to a division: a value of Line, COAST, RAIL, SIDING or nothing."""
    if tags.get("natural") == "coastline":
        return COAST
    if not _is_above(tags) or tags.get("area") == "yes":
        return None
    if tags.get("highway") in MAIN:
        return Line.MAIN
    if tags.get("highway") in MINOR or _is_alley(tags):
        return Line.MINOR
    if tags.get("waterway") in ("river", "canal"):
        return Line.RIVER
    if tags.get("railway") == "rail":
        return SIDING if "service" in tags else RAIL
    return None


def _is_above(tags: Any) -> bool:
    """Whether it lies under the open sky; what runs below, or through a building, parts nothing."""
    return bool(
        tags.get("tunnel", "no") in ("no", "building_passage")
        and not tags.get("layer", "").startswith("-")
        and tags.get("indoor", "no") == "no"
    )


def _is_alley(tags: Any) -> bool:
    """Whether a way for walkers or deliveries is a street to those who live there: then it has a name."""
    kind = tags.get("footway") or tags.get("cycleway") or tags.get("service") or ""
    return tags.get("highway") in ALLEYS and "name" in tags and kind not in BESIDE_STREETS


def _take_way(found: _Found, way: Any) -> None:
    kind = _kind_of(way.tags)
    if kind is None:
        return
    for run, before, after in runs_of(way):
        if len(run) > 1:
            found.lines.append((np.array(run), before, after, kind))


def _take_area(found: _Found, area: Any) -> None:
    tags, code = area.tags, code_of(area)
    level = tags.get("admin_level", "") if tags.get("boundary") == "administrative" else ""
    kind = _premises_kind(tags)
    is_building = tags.get("building", "no") != "no"
    is_square = tags.get("highway") == "pedestrian" and _is_above(tags)
    if not (is_building or is_square or kind or level in LEVELS):
        return
    shape = shape_of(area)
    if shape is None:
        return
    if level in LEVELS:
        found.boundaries.setdefault(level, []).append((f"osm-{code}", name_of(tags, code), shape))
    if kind:
        found.premises.append((code, name_of(tags, code), kind, shape))
    if is_square:
        found.squares.append(shape)
    if is_building:
        found.buildings.append((code, shape, dict(tags)))


def _premises_kind(tags: Any) -> str:
    amenity = tags.get("amenity")
    if amenity in ("school", "university", "college"):
        return "school"
    if amenity == "hospital":
        return "hospital"
    if amenity == "marketplace" or tags.get("shop") == "mall":
        return "market"
    if tags.get("leisure") == "park":
        return "park"
    if tags.get("building") == "office" and _levels(tags) >= TOWER_LEVELS:
        return "office_tower"
    return ""


def _levels(tags: Any) -> float:
    """Levels above ground; where nobody wrote them down, five, and never more than twelve."""
    try:
        levels = float(str(tags.get("building:levels", "")).split(";")[0])
    except ValueError:
        return LEVELS_UNKNOWN
    return min(max(levels, 1.0), MOST_LEVELS) if levels == levels else LEVELS_UNKNOWN


def reckoned_households(area_m2: float, tags: Mapping[str, str]) -> float:
    """The households of a building by its footprint and levels; nobody counts them in OpenStreetMap."""
    return area_m2 * USABLE_SHARE * _levels(tags) / HOUSEHOLD_M2 if _is_lived_in(tags) else 0.0


def _is_lived_in(tags: Mapping[str, str]) -> bool:
    kind = tags["building"]
    return kind in LIVED_IN or (kind == "yes" and not any(key in tags for key in USES))


def _lines(found: _Found, edge: Any, system: str) -> tuple[Geometries, npt.NDArray[np.int8]]:
    """All lines in metres, those that the extract cut off drawn on to its edge, and their kinds."""
    plane = to_plane(_array([shapely.LineString(points) for points, _start, _end, _kind in found.lines]), system)
    rim = edge.exterior
    drawn = [
        shapely.LineString(to_edge(shapely.get_coordinates(line), rim, start=start, end=end))
        for line, (_points, start, end, _kind) in zip(plane, found.lines, strict=True)
    ]
    return _array(drawn), np.array([kind for *_rest, kind in found.lines], dtype=np.int8)


def _bounding(
    found: _Found, drawn: Geometries, kinds: npt.NDArray[np.int8], rims: Geometries, yards: Geometries, system: str
) -> tuple[Geometries, npt.NDArray[np.int8]]:
    """The lines that may bound grids: streets with what continues them, rivers, railways."""
    streets = drawn[np.isin(kinds, (Line.MAIN, Line.MINOR))]
    through = lines_through(to_plane(_array(found.squares), system), streets)
    walls = to_plane(_array([shape for _code, shape, _tags in found.buildings]), system)
    ahead = lines_ahead(np.append(streets, through), rims, walls)
    rails = one_of_each(shapely.difference(drawn[kinds == RAIL], shapely.union_all(yards)))
    ways = np.isin(kinds, list(Line))
    added = np.repeat([Line.MINOR, Line.RIVER], [len(through) + len(ahead), len(rails)])
    return np.concatenate([drawn[ways], through, ahead, rails]), np.append(kinds[ways], added).astype(np.int8)


def _communities(
    found: _Found, land: Any, system: str, path: Path, *, whole: bool
) -> tuple[Geometries, tuple[str, ...], tuple[str, ...]]:
    for level in LEVELS:
        if level in found.boundaries and not whole:
            boundaries = sorted(found.boundaries[level], key=lambda one: one[0])
            grounds = shapely.intersection(
                to_plane(_array([shape for *_names, shape in boundaries]), system),
                land,
            )
            return (
                grounds,
                tuple(code for code, *_rest in boundaries),
                tuple(name for _code, name, _shape in boundaries),
            )
    return _array([land]), ("osm",), (path.name.split(".")[0],)


def _buildings(
    found: _Found, communities: Geometries, edge: Any, system: str, left_outside: str
) -> tuple[Geometries, tuple[str, ...], Floats, tuple[Finding, ...]]:
    """Buildings whose middle lies in a community, and how many of the extract do not; it holds some beyond its edge."""
    shapes = to_plane(_array([shape for _code, shape, _tags in found.buildings]), system)
    inside = _within(shapes, communities)
    areas = shapely.area(shapes)
    load = np.array(
        [reckoned_households(area, tags) for area, (_code, _shape, tags) in zip(areas, found.buildings, strict=True)]
    )
    codes = tuple(code for code, _shape, _tags in found.buildings)
    left = np.flatnonzero(~inside & _within(shapes, _array([edge])))
    values: dict[str, float | int | str] = {"load": float(load[left].sum()), "all": int(inside.sum()) + len(left)}
    told = (Finding(left_outside, codes=tuple(codes[one] for one in left), values=values),) if len(left) else ()
    return shapes[inside], tuple(codes[one] for one in np.flatnonzero(inside)), load[inside], told


def _premises(found: _Found, yards: Geometries, communities: Geometries, system: str) -> tuple[Premises, ...]:
    """Premises that are large enough for a grid of their own; of those inside one another the outer one."""
    shapes = to_plane(_array([shape for *_names, shape in found.premises]), system)
    known = [(code, name, kind, shape) for (code, name, kind, _), shape in zip(found.premises, shapes, strict=True)]
    land = shapely.union_all(communities)
    tracks = shapely.get_parts(shapely.intersection(yards, land))
    known += [(f"rail-{number}", f"铁路站场{number}", "other", shape) for number, shape in enumerate(tracks, 1)]
    chosen: list[Premises] = []
    for code, name, kind, shape in sorted(known, key=lambda one: -one[3].area):
        taken = any(one.geometry.intersects(shape.representative_point()) for one in chosen)
        if shape.area >= LEAST_PREMISES_M2 and not taken and land.intersects(shape.centroid):
            chosen.append(Premises(code, name, kind, shape))
    return tuple(chosen)


def _shops(found: _Found, communities: Geometries, system: str) -> Shops:
    points = to_plane(_array([place for *_names, place in found.shops]), system)
    inside = np.flatnonzero(_within(points, communities))
    return Shops(
        points[inside], tuple(found.shops[one][0] for one in inside), tuple(found.shops[one][1] for one in inside)
    )


def _within(shapes: Geometries, communities: Geometries) -> npt.NDArray[np.bool_]:
    whole = shapely.union_all(communities)
    shapely.prepare(whole)
    inside: npt.NDArray[np.bool_] = shapely.intersects(whole, shapely.centroid(shapes))
    return inside


def _array(shapes: list[Any]) -> Geometries:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array
