"""The jobs of all flows: late clocks escalate, running clocks are computed anew when the calendar changes."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid5

from django.db.models import QuerySet

from linli.core.catalogue.public import CALENDAR_CHANGED
from linli.core.flow import clocks
from linli.core.flow.act import act
from linli.core.flow.definition import AnyFlow
from linli.core.flow.models import ClockRow
from linli.core.flow.parts import TOP_LEVEL
from linli.core.flow.register import flows
from linli.core.platform.public import SYSTEM, Event, Work, insert_rows, periodic, subscribe

BATCH = 500


@periodic("escalate_late", every=timedelta(minutes=5))
def escalate_late(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """A clock that is red goes one level up, and one more for each day it stays red, to the third; each level exactly once.

    The days are those that the clock counts: a clock of office time that turned red on Friday evening is where it was on Monday
    morning. The row of the escalation is unique per clock and level and commits with the action, so a killed worker doubles nothing.
    """
    done = 0
    for flow in flows().values():
        if not any(row.action == "escalate" for row in flow.rows):
            continue
        late = _open(flow).filter(due_at__lt=work.now).order_by("due_at")
        told: dict[int, int] = {}
        for clock_id, level in flow.tables.escalation._default_manager.filter(clock__in=late).values_list(
            "clock_id", "level"
        ):
            told[clock_id] = max(told.get(clock_id, 0), level)
        for clock in late.iterator(chunk_size=1000):
            wanted = min(TOP_LEVEL, 1 + clocks.days_late(clock, work.now))
            if told.get(clock.id, 0) >= wanted:
                continue
            if done == BATCH:
                work.enqueue("escalate_late", {})
                return
            done += escalate_to(flow, work, clock, told.get(clock.id, 0), wanted)


def _open(flow: AnyFlow) -> QuerySet[Any]:
    rows: QuerySet[Any] = flow.tables.clock._default_manager.filter(stopped_at__isnull=True, paused_at__isnull=True)
    return rows.filter(flow=flow.code) if flow.tables.shared else rows


def escalate_to(flow: AnyFlow, work: Work, clock: ClockRow, told: int, wanted: int) -> int:
    """Raises one late clock's item to `wanted`, level by level. Gives 1 when something happened."""
    item_id = getattr(clock, flow.tables.key)
    item = flow.model._default_manager.filter(id=item_id).first()
    if item is None or (item.state, "escalate") not in flow.table_of(item) or item.clock_stage != clock.stage:
        return 0
    for level in range(told + 1, wanted + 1):
        key = {"clock_id": clock.id, **flow.key_of(item_id)}  # type: ignore[attr-defined]
        row = {"home_district": clock.home_district, **key, "level": level, "at": work.now}
        insert_rows(flow.tables.escalation, [row])
        late = {"stage": clock.stage, "level": min(level, TOP_LEVEL)}
        if item.escalation_level + level - told > TOP_LEVEL:  # told as late, but there is nobody above
            work.emit(f"{flow.code}.late", flow.code, item_id, {**late, "level": TOP_LEVEL})
            continue
        act(flow, SYSTEM, item_id, "escalate", flow.given(), uuid=uuid5(item.uuid, f"escalate {clock.id} {level}"))  # type: ignore[attr-defined]
        work.emit(f"{flow.code}.late", flow.code, item_id, late)
    return 1


@periodic("recompute_clocks", daily_at=time(4, 20))
def recompute_clocks(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Running clocks of office time get new due times after the calendar changed; round the clock no calendar counts.

    A change made here enqueues it; it also runs each night, since an update may have brought the holidays of a new year.
    """
    for flow in flows().values():
        for clock in _open(flow).filter(unit__in=clocks.OFFICE_UNITS).order_by("id").iterator(chunk_size=500):
            recompute(flow, clock)


def on_calendar_changed(work: Work, event: Event) -> None:  # noqa: ARG001 - a subscriber's form
    """Office hours or holidays are others than before."""
    work.enqueue("recompute_clocks", {})


subscribe(CALENDAR_CHANGED, "flow.recompute_clocks", on_calendar_changed)


def recompute(flow: AnyFlow, clock: Any) -> None:
    """One running clock and its item's copy by the calendar in force; nothing where that changes nothing."""
    due, amber = clocks.limits_of(clock)
    if (due.at_utc, amber.at_utc, due.provisional) == (clock.due_at, clock.amber_at, clock.provisional):
        return
    type(clock)._default_manager.filter(id=clock.id).update(
        due_at=due.at_utc, amber_at=amber.at_utc, provisional=due.provisional
    )
    items = flow.model._default_manager.filter(
        id=getattr(clock, flow.tables.key), clock_stage=clock.stage, clock_state="running"
    )
    columns = {"due_at": due.at_utc, "amber_at": amber.at_utc, "due_provisional": due.provisional}
    copies = {column: due.at_utc for stage, column in flow.due_copies.items() if stage == clock.stage}
    items.update(**columns, **copies)
