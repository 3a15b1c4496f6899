"""The clocks of a case: starting, stopping, pausing, resuming and extending the clock of a stage, in the four clock units.

The arithmetic is linli.algorithms.working_time; here it meets the case and its CaseClock rows. Called by intake and by `act`,
inside their unit of work.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from linli.algorithms.office_calendar import ClockUnit
from linli.algorithms.working_time import Due, amber_after_pause, amber_at, due_after_pause, due_at, elapsed
from linli.core.cases.models import Case, CaseClock, CaseEvent
from linli.core.cases.reading.listed import is_urgent
from linli.core.catalogue.public import catalogue

FALLBACK_SHARE = Decimal("0.80")
OFFICE_UNITS = (ClockUnit.WORK_HOUR, ClockUnit.WORK_DAY)


def stage_limit(case: Case, stage: str) -> tuple[Decimal, str, Decimal] | None:
    """Amount, unit and amber share of a stage for this case; None when neither stage nor condition sets a limit."""
    row = catalogue().stages.get(stage)
    share = row.amber_share if row else FALLBACK_SHARE
    if stage != "handle" and row and row.urgent_hours is not None and is_urgent(case):
        return row.urgent_hours, ClockUnit.URGENT_HOUR, share
    if stage == "handle":
        return (case.limit_amount, case.limit_unit, share) if case.limit_amount is not None else None
    return (row.amount, row.unit, share) if row and row.amount is not None else None


def new_clock(case: Case, stage: str, instant: datetime) -> dict[str, Any] | None:
    """The columns of a clock that starts at `instant`, and the case's copy of it set; None when the stage has no limit."""
    limit = stage_limit(case, stage)
    if limit is None:
        _copy(case, "", "done", None, None, provisional=False)
        return None
    amount, unit, share = limit
    calendar = catalogue().calendar
    due = due_at(calendar, instant, amount, ClockUnit(unit))
    amber = amber_at(calendar, instant, amount, ClockUnit(unit), share)
    _copy(case, stage, "running", due.at_utc, amber.at_utc, provisional=due.provisional)
    return {
        "home_district": case.home_district,
        "case_id": case.id,
        "stage": stage,
        "handling_unit_id": case.handling_unit_id if stage == "handle" else None,
        "amount": amount,
        "unit": unit,
        "amber_share": share,
        "intervals": [[instant.isoformat(), None]],
        "started_at": instant,
        "due_at": due.at_utc,
        "amber_at": amber.at_utc,
        "provisional": due.provisional,
    }


def start(case: Case, stage: str, instant: datetime) -> None:
    """Starts the clock of a stage. A unit that handled the case before, since it was last opened, goes on with the time it had:
    who returns a case and gets it again has not won a new limit.
    """
    before = _last(case, stage) if stage == "handle" else None
    if before is not None:
        _run_on(case, before, instant)
        return
    columns = new_clock(case, stage, instant)
    if columns:
        CaseClock.objects.create(**columns)


def _last(case: Case, stage: str) -> CaseClock | None:
    """The last clock of a stage since the case was last opened; of handling, that of the unit that handles."""
    rows = CaseClock.objects.filter(case_id=case.id, stage=stage)
    if stage == "handle":
        rows = rows.filter(handling_unit_id=case.handling_unit_id)
    if case.reopen_count:
        opened = CaseEvent.objects.filter(case_id=case.id, action="reopen").order_by("-seq").values("at")[:1]
        rows = rows.filter(started_at__gte=opened)
    return rows.order_by("-id").first()


def stop(case: Case, stages: tuple[str, ...], instant: datetime) -> None:
    """Stops the open clocks of these stages. The case shows no clock until another starts."""
    for clock in CaseClock.objects.filter(case_id=case.id, stage__in=stages, stopped_at__isnull=True):
        _end_interval(clock, instant)
        clock.stopped_at = instant
        clock.save(update_fields=["intervals", "stopped_at"])
    _copy(case, "", "done", None, None, provisional=False)


