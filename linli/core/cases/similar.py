"""Reports that may be about the same thing: near in place and time, of the same kind (相似案卷)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.cases.catalogue import CategoryNode
from linli.core.platform.public import Refusal


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


class AlreadyMade(Refusal):
    """A case with this UUID exists: the same report came before. The idempotency protocol answers with that case."""

    code = "already_there"


_AROUND = """
SELECT * FROM (
  SELECT id, number, tracking, category_name, description, state, reported_at, lon, lat FROM cases_case
  WHERE ({ranges}) AND reported_at BETWEEN %s AND %s AND state NOT IN ('rejected', 'merged', 'void', 'archived', 'closed'){category}
  ORDER BY id DESC LIMIT 50
) AS around
"""
_SAME_CATEGORY = " AND (category_code = '' OR (category_code = %s AND kind = %s AND standard = %s))"
_MADE = "SELECT id, '', '', '', '', '', reported_at, NULL, NULL FROM cases_case WHERE uuid = %s"


def similar_cases(
    lon: float | None,
    lat: float | None,
    category: CategoryNode | None,
    instant: datetime,
    *,
    besides: int | None = None,
    new_uuid: UUID | None = None,
    limit: int = 5,
) -> list[Similar]:
    """Open cases near in place and time (50 m and 24 h, or as the category says), nearest first.

    With a category only the same one counts, or reports that have none yet. `new_uuid` also asks, in the same statement,
    whether a case carries this UUID, and raises AlreadyMade. Written by hand, since every report asks.
    """
    statements: list[str] = []
    parameters: list[Any] = []
    radius = category.similar_radius_m if category else 50
    if lon is not None and lat is not None:
        ranges = tile_key_ranges(bounds_around(lon, lat, radius))
        adapt = connection.ops.adapt_datetimefield_value
        parameters += [bound for span in ranges for bound in span]
        parameters += [adapt(instant - timedelta(hours=category.similar_hours if category else 24)), adapt(instant)]
        if category:
            parameters += [category.code, category.kind, category.standard]
        between = " OR ".join(["tile_key BETWEEN %s AND %s"] * len(ranges))
        statements.append(_AROUND.format(ranges=between, category=_SAME_CATEGORY if category else ""))
    if new_uuid is not None:
        statements.append(_MADE)
        parameters.append(new_uuid if connection.vendor == "postgresql" else new_uuid.hex)
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), parameters)
        rows = cursor.fetchall()
    if any(not row[2] for row in rows):
        raise AlreadyMade(_("This report came before."))
    found = [
        Similar(
            id_, number, tracking, name, words[:80], state, as_instant(at), float(distance_m(lon or 0, lat or 0, x, y))
        )
        for id_, number, tracking, name, words, state, at, x, y in rows
        if id_ != besides
    ]
    return sorted((one for one in found if one.distance_m <= radius), key=lambda one: one.distance_m)[:limit]


def as_instant(value: datetime | str) -> datetime:
    """An instant out of a hand-written statement; SQLite gives text without zone."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
