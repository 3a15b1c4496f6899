"""Cases as vector tiles: counts from afar, the cases themselves from near, with the filters of the list."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.algorithms.tile_counts import Gathered, gathered
from linli.algorithms.tile_keys import KEY_ZOOM, tile_key
from linli.core.access.public import Access, access_on, staff_page
from linli.core.cases.pages.filters import Asked, parse_filter
from linli.core.cases.public import (
    CLOCK_WORDS,
    OPEN_STATES,
    CaseFilter,
    bounded,
    cases_in_tile,
    category_title,
    clock_word,
    counts_in_tile,
    state_title,
    version_of_cases,
)
from linli.core.desk.public import page_at
from linli.core.platform.public import now
from linli.lib.vector_tiles import point_tile

MOST_CASES = 5000
# Cases themselves come from here on, up to CROWDS_TO with how many stand together; beyond MAX_ZOOM a map draws the last tile larger.
CASES_FROM, CROWDS_TO, MAX_ZOOM = 14, 16, 18
CELLS = 4  # a crowd is what shares one of 16 by 16 cells of a tile
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

    Up to CROWDS_TO the cases that share a cell carry `crowd`, and the cell stands among the counts. Nothing that somebody wrote
    is in it. An answer holds until a case changes, or to the end of the minute, since clocks turn.
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
    rows = cases_in_tile(access, z, x, y, wanted, most=MOST_CASES) if z >= CASES_FROM else None
    if rows is None:
        return _counts(z, x, y, counts_in_tile(access, z, x, y, wanted, instant))
    if not rows:
        return b""
    lons, lats = [row.lon for row in rows], [row.lat for row in rows]
    cells = tile_key(np.array(lons), np.array(lats), z + CELLS).tolist()
    crowds = Counter(cells) if z <= CROWDS_TO else Counter[int]()
    properties: list[dict[str, object]] = [
        {
            "uuid": str(row.uuid), "url": page_at("case", row.id), "title": category_title(row) or _("Report without a category"),
            "kind": row.kind or None, "clock": clock_word(row, instant), "state": state_title(row.state), "crowd": crowds[cell] > 1 or None,
        }
        for row, cell in zip(rows, cells, strict=True)
    ]  # fmt: skip
    return point_tile("cases", z, x, y, lons, lats, properties) + _crowds(z, x, y, lons, lats, properties)


def _crowds(z: int, x: int, y: int, lons: list[float], lats: list[float], properties: list[dict[str, object]]) -> bytes:
    """The counts of the cells that several of these cases share."""
    here = [place for place, given in enumerate(properties) if given["crowd"]]
    counts = np.zeros((len(here), len(CLOCK_WORDS)), np.int64)
    counts[np.arange(len(here)), [CLOCK_WORDS.index(str(properties[place]["clock"])) for place in here]] = 1
    keys = np.asarray(tile_key(np.array(lons)[here], np.array(lats)[here]))
    return _counts(z, x, y, gathered(keys, counts, KEY_ZOOM, z + CELLS))


def _counts(z: int, x: int, y: int, found: Gathered) -> bytes:
    """The layer `case_counts`: how many there are, and of which clock."""
    properties = [
        {"count": sum(numbers), **{clock: number for clock, number in zip(CLOCK_WORDS, numbers, strict=True) if number}}
        for numbers in found.counts.tolist()
    ]
    return point_tile("case_counts", z, x, y, found.lons.tolist(), found.lats.tolist(), properties)
