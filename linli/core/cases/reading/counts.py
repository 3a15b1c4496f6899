"""Counts of cases for the home page and the menu, in plain SQL around the conditions that selectors.py builds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import QuerySet

from linli.core.access.public import Access, Grant, UnitTree, unit_tree
from linli.core.areas.public import AreaTree, area_tree
from linli.core.cases.models import OPEN_STATES, Case
from linli.core.cases.reading.rules import waiting_filter
from linli.core.cases.reading.seeing import visible
from linli.core.platform.public import now


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on cases_case, ready for a WHERE: its text holds placeholders for the values."""

    sql: str
    values: tuple[Any, ...]


OPEN_SQL = f"state IN ({', '.join(repr(state) for state in OPEN_STATES)})"  # as in the partial indexes of cases_case
_MOST_KEPT = 2000
_kept: dict[tuple[int, tuple[Grant, ...]], tuple[AreaTree, UnitTree, Condition, Condition]] = {}


def conditions_for(access: Access) -> tuple[Condition, Condition]:
    """What `visible` and `waiting_filter` come to for this person, as conditions for plain SQL.

    Every page counts what waits, and building these took five times as long as the count itself; so they are kept until
    the person's grants, the areas or the units change.
    """
    key, areas, units = (access.user_id, access.grants), area_tree(), unit_tree()
    kept = _kept.get(key)
    if kept is None or kept[0] is not areas or kept[1] is not units:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        waits = Case.objects.filter(waiting_filter(access))
        kept = _kept[key] = (areas, units, _condition(visible(access)), _condition(waits))
    return kept[2], kept[3]


def _condition(rows: QuerySet[Case]) -> Condition:
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, values = rows.query.where.as_sql(compiler, connection)
    except EmptyResultSet:
        return Condition("1 = 0", ())
    except FullResultSet:
        return Condition("1 = 1", ())
    return Condition(f"({sql})" if sql else "1 = 1", tuple(values))


@dataclass(frozen=True, slots=True)
class HomeCounts:
    """The figures of the home page."""

    waiting: int
    late: int
    amber: int
    open: int
    reported_today: int
    closed_today: int
    by_state: dict[str, int]


def waiting_count(access: Access) -> int:
    """How many cases wait for this person, in one statement."""
    seen, waits = conditions_for(access)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM cases_case WHERE {OPEN_SQL} AND {seen.sql} AND {waits.sql}",  # noqa: S608 - no value in it
            [*seen.values, *waits.values],
        )
        return int(cursor.fetchone()[0])


def home_counts(access: Access, *, day_start: datetime) -> HomeCounts:
    """What waits for this person, what is late, today's numbers; two statements over the open and today's cases."""
    seen, waits = conditions_for(access)
    instant, day = (connection.ops.adapt_datetimefield_value(at) for at in (now(), day_start))
    by_state, late, amber, waiting = {}, 0, 0, 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, COUNT(*), COUNT(*) FILTER (WHERE clock_state = 'running' AND due_at < %s), "  # noqa: S608 - no value in it
            "COUNT(*) FILTER (WHERE clock_state = 'running' AND amber_at <= %s AND due_at >= %s), "
            f"COUNT(*) FILTER (WHERE {waits.sql}) FROM cases_case WHERE {OPEN_SQL} AND {seen.sql} GROUP BY state",
            [instant, instant, instant, *waits.values, *seen.values],
        )
        for row in cursor.fetchall():
            by_state[row[0]] = row[1]
            late, amber, waiting = late + row[2], amber + row[3], waiting + row[4]
        cursor.execute(
            "SELECT COUNT(*) FILTER (WHERE reported_at >= %s), COUNT(*) FILTER (WHERE closed_at >= %s) "  # noqa: S608 - no value in it
            f"FROM cases_case WHERE (reported_at >= %s OR closed_at >= %s) AND {seen.sql}",
            [day, day, day, day, *seen.values],
        )
        reported, closed = cursor.fetchone()
    return HomeCounts(waiting, late, amber, sum(by_state.values()), reported, closed, by_state)
