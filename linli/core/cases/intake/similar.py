"""Reports that may be about the same thing: near in place and time, of the same kind (相似案卷).

`similar_cases` finds them; `look_around` is for a new report, which asks in the same statement what else it has to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.cases.models import Case, CaseEvent
from linli.core.catalogue.public import CategoryNode
from linli.core.platform.public import Refusal, Work, ask, next_id_sql, without_transaction


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier report that may be about the same thing."""

    id: int
    number: str
    standard: str
    kind: str
    category_code: str
    category_name: str
    description: str
    state: str
    area_id: int
    reported_at: datetime
    distance_m: float


class AlreadyMade(Refusal):
    """A case with this UUID exists: the same report came before. The idempotency protocol answers with that case, for as
    long as it keeps the answer."""

    code = "already_there"
    needs_new_uuid = True


_COLUMNS = (
    "id, number, standard, kind, category_code, category_name, description, state, area_id, reported_at, lon, lat"
)
# Without the fence PostgreSQL's planner tries state and category on each of the table's indexes, which takes far longer
# than to look at the few rows of a place.
_AROUND = f"""
SELECT {_COLUMNS} FROM (
  SELECT {_COLUMNS} FROM cases_case
  WHERE ({{ranges}}) AND reported_at BETWEEN %s AND %s{{fence}}
) AS around
WHERE state NOT IN ('rejected', 'merged', 'void', 'archived', 'closed'){{category}} ORDER BY id DESC LIMIT 50
"""  # noqa: S608 - names of columns
_SAME_CATEGORY = " AND (category_code = '' OR (category_code = %s AND kind = %s AND standard = %s))"
_NOTHING = f"SELECT {_COLUMNS} FROM cases_case WHERE 1 = 0"  # noqa: S608 - names of columns
_WITH_IDS = """
WITH drawn AS{materialized} (
  SELECT {case_id} AS case_id, {event_id} AS event_id, EXISTS (SELECT 1 FROM cases_case WHERE uuid = %s) AS made
)
SELECT * FROM drawn LEFT JOIN ({around}) AS near ON 1 = 1
"""


def similar_cases(
    lon: float | None,
    lat: float | None,
    category: CategoryNode | None,
    instant: datetime,
    *,
    besides: int | None = None,
) -> list[Similar]:
    """Open cases near in place and time (50 m and 24 h, or as the category says), nearest first.

    With a category only the same one counts, or reports that have none yet. Written by hand, since every report asks.
    """
    sql, parameters = _around(lon, lat, category, instant)
    if sql == _NOTHING:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    return _nearest(lon, lat, category, [row for row in rows if row[0] != besides])


def look_around(
    work: Work, lon: float | None, lat: float | None, category: CategoryNode | None, *, uuid: UUID
) -> list[Similar]:
    """The similar cases of a new report, which is asked before anything else of its write. Raises AlreadyMade when a case
    carries its UUID.

    The same statement draws the ids of the case and its first entry, and needs no transaction: with everything else in the
    statement at the end, PostgreSQL is asked twice for a report and no BEGIN or COMMIT travels.
    """
    around, parameters = _around(lon, lat, category, work.now)
    on_postgresql = connection.vendor == "postgresql"
    sql = _WITH_IDS.format(
        materialized=" MATERIALIZED" if on_postgresql else "", case_id=next_id_sql(Case), event_id=next_id_sql(CaseEvent),
        around=around,
    )  # fmt: skip
    with without_transaction():
        rows = ask(sql, [uuid if on_postgresql else uuid.hex, *parameters])
    case_id, event_id, made = rows[0][:3]
    if made:
        raise AlreadyMade(_("This report came before; nothing was done now."))
    work.takes_id(Case, case_id)
    work.takes_id(CaseEvent, event_id)
    return _nearest(lon, lat, category, [row[3:] for row in rows if row[3] is not None])


def _around(
    lon: float | None, lat: float | None, category: CategoryNode | None, instant: datetime
) -> tuple[str, list[Any]]:
    if lon is None or lat is None:
        return _NOTHING, []
    ranges = tile_key_ranges(bounds_around(lon, lat, _radius_m(category)))
    adapt = connection.ops.adapt_datetimefield_value
    parameters: list[Any] = [bound for span in ranges for bound in span]
    parameters += [adapt(instant - timedelta(hours=category.similar_hours if category else 24)), adapt(instant)]
    if category:
        parameters += [category.code, category.kind, category.standard]
    sql = _AROUND.format(
        ranges=" OR ".join(["tile_key BETWEEN %s AND %s"] * len(ranges)),
        fence=" OFFSET 0" if connection.vendor == "postgresql" else "",
        category=_SAME_CATEGORY if category else "",
    )
    return sql, parameters


def _radius_m(category: CategoryNode | None) -> int:
    return category.similar_radius_m if category else 50


def _nearest(
    lon: float | None, lat: float | None, category: CategoryNode | None, rows: list[tuple[Any, ...]], limit: int = 5
) -> list[Similar]:
    found = [
        Similar(
            id_,
            number,
            standard,
            kind,
            code,
            name,
            words[:80],
            state,
            area_id,
            as_instant(at),
            float(distance_m(lon or 0, lat or 0, x, y)),
        )
        for id_, number, standard, kind, code, name, words, state, area_id, at, x, y in rows
    ]
    near = [one for one in found if one.distance_m <= _radius_m(category)]
    return sorted(near, key=lambda one: (round(one.distance_m, 1), -one.id))[:limit]


def as_instant(value: datetime | str) -> datetime:
    """An instant out of a hand-written statement; SQLite gives text without zone."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