def pause(case: Case, stage: str, instant: datetime) -> None:
    """Pauses the open clock of a stage; what is left of it waits."""
    clock = CaseClock.objects.filter(
        case_id=case.id, stage=stage, stopped_at__isnull=True, paused_at__isnull=True
    ).first()
    if clock is None:
        return
    _end_interval(clock, instant)
    clock.paused_at = instant
    clock.save(update_fields=["intervals", "paused_at"])
    _copy(case, stage, "paused", clock.due_at, clock.amber_at, provisional=clock.provisional)


def resume(case: Case, stage: str, instant: datetime) -> None:
    """Lets the last clock of a stage run on with what is left, whether it was paused or stopped; starts one if there was none."""
    clock = _last(case, stage)
    if clock is None:
        start(case, stage, instant)
        return
    _run_on(case, clock, instant)


def _run_on(case: Case, clock: CaseClock, instant: datetime) -> None:
    clock.paused_at = clock.stopped_at = None
    clock.intervals = [*clock.intervals, [instant.isoformat(), None]]
    _recompute(case, clock)


def extend(case: Case, stage: str, amount: Decimal) -> None:
    """Adds to the limit of the open clock of a stage, in its own unit."""
    clock = CaseClock.objects.filter(case_id=case.id, stage=stage, stopped_at__isnull=True).first()
    if clock is not None:
        clock.amount += amount
        _recompute(case, clock)


def _recompute(case: Case, clock: CaseClock) -> None:
    """Due and amber of a running clock from its intervals, on the row and on the case."""
    due, amber = limits_of(clock)
    clock.due_at, clock.amber_at, clock.provisional = due.at_utc, amber.at_utc, due.provisional
    clock.save(update_fields=["amount", "intervals", "due_at", "amber_at", "provisional", "paused_at", "stopped_at"])
    _copy(case, clock.stage, "running", clock.due_at, clock.amber_at, provisional=clock.provisional)


def limits_of(clock: CaseClock) -> tuple[Due, Due]:
    """When a running clock is due and amber, from its intervals and the calendar in force."""
    closed = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in clock.intervals if b is not None]
    begun = datetime.fromisoformat(clock.intervals[-1][0])
    calendar, unit = catalogue().calendar, ClockUnit(clock.unit)
    due = due_after_pause(calendar, closed, begun, clock.amount, unit)
    amber = amber_after_pause(calendar, closed, begun, clock.amount, unit, clock.amber_share)
    return due, amber


def days_late(clock: CaseClock, instant: datetime) -> int:
    """Whole days of the clock's own time since it was due: work days for office time, else days of 24 hours."""
    if instant <= clock.due_at:
        return 0
    unit = ClockUnit.WORK_DAY if clock.unit in OFFICE_UNITS else ClockUnit.CALENDAR_DAY
    return int(elapsed(catalogue().calendar, clock.due_at, instant, unit))


def _end_interval(clock: CaseClock, instant: datetime) -> None:
    if clock.intervals and clock.intervals[-1][1] is None:
        began = datetime.fromisoformat(clock.intervals[-1][0])
        clock.intervals = [*clock.intervals[:-1], [clock.intervals[-1][0], max(instant, began).isoformat()]]


def _copy(
    case: Case, stage: str, state: str, due: datetime | None, amber: datetime | None, *, provisional: bool
) -> None:
    case.clock_stage, case.clock_state, case.due_at, case.amber_at = stage, state, due, amber
    case.due_provisional = provisional
    if stage == "handle":
        case.handle_due_at = due


def closed_in_time(due: datetime | None, done: datetime | None, as_of: datetime) -> bool | None:
    """按期: done no later than due. Not done: late once `as_of` is past due, else open (None). No due: None.

    `done` is when the handling unit handed over; for imported history, when the case was closed.
    """
    if due is None:
        return None
    if done is not None:
        return done <= due
    return False if as_of > due else None
