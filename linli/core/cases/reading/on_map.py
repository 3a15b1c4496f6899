"""Cases by place: those near a point, and those in the tiles of a map, one by one or as counts. Lists and pages stand in selectors.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import cos, radians

import numpy as np
from django.db.models import Case as Either
from django.db.models import Count, F, IntegerField, Max, Q, QuerySet, Value, When

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_counts import Gathered, gathered
from linli.algorithms.tile_keys import KEY_ZOOM, tile_key_range, tile_key_ranges
from linli.core.access.public import Access
from linli.core.cases.models import OPEN_STATES, Case, CaseEvent
from linli.core.cases.reading.counts import OPEN_SQL, conditions_for
from linli.core.cases.reading.listed import CaseOnMap
from linli.core.cases.reading.seeing import visible
from linli.core.cases.reading.selectors import CaseFilter, narrowed

# The order in which the columns of counts stand, and rings show them.
CLOCK_WORDS = ("red", "amber", "on_time", "paused", "done")
MOST_DAYS = 31
# How many zoom levels finer than a tile its cells are (16 by 16), and the small ones by which these find their middle.
CELLS, SMALL_CELLS = 4, 6
# From this zoom on a tile is so small that it holds less than a month of the city.
NEAR = 14


def nearby_cases(
    access: Access, lon: float, lat: float, *, radius_m: float = 200, besides: int | None = None, limit: int = 30
) -> list[Case]:
    """The visible open cases within a radius, the nearest first and of those in one place the newest, at most `limit`."""
    near = Q()
    for low, high in tile_key_ranges(bounds_around(lon, lat, radius_m)):
        near |= Q(tile_key__gte=low, tile_key__lte=high)
    rows = (
        visible(access).filter(near, lon__isnull=False, lat__isnull=False, state__in=OPEN_STATES).defer("search_tokens")
    )
    if besides is not None:
        rows = rows.exclude(id=besides)
    # Flat within a few hundred metres; the square of the distance in degrees of latitude orders as the distance does.
    east, north = (F("lon") - lon) * cos(radians(lat)), F("lat") - lat
    nearest = rows.order_by(east * east + north * north, "-id")[:limit]
    return [row for row in nearest if distance_m(lon, lat, row.lon or 0, row.lat or 0) <= radius_m]


def bounded(wanted: CaseFilter, instant: datetime) -> tuple[CaseFilter, bool]:
    """The filter as a map can show it at a cost that does not grow with the years, and whether that is less than was asked.

    Open cases are always all there, by their own index. Of those that ended, a map shows the last MOST_DAYS of the period.
    """
    if wanted.states and set(wanted.states) <= set(OPEN_STATES):
        return wanted, False
    if wanted.closed_since:
        first = instant - timedelta(days=MOST_DAYS)
        return (wanted, False) if wanted.closed_since >= first else (replace(wanted, closed_since=first), True)
    first = min(wanted.until or instant, instant) - timedelta(days=MOST_DAYS)
    if wanted.since and wanted.since >= first:
        return wanted, False
    return replace(wanted, since=first), True


def cases_in_tile(
    access: Access, zoom: int, x: int, y: int, wanted: CaseFilter, *, most: int = 5000
) -> list[CaseOnMap] | None:
    """The visible cases of a bounded filter in a map tile; None when there are more than `most`."""
    rows = _in_tile(access, zoom, x, y, wanted).filter(lon__isnull=False, lat__isnull=False)
    found = [CaseOnMap._make(row) for row in rows.values_list(*CaseOnMap._fields)[: most + 1]]
    return found if len(found) <= most else None


def counts_in_tile(access: Access, zoom: int, x: int, y: int, wanted: CaseFilter, instant: datetime) -> Gathered:
    """How many visible cases of a bounded filter lie in each of 16 × 16 cells of a map tile; kinds of counts: CLOCK_WORDS.

    Of open cases this reads one index and no case, unless somebody sees cases by their unit or the filter asks for more.
    """
    small = min(zoom + SMALL_CELLS, KEY_ZOOM)
    rows = (
        _in_tile(access, zoom, x, y, wanted)
        .annotate(cell=F("tile_key").bitrightshift(2 * (KEY_ZOOM - small)), clock=_clock(instant))
        .order_by()
        .values_list("cell", "clock")
        .annotate(number=Count("*"))
    )
    found = np.array(list(rows), np.int64).reshape(-1, 3)
    counts = np.zeros((len(found), len(CLOCK_WORDS)), np.int64)
    counts[np.arange(len(found)), found[:, 1]] = found[:, 2]
    return gathered(found[:, 0], counts, small, zoom + CELLS)


def _in_tile(access: Access, zoom: int, x: int, y: int, wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases of a filter in a tile, asked so that both databases take the index that holds fewest of them.

    What may be seen stands inside a CASE, and from afar the tile behind a plus: else SQLite reads all cases that a district ever
    had, or all of the city, to find those that are open, or of a month. An index alone answers for what is open.
    """
    are_open = bool(wanted.states) and set(wanted.states) <= set(OPEN_STATES)
    rows = narrowed(_seen(access), access, wanted)
    low, high = tile_key_range(zoom, x, y)
    if are_open:  # the very words of the index: with values in their place SQLite would not take it
        return rows.filter(tile_key__range=(low, high)).extra(where=[OPEN_SQL])  # noqa: S610 - our own words
    if zoom >= NEAR:
        return rows.filter(tile_key__range=(low, high))
    return rows.extra(where=["+cases_case.tile_key BETWEEN %s AND %s"], params=[low, high])


def _seen(access: Access) -> QuerySet[Case]:
    """What `visible` gives, as a condition that is looked at row by row."""
    seen = conditions_for(access)[0]
    where = f"CASE WHEN {seen.sql} THEN 1 ELSE 0 END = 1"
    return Case.objects.extra(where=[where], params=list(seen.values))  # noqa: S610 - written by Django


def _clock(instant: datetime) -> Either:
    """What clock_word says of a row, as its place in CLOCK_WORDS."""
    return Either(
        When(Q(clock_state="paused") | Q(state="shelved"), then=Value(3)),
        When(~Q(clock_state="running") | Q(due_at__isnull=True), then=Value(4)),
        When(due_at__lt=instant, then=Value(0)),
        When(amber_at__lte=instant, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def version_of_cases() -> int:
    """A number that is another one after anything happened to any case: that of the last entry of a timeline."""
    return CaseEvent.objects.aggregate(last=Max("id"))["last"] or 0
