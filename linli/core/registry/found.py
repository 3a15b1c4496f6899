"""What the one search finds of places and things: streets by names in memory, estates and components by the index; premises are a ledger."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import Bounds
from linli.core.access.public import Access, restrict
from linli.core.areas.public import area_tree
from linli.core.grids.public import extent_of, locate_main, main_layer
from linli.core.platform.public import AskedKind, Found, IndexedKind
from linli.core.registry.crossings import crossings_named
from linli.core.registry.models import Component, Compound, Placed
from linli.core.registry.street_names import named_streets
from linli.lib.names_by_pinyin import name_rank

BESIDE_DEGREES = 0.003  # a street may be the border of one's ground: some 300 m
STREET_ZOOM, PLACE_ZOOM = 16, 17
MOST_CROSSINGS = 30
Point = tuple[float, float]


def _seen(model: type[Placed], access: Access) -> QuerySet[Any]:
    return restrict(access, "registry.view", model._default_manager.filter(retired_at__isnull=True))


def _place_shown(row: Any) -> Found:
    return Found(row.name, _area_title(row.area_id), map_address((row.lon, row.lat), PLACE_ZOOM), (row.lon, row.lat))


def _component_shown(row: Component) -> Found:
    return _place_shown(row)._replace(note=row.code)


def find_streets(access: Access, words: str, most: int) -> list[Found]:
    """The named streets on the ground where this person's maps begin, each once in every administrative street it runs through."""
    reach = set(access.areas_with("case.view", for_units=True))
    bounds = extent_of(reach)
    if bounds is None:
        return []
    west, south, east, north = (
        edge + outwards * BESIDE_DEGREES for edge, outwards in zip(bounds, (-1, -1, 1, 1), strict=True)
    )
    called = ((name_rank(words, name), name, points) for name, points in named_streets().items())
    near = (
        (rank, name, [(lon, lat) for lon, lat in points if west <= lon <= east and south <= lat <= north])
        for rank, name, points in called
        if rank is not None
    )
    best = sorted((one for one in near if one[2]), key=lambda one: one[:2])[:most]
    found = [(name, *stretch) for _rank, name, inside in best for stretch in _stretches(inside, reach)]
    return [
        Found(name, _area_title(area_id), map_address(point, STREET_ZOOM), point)
        for name, area_id, point in found[:most]
    ]


def find_crossings(access: Access, words: str, most: int) -> list[Found]:
    """The crossings of two named streets, on the ground where this person's maps begin."""
    reach = set(access.areas_with("case.view", for_units=True))
    bounds = extent_of(reach)
    if bounds is None:
        return []
    ground = Bounds(*(edge + outwards * BESIDE_DEGREES for edge, outwards in zip(bounds, (-1, -1, 1, 1), strict=True)))
    found = []
    for one, other, point in crossings_named(words, MOST_CROSSINGS):
        if not ground.holds(*point):
            continue
        grid = locate_main(*point)[0]
        title = _("crossing %(one)s / %(other)s") % {"one": one, "other": other}
        found.append(Found(title, _area_title(grid.area_id) if grid else "", map_address(point, PLACE_ZOOM), point))
    return found[:most]


def _stretches(points: list[Point], reach: set[int]) -> list[tuple[int, Point]]:
    """The area and the place of the middle of a street in each administrative street of the own ground; where it is nowhere in
    it, as a border may be, one of all."""
    tree, layer = area_tree(), main_layer()
    by_street: dict[int, list[tuple[int, Point]]] = {}
    for point in points:
        grid = locate_main(*point)[0] if layer else None
        node = tree.nodes.get(grid.area_id) if grid and grid.area_id in reach else None
        if node is not None:
            by_street.setdefault(node.street_id or node.id, []).append((node.id, point))
    return [inside[len(inside) // 2] for inside in by_street.values()] or [(0, points[len(points) // 2])]


def map_address(point: Point, zoom: int) -> str:
    """The map with a pin at a point."""
    at = f"{point[0]:.6f},{point[1]:.6f},{zoom}"
    return f"{reverse('map')}?{urlencode({'at': at}, safe=',')}"


def _area_title(area_id: int) -> str:
    node = area_tree().nodes.get(area_id)
    return node.title if node else ""


SEARCH = (
    # A street leads to the map of cases, so it is there for whoever sees that.
    AskedKind(
        code="streets", titles={"zh-hans": "道路", "en": "Streets"}, icon="map-pin", permission="case.view", find=find_streets,
        order=42, on_map=True,
    ),
    AskedKind(
        code="crossings", titles={"zh-hans": "路口", "en": "Crossings"}, icon="crosshair", permission="case.view", find=find_crossings,
        order=43, on_map=True,
    ),
    IndexedKind(
        code="compounds", titles={"zh-hans": "小区", "en": "Compounds"}, icon="home", permission="registry.view", model=Compound,
        rows=partial(_seen, Compound), shown=_place_shown, names=("name",), codes=("code",), text=("property_manager",),
        by_area=True, order=44, on_map=True,
    ),
    IndexedKind(
        code="components", titles={"zh-hans": "部件", "en": "Components"}, icon="tool", permission="registry.view", model=Component,
        rows=partial(_seen, Component), shown=_component_shown, names=("name",), codes=("code",), by_area=True, order=48, on_map=True,
    ),
)  # fmt: skip
