"""What stands beside and below the map: the cases in what it shows, figures by area and by day, and where a point is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.algorithms.coordinates import Bounds
from linli.algorithms.shade_classes import class_of, upper_edges
from linli.core.access.public import Access, access_on, staff_page
from linli.core.areas.public import area_tree
from linli.core.cases.pages.case_tiles import shown
from linli.core.cases.pages.filters import Asked, parse_filter
from linli.core.cases.public import (
    CaseFilter,
    bounded,
    case_rows_of,
    cases_in_view,
    counts_by_area,
    counts_by_day,
)
from linli.core.grids.public import area_outlines, locate_main
from linli.core.platform.public import BadInput, local_day, local_today, now
from linli.core.registry.public import where_is
from linli.lib.outside import box, map_point

MOST_LISTED = 50
DAYS = 90
SHADES = 4  # besides none
Level = Literal["community", "street"]


@require_GET
@staff_page("case.view", part=True)
def map_list(request: HttpRequest) -> HttpResponse:
    """Those of the map's cases that lie in `box` (west,south,east,north in degrees), with its filters; 50 at most, and all are counted."""
    view = box(request.GET.get("box", ""))
    if view is None:
        raise BadInput(_("Give the box as west,south,east,north in degrees."), field="box")
    access, instant = access_on(request), now()
    wanted = bounded(shown(parse_filter(request.GET).filter), instant)[0]
    cases, count = cases_in_view(access, Bounds(*view), wanted, most=MOST_LISTED)
    rows = zip(cases, case_rows_of(cases, instant), strict=True)
    # Without the request: the frame around a page would count what waits, once for every move of the map.
    return HttpResponse(
        render_to_string("cases/map_list.html", {"rows": list(rows), "count": count, "listed": len(cases)})
    )


@dataclass(frozen=True, slots=True)
class Shaded:
    """An area with its figures: cases, households where each of its grids has a number, cases per 1,000 of these."""

    title: str
    url: str
    count: int
    households: int | None
    per_thousand: float | None


@dataclass(frozen=True, slots=True)
class ShadeClass:
    """A line of the legend: a shade (0 for nothing, to 4), the least and the most of what has it, and how many areas these are."""

    shade: int
    least: float
    most: float
    areas: int


@require_GET
@staff_page("case.view", part=True)
def map_shades(request: HttpRequest) -> HttpResponse:
    """How many of the map's cases each community has, or each street (`by=street`); with `per=households` for 1,000 households.

    A fragment with legend and table; `data-shades` gives each community its shade. Every number is that of the list it leads to.
    """
    access, asked, instant = access_on(request), parse_filter(request.GET), now()
    wanted = bounded(shown(asked.filter), instant)[0]
    level: Level = "street" if request.GET.get("by") == "street" else "community"
    per = request.GET.get("per") == "households"
    areas = _areas(access, asked, wanted, level)
    figures = {area_id: one.per_thousand if per else float(one.count) for area_id, one in areas.items()}
    positive = [figure for figure in figures.values() if figure]
    edges = upper_edges(positive, SHADES)
    shades = {area_id: _shade(figure, edges) for area_id, figure in figures.items() if figure is not None}
    nodes = area_tree().nodes
    drawn = {}
    for area_id in area_outlines().ids.tolist():
        node = nodes.get(area_id)
        owner = None if node is None else node.street_id if level == "street" else node.id
        if node is not None and owner in shades:
            drawn[node.code] = shades[owner]
    given = {
        "rows": sorted(areas.values(), key=lambda one: (one.per_thousand if per else one.count) or 0, reverse=True),
        "classes": _legend(figures, shades), "drawn": json.dumps(drawn), "per": per, "level": level,
        "unknown": sum(figure is None for figure in figures.values()),
    }  # fmt: skip
    return HttpResponse(render_to_string("cases/map_shades.html", given))


def _shade(figure: float, edges: list[float]) -> int:
    """0 for nothing, else so that the most is always drawn darkest."""
    return SHADES - len(edges) + class_of(figure, edges) + 1 if figure else 0


def _legend(figures: dict[int, float | None], shades: dict[int, int]) -> list[ShadeClass]:
    by_shade: dict[int, list[float]] = {}
    for area_id, shade in shades.items():
        by_shade.setdefault(shade, []).append(figures[area_id] or 0.0)
    return [ShadeClass(shade, min(them), max(them), len(them)) for shade, them in sorted(by_shade.items())]


def _areas(access: Access, asked: Asked, wanted: CaseFilter, level: Level) -> dict[int, Shaded]:
    """The areas of a level where this person sees cases, inside the one that is chosen, with their figures."""
    counts, tree = counts_by_area(access, wanted, level), area_tree()
    query = _as_list(asked, wanted)
    inside = set(tree.subtree(wanted.area_id)) if wanted.area_id else None
    found = {}
    for area_id in access.areas_with("case.view", for_units=True):
        node = tree.nodes[area_id]
        if node.level != level or (inside is not None and area_id not in inside):
            continue
        homes, count = _households(area_id), counts.get(area_id, 0)
        url = f"{reverse('cases')}?{urlencode({**query, 'area': node.code})}"
        found[area_id] = Shaded(node.title, url, count, homes, 1000 * count / homes if homes else None)
    return found


def _households(area_id: int) -> int | None:
    """Those of an area; None unless every grid in it has a figure."""
    tree, households = area_tree(), area_outlines().households
    held = set(area_outlines().ids.tolist())
    parts = [households.get(one) for one in tree.subtree(area_id) if one in held]
    return sum(part for part in parts if part) if parts and all(parts) else None


def _as_list(asked: Asked, wanted: CaseFilter) -> dict[str, str]:
    """The query with which the list has the very cases of the map: what the map adds by itself is said."""
    query = {key: words for key, words in asked.query.items() if key not in ("at", "order")}
    if wanted.states and not asked.filter.states:
        query["state"] = ",".join(wanted.states)
    for key, at in (("since", wanted.since), ("closed", wanted.closed_since)):
        if at is not None:
            query[key] = local_day(at).isoformat()
    return query


@require_GET
@staff_page("case.view", part=True)
def map_days(request: HttpRequest) -> JsonResponse:
    """How many of the cases that the filters leave were reported on each of the last 90 days, today included: `days`, [day, number] each."""
    today = local_today()
    days = [today - timedelta(days=before) for before in range(DAYS - 1, -1, -1)]
    counts = counts_by_day(access_on(request), parse_filter(request.GET).filter, days)
    return JsonResponse({"days": [[day.isoformat(), count] for day, count in zip(days, counts, strict=True)]})


@require_GET
@staff_page("case.view", part=True)
def map_place(request: HttpRequest) -> HttpResponse:
    """What is at a point (`at`, longitude and latitude): its words, its grid, and the ways there."""
    at = map_point(request.GET.get("at", ""))
    if at is None:
        raise BadInput(_("Give the point as longitude,latitude in degrees."), field="at")
    access, (lon, lat, _zoom) = access_on(request), at
    grid = locate_main(lon, lat)[0]
    seen = grid is not None and access.may_in_area("grid.view", grid.area_id)
    given = {
        "words": where_is(lon, lat), "grid": grid.title if grid and seen else "", "lon": lon, "lat": lat,
        "report_url": f"{reverse('report')}?{urlencode({'lon': f'{lon:.6f}', 'lat': f'{lat:.6f}'})}" if access.may("case.report") else "",
    }  # fmt: skip
    return HttpResponse(render_to_string("cases/map_place.html", given))
