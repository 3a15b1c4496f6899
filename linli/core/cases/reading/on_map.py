"""Cases by place: those near a point, and those in the tiles of a map. Lists and pages stand in selectors.py."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Any

from django.db.models import F, Q

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.access.public import Access
from linli.core.cases.models import OPEN_STATES, Case
from linli.core.cases.reading.seeing import visible
from linli.core.cases.reading.selectors import CaseFilter, filtered


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


def cases_on_map(
    access: Access, ranges: Sequence[tuple[int, int]], wanted: CaseFilter, *, limit: int = 5000
) -> list[dict[str, Any]]:
    """Position, state and clock of the visible cases in key ranges (none: everywhere), most urgent first, at most `limit`."""
    near = Q()
    for low, high in ranges:
        near |= Q(tile_key__gte=low, tile_key__lte=high)
    rows = (
        filtered(access, wanted).filter(near, tile_key__isnull=False).order_by(F("due_at").asc(nulls_last=True), "-id")
    )
    columns = (
        "id",
        "uuid",
        "number",
        "category_name",
        "description",
        "state",
        "lon",
        "lat",
        "clock_state",
        "due_at",
        "amber_at",
    )
    return list(rows.values(*columns)[:limit])
