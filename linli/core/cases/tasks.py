"""The jobs of cases: closed cases are archived, open cases find their grid when the grids change, and what was filed teaches which category words suggest."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any
from uuid import uuid5

from linli.core.cases.intake.learning import learn_from_cases
from linli.core.cases.loop.act import act
from linli.core.cases.loop.given import Given
from linli.core.cases.loop.new_grids import place_batch, streets_to_place
from linli.core.cases.loop.new_workers import give_batch
from linli.core.cases.models import Case
from linli.core.cases.transitions import REOPEN_DAYS
from linli.core.grids.public import main_layer
from linli.core.platform.public import SYSTEM, Event, Work, job, periodic, subscribe
from linli.core.staff.public import CHANGED, SETTLED

BATCH_CASES = 500
LOOK_AGAIN = timedelta(minutes=1)


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


@periodic("learn_categories", daily_at=time(4, 40))
def learn_categories(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Trains the suggestion of categories anew, after the night's erasures: words whose time is over leave it with them."""
    learn_from_cases(work)


def on_staff_settled(work: Work, event: Event) -> None:
    """A version of the main layer has begun and its staff stand where they will: a walk through the open cases.

    Other layers have no cases.
    """
    if event.payload["is_main"]:
        work.enqueue("place_open_cases", {"walk": 1})


subscribe(SETTLED, "cases.place_open_cases", on_staff_settled)


def on_staff_changed(work: Work, event: Event) -> None:
    """Somebody begins or ends in some grids: the open cases there go to whoever works there now."""
    work.enqueue("give_cases_of_grids", {"grids": event.payload["grids"], "after": 0})


subscribe(CHANGED, "cases.give_to_workers", on_staff_changed)


@job("give_cases_of_grids")
def give_cases_of_grids(work: Work, payload: dict[str, Any]) -> None:
    """Gives one batch and asks for the next; for what was in somebody's hands it comes back, to this batch alone."""
    given = give_batch(work, payload["grids"], payload["after"])
    if given.last is not None and not payload.get("again"):
        work.enqueue("give_cases_of_grids", {**payload, "after": given.last})
    if given.held:
        work.enqueue("give_cases_of_grids", {**payload, "again": True}, run_at=work.now + LOOK_AGAIN)


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
