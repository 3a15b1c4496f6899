"""When a window has ended: each missed point becomes a case, exactly once, whoever runs the job, however often, and whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from linli.core.cases.public import Case, case_full
from linli.core.catalogue.public import set_calendar_day
from linli.core.platform.public import SYSTEM, Refusal, clock_at, verify, work_off, write
from linli.subsystems.patrol.public import MissedPoint, PatrolPlan, Round, close_windows, end_plan, missed_points
from tests.city import TestCity, build_city

from .walks import DAY, at, check, patrol_lead, plan_of, start


def run_job(instant: datetime) -> None:
    """What the worker does at an instant: the periodic job, and the jobs that it asks for."""
    with clock_at(instant):
        with write(SYSTEM) as work:
            work.enqueue("patrol.close_rounds", {})
        work_off()


def test_a_point_that_nobody_passed_becomes_a_case_when_the_window_has_ended(city: TestCity) -> None:
    worker = city.access["worker"]
    plan = plan_of(patrol_lead(city))
    with clock_at(at("08:20")):
        check(worker, start(worker, plan), 0)
    run_job(at("11:29"))
    assert not Case.objects.exists()
    run_job(at("11:30"))
    case = Case.objects.get()
    missed = plan.points.get(order=2)
    assert (case.source, case.standard, case.category_code, case.state) == ("patrol", "patrol", "P01", "reported")
    assert (case.lon, case.lat, case.address) == (missed.lon, missed.lat, "配电房")
    assert "配电房" in case.description
    assert "08:00–11:30" in case.description
    assert case.unit_id == city.units["street_centre"].id  # no rule for it, so the acceptance desk of the place
    walked = Round.objects.get()
    assert (walked.due_points, walked.checked_points, walked.begun_by_id) == (2, 1, worker.user_id)


def test_a_round_that_nobody_walked_is_counted_too(city: TestCity) -> None:
    plan_of(patrol_lead(city))
    run_job(at("12:00"))
    walked = Round.objects.get()
    assert (walked.due_points, walked.checked_points, walked.begun_by_id) == (2, 0, None)
    assert Case.objects.count() == MissedPoint.objects.count() == 2


def test_running_the_job_again_makes_no_second_case(city: TestCity) -> None:
    plan_of(patrol_lead(city))
    for minute in range(5):
        run_job(at("11:30") + timedelta(minutes=10 * minute))
    assert Case.objects.count() == 2
    run_job(at("17:30"))
    assert Case.objects.count() == 4
    assert MissedPoint.objects.values("point", "opens_at").distinct().count() == 4


def test_days_without_a_worker_are_made_up_window_by_window(city: TestCity) -> None:
    plan = plan_of(patrol_lead(city))
    run_job(at("12:00", days=9))  # Wednesday to Friday of the next week: 8 work days, the last one half
    assert Round.objects.count() == 15
    assert Case.objects.count() == 30
    plan.refresh_from_db()
    assert plan.closes_next_at == at("17:30", days=9)


def test_a_day_declared_a_holiday_the_evening_before_makes_no_cases(city: TestCity) -> None:
    plan_of(patrol_lead(city))
    run_job(at("18:00"))
    before = Case.objects.count()
    set_calendar_day(SYSTEM, day=DAY + timedelta(days=1), is_workday=False, name="台风停工")
    run_job(at("18:00", days=1))
    assert Case.objects.count() == before
    run_job(at("18:00", days=2))
    assert Case.objects.count() == before + 4


def test_a_plan_that_was_ended_misses_nothing_afterwards(city: TestCity) -> None:
    lead = patrol_lead(city)
    plan = plan_of(lead)
    with clock_at(at("12:30")):
        end_plan(lead.actor(), access=lead, plan_id=plan.id)
    run_job(at("18:00", days=1))
    assert {missed.opens_at for missed in MissedPoint.objects.all()} == {at("08:00"), at("14:00")}
    assert PatrolPlan.objects.get().closes_next_at is None


def test_a_plan_made_inside_a_window_misses_nothing_of_it(city: TestCity) -> None:
    plan = plan_of(patrol_lead(city), times=[("05:00", "07:00"), ("08:00", "10:00")])  # made at six
    assert plan.closes_next_at == at("10:00")
    run_job(at("07:30"))
    assert not Case.objects.exists()


def test_the_state_beside_a_missed_point_follows_its_case(city: TestCity) -> None:
    plan = plan_of(patrol_lead(city))
    run_job(at("12:00"))
    case = Case.objects.order_by("id").first()
    assert case is not None
    with clock_at(at("12:10")):
        city.do("acceptance", case, "reject", reason="雨天改期")
        work_off()
    states = {missed.case_id: state for missed, state in missed_points(plan)}
    assert states.pop(case.id) == "rejected"
    assert set(states.values()) == {"reported"}


def test_the_cases_of_missed_points_are_whole_cases(city: TestCity) -> None:
    plan_of(patrol_lead(city))
    run_job(at("12:00"))
    for case in Case.objects.all():
        assert [entry.event.action for entry in case_full(case).timeline] == ["report"]
        assert case.clock_stage == "file"
    assert list(verify()) == []


def test_the_table_itself_takes_one_missed_point_a_window(city: TestCity) -> None:
    plan_of(patrol_lead(city))
    run_job(at("12:00"))
    row = MissedPoint.objects.first()
    assert row is not None
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def two_at_once(plan_id: int, barrier: threading.Barrier) -> list[str]:
    """Closes the same windows in two threads that meet at `barrier`; gives what went wrong in them."""
    troubles: list[str] = []

    def run() -> None:
        try:
            barrier.wait(20)
            with clock_at(at("12:00")), write(SYSTEM) as work:
                close_windows(work, plan_id)
        except Exception as error:
            troubles.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return troubles


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_close_the_same_window_at_once_make_each_case_once() -> None:
    city = build_city()
    plan = plan_of(patrol_lead(city))
    assert two_at_once(plan.id, threading.Barrier(2)) == []  # the second waits for the lock and finds nothing to do
    assert Case.objects.count() == MissedPoint.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_moved_time_two_runs_collide_and_the_unique_key_holds() -> None:
    """The control: a run that does not see that the window is closed fails on the key instead of doubling cases."""
    city = build_city()
    plan = plan_of(patrol_lead(city))
    with clock_at(at("12:00")), write(SYSTEM) as work:
        close_windows(work, plan.id)
    PatrolPlan.objects.filter(id=plan.id).update(closes_next_at=at("11:30"))
    with pytest.raises((IntegrityError, Refusal)), clock_at(at("12:00")), write(SYSTEM) as work:
        close_windows(work, plan.id)
    assert Case.objects.count() == MissedPoint.objects.count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing() -> None:
    city = build_city()
    plan = plan_of(patrol_lead(city), times=[("08:00", "09:00"), ("09:00", "10:00")])
    with clock_at(at("10:05")), write(SYSTEM) as work:
        work.enqueue("patrol.close_rounds", {})
    for run, kill_after in enumerate((1, 3)):
        ended = run_closer(at("10:05") + timedelta(minutes=run), kill_after)
        assert ended == -signal.SIGKILL
        assert (Case.objects.count(), MissedPoint.objects.count(), Round.objects.count()) == (0, 0, 0)
    assert run_closer(at("10:07"), 0) == 0
    assert (Case.objects.count(), MissedPoint.objects.count(), Round.objects.count()) == (4, 4, 2)
    run_job(at("10:20"))
    assert Case.objects.count() == 4
    plan.refresh_from_db()
    assert plan.closes_next_at == at("09:00", days=1)
    assert list(verify()) == []


def run_closer(instant: datetime, kill_after: int) -> int:
    """The exit code of a worker process at `instant` that kills itself after so many missed points (0: lives)."""
    own = connection.settings_dict
    url = f"sqlite:///{own['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = os.environ | {
        "LINLI_DATABASE_URL": url, "LINLI_MODE": "test", "LINLI_HOME": str(settings.LINLI_HOME),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    script = Path(__file__).with_name("closer_to_kill.py")
    command = [sys.executable, str(script), instant.isoformat(), str(kill_after)]
    return subprocess.run(command, env=environment, check=False, timeout=120, stderr=subprocess.DEVNULL).returncode
