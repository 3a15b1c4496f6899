"""What waits for somebody, over all flows: from the tables themselves (action × permission × relation), the most urgent first.

The queue of a clerk and the day of a grid worker are views of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from linli.core.access.public import Access, names_of
from linli.core.areas.public import place
from linli.core.flow.public import AnyFlow, Who, clock_said, flows, opened_by, phase_of, waiting, waiting_parts
from linli.lib.outside import instant, whole_number

PAGE_ROWS = 50
# Beyond this nobody counts, and a count costs what it counts.
MOST_COUNTED = 1000
# Conditions of one flow that are asked for apart; more are asked for together.
MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, as a list shows it."""

    flow: str
    kind: str
    id: int
    title: str
    url: str
    state: str
    state_word: str
    phase: str
    place: str
    clock: str
    due_at: str
    left: str
    due: datetime | None
    stood_in_for: str = ""  # of what waits for somebody else, for whom the person stands in: their name


@dataclass(frozen=True, slots=True)
class Kind:
    """How many things of a flow wait; `more` when there are more than were counted."""

    flow: str
    title: str
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """Things that wait, and the cursor of those after them, empty at the end."""

    rows: list[Waiting]
    next_cursor: str = ""


def may_wait(flow: AnyFlow, access: Access) -> bool:
    """Whether something of a flow can wait for this person at all."""
    return any(
        not relation.asks or access.may(flow.permission(row.action))
        for row in flow.rows
        if row.action in flow.waiting
        for relation in (flow.relations[name] for name in row.who)
        if relation.rows is not None
    )


def _parts(access: Access, kind: str = "") -> list[tuple[AnyFlow, list[QuerySet[Any]]]]:
    """What waits, for each flow of which something can, in queries that an index of its own may answer, each item in one."""
    chosen = [flow for flow in flows().values() if flow.code == kind or not kind]
    return [(flow, _queries(flow, access)) for flow in chosen if may_wait(flow, access)]


def _queries(flow: AnyFlow, access: Access) -> list[QuerySet[Any]]:
    waits, rows = {row.state for row in flow.rows if row.action in flow.waiting}, flow.model._default_manager
    over = waits & set(flow.ended)
    going_on = rows.exclude(state__in=sorted(over)) if over else rows.all()
    parts = waiting_parts(flow, access)
    return [going_on.filter(one) for one in (parts if len(parts) <= MOST_PARTS else [waiting(flow, access)])]


def kinds_of(access: Access) -> list[Kind]:
    """What can wait for this person, with how much does; one statement, however many flows there are.

    Counted in the order of the indexes: without one SQLite reads a whole table to find that nothing of it waits.
    """
    parts = _parts(access)
    counts = dict(
        _together(
            [[one.order_by("due_at", "id").values("id")[: MOST_COUNTED + 1] for one in some] for _flow, some in parts],
            counted=True,
        )
    )
    found = [(flow, counts.get(number, 0)) for number, (flow, _some) in enumerate(parts)]
    return [Kind(flow.code, str(flow.title), min(count, MOST_COUNTED), count > MOST_COUNTED) for flow, count in found]


def waiting_for(
    access: Access, now: datetime, *, kind: str = "", cursor: str = "", rows_per_page: int = PAGE_ROWS
) -> WaitingPage:
    """What waits, the most urgent first, what has no clock at the end.

    Of one kind in pages; of all kinds the first page, since each kind has its own. A cursor that cannot be read begins anew. One
    statement finds the first of all flows, then one reads the rows of each flow that is among them.
    """
    parts, most = _parts(access, kind), int(rows_per_page) + 1
    wanted = [
        [_after(one, cursor if kind else "").values("id", "due_at")[:most] for one in some] for _flow, some in parts
    ]
    first = _together(wanted, most=most)
    ids: dict[int, list[int]] = {}
    for number, item_id in first:
        ids.setdefault(number, []).append(item_id)
    items = {number: parts[number][0].model._default_manager.in_bulk(some) for number, some in ids.items()}
    others = names_of(one.user_id for one in access.stood_in_for())
    found = [
        _shown(parts[number][0], item, now, _for_whom(parts[number][0], item, access, others))
        for number, item_id in first
        if (item := items[number].get(item_id)) is not None
    ]
    page = found[:rows_per_page]
    return WaitingPage(page, _cursor(page[-1]) if kind and len(found) > rows_per_page else "")


def _together(
    queries: Sequence[Sequence[QuerySet[Any]]], *, most: int = 0, counted: bool = False
) -> list[tuple[int, int]]:
    """For each place in the list the ids that its queries find, the most urgent first, or how many; in one statement.

    Plain SQL, since Django joins no queries that are sorted and cut on SQLite.
    """
    statements, values = [], []
    for number, some in enumerate(queries):
        parts = []
        for one in some:
            try:
                sql, params = one.query.sql_with_params()
            except EmptyResultSet:  # nothing of it can wait for this person
                continue
            parts.append(f"SELECT * FROM ({sql}) AS one")  # noqa: S608 - made by Django
            values += list(params)
        if parts:
            columns = "COUNT(*) AS id" if counted else "id, due_at"
            statements.append(f"SELECT {number} AS number, {columns} FROM ({' UNION ALL '.join(parts)}) AS branches")  # noqa: S608
    if not statements:
        return []
    order = "" if counted else f"ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, number, id LIMIT {most}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number, id FROM ({' UNION ALL '.join(statements)}) AS every {order}", values)  # noqa: S608
        return list(cursor.fetchall())


def _after(rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    """The rows by due time, from where a cursor says."""
    due, _dash, last = cursor.partition("_")
    last_id, at = whole_number(last), instant(due)
    if last_id is not None and at is not None:
        rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=last_id) | Q(due_at__isnull=True))
    elif last_id is not None and due == "none":
        rows = rows.filter(due_at__isnull=True, id__gt=last_id)
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def _cursor(row: Waiting) -> str:
    return f"{row.due.isoformat() if row.due else 'none'}_{row.id}"


def _for_whom(flow: AnyFlow, item: Any, access: Access, others: Mapping[int | None, str]) -> str:
    """For whom the person would act on an item; empty where it waits for themself."""
    if not others:
        return ""
    steps = [row for row in flow.rows_in(item) if row.action in flow.waiting]
    opened = [found for row in steps if (found := opened_by(flow, item, row, Who(access))) is not None]
    people = {who.access.user_id for _relation, who in opened if who.access is not None}
    return "" if access.user_id in people else next((name for user_id, name in others.items() if user_id in people), "")


def _shown(flow: AnyFlow, item: Any, now: datetime, stood_in_for: str) -> Waiting:
    said = clock_said(item, now)
    return Waiting(
        flow=flow.code, kind=str(flow.title), id=item.id, title=flow.heading(item), url=reverse(flow.page, args=[item.id]),
        state=item.state, state_word=str(flow.states(item.state).label), phase=phase_of(flow, item.state),
        place=place(item.area_id), clock=said.word, due_at=said.due_at, left=said.left,
        due=item.due_at, stood_in_for=stood_in_for,
    )  # fmt: skip
