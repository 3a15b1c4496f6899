"""The jobs of all flows: late clocks escalate, running clocks are computed anew when the calendar or a limit changes."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django.db.models import QuerySet

from linli.core.catalogue.public import CALENDAR_CHANGED, LIMITS_CHANGED, catalogue
from linli.core.flow import clocks
from linli.core.flow.act import act
from linli.core.flow.definition import AnyFlow
from linli.core.flow.limits import limit_of_item
from linli.core.flow.models import ClockRow
from linli.core.flow.parts import TOP_LEVEL
from linli.core.flow.register import flows
from linli.core.platform.public import SYSTEM, Event, Work, insert_rows, local_today, periodic, subscribe

BATCH = 500
WEEK = 7


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


def _unstopped(flow: AnyFlow) -> QuerySet[Any]:
    rows: QuerySet[Any] = flow.tables.clock._default_manager.filter(stopped_at__isnull=True)
    return rows.filter(flow=flow.code) if flow.tables.shared else rows


def _open(flow: AnyFlow) -> QuerySet[Any]:
    return _unstopped(flow).filter(paused_at__isnull=True)


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


def on_limits_changed(work: Work, event: Event) -> None:  # noqa: ARG001 - a subscriber's form
    """A city chose other limits, perhaps for a day to come: then the job of that night applies them."""
    work.enqueue("apply_limits", {})


subscribe(LIMITS_CHANGED, "flow.apply_limits", on_limits_changed)


@periodic("apply_limits", daily_at=time(0, 10))
def apply_limits(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Running and paused clocks get the limits that hold now, where the city chose some for a day of the last week.

    What was granted on top stays on top. Again does nothing, so a night without a server is made up for.
    """
    today = local_today()
    for (code, stage), chosen in catalogue().limits.items():
        flow = flows().get(code)
        if (
            flow is None
            or stage not in flow.stages
            or not any(0 <= (today - row.valid_from).days < WEEK for row in chosen)
        ):
            continue
        clocks_there = _unstopped(flow).filter(stage=stage).order_by("id")
        for clock in clocks_there.iterator(chunk_size=500):
            apply_limit(flow, clock)


def apply_limit(flow: AnyFlow, clock: Any) -> None:
    """The limit that holds now on one clock that has not stopped, with what was granted on top; nothing where that changes nothing.

    A clock whose granted time was in another unit keeps its limit. What somebody did to the clock meanwhile stands.
    """
    item = flow.model._default_manager.filter(id=getattr(clock, flow.tables.key)).first()
    limit = limit_of_item(flow, item, clock.stage) if item is not None else None
    plan = flow.stages[clock.stage]
    if item is None or limit is None or (plan.until is not None and plan.until(item) is not None):
        return
    granted = _granted(flow, clock)
    if granted and limit[1] != clock.unit:
        return
    wanted = (limit[0] + granted, str(limit[1]), limit[2])
    before = {name: getattr(clock, name) for name in ("amount", "unit", "amber_share", "paused_at", "due_at")}
    if wanted == (clock.amount, str(clock.unit), clock.amber_share):
        return
    clock.amount, clock.unit, clock.amber_share = wanted
    rows = type(clock)._default_manager.filter(id=clock.id, stopped_at__isnull=True, **before)
    if rows.update(amount=clock.amount, unit=clock.unit, amber_share=clock.amber_share) and clock.paused_at is None:
        recompute(flow, clock)


def _granted(flow: AnyFlow, clock: Any) -> Decimal:
    """How much was granted to a clock since it began."""
    kinds = [step.kind for step in flow.two_steps if step.extends == clock.stage]
    if not kinds:
        return Decimal(0)
    asked = flow.tables.request._default_manager.filter(
        **flow.key_of(getattr(clock, flow.tables.key)), kind__in=kinds, granted=True, decided_at__gte=clock.started_at
    )
    return sum((amount or Decimal(0) for amount in asked.values_list("amount", flat=True)), Decimal(0))


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
