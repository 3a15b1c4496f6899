"""What waits for somebody, over all flows: from the tables themselves (action × permission × relation), the most urgent first.

The queue of a clerk and the day of a grid worker are views of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.areas.public import place
from linli.core.flow.public import AnyFlow, clock_word, due_shown, flows, left_shown, phase_of, waiting
from linli.lib.outside import instant, whole_number

PAGE_ROWS = 50
# Beyond this nobody counts, and a count costs what it counts.
MOST_COUNTED = 1000


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


def kinds_of(access: Access) -> list[Kind]:
    """What can wait for this person, with how much does; one statement for each."""
    found = []
    for flow in flows().values():
        if may_wait(flow, access):
            count = _rows(flow, access).order_by()[: MOST_COUNTED + 1].count()
            found.append(Kind(flow.code, str(flow.title), min(count, MOST_COUNTED), count > MOST_COUNTED))
    return found


def _rows(flow: AnyFlow, access: Access) -> QuerySet[Any]:
    rows: QuerySet[Any] = flow.model._default_manager.filter(waiting(flow, access), ~Q(state__in=flow.ended))
    return rows


def waiting_for(
    access: Access, now: datetime, *, kind: str = "", cursor: str = "", rows_per_page: int = PAGE_ROWS
) -> WaitingPage:
    """What waits, the most urgent first, what has no clock at the end.

    Of one kind in pages; of all kinds the first page, since each kind has its own. A cursor that cannot be read begins anew.
    """
    chosen = [flow for flow in flows().values() if flow.code == kind or not kind]
    found: list[Waiting] = []
    for flow in chosen:
        if may_wait(flow, access):
            items = _first(_rows(flow, access), cursor if kind else "", rows_per_page + 1)
            found += [_shown(flow, item, now) for item in items]
    found.sort(key=lambda one: (one.due is None, one.due or now, one.flow, one.id))
    page = found[:rows_per_page]
    return WaitingPage(page, _cursor(page[-1]) if kind and len(found) > rows_per_page else "")


def _first(rows: QuerySet[Any], cursor: str, count: int) -> Sequence[Any]:
    """The first so many by due time. The ids are found first, so that only those few rows are read whole."""
    due, _dash, last = cursor.partition("_")
    last_id, at = whole_number(last), instant(due)
    if last_id is not None and at is not None:
        rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=last_id) | Q(due_at__isnull=True))
    elif last_id is not None and due == "none":
        rows = rows.filter(due_at__isnull=True, id__gt=last_id)
    ids = list(rows.order_by(F("due_at").asc(nulls_last=True), "id").values_list("id", flat=True)[:count])
    items = rows.model._default_manager.in_bulk(ids)
    return [items[id_] for id_ in ids if id_ in items]


def _cursor(row: Waiting) -> str:
    return f"{row.due.isoformat() if row.due else 'none'}_{row.id}"


def _shown(flow: AnyFlow, item: Any, now: datetime) -> Waiting:
    return Waiting(
        flow=flow.code, kind=str(flow.title), id=item.id, title=flow.heading(item), url=reverse(flow.page, args=[item.id]),
        state=item.state, state_word=str(flow.states(item.state).label), phase=phase_of(flow, item.state),
        place=place(item.area_id), clock=clock_word(item, now), due_at=due_shown(item, now), left=left_shown(item, now),
        due=item.due_at,
    )  # fmt: skip
