"""The clocks of an item: starting, stopping, pausing, resuming and extending the clock of a stage, in the four clock units.

The arithmetic is linli.algorithms.working_time; here it meets the item and the rows of its clocks. Called by act.py and begin.py,
inside their unit of work.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import ClockUnit
from linli.algorithms.working_time import Due, amber_after_pause, amber_at, due_after_pause, due_at, elapsed
from linli.core.catalogue.public import catalogue
from linli.core.flow.definition import AnyFlow
from linli.core.flow.limits import limit_of_item
from linli.core.flow.models import ClockRow
from linli.core.flow.parts import FALLBACK_SHARE
from linli.core.platform.public import BadInput, city_zone, day_start

OFFICE_UNITS = (ClockUnit.WORK_HOUR, ClockUnit.WORK_DAY)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=3660)  # a clock until a day keeps the hours until then, of which a row holds eleven years


def new_clock(flow: AnyFlow, item: Any, stage: str, instant: datetime) -> dict[str, Any] | None:
    """The columns of a clock that starts at `instant`, and the item's copy of it set; None when the stage has no limit."""
    until = flow.stages[stage].until
    named = until(item) if until else None
    ends = named if named is None or isinstance(named, datetime) else closing(named, instant)
    limit = _until(ends, instant) if ends else limit_of_item(flow, item, stage)
    if limit is None:
        show(flow, item, "", "done", None, None, provisional=False)
        return None
    amount, unit, share = limit
    calendar = catalogue().calendar
    due = Due(ends, False) if ends else due_at(calendar, instant, amount, ClockUnit(unit))
    amber = amber_at(calendar, instant, amount, ClockUnit(unit), share)
    show(flow, item, stage, "running", due.at_utc, amber.at_utc, provisional=due.provisional)
    return {
        "home_district": item.home_district,
        **flow.key_of(item.id),
        "stage": stage,
        flow.tables.unit: getattr(item, flow.tables.unit) if flow.stages[stage].per_unit else None,
        "amount": amount,
        "unit": unit,
        "amber_share": share,
        "intervals": [[instant.isoformat(), None]],
        "started_at": instant,
        "due_at": due.at_utc,
        "amber_at": amber.at_utc,
        "provisional": due.provisional,
    }


def closing(day: date, instant: datetime) -> datetime:
    """When the office closes on a day; on one without office hours, and on the present one afterwards, its last minute, since a
    due time of midnight would be told as the next day's."""
    hours = catalogue().calendar.hours_on(day)
    end = day_start(day + timedelta(days=1)).astimezone(UTC) - timedelta(minutes=1)
    if not hours or hours[-1][1] == time():
        return end
    closes = datetime.combine(day, hours[-1][1], city_zone()).astimezone(UTC)
    return closes if closes > instant else end


