"""Open cases move to their new grids while people act on them, and while the worker is killed: each once, none twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections
from django.utils.translation import override

from linli.core.cases import tasks
from linli.core.cases.loop import new_grids, new_workers
from linli.core.cases.public import Case
from linli.core.flow import act as engine
from linli.core.flow.public import Changed
from linli.core.platform.public import SYSTEM, clock_at, now, verify, work_off, write
from tests.cases.test_new_grids import LATER, SOON, entries, grid_of
from tests.city import build_city
from tests.grids.redivide import publish, redivided


def in_thread(deed: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    results: list[object] = []

    def run() -> None:
        try:
            results.append(deed())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def place_all() -> None:
    with write(SYSTEM) as work:
        new_grids.place_batch(work, Case.objects.values_list("street_id", flat=True)[0], 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_handler_and_the_walk_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the race is real where the walk reads the case without its lock."""
    city = build_city()
    case = city.bring_to("handling")
    publish(redivided())
    read, acted = threading.Event(), threading.Event()

    def unlocked(rows: object) -> object:
        found = [new_grids._Waiting(*values) for values in rows.values_list(*new_grids._Waiting._fields)]  # type: ignore[attr-defined]
        read.set()
        assert acted.wait(10)
        return found

    monkeypatch.setattr(new_grids, "_locked", unlocked)
    thread, results = in_thread(place_all)
    assert read.wait(10)
    city.do("handler", case, "comment", note="到场")
    acted.set()
    thread.join(20)
    assert isinstance(results[0], IntegrityError)  # two entries with the same place in the timeline: nothing is kept


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_case_in_somebodys_hands_is_passed_over_and_found_by_the_next_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    city = build_city()
    case, other = city.bring_to("handling"), city.report()
    publish(redivided())
    held, walked = threading.Event(), threading.Event()
    keep = engine._keep

    def slowly(kept: Case, before: dict[str, object]) -> None:
        held.set()
        assert walked.wait(10)
        keep(kept, before)

    monkeypatch.setattr(engine, "_keep", slowly)
    thread, results = in_thread(lambda: city.do("handler", case, "comment", note="到场", seen_seq=case.seq))
    assert held.wait(10)
    work_off()
    walked.set()
    thread.join(20)
    assert isinstance(results[0], Case)
    assert (grid_of(case), grid_of(other)) == ("G1", "N1")
    with clock_at(now() + SOON):
        work_off()
    assert (grid_of(case), len(entries(case))) == ("N1", 1)
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_a_handler_who_saw_the_case_before_it_moved_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    city = build_city()
    case = city.bring_to("handling")
    publish(redivided())
    thread, results = in_thread(work_off)
    thread.join(60)
    assert not isinstance(results[0], Exception)
    with override("en"), pytest.raises(Changed) as told:
        city.do("handler", case, "comment", note="到场", seen_seq=case.seq)
    assert told.value.sentence == "System was faster: Grid changed by new division. The case is now Handling."
    city.do("handler", case, "comment", note="到场", seen_seq=case.seq + 1)
    assert verify() == []


def run_placer(instant: datetime, batch: int, kill_in: int) -> int:
    """The exit code of a worker process at `instant` that kills itself in its batch number `kill_in` (0: lives)."""
    own = connection.settings_dict
    url = f"sqlite:///{own['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = os.environ | {
        "LINLI_DATABASE_URL": url, "LINLI_MODE": "test", "LINLI_HOME": str(settings.LINLI_HOME),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    script = Path(__file__).with_name("placer_to_kill.py")
    command = [sys.executable, str(script), instant.isoformat(), str(batch), str(kill_in)]
    return subprocess.run(command, env=environment, check=False, timeout=120, stderr=subprocess.DEVNULL).returncode


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_moves_each_case_exactly_once() -> None:
    city = build_city()
    cases = [city.report(grid=number % 2) for number in range(9)]
    instant = now()
    begins = instant + LATER
    publish(redivided(), begins)
    for run, (kill_in, moved) in enumerate(((1, 0), (2, 2), (3, 6))):
        assert run_placer(begins + timedelta(minutes=run), 2, kill_in) == -signal.SIGKILL
        assert sum(len(entries(case)) for case in cases) == moved
    assert run_placer(begins + timedelta(minutes=3), 2, 0) == 0
    assert run_placer(begins + timedelta(minutes=9), 2, 0) == 0
    assert [(grid_of(case), len(entries(case))) for case in cases] == [
        ("N2" if number % 2 else "N1", 1) for number in range(9)
    ]
    assert verify() == []


def test_who_comes_back_for_what_was_held_does_not_begin_all_later_batches_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "give_batch", lambda *_given: new_workers.Batch(9, held=1))
    first, again = Mock(now=now()), Mock(now=now())
    tasks.give_cases_of_grids(first, {"grids": [1], "after": 0})
    onward, back = (call.args[1] for call in first.enqueue.call_args_list)
    assert (onward, back) == ({"grids": [1], "after": 9}, {"grids": [1], "after": 0, "again": True})
    tasks.give_cases_of_grids(again, back)
    assert [call.args[1] for call in again.enqueue.call_args_list] == [back]
