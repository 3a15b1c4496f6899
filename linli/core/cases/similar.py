"""Reports that may be about the same thing: near in place and time, of the same kind (相似案卷)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.cases.catalogue import CategoryNode


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier report that may be about the same thing."""

    id: int
    number: str
    tracking: str
    category_name: str
    description: str
    state: str
    reported_at: datetime
    distance_m: float


_SIMILAR = """
SELECT id, number, tracking, category_name, description, state, reported_at, lon, lat FROM cases_case
WHERE ({ranges}) AND reported_at BETWEEN %s AND %s AND state NOT IN ('rejected', 'merged', 'void', 'archived', 'closed'){category}
ORDER BY id DESC LIMIT 50
"""
_SAME_CATEGORY = " AND (category_code = '' OR (category_code = %s AND kind = %s AND standard = %s))"


def similar_cases(
    lon: float | None,
    lat: float | None,
    category: CategoryNode | None,
    instant: datetime,
    *,
    besides: int | None = None,
    limit: int = 5,
) -> list[Similar]:
    """Open cases near in place and time (50 m and 24 h, or as the category says), nearest first.

    With a category only the same one counts, or reports that have none yet. Written by hand, since every report asks.
    """
    if lon is None or lat is None:
        return []
    radius = category.similar_radius_m if category else 50
    ranges = tile_key_ranges(bounds_around(lon, lat, radius))
    adapt = connection.ops.adapt_datetimefield_value
    parameters: list[Any] = [bound for span in ranges for bound in span]
    parameters += [adapt(instant - timedelta(hours=category.similar_hours if category else 24)), adapt(instant)]
    if category:
        parameters += [category.code, category.kind, category.standard]
    statement = _SIMILAR.format(
        ranges=" OR ".join(["tile_key BETWEEN %s AND %s"] * len(ranges)), category=_SAME_CATEGORY if category else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    found = [
        Similar(id_, number, tracking, name, words[:80], state, as_instant(at), float(distance_m(lon, lat, x, y)))
        for id_, number, tracking, name, words, state, at, x, y in rows
        if id_ != besides
    ]
    return sorted((one for one in found if one.distance_m <= radius), key=lambda one: one.distance_m)[:limit]


def as_instant(value: datetime | str) -> datetime:
    """An instant out of a hand-written statement; SQLite gives text or an instant without zone."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