def _until(ends: datetime, instant: datetime) -> tuple[Decimal, str, Decimal]:
    """A limit that ends at an instant, as the hours until then; none once it is over. Raises BadInput for one that no clock measures."""
    left = max(ends - instant, timedelta())
    if left > LONGEST:
        raise BadInput(_("This day is more than ten years away; choose an earlier one."))
    hours = (Decimal(left // timedelta(microseconds=1)) / 3_600_000_000).quantize(Decimal("0.001"))
    return hours, ClockUnit.URGENT_HOUR, FALLBACK_SHARE


def start(flow: AnyFlow, item: Any, stage: str, instant: datetime) -> None:
    """Starts the clock of a stage. Of a stage that counts for each unit, a unit that had the item before, since it was last begun
    anew, goes on with the time it had: who returns an item and gets it again has not won a new limit.
    """
    before = _last(flow, item, stage) if flow.stages[stage].per_unit else None
    if before is not None:
        _run_on(flow, item, before, instant)
        return
    columns = new_clock(flow, item, stage, instant)
    if columns:
        flow.tables.clock._default_manager.create(**columns)


def clocks_of(flow: AnyFlow, item: Any) -> Any:
    """The rows of an item's clocks."""
    return flow.tables.clock._default_manager.filter(**flow.key_of(item.id))


def open_clock(flow: AnyFlow, item: Any, stage: str = "") -> ClockRow | None:
    """The clock of a stage that has not stopped, or the last one of any."""
    rows = clocks_of(flow, item).filter(stopped_at__isnull=True).order_by("-id")
    found: ClockRow | None = (rows.filter(stage=stage) if stage else rows).first()
    return found


def _last(flow: AnyFlow, item: Any, stage: str) -> ClockRow | None:
    """The last clock of a stage since the item last began anew; of a stage that counts for each unit, that of the present one."""
    rows = clocks_of(flow, item).filter(stage=stage)
    if flow.stages[stage].per_unit:
        rows = rows.filter(**{flow.tables.unit: getattr(item, flow.tables.unit)})
    if flow.begins_anew:
        events = flow.tables.event._default_manager.filter(**flow.key_of(item.id), action__in=flow.begins_anew)
        begun = Coalesce(Subquery(events.order_by("-seq").values("at")[:1]), Value(_NEVER))
        rows = rows.filter(started_at__gte=begun)
    found: ClockRow | None = rows.order_by("-id").first()
    return found


def stop(flow: AnyFlow, item: Any, stages: tuple[str, ...], instant: datetime) -> None:
    """Stops the open clocks of these stages. The item shows no clock until another starts."""
    for clock in clocks_of(flow, item).filter(stage__in=stages, stopped_at__isnull=True):
        _end_interval(clock, instant)
        clock.stopped_at = instant
        clock.save(update_fields=["intervals", "stopped_at"])
    show(flow, item, "", "done", None, None, provisional=False)


def pause(flow: AnyFlow, item: Any, stage: str, instant: datetime) -> None:
    """Pauses the open clock of a stage; what is left of it waits."""
    clock = clocks_of(flow, item).filter(stage=stage, stopped_at__isnull=True, paused_at__isnull=True).first()
    if clock is None:
        return
    _end_interval(clock, instant)
    clock.paused_at = instant
    clock.save(update_fields=["intervals", "paused_at"])
    show(flow, item, stage, "paused", clock.due_at, clock.amber_at, provisional=clock.provisional)


def resume(flow: AnyFlow, item: Any, stage: str, instant: datetime) -> None:
    """Lets the last clock of a stage run on with what is left, whether it was paused or stopped; starts one if there was none."""
    clock = _last(flow, item, stage)
    if clock is None:
        start(flow, item, stage, instant)
        return
    _run_on(flow, item, clock, instant)


def show_again(flow: AnyFlow, item: Any, stage: str) -> None:
    """Sets the item's copy anew from the open clock of a stage that ran on meanwhile."""
    clock = open_clock(flow, item, stage)
    if clock is not None:
        show(flow, item, stage, "running", clock.due_at, clock.amber_at, provisional=clock.provisional)


def extend(flow: AnyFlow, item: Any, stage: str, amount: Decimal) -> None:
    """Adds to the limit of the open clock of a stage, in its own unit."""
    clock = clocks_of(flow, item).filter(stage=stage, stopped_at__isnull=True).first()
    if clock is not None:
        clock.amount += amount
        _recompute(flow, item, clock)


def _run_on(flow: AnyFlow, item: Any, clock: ClockRow, instant: datetime) -> None:
    clock.paused_at = clock.stopped_at = None
    clock.intervals = [*clock.intervals, [instant.isoformat(), None]]
    _recompute(flow, item, clock)


def _recompute(flow: AnyFlow, item: Any, clock: ClockRow) -> None:
    """Due and amber of a running clock from its intervals, on the row and on the item."""
    due, amber = limits_of(clock)
    clock.due_at, clock.amber_at, clock.provisional = due.at_utc, amber.at_utc, due.provisional
    clock.save(update_fields=["amount", "intervals", "due_at", "amber_at", "provisional", "paused_at", "stopped_at"])
    show(flow, item, clock.stage, "running", clock.due_at, clock.amber_at, provisional=clock.provisional)


def limits_of(clock: ClockRow) -> tuple[Due, Due]:
    """When a running clock is due and amber, from its intervals and the calendar in force."""
    closed = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in clock.intervals if b is not None]
    begun = datetime.fromisoformat(clock.intervals[-1][0])
    calendar, unit = catalogue().calendar, ClockUnit(clock.unit)
    due = due_after_pause(calendar, closed, begun, clock.amount, unit)
    amber = amber_after_pause(calendar, closed, begun, clock.amount, unit, clock.amber_share)
    return due, amber


def days_late(clock: ClockRow, instant: datetime) -> int:
    """Whole days of the clock's own time since it was due: work days for office time, else days of 24 hours."""
    if instant <= clock.due_at:
        return 0
    unit = ClockUnit.WORK_DAY if clock.unit in OFFICE_UNITS else ClockUnit.CALENDAR_DAY
    return int(elapsed(catalogue().calendar, clock.due_at, instant, unit))


def in_time(due: datetime | None, done: datetime | None, as_of: datetime) -> bool | None:
    """按期: done no later than due. Not done: late once `as_of` is past due, else open (None). No due: None."""
    if due is None:
        return None
    if done is not None:
        return done <= due
    return False if as_of > due else None


def _end_interval(clock: ClockRow, instant: datetime) -> None:
    if clock.intervals and clock.intervals[-1][1] is None:
        began = datetime.fromisoformat(clock.intervals[-1][0])
        clock.intervals = [*clock.intervals[:-1], [clock.intervals[-1][0], max(instant, began).isoformat()]]


def show(
    flow: AnyFlow,
    item: Any,
    stage: str,
    state: str,
    due: datetime | None,
    amber: datetime | None,
    *,
    provisional: bool,
) -> None:
    """Copies a clock to its item, for lists."""
    item.clock_stage, item.clock_state, item.due_at, item.amber_at = stage, state, due, amber
    item.due_provisional = provisional
    if stage in flow.due_copies:
        setattr(item, flow.due_copies[stage], due)
