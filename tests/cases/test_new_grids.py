"""A new version of the grids: open cases go to the grid that now has their place, closed ones stay where they were."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from linli.core.cases import actions, new_grids
from linli.core.cases.public import (
    ACTION_TITLES,
    OPEN_STATES,
    Case,
    CaseEvent,
    Changed,
    State,
    case_full,
    cases_moving,
    list_cases,
)
from linli.core.cases.public import CaseFilter as Wanted
from linli.core.cases.words import event_facts
from linli.core.grids.public import Grid, main_layer, rows_of_last
from linli.core.platform.models import Job
from linli.core.platform.public import SYSTEM, clock_at, now, verify, work_off, write
from linli.core.staff.public import assign
from tests.city import TestCity, build_city
from tests.grids.redivide import main, publish, redivided, strip

LATER = timedelta(days=2)
SOON = timedelta(minutes=2)


def grid(code: str) -> int:
    return Grid.objects.get(code=code).id


def grid_of(case: Case) -> str:
    found = Case.objects.get(id=case.id).grid_id
    return Grid.objects.get(id=found).code if found else ""


def entries(case: Case) -> list[CaseEvent]:
    return list(CaseEvent.objects.filter(case_id=case.id, action="change_grid").order_by("seq"))


@pytest.mark.parametrize("state", State.values)
def test_an_open_case_moves_and_a_closed_one_stays(city: TestCity, state: str) -> None:
    case = city.bring_to(state)
    before = Case.objects.get(id=case.id)
    publish(redivided())
    work_off()
    after = Case.objects.get(id=case.id)
    if state not in OPEN_STATES:
        assert (after.grid_id, after.grid_set_id, after.seq) == (before.grid_id, before.grid_set_id, before.seq)
        return
    assert (grid_of(case), after.seq, after.state) == ("N1", before.seq + 1, before.state)
    for same in ("area_id", "unit_id", "handling_unit_id", "home_district", "due_at", "clock_stage", "street_id"):
        assert getattr(after, same) == getattr(before, same)
    assert verify() == []


def test_the_timeline_says_from_where_to_where_in_both_languages(city: TestCity) -> None:
    case = city.report()
    publish(redivided())
    work_off()
    entry = case_full(Case.objects.get(id=case.id)).timeline[-1].event
    assert (entry.action, entry.actor_kind, entry.seq) == ("change_grid", "system", 2)
    version = main_layer()
    assert version is not None
    assert entry.facts == {
        "grid": grid("N1"), "grid_before": grid("G1"), "grid_set": version.version_id, "worker": None,
    }  # fmt: skip
    with override("zh-hans"):
        assert str(ACTION_TITLES["change_grid"]) == "网格随新划分变更"
        assert event_facts(entry) == ["由 新G1 划入 新N1"]
    with override("en"):
        assert str(ACTION_TITLES["change_grid"]) == "Grid changed by new division"
        assert event_facts(entry) == ["From 新G1 to 新N1"]


def test_a_case_in_a_grid_that_only_changed_its_border_stays_without_a_word(city: TestCity) -> None:
    case = city.report(lon=115.002)
    publish(redivided())
    work_off()
    after, index = Case.objects.get(id=case.id), main_layer()
    assert index is not None
    assert (grid_of(case), after.seq, entries(case)) == ("G1", 1, [])
    assert (after.worker_id, after.grid_set_id) == (city.users["worker"].id, index.version_id)


def test_the_worker_of_the_new_grid_is_asked_and_the_old_one_is_not(city: TestCity) -> None:
    case = city.bring_to("verifying")
    waiting = Wanted(mine=True)
    assert [row.id for row in list_cases(city.access["worker"], waiting).rows] == [case.id]
    publish([strip(row, 0, 0.4) if row.code == "G1" else row for row in with_g2_from(0.4)])
    work_off()
    assert (grid_of(case), Case.objects.get(id=case.id).worker_id) == ("G2", None)
    assert list_cases(city.access["worker"], waiting).rows == []
    assign(SYSTEM, user=city.users["clerk"], grid=Grid.objects.get(code="G2"), force="base")
    publish(with_g2_from(0.9))
    work_off()
    assert Case.objects.get(id=case.id).worker_id == city.users["worker"].id
    publish([strip(row, 0, 0.3) if row.code == "G1" else row for row in with_g2_from(0.3)])
    work_off()
    assert Case.objects.get(id=case.id).worker_id == city.users["clerk"].id
    assert len(entries(case)) == 3
    assert verify() == []


def with_g2_from(place: float) -> list[object]:
    there = {row.code: row for row in rows_of_last(main())}
    return [strip(there["G1"], 0, place), strip(there["G2"], place, 2), there["G3"], there["G4"], there["G5"]]  # type: ignore[list-item]


def test_nobody_gets_a_case_that_they_may_not_see(city: TestCity) -> None:
    """The neighbour community's grid takes the place over; the case stays filed where it was."""
    case = city.report(grid=2)
    area = Case.objects.get(id=case.id).area_id
    there = {row.code: row for row in rows_of_last(main())}
    publish([there["G1"], there["G2"], strip(there["G3"], 2, 2.2), strip(there["G4"], 2.2, 4), there["G5"]])
    work_off()
    after = Case.objects.get(id=case.id)
    assert (grid_of(case), after.worker_id, after.area_id) == ("G4", None, area)
    assert verify() == []


