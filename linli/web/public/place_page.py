"""What the map of a report form is told about a pin: where it is in words, and whether it lies on this office's ground.

Open to everybody and counted per address; the staff's own questions are not counted.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.core.cases.public import OutsideCity, check_inside, parse_place, served_title
from linli.core.grids.public import ground_outline, locate_main, main_layer
from linli.core.platform.public import BadInput
from linli.core.registry.public import where_is
from linli.web.public.door import unlisted, within_limit


@unlisted
@require_safe
def place_page(request: HttpRequest) -> HttpResponse:
    """`?lon=&lat=` in WGS 84 degrees: its words, and a warning for a place that no grid has. 422 for no position."""
    if getattr(request, "access", None) is None and not within_limit(request, "place"):
        return JsonResponse({"place": "", "warning": ""}, status=429)
    try:
        lon, lat, _given = parse_place(float(request.GET.get("lon", "")), float(request.GET.get("lat", "")))
    except (ValueError, BadInput) as refusal:
        said = refusal.sentence if isinstance(refusal, BadInput) else ""
        return JsonResponse({"place": "", "warning": said}, status=422)
    return JsonResponse({"place": where_is(lon, lat), "warning": warning(lon, lat)})


def warning(lon: float, lat: float) -> str:
    """What somebody should know about a pin before they send it; empty inside a grid and before grids are imported."""
    try:
        check_inside(lon, lat)
    except OutsideCity as outside:
        return outside.said
    grid, _index = locate_main(lon, lat)
    if grid is not None or main_layer() is None:
        return ""
    return _("This place lies at the edge of %s. You can send it; the office finds out whose it is.") % served_title()


@require_safe
def ground_page(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's form
    """The outline of the ground that this office serves, as GeoJSON; 404 before grids are imported."""
    outline = ground_outline()
    if outline is None:
        return JsonResponse({}, status=404)
    return JsonResponse(outline, content_type="application/geo+json", headers={"Cache-Control": "public, max-age=3600"})
