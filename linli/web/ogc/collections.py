"""What there is to read: each collection with its words, who may read it, its pages in the order of a key, and its features as GeoJSON.

Features are written as text from plain columns: objects of the ORM or dictionaries for each row would cost three times as much.
Of cases nothing is here, see docs/adr.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Any

import numpy as np
import shapely
from django.db.models import Max, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.algorithms.coordinates import Bounds
from linli.algorithms.tile_keys import KEY_ZOOM, tile_key_ranges
from linli.core.access.public import Access, unit_tree
from linli.core.api.public import cursor_of, place_of
from linli.core.areas.public import area_tree
from linli.core.cases.public import served_title
from linli.core.grids.public import GridShape, extent_of, ground_outline, shapes_for
from linli.core.registry.public import Component, components_for
from linli.web.ogc.asked import Asked
from linli.web.ogc.geometry import Crs, shape_of, shapes_as_geojson, touching

WORDS, NUMBER = "string", "integer"
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Features as GeoJSON texts, and the cursor of the page after them; empty at the end."""

    features: list[str]
    next: str = ""


@dataclass(frozen=True)
class Collection:
    """A collection. `permission` None: open to everybody, and `access` may be None; `columns` are the properties of a feature and their JSON types.

    `extent` is west, south, east, north in degrees, None without features.
    """

    code: str
    title: str | Promise
    description: str | Promise
    permission: str | None
    columns: dict[str, str]
    page: Callable[[Access | None, Asked], Page]
    feature: Callable[[Access | None, int, Crs], str | None]
    count: Callable[[Access | None], int]
    extent: Callable[[Access | None], list[float] | None]


# ── components ──

COMPONENT_COLUMNS = ("tile_key", "id", "lon", "lat", "code", "name", "standard", "major_code", "minor_code", "area_id", "owner_unit_id")  # fmt: skip
_COMPONENT = (
    '{"type":"Feature","id":%d,"geometry":{"type":"Point","coordinates":[%r,%r]},"properties":{"code":%s,"name":%s,'
    '"standard":%s,"major_code":%s,"minor_code":%s,"area_code":%s,"owner_unit":%s}}'
)


def _components(rows: Sequence[Row], crs: Crs) -> list[str]:
    areas, units = area_tree().nodes, unit_tree().nodes
    area_codes = {one: quoted(areas[one].code) if one in areas else "null" for one in {row[9] for row in rows}}
    unit_codes = {one: quoted(units[one].code) if one in units else "null" for one in {row[10] for row in rows}}
    return [
        _COMPONENT
        % (
            number, *((lat, lon) if crs.lat_first else (lon, lat)), quoted(code), quoted(name), quoted(standard), quoted(major),
            quoted(minor), area_codes[area_id], unit_codes[owner_id],
        )
        for _key, number, lon, lat, code, name, standard, major, minor, area_id, owner_id in rows
    ]  # fmt: skip


def _component_page(access: Access | None, asked: Asked) -> Page:
    place = place_of("components", asked.cursor, r"\d{1,14}\.\d{1,18}")
    after = tuple(int(part) for part in place.split(".")) if place else None
    rows = list(_in_tiles(components_for(_person(access)), asked.boxes, after, asked.limit + 1))  # type: ignore[arg-type]
    shown = rows[: asked.limit]
    last = f"{shown[-1][0]}.{shown[-1][1]}" if len(rows) > len(shown) else ""
    return Page(_components(shown, asked.crs), cursor_of("components", last))


def _in_tiles(
    rows: QuerySet[Component], boxes: Sequence[Bounds], after: tuple[int, int] | None, most: int
) -> Iterator[Row]:
    """At most `most` rows after a place in the order of tile key and id: one statement on the index for each range of keys."""
    if boxes:
        inside = Q()
        for box in boxes:
            inside |= Q(lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north)
        rows = rows.filter(inside)
    for low, high in _key_ranges(boxes):
        part = rows.filter(tile_key__lte=high, tile_key__gte=max(low, after[0] if after else low))
        if after:
            part = part.exclude(tile_key=after[0], id__lte=after[1])
        found = list(part.order_by("tile_key", "id").values_list(*COMPONENT_COLUMNS)[:most])
        yield from found
        most -= len(found)
        if most <= 0:
            return


