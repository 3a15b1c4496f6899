"""The map of grids and cases; its cases come as tiles from case_tiles.py next door, the grids from core.grids."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.algorithms.drawn import bounds_of
from linli.core.access.public import access_on, staff_page
from linli.core.cases.pages.case_tiles import TILES, shown
from linli.core.cases.pages.extent import start_of_map, tile_layers
from linli.core.cases.pages.filter_bar import filter_bar
from linli.core.cases.pages.filters import menus, parse_filter
from linli.core.cases.public import MOST_DAYS, bounded
from linli.core.grids.public import extent_of, main_layer
from linli.core.platform.public import now


def _opening(at: tuple[float, float, float] | None, bounds: list[float] | None) -> dict[str, object]:
    """What the map shows first: a point that the address names, marked, else the rectangle."""
    if at is None:
        return {"bounds": bounds, "center": None, "zoom": 13}
    return {"bounds": None, "center": at[:2], "zoom": at[2]}


def _desk() -> dict[str, str]:
    """The addresses of what stands beside the map, for the key `desk` of its settings."""
    return {
        "case": reverse("case", args=[0]),
        **{part: reverse(f"map-{part}") for part in ("list", "shades", "days", "place")},
    }


@require_GET
@staff_page("case.view")
def map_page(request: HttpRequest) -> HttpResponse:
    """Grids and cases of the person's areas, with the filters of the list."""
    asked, access = parse_filter(request.GET), access_on(request)
    layer = main_layer()
    node = layer.nodes.get(asked.filter.grid_id) if layer and asked.filter.grid_id else None
    bounds = extent_of({node.area_id}) if node else start_of_map(access, asked.filter)
    if asked.filter.within is not None:
        bounds = list(bounds_of(asked.filter.within))
    context = {
        "asked": asked, "filters": filter_bar(asked, menus(asked, access)), **_opening(asked.at, bounds), "selected": node.code if node else "",
        "cases_url": TILES + asked.with_(at=None, order=None),
        "cut_to": MOST_DAYS if bounded(shown(asked.filter), now())[1] else 0, "list_url": reverse("cases") + asked.with_(at=None),
        **tile_layers(access), "desk": _desk(),
        "title": _("Grids and cases"),
    }  # fmt: skip
    return render(request, "cases/map.html", context)
