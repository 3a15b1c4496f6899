"""Grids as vector tiles for every map of the staff. The grid board stands in core.staff, which knows who works where."""

from __future__ import annotations

from typing import Any

import shapely
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from linli.algorithms.tile_keys import tile_bounds
from linli.core.access.public import Access, access_on, staff_page
from linli.core.areas.public import area_tree
from linli.core.grids.public import area_outlines, grids_on_map, layers, main_layer
from linli.lib.vector_tiles import point_tile, polygon_tile

MAX_ZOOM = 18
MOST_GRIDS = 5000


@require_safe
@staff_page("grid.view", part=True)
def grid_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The grids of a layer (`layer`, its code; else the main one) that touch a tile; `uuid` is the grid's code, by which maps select it.

    Beside the polygons stand one point for each name, in the one tile that it lies in, and the outlines of the areas that
    the grids belong to (communities; in tiles of the main layer only).
    """
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(status=404)
    access, code = access_on(request), request.GET.get("layer", "")
    layer = layers().get(code) if code else main_layer()
    if layer is None and code:
        return HttpResponse(status=404)
    version = f"{layer.layer_id}-{layer.version_number}" if layer else "0"
    etag = f'"{version}-{hash(access.grants) & 0xFFFFFFFF:x}-{get_language()}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    grids = grids_on_map(access, tile_bounds(z, x, y), layer=layer, limit=MOST_GRIDS)
    properties = [{"uuid": grid.code, "name": grid.title, "kind": grid.kind} for grid in grids]
    polygons = shapely.from_wkb([grid.polygon for grid in grids])
    tile = polygon_tile("grids", z, x, y, polygons, properties)
    tile += point_tile("grid_names", z, x, y, *_middles(polygons), properties)
    if layer is None or layer.is_main:
        tile += _areas(access, z, x, y)
    headers = {"ETag": etag, "Cache-Control": "private, max-age=300"}
    return HttpResponse(tile, content_type="application/vnd.mapbox-vector-tile", headers=headers)


def _middles(polygons: Any) -> tuple[list[float], list[float]]:
    """Longitudes and latitudes of a point inside each polygon, where its name stands."""
    points = shapely.point_on_surface(polygons)
    return shapely.get_x(points).tolist(), shapely.get_y(points).tolist()


def _areas(access: Access, z: int, x: int, y: int) -> bytes:
    """The layer `areas`: what the grids of one area cover together; `uuid` is the area's code."""
    found, bounds, nodes = area_outlines(), tile_bounds(z, x, y), area_tree().nodes
    touched = shapely.intersects(found.polygons, shapely.box(bounds.west, bounds.south, bounds.east, bounds.north))
    drawn = [
        (polygon, {"uuid": nodes[area_id].code, "name": nodes[area_id].title})
        for area_id, polygon in zip(found.ids[touched].tolist(), found.polygons[touched], strict=True)
        if area_id in nodes and access.may_in_area("grid.view", area_id)
    ]
    return polygon_tile("areas", z, x, y, [polygon for polygon, _given in drawn], [given for _polygon, given in drawn])


grid_urls = [path("map/grids/<int:z>/<int:x>/<int:y>.mvt", grid_tile, name="map-grids")]