def test_a_place_that_falls_into_a_gap_has_no_grid_and_gets_one_again(city: TestCity) -> None:
    case = city.report()
    rows = rows_of_last(main())
    publish([row for row in rows if row.code != "G1"])
    work_off()
    assert (grid_of(case), Case.objects.get(id=case.id).worker_id) == ("", None)
    publish(rows)
    work_off()
    assert grid_of(case) == "G1"
    with override("en"):
        assert [event_facts(entry)[-1] for entry in entries(case)] == [
            "From 第1网格 to no grid",
            "From no grid to 第1网格",
        ]
    assert verify() == []


def test_a_case_without_a_position_is_left_alone(city: TestCity) -> None:
    case = city.report(lon=None, lat=None, area_code="990101001001")
    publish(redivided())
    work_off()
    assert (Case.objects.get(id=case.id).seq, grid_of(case)) == (1, "")


def test_doing_it_again_changes_nothing_and_it_comes_to_rest(city: TestCity) -> None:
    cases = [city.report(grid=number) for number in (0, 0, 1, 3)]
    publish(redivided())
    for minutes in range(6):
        with clock_at(now() + timedelta(minutes=minutes)):
            work_off()
    with write(SYSTEM) as work:
        work.enqueue("place_open_cases", {"walk": 1})
    for minutes in range(6, 12):
        with clock_at(now() + timedelta(minutes=minutes)):
            work_off()
    assert [len(entries(case)) for case in cases] == [1, 1, 1, 0]
    waiting = Job.objects.filter(state="waiting").values_list("kind", "key")
    assert [(kind, bool(key)) for kind, key in waiting] == [("place_open_cases", True)]  # the nightly one


def test_a_version_for_later_moves_nothing_before_its_time(city: TestCity) -> None:
    case = city.report()
    begins = now() + LATER
    publish(redivided(), begins)
    work_off()
    with clock_at(begins - timedelta(seconds=1)):
        work_off()
        assert (grid_of(case), entries(case)) == ("G1", [])
    with clock_at(begins + timedelta(seconds=1)):
        work_off()
        assert (grid_of(case), len(entries(case))) == ("N1", 1)


def test_a_report_kept_after_the_walk_with_the_old_grid_is_found_by_the_second_look(city: TestCity) -> None:
    """Another process located it within the second in which it had not heard of the new version yet."""
    publish(redivided())
    work_off()
    late = city.report()
    old = Grid.objects.get(code="G1")
    events = CaseEvent.objects.filter(case_id=late.id)
    Case.objects.filter(id=late.id).update(grid_id=old.id, grid_set_id=1, worker_id=city.users["worker"].id)
    assert (events.count(), grid_of(late)) == (1, "G1")
    with clock_at(now() + SOON):
        work_off()
    assert (grid_of(late), len(entries(late))) == ("N1", 1)


