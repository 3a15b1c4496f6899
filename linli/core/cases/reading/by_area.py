"""Figures of cases for the map: how many in each community or street, and how many were reported each day. on_map.py has their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db.models import Count

from linli.core.access.public import Access
from linli.core.cases.models import OPEN_STATES
from linli.core.cases.reading.counts import OPEN_SQL
from linli.core.cases.reading.on_map import seen_one_by_one
from linli.core.cases.reading.selectors import CaseFilter, narrowed
from linli.core.platform.public import ask, day_start


def counts_by_area(access: Access, wanted: CaseFilter, level: Literal["community", "street"]) -> dict[int, int]:
    """How many visible cases of a bounded filter each community or street has, by its id; those with none are left out.

    A list with the same filter and that area has as many. Of open cases it reads one index.
    """
    rows = narrowed(seen_one_by_one(access), access, wanted)
    if wanted.states and set(wanted.states) <= set(OPEN_STATES):
        rows = rows.extra(where=[OPEN_SQL])  # noqa: S610 - our own words
    column = f"{level}_id"
    counted = rows.order_by().values_list(column).annotate(number=Count("*"))
    return {area_id: number for area_id, number in counted if area_id is not None}


def counts_by_day(access: Access, wanted: CaseFilter, days: Sequence[date]) -> list[int]:
    """How many visible cases of a filter were reported on each of these days of the city; its own times do not count. One statement."""
    asked: list[str] = []
    given: list[Any] = []
    for place, day in enumerate(days):
        within = replace(wanted, since=day_start(day), until=day_start(day + timedelta(days=1)), closed_since=None)
        rows = narrowed(seen_one_by_one(access), access, within).order_by().values("id")
        try:
            sql, values = rows.query.sql_with_params()
        except EmptyResultSet:
            return [0] * len(days)
        asked.append(f"SELECT {place}, COUNT(*) FROM ({sql}) AS day{place}")  # noqa: S608 - written by Django
        given += values
    found: dict[int, int] = dict(ask(" UNION ALL ".join(asked), given))
    return [int(found.get(place, 0)) for place in range(len(days))]
