"""Components as vector tiles for the maps of the staff: counts from afar, each with its class from near."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from linli.core.access.public import Access, access_on, staff_page
from linli.core.registry.public import components_in_tile, counts_of_components, version_of_components
from linli.lib.vector_tiles import point_tile

COMPONENTS_FROM, MAX_ZOOM = 14, 18
MOST_COMPONENTS = 5000


@require_safe
@staff_page("registry.view", part=True)
def component_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The components in use in a tile: layer `component_counts` below zoom 14 or where there are too many, else `components`."""
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(status=404)
    access = access_on(request)
    who = hash((access.user_id, access.grants)) & 0xFFFFFFFFFFFF
    etag = f'"{version_of_components()}-{who:x}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "private, max-age=300"}
    return HttpResponse(_tile(access, z, x, y), content_type="application/vnd.mapbox-vector-tile", headers=headers)


def _tile(access: Access, z: int, x: int, y: int) -> bytes:
    rows = components_in_tile(access, z, x, y, most=MOST_COMPONENTS) if z >= COMPONENTS_FROM else None
    if rows is None:
        found = counts_of_components(access, z, x, y)
        counts = [{"count": number} for (number,) in found.counts.tolist()]
        return point_tile("component_counts", z, x, y, found.lons.tolist(), found.lats.tolist(), counts)
    properties = [{"uuid": code, "name": name, "kind": major} for code, name, major, _lon, _lat in rows]
    return point_tile("components", z, x, y, [row[3] for row in rows], [row[4] for row in rows], properties)


component_urls = [path("map/components/<int:z>/<int:x>/<int:y>.mvt", component_tile, name="map-components")]
