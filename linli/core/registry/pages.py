"""Components as vector tiles for the maps of the staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.registry.public import components_in_tile
from linli.lib.vector_tiles import point_tile

# Below zoom 14 a tile could hold a hundred thousand; maps ask for them from there on only.
MIN_ZOOM, MAX_ZOOM = 14, 18
MOST_COMPONENTS = 5000


@require_safe
@staff_page("registry.view", part=True)
def component_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The components in use in a tile."""
    if not MIN_ZOOM <= z <= MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(status=404)
    rows = components_in_tile(access_on(request), z, x, y, limit=MOST_COMPONENTS)
    properties = [{"uuid": code, "name": name} for code, name, _lon, _lat in rows]
    tile = point_tile("components", z, x, y, [row[2] for row in rows], [row[3] for row in rows], properties)
    return HttpResponse(
        tile, content_type="application/vnd.mapbox-vector-tile", headers={"Cache-Control": "private, max-age=300"}
    )


component_urls = [path("map/components/<int:z>/<int:x>/<int:y>.mvt", component_tile, name="map-components")]
