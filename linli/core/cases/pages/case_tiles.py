"""Cases as vector tiles: counts from afar, the cases themselves from near, with the filters of the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.algorithms.tile_counts import Gathered
from linli.core.access.public import Access, access_on, staff_page
from linli.core.cases.pages.filters import Asked, parse_filter
from linli.core.cases.public import (
    CLOCK_WORDS,
    OPEN_STATES,
    CaseFilter,
    CaseOnMap,
    Titles,
    bounded,
    cases_in_tile,
    counts_in_tile,
    crowds_in_tile,
    version_of_cases,
)
from linli.core.platform.public import now
from linli.lib.vector_tiles import point_tile

MOST_CASES = 5000
# Cases themselves come from here on, up to CROWDS_TO those that stand alone; beyond MAX_ZOOM a map draws the last tile larger.
CASES_FROM, CROWDS_TO, MAX_ZOOM = 14, 16, 18
TILES = "/map/cases/{z}/{x}/{y}.mvt"


def shown(wanted: CaseFilter) -> CaseFilter:
    """The map shows open cases unless the address asks for states or times."""
    if wanted.states or wanted.since or wanted.until or wanted.closed_since:
        return wanted
    return replace(wanted, states=OPEN_STATES)


@require_GET
@staff_page("case.view", part=True)
def case_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The cases of a map tile with the filters of the list: layer `case_counts` below zoom 14 or where there are too many, else `cases`.

    Up to CROWDS_TO those that share a cell stand among the counts only. Nothing that somebody wrote is in it. An answer holds until a
    case changes, or to the end of the minute, since clocks turn.
    """
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(status=404)
    access, instant, asked = access_on(request), now(), parse_filter(request.GET)
    etag = _etag(access, asked, instant, f"{z}-{x}-{y}")
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    tile = _tile(access, z, x, y, bounded(shown(asked.filter), instant)[0], instant)
    return HttpResponse(tile, content_type="application/vnd.mapbox-vector-tile", headers={"ETag": etag})


def _etag(access: Access, asked: Asked, instant: datetime, tile: str) -> str:
    who = hash((access.user_id, access.grants, tuple(sorted(asked.query.items())))) & 0xFFFFFFFFFFFF
    return f'"{version_of_cases():x}-{int(instant.timestamp()) // 60:x}-{who:x}-{get_language()}-{tile}"'


def _tile(access: Access, z: int, x: int, y: int, wanted: CaseFilter, instant: datetime) -> bytes:
    if z < CASES_FROM:
        return _counts(z, x, y, counts_in_tile(access, z, x, y, wanted, instant))
    if z <= CROWDS_TO:
        crowds, alone = crowds_in_tile(access, z, x, y, wanted, instant)
        return _cases(z, x, y, alone) + _counts(z, x, y, crowds)
    rows = cases_in_tile(access, z, x, y, wanted, instant, most=MOST_CASES)
    return _counts(z, x, y, counts_in_tile(access, z, x, y, wanted, instant)) if rows is None else _cases(z, x, y, rows)


def _cases(z: int, x: int, y: int, rows: list[CaseOnMap]) -> bytes:
    """The layer `cases`: the id of a feature is that of its case."""
    titles, none = Titles(), _("Report without a category")
    properties: list[dict[str, object]] = [
        {
            "title": titles.category(row.standard, row.kind, row.category_code, row.category_name) or none,
            "clock": CLOCK_WORDS[row.clock], "state": titles.state(row.state),
        }
        for row in rows
    ]  # fmt: skip
    return point_tile(
        "cases", z, x, y, [row.lon for row in rows], [row.lat for row in rows], properties, [row.id for row in rows]
    )


def _counts(z: int, x: int, y: int, found: Gathered) -> bytes:
    """The layer `case_counts`: how many there are, and of which clock."""
    properties = [
        {"count": sum(numbers), **{clock: number for clock, number in zip(CLOCK_WORDS, numbers, strict=True) if number}}
        for numbers in found.counts.tolist()
    ]
    return point_tile("case_counts", z, x, y, found.lons.tolist(), found.lats.tolist(), properties)