def test_a_layer_without_cases_moves_none(city: TestCity) -> None:
    from linli.core.grids.public import create_layer

    case = city.report()
    work_off()
    walks = Job.objects.filter(kind="place_open_cases")
    before = walks.count()
    layer = create_layer(SYSTEM, code="beats", name="警务")
    publish([strip(rows_of_last(main())[0], 0, 5)], layer=layer)
    work_off()
    assert walks.count() == before
    after = Case.objects.get(id=case.id)
    assert (grid_of(case), after.seq) == ("G1", 1)


def test_a_case_that_is_opened_again_goes_to_the_grid_that_has_its_place_by_then(city: TestCity) -> None:
    case = city.bring_to("closed")
    publish(redivided())
    work_off()
    assert grid_of(case) == "G1"
    city.do("supervisor", case, "reopen", reason="又出现了")
    assert (grid_of(case), entries(case)) == ("N1", [])
    last = CaseEvent.objects.filter(case_id=case.id).latest("seq")
    assert (last.action, last.facts["grid"], last.facts["grid_before"]) == ("reopen", grid("N1"), grid("G1"))
    assert verify() == []


def test_a_grid_changed_behind_the_applications_back_shows(city: TestCity) -> None:
    case = city.report()
    publish(redivided())
    work_off()
    assert verify() == []
    Case.objects.filter(id=case.id).update(grid_id=grid("G3"))
    assert [found.sentence for found in verify()] == [
        f"Case {case.id} carries grid_id = {grid('G3')}, its timeline says {grid('N1')}."
    ]


def test_what_would_move_is_what_moves(city: TestCity) -> None:
    for place in (0, 0, 1, 3):
        city.report(grid=place)
    city.bring_to("closed")
    city.report(lon=115.002)
    rows = redivided()
    told = [(one.before, one.after, one.count) for one in cases_moving(rows)]
    assert told == [("G1", "N1", 2), ("G2", "N2", 1)]
    publish(rows)
    work_off()
    names = dict(Grid.objects.values_list("id", "code"))
    did = Counter(
        (names[one.facts["grid_before"]], names[one.facts["grid"]])
        for one in CaseEvent.objects.filter(action="change_grid")
    )
    assert sorted((*pair, count) for pair, count in did.items()) == sorted(told)
    assert cases_moving(rows) == []


def test_the_number_of_statements_does_not_grow_with_the_cases(city: TestCity) -> None:
    counts, street, there = [], city.areas["990101001000"].id, rows_of_last(main())
    city.report(lon=115.002)
    for more in (3, 9):
        for number in range(more):
            city.report(lon=115.0041 + number * 0.0001)
        publish(with_g2_from(0.4))
        with CaptureQueriesContext(connection) as seen, write(SYSTEM) as work:
            assert new_grids.place_batch(work, street, 0) is None
        counts.append(len(seen))
        assert Case.objects.filter(grid_id=grid("G2")).count() == (3 if more == 3 else 12)
        publish(there)
        with write(SYSTEM) as work:
            new_grids.place_batch(work, street, 0)
    assert counts[0] == counts[1] < 25, counts


def test_batches_follow_one_another_until_all_are_placed(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_grids, "BATCH_CASES", 2)
    cases = [city.report(grid=number % 2) for number in range(7)] + [city.report(grid=3)]
    publish(redivided())
    work_off()
    assert Counter(grid_of(case) for case in cases) == {"N1": 4, "N2": 3, "G4": 1}
    assert verify() == []


# What follows needs threads and processes.


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
    keep = actions._keep

    def slowly(kept: Case, before: tuple[object, ...]) -> None:
        held.set()
        assert walked.wait(10)
        keep(kept, before)

    monkeypatch.setattr(actions, "_keep", slowly)
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