def _key_ranges(boxes: Sequence[Bounds]) -> list[tuple[int, int]]:
    """The ranges of tile keys that hold every point of the boxes, ascending; none overlaps another one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(one for box in boxes for one in tile_key_ranges(box)):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found if boxes else [(0, 4**KEY_ZOOM - 1)]


def _component(access: Access | None, number: int, crs: Crs) -> str | None:
    rows = list(components_for(_person(access)).filter(id=number).values_list(*COMPONENT_COLUMNS))
    return _components(rows, crs)[0] if rows else None


def _components_count(access: Access | None) -> int:
    return components_for(_person(access)).count()


def _components_extent(access: Access | None) -> list[float] | None:
    found = components_for(_person(access)).aggregate(
        west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat")
    )
    return None if None in found.values() else list(found.values())


# ── grids ──

GRID_COLUMNS = ("grid_id", "polygon", "grid__code", "name", "names", "kind", "purpose", "grid__area_id", "households", "valid_from")  # fmt: skip
_GRID = (
    '{"type":"Feature","id":%d,"geometry":%s,"properties":{"code":%s,"name":%s,"kind":%s,"purpose":%s,"area_code":%s,'
    '"households":%s,"valid_from":%s}}'
)


def _polygons(rows: Sequence[Row]) -> Any:
    return shapely.from_wkb([bytes(row[1]) for row in rows])


def _grids(rows: Sequence[Row], polygons: Any, crs: Crs) -> list[str]:
    areas, language = area_tree().nodes, get_language() or ""
    return [
        _GRID
        % (
            grid_id, geometry, quoted(code), quoted(names.get(language, name)), quoted(kind), quoted(purpose) if purpose else "null",
            quoted(areas[area_id].code) if area_id in areas else "null", "null" if households is None else households,
            quoted(valid_from.isoformat()),
        )
        for (grid_id, _wkb, code, name, names, kind, purpose, area_id, households, valid_from), geometry in zip(
            rows, shapes_as_geojson(polygons, crs), strict=True
        )
    ]  # fmt: skip


def _grid_page(access: Access | None, asked: Asked) -> Page:
    after = int(place_of("grids", asked.cursor, r"\d{1,18}") or 0)
    shapes = shapes_for(_person(access), asked.boxes).filter(grid_id__gt=after)
    if asked.span is not None:
        shapes = _while_valid(shapes, asked)
    rows = list(shapes.order_by("grid_id").values_list(*GRID_COLUMNS)[: asked.limit + 1])
    shown = rows[: asked.limit]
    last = str(shown[-1][0]) if len(rows) > len(shown) else ""
    polygons = _polygons(shown)
    if asked.boxes and shown:
        meets = touching(polygons, asked.boxes)
        shown, polygons = [shown[place] for place in np.flatnonzero(meets)], polygons[meets]
    return Page(_grids(shown, polygons, asked.crs), cursor_of("grids", last))


def _while_valid(shapes: QuerySet[GridShape], asked: Asked) -> QuerySet[GridShape]:
    """Those that are valid at some instant of the span: from `valid_from` on, and before `valid_to`."""
    start, end = (asked.span.start, asked.span.end) if asked.span else (None, None)
    if end is not None:
        shapes = shapes.filter(valid_from__lte=end)
    return shapes.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=start)) if start is not None else shapes


def _grid(access: Access | None, number: int, crs: Crs) -> str | None:
    rows = list(shapes_for(_person(access)).filter(grid_id=number).values_list(*GRID_COLUMNS))
    return _grids(rows, _polygons(rows), crs)[0] if rows else None


def _grids_count(access: Access | None) -> int:
    return shapes_for(_person(access)).count()


def _grids_extent(access: Access | None) -> list[float] | None:
    return extent_of(set(shapes_for(_person(access)).order_by().values_list("grid__area_id", flat=True).distinct()))


# ── the ground of the office ──


def _ground_page(_access: Access | None, asked: Asked) -> Page:
    place_of("ground", asked.cursor, r"none")  # one feature has no second page
    outline = ground_outline()
    if outline is None or (asked.boxes and not touching(shape_of(outline["geometry"]), asked.boxes)):
        return Page([])
    return Page([_ground_feature(outline, asked.crs)])


def _ground_feature(outline: dict[str, Any], crs: Crs) -> str:
    geometry = shapes_as_geojson(np.array([shape_of(outline["geometry"])]), crs)[0]
    return f'{{"type":"Feature","id":1,"geometry":{geometry},"properties":{{"name":{quoted(served_title())}}}}}'


def _ground(_access: Access | None, number: int, crs: Crs) -> str | None:
    outline = ground_outline()
    return _ground_feature(outline, crs) if outline is not None and number == 1 else None


def _ground_count(_access: Access | None) -> int:
    return int(ground_outline() is not None)


def _ground_extent(_access: Access | None) -> list[float] | None:
    return extent_of(None)


def _person(access: Access | None) -> Access:
    """Who reads a collection that has a permission: routes.py let nobody else in."""
    if access is None:
        raise RuntimeError("A collection of the staff was asked for nobody.")
    return access


COLLECTIONS = {
    one.code: one
    for one in (
        Collection(
            "ground", _("Ground served"), _("The ground that this office serves, as one outline."), None, {"name": WORDS},
            _ground_page, _ground, _ground_count, _ground_extent,
        ),
        Collection(
            "grids", _("Grids"), _("The grids in force of the layer that cases are routed by, in the areas of your rights."), "grid.view",
            {"code": WORDS, "name": WORDS, "kind": WORDS, "purpose": WORDS, "area_code": WORDS, "households": NUMBER, "valid_from": WORDS},
            _grid_page, _grid, _grids_count, _grids_extent,
        ),
        Collection(
            "components", _("Components"), _("The things in public space that are in use, in the areas of your rights."), "registry.view",
            {
                "code": WORDS, "name": WORDS, "standard": WORDS, "major_code": WORDS, "minor_code": WORDS, "area_code": WORDS,
                "owner_unit": WORDS,
            },
            _component_page, _component, _components_count, _components_extent,
        ),
    )
}  # fmt: skip
