"""The layers that departments put on the map: which ones a person may switch on, and their points in a box."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, staff_page
from linli.core.platform.public import BadInput, MapLayer, NotAllowed, NotThere, parts, title_in
from linli.lib.outside import box

MOST_POINTS = 500


def layers_for(access: Access) -> list[dict[str, object]]:
    """What the map needs to offer the layers of this person: code, words, where their points come from, what their signs mean."""
    return [
        {
            "code": layer.code, "words": title_in(layer.titles), "url": reverse("map-layer", args=[layer.code]),
            "legend": [{"mark": mark, "tone": tone, "words": title_in(titles)} for mark, tone, titles in layer.legend],
        }
        for layer in parts(MapLayer)
        if access.may(layer.permission)
    ]  # fmt: skip


@require_GET
@staff_page(part=True)
def map_layer(request: HttpRequest, code: str) -> JsonResponse:
    """The points of one layer as GeoJSON, 500 at most; `box` is west,south,east,north in degrees."""
    access = access_on(request)
    layer = next((one for one in parts(MapLayer) if one.code == code), None)
    if layer is None:
        raise NotThere(_("There is no such layer."))
    if not access.may(layer.permission):
        raise NotAllowed(_("Your role does not open this."))
    points = layer.points(access, _box(request.GET.get("box", "")))[:MOST_POINTS]
    return JsonResponse(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
                    "properties": {"title": point.title, "url": point.url, "mark": point.mark, "tone": point.tone},
                }
                for point in points
            ],
        }
    )


def _box(words: str) -> tuple[float, float, float, float]:
    found = box(words)
    if found is None:
        raise BadInput(_("Give the box as west,south,east,north in degrees."), field="box")
    return found


map_layer_urls = [path("map/layers/<slug:code>/", map_layer, name="map-layer")]
