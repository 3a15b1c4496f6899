"""Cases by place: near a point, in a tile of a map, one by one or as counts, and in what a map shows. Other lists stand in selectors.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Case as Either
from django.db.models import Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When

from linli.algorithms.coordinates import Bounds
from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.drawn import rectangle
from linli.algorithms.tile_counts import Gathered, gathered
from linli.algorithms.tile_keys import KEY_ZOOM, IntArray, tile_key_range, tile_key_ranges
from linli.core.access.public import Access
from linli.core.cases.models import OPEN_STATES, Case, CaseEvent
from linli.core.cases.reading.counts import OPEN_SQL, conditions_for
from linli.core.cases.reading.listed import CaseOnMap, ListedCase
from linli.core.cases.reading.seeing import visible
from linli.core.cases.reading.selectors import CaseFilter, narrowed
from linli.core.cases.reading.within import exactly, key_span
from linli.core.platform.public import day_start, local_day

# The order in which the columns of counts stand, and rings show them.
CLOCK_WORDS = ("red", "amber", "on_time", "paused", "done")
MOST_DAYS = 31
# How many zoom levels finer than a tile its cells are (16 by 16), and the small ones by which these find their middle.
CELLS, SMALL_CELLS = 4, 6
# From this zoom on a tile is so small that all it ever had are fewer than a month of the city: on a disk that is cold, or busy, each costs a look.
NEAR = 17


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
        first = _days_before(instant)
        return (wanted, False) if wanted.closed_since >= first else (replace(wanted, closed_since=first), True)
    first = _days_before(min(wanted.until or instant, instant))
    if wanted.since and wanted.since >= first:
        return wanted, False
    return replace(wanted, since=first), True


def _days_before(instant: datetime) -> datetime:
    """The beginning of the day that lies MOST_DAYS before: a list can be asked for the same period, since it is asked by days."""
    return day_start(local_day(instant) - timedelta(days=MOST_DAYS))


def cases_in_tile(
    access: Access, zoom: int, x: int, y: int, wanted: CaseFilter, instant: datetime, *, most: int = 5000
) -> list[CaseOnMap] | None:
    """The visible cases of a bounded filter in a map tile; None when there are more than `most`."""
    rows = _on_map(_in_tile(access, zoom, x, y, wanted), instant)[: most + 1]
    found = [CaseOnMap._make(row) for row in rows]
    return found if len(found) <= most else None


def counts_in_tile(access: Access, zoom: int, x: int, y: int, wanted: CaseFilter, instant: datetime) -> Gathered:
    """How many visible cases of a bounded filter lie in each of 16 × 16 cells of a map tile; kinds of counts: CLOCK_WORDS.

    Of open cases this reads one index and no case, unless somebody sees cases by their unit or the filter asks for more.
    """
    cells, counts, _ids = _cells(access, zoom, x, y, wanted, instant)
    return gathered(cells, counts, _small(zoom), zoom + CELLS)


def crowds_in_tile(
    access: Access, zoom: int, x: int, y: int, wanted: CaseFilter, instant: datetime
) -> tuple[Gathered, list[CaseOnMap]]:
    """The same for a map from near: the cells that several cases share as counts, and the cases that have theirs alone.

    However many cases there are, only these are read, one for each cell at most.
    """
    cells, counts, ids = _cells(access, zoom, x, y, wanted, instant)
    _large, place, total = np.unique(
        cells >> 2 * (_small(zoom) - zoom - CELLS), return_inverse=True, return_counts=True
    )
    several = (total > 1)[place] | (counts.sum(axis=1) > 1)
    crowds = gathered(cells[several], counts[several], _small(zoom), zoom + CELLS)
    alone = Case.objects.filter(id__in=ids[~several].tolist()).order_by("id")
    return crowds, [CaseOnMap._make(row) for row in _on_map(alone, instant)]


def _on_map(rows: QuerySet[Case], instant: datetime) -> QuerySet[Case, tuple[Any, ...]]:
    placed = rows.filter(lon__isnull=False, lat__isnull=False).annotate(clock=_clock(instant))
    return placed.values_list(*CaseOnMap._fields)


def _small(zoom: int) -> int:
    return min(zoom + SMALL_CELLS, KEY_ZOOM)


def _cells(
    access: Access, zoom: int, x: int, y: int, wanted: CaseFilter, instant: datetime
) -> tuple[IntArray, IntArray, IntArray]:
    """The small cells of a tile that hold cases, once for each clock there: their keys, the counts by clock, the id of one of these cases."""
    rows = (
        _in_tile(access, zoom, x, y, wanted)
        .annotate(cell=F("tile_key").bitrightshift(2 * (KEY_ZOOM - _small(zoom))), clock=_clock(instant))
        .order_by()
        .values_list("cell", "clock")
        .annotate(number=Count("*"), lowest=Min("id"))
    )
    found = np.array(list(rows), np.int64).reshape(-1, 4)
    counts = np.zeros((len(found), len(CLOCK_WORDS)), np.int64)
    counts[np.arange(len(found)), found[:, 1]] = found[:, 2]
    return found[:, 0], counts, found[:, 3]


def cases_in_view(access: Access, view: Bounds, wanted: CaseFilter, *, most: int = 50) -> tuple[list[ListedCase], int]:
    """The visible cases of a bounded filter in a rectangle, at most so many, those that are due first before others; and how many there are."""
    shown = rectangle(view)
    rows = exactly(_among(access, key_span(shown), wanted), shown)
    running = Either(When(clock_state="running", due_at__isnull=False, then=Value(0)), default=Value(1))
    first = rows.annotate(waits=running).order_by("waits", "due_at", "-id").values_list("id", flat=True)
    ids = list(first[:most])
    found = {row[0]: ListedCase._make(row) for row in Case.objects.filter(id__in=ids).values_list(*ListedCase._fields)}
    return [found[case_id] for case_id in ids if case_id in found], len(ids) if len(ids) < most else rows.count()


def _in_tile(access: Access, zoom: int, x: int, y: int, wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases of a filter in a tile."""
    return _among(access, tile_key_range(zoom, x, y), wanted)


def _among(access: Access, keys: tuple[int, int], wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases of a filter between two tile keys, asked so that both databases take the index that holds fewest of them.

    What may be seen stands inside a CASE, and for SQLite the keys of more than a tile of NEAR behind a plus: else it reads all cases that
    a district ever had, or a quarter of the city, to find those that are open, or of a month. PostgreSQL weighs that by what it knows of
    the numbers. An index alone answers for what is open.
    """
    are_open = bool(wanted.states) and set(wanted.states) <= set(OPEN_STATES)
    rows = narrowed(seen_one_by_one(access), access, replace(wanted, within=None))
    if wanted.within is not None:
        rows = exactly(rows, wanted.within)
    if are_open:  # the very words of the index: with values in their place SQLite would not take it
        return rows.filter(tile_key__range=keys).extra(where=[OPEN_SQL])  # noqa: S610 - our own words
    if connection.vendor == "postgresql" or keys[1] - keys[0] < 1 << 2 * (KEY_ZOOM - NEAR):
        return rows.filter(tile_key__range=keys)
    return rows.extra(where=["+cases_case.tile_key BETWEEN %s AND %s"], params=list(keys))


def seen_one_by_one(access: Access) -> QuerySet[Case]:
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
