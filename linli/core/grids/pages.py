"""Grids as vector tiles for every map of the staff. The grid board stands in core.staff, which knows who works where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from linli.algorithms.tile_keys import tile_bounds
from linli.core.access.public import access_on, staff_page
from linli.core.grids.public import grids_on_map, main_layer
from linli.lib.vector_tiles import polygon_tile

MAX_ZOOM = 18
MOST_GRIDS = 5000


@require_safe
@staff_page("grid.view", part=True)
def grid_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The grids of the main layer that touch a tile; `uuid` is the grid's code, by which maps select it."""
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(status=404)
    access, layer = access_on(request), main_layer()
    etag = f'"{layer.version_number if layer else 0}-{hash(access.grants) & 0xFFFFFFFF:x}-{get_language()}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    grids = grids_on_map(access, tile_bounds(z, x, y), limit=MOST_GRIDS)
    properties = [{"uuid": grid.code, "name": grid.title, "kind": grid.kind} for grid in grids]
    tile = polygon_tile("grids", z, x, y, [grid.polygon for grid in grids], properties)
    headers = {"ETag": etag, "Cache-Control": "private, max-age=300"}
    return HttpResponse(tile, content_type="application/vnd.mapbox-vector-tile", headers=headers)


grid_urls = [path("map/grids/<int:z>/<int:x>/<int:y>.mvt", grid_tile, name="map-grids")]
