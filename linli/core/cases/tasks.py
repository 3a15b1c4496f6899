"""The jobs of cases: late clocks escalate, closed cases are archived, clocks are computed anew when the calendar changes,
open cases find their grid when the grids change, and what was filed teaches which category words suggest."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid5

from linli.core.cases.intake.learning import learn_from_cases
from linli.core.cases.loop import clocks
from linli.core.cases.loop.act import act
from linli.core.cases.loop.given import Given
from linli.core.cases.loop.new_grids import place_batch, streets_to_place
from linli.core.cases.models import Case, CaseClock, Escalation
from linli.core.cases.transitions import REOPEN_DAYS, TABLE, TOP_LEVEL
from linli.core.catalogue.public import CALENDAR_CHANGED
from linli.core.grids.public import IN_FORCE, main_layer
from linli.core.platform.public import SYSTEM, Event, Work, insert_rows, job, periodic, subscribe

BATCH_CASES = 500
LOOK_AGAIN = timedelta(minutes=1)


@periodic("escalate_late_cases", every=timedelta(minutes=5))
def escalate_late_cases(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """A clock that is red goes one level up, and one more for each day it stays red, to the third; each level exactly once.

    The days are those that the clock counts: a clock of office time that turned red on Friday evening is where it was on Monday
    morning.

    The row of Escalation is unique per clock and level and commits with the action, so a killed worker doubles nothing.
    """
    late = CaseClock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, due_at__lt=work.now).order_by(
        "due_at"
    )
    told: dict[int, int] = {}
    for clock_id, level in Escalation.objects.filter(clock__in=late).values_list("clock_id", "level"):
        told[clock_id] = max(told.get(clock_id, 0), level)
    done = 0
    for clock in late.iterator(chunk_size=1000):
        wanted = min(TOP_LEVEL, 1 + clocks.days_late(clock, work.now))
        if told.get(clock.id, 0) >= wanted:
            continue
        if done == BATCH_CASES:
            work.enqueue("escalate_late_cases", {})
            break
        done += escalate_to(work, clock, told.get(clock.id, 0), wanted)


def escalate_to(work: Work, clock: CaseClock, told: int, wanted: int) -> int:
    """Raises one late clock's case to `wanted`, level by level. Gives 1 when something happened."""
    case = Case.objects.filter(id=clock.case_id).first()
    if case is None or (case.state, "escalate") not in TABLE or case.clock_stage != clock.stage:
        return 0
    for level in range(told + 1, wanted + 1):
        insert_rows(
            Escalation,
            [
                {
                    "home_district": clock.home_district,
                    "clock_id": clock.id,
                    "case_id": case.id,
                    "level": level,
                    "at": work.now,
                }
            ],
        )
        if case.escalation_level + level - told > TOP_LEVEL:  # told as late, but there is nobody above
            work.emit("case.late", "case", case.id, {"stage": clock.stage, "level": TOP_LEVEL})
            continue
        act(SYSTEM, case.id, "escalate", Given(), uuid=uuid5(case.uuid, f"escalate {clock.id} {level}"))
        work.emit("case.late", "case", case.id, {"stage": clock.stage, "level": level})
    return 1


@periodic("archive_closed_cases", every=timedelta(hours=1))
def archive_closed_cases(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Cases closed so long ago that nobody can reopen them go to the archive."""
    before = work.now - timedelta(days=REOPEN_DAYS)
    ids = list(
        Case.objects.filter(state="closed", closed_at__lt=before)
        .order_by("id")
        .values_list("id", "uuid", "seq")[: BATCH_CASES + 1]
    )
    for case_id, uuid, seq in ids[:BATCH_CASES]:
        act(SYSTEM, case_id, "archive", Given(), uuid=uuid5(uuid, f"archive {seq}"))
    if len(ids) > BATCH_CASES:
        work.enqueue("archive_closed_cases", {})


@periodic("recompute_clocks", daily_at=time(4, 20))
def recompute_clocks(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Running clocks of office time get new due times after the calendar changed; round the clock no calendar counts.

    A change of the calendar enqueues it; it also runs each night, since an update may have brought the holidays of a new year.
    """
    for clock in (
        CaseClock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True, unit__in=clocks.OFFICE_UNITS)
        .order_by("id")
        .iterator(chunk_size=500)
    ):
        due, amber = clocks.limits_of(clock)
        if (due.at_utc, amber.at_utc, due.provisional) == (clock.due_at, clock.amber_at, clock.provisional):
            continue
        CaseClock.objects.filter(id=clock.id).update(
            due_at=due.at_utc, amber_at=amber.at_utc, provisional=due.provisional
        )
        same = Case.objects.filter(id=clock.case_id, clock_stage=clock.stage, clock_state="running")
        same.update(due_at=due.at_utc, amber_at=amber.at_utc, due_provisional=due.provisional)
        if clock.stage == "handle":
            same.update(handle_due_at=due.at_utc)


def on_calendar_changed(work: Work, event: Event) -> None:  # noqa: ARG001 - a subscriber's form
    """A holiday or other office hours: all clocks that run, in a job of their own."""
    work.enqueue("recompute_clocks", {})


subscribe(CALENDAR_CHANGED, "cases.recompute_clocks", on_calendar_changed)


@periodic("learn_categories", daily_at=time(4, 40))
def learn_categories(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Trains the suggestion of categories anew, after the night's erasures: words whose time is over leave it with them."""
    learn_from_cases(work)


def on_grids_in_force(work: Work, event: Event) -> None:
    """A version of the main layer begins: a walk through the open cases. Other layers have no cases."""
    if event.payload["is_main"]:
        work.enqueue("place_open_cases", {"walk": 1})


subscribe(IN_FORCE, "cases.place_open_cases", on_grids_in_force)


@periodic("place_open_cases", daily_at=time(3, 50))
def place_open_cases(work: Work, payload: dict[str, Any]) -> None:
    """Has the open cases that another version of the grids placed be placed anew, each street by a job of its own.

    It looks again until nothing is left, and at least once: a report may have been located a moment before the version
    began and be kept a moment after the walk went by; a case may have been in somebody's hands. Each night for the rest.
    """
    index = main_layer(fresh=True)
    streets = streets_to_place(index) if index else []
    for street_id in streets:
        work.enqueue("place_cases_of_street", {"street": street_id, "after": 0})
    if streets or payload.get("walk") == 1:
        work.enqueue("place_open_cases", {"walk": payload.get("walk", 1) + 1}, run_at=work.now + LOOK_AGAIN)


@job("place_cases_of_street")
def place_cases_of_street(work: Work, payload: dict[str, Any]) -> None:
    """Places one batch and asks for the next: what a killed worker leaves undone is one batch, done again from its start."""
    last = place_batch(work, payload["street"], payload["after"])
    if last is not None:
        work.enqueue("place_cases_of_street", {"street": payload["street"], "after": last})
