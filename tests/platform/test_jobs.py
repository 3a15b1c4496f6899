"""The queue: done once, tried again later, by the clock once, and a lease that was lost changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import OperationalError, connection
from pytest_django import Settings

from linli.core.platform.models import AuditRecord, Job
from linli.core.platform.public import SYSTEM, Work, clock_at, job, periodic, work_off, write
from linli.core.platform.writing.jobs import queue, registry
from linli.core.platform.writing.jobs.worker import last_worker_beat, run_worker

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_periods", {})


def count_handler(name: str = "count", *, retries: int = 5) -> None:
    @job(name, retries=retries)
    def count(work: Work, payload: dict[str, object]) -> None:
        work.audit("platform", "counted", "number", str(payload["n"]), {})


def enqueue(name: str = "count", n: int = 1, *, run_at: datetime | None = None, key: str | None = None) -> None:
    with write(SYSTEM) as work:
        work.enqueue(name, {"n": n}, run_at=run_at, key=key)


def counted() -> list[str]:
    return sorted(AuditRecord.objects.filter(action="counted").values_list("subject_id", flat=True))


def test_a_job_is_done_once_with_its_effect() -> None:
    count_handler()
    with clock_at(NOON):
        enqueue(n=1)
        assert (work_off(), work_off()) == (1, 0)
    assert counted() == ["1"]
    done = Job.objects.get()
    assert (done.state, done.finished_at, done.attempts) == ("done", NOON, 1)


def test_a_job_waits_for_its_time() -> None:
    count_handler()
    with clock_at(NOON):
        enqueue(run_at=NOON + timedelta(hours=1))
        assert work_off() == 0
    with clock_at(NOON + timedelta(hours=1)):
        assert work_off() == 1


def test_jobs_are_done_in_the_order_of_their_time() -> None:
    order: list[object] = []

    @job("order")
    def note(work: Work, payload: dict[str, object]) -> None:
        order.append(payload["n"])

    with clock_at(NOON):
        for n, minutes in enumerate((30, 10, 20)):
            enqueue("order", n, run_at=NOON - timedelta(minutes=minutes))
        work_off()
    assert order == [0, 2, 1]


def test_a_job_may_enqueue_another() -> None:
    count_handler()

    @job("first")
    def first(work: Work, payload: dict[str, object]) -> None:
        work.enqueue("count", payload)

    enqueue("first", 4)
    assert work_off() == 2
    assert counted() == ["4"]


def test_a_kind_that_is_not_known_here_is_left_to_others() -> None:
    enqueue("unknown")
    count_handler()
    assert work_off() == 0
    assert Job.objects.get().state == "waiting"


def test_a_failure_leaves_no_effect_and_is_tried_again_later_until_it_is_given_up() -> None:
    @job("fail", retries=2)
    def fail(work: Work, payload: dict[str, object]) -> None:
        work.audit("platform", "counted", "number", "1", {})
        raise ValueError("cannot")

    enqueue("fail", run_at=NOON)
    now, pauses = NOON, []
    for _ in range(3):
        with clock_at(now):
            assert work_off() == 0
        waiting = Job.objects.get()
        assert waiting.error == "ValueError: cannot"
        if waiting.state == "waiting":
            pauses.append((waiting.run_at - now).total_seconds())
            now = waiting.run_at
    assert pauses == [5, 10]
    assert (waiting.state, waiting.attempts) == ("failed", 3)
    with clock_at(now + timedelta(days=1)):
        work_off()
    assert counted() == []
    assert not AuditRecord.objects.exists()


def test_a_job_whose_worker_died_is_given_back_after_its_lease() -> None:
    count_handler()
    enqueue(run_at=NOON)
    leased = queue.lease_next(NOON)
    assert leased is not None
    assert queue.lease_next(NOON) is None
    assert queue.reclaim(NOON + queue.LEASE) == 0
    assert queue.reclaim(NOON + queue.LEASE + timedelta(seconds=1)) == 1
    with clock_at(NOON + timedelta(hours=1)):
        assert work_off() == 1
    # The first worker comes back from wherever it was: its lease is gone and nothing happens.
    assert queue.perform(leased) is False
    assert counted() == ["1"]


def test_a_job_that_kills_its_worker_each_time_is_given_up() -> None:
    count_handler(retries=1)
    enqueue(run_at=NOON)
    now = NOON
    for _ in range(2):
        assert queue.lease_next(now) is not None
        now += queue.LEASE + timedelta(seconds=1)
        queue.reclaim(now)
    assert queue.lease_next(now) is None
    dead = Job.objects.get()
    assert (dead.state, dead.error.split(":")[0]) == ("failed", "WorkerDied")


def test_a_failure_after_the_lease_was_lost_writes_nothing_down() -> None:
    seen: list[str] = []

    @job("slow")
    def slow(work: Work, payload: dict[str, object]) -> None:
        seen.append("ran")

    enqueue("slow", run_at=NOON)
    leased = queue.lease_next(NOON)
    assert leased is not None
    Job.objects.update(token="somebody else")
    assert queue.perform(leased) is False
    assert seen == []
    assert Job.objects.get().state == "running"


def test_two_handlers_for_one_kind_are_refused() -> None:
    count_handler()
    with pytest.raises(ValueError, match="already has a handler"):
        count_handler()


def test_a_periodic_job_runs_once_per_instant_and_makes_up_missed_runs_by_one() -> None:
    runs: list[datetime] = []

    @periodic("tick", every=timedelta(minutes=10))
    def tick(work: Work, payload: dict[str, object]) -> None:
        runs.append(work.now)

    for _ in range(3):
        queue.ensure_periodic(NOON)
    assert Job.objects.count() == 1
    with clock_at(NOON + timedelta(minutes=10)):
        queue.ensure_periodic(NOON + timedelta(minutes=5))
        assert work_off() == 1
        queue.ensure_periodic(NOON + timedelta(minutes=10))
    assert list(Job.objects.filter(state="waiting").values_list("run_at", flat=True)) == [NOON + timedelta(minutes=20)]
    late = NOON + timedelta(hours=5, minutes=3)
    with clock_at(late):
        assert work_off() == 1
    assert runs == [NOON + timedelta(minutes=10), late]
    assert Job.objects.get(state="waiting").run_at == NOON + timedelta(hours=5, minutes=10)


@pytest.mark.parametrize(
    ("now", "run"),
    [
        (datetime(2026, 11, 20, 18, 0, tzinfo=UTC), datetime(2026, 11, 20, 18, 30, tzinfo=UTC)),
        (datetime(2026, 11, 20, 18, 30, tzinfo=UTC), datetime(2026, 11, 21, 18, 30, tzinfo=UTC)),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), datetime(2026, 11, 21, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_daily_job_runs_by_the_wall_clock_of_the_city(settings: Settings, now: datetime, run: datetime) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"

    @periodic("daily", daily_at=time(2, 30))
    def daily(work: Work, payload: dict[str, object]) -> None:
        """Nothing."""

    queue.ensure_periodic(now)
    assert Job.objects.get().run_at == run


@pytest.mark.parametrize("rhythm", [{}, {"every": timedelta(0)}, {"every": timedelta(days=1), "daily_at": time(1)}])
def test_a_rhythm_that_is_none_is_refused(rhythm: dict[str, timedelta]) -> None:
    with pytest.raises(ValueError, match="periodic job"):
        periodic("odd", **rhythm)(lambda work, payload: None)  # type: ignore[arg-type]


def test_jobs_done_long_ago_are_forgotten_and_failed_ones_are_kept() -> None:
    for n in range(5):
        enqueue(n=n)
    Job.objects.update(state="done", finished_at=NOON)
    failed = Job.objects.order_by("id").first()
    assert failed is not None
    Job.objects.filter(id=failed.id).update(state="failed")
    assert queue.forget_finished(NOON + timedelta(days=30), batch=2) == 0
    assert queue.forget_finished(NOON + timedelta(days=31), batch=2) == 4
    assert list(Job.objects.values_list("id", flat=True)) == [failed.id]


@pytest.fixture
def running_worker() -> Iterator[Callable[[], threading.Event]]:
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start() -> threading.Event:
        threads.append(threading.Thread(target=run_worker, kwargs={"threads": 3, "stop": stop}))
        threads[0].start()
        return stop

    yield start
    stop.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_threads_of_a_worker_share_the_work_and_double_nothing(
    running_worker: Callable[[], threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = threading.Event()

    @job("count")
    def count(work: Work, payload: dict[str, object]) -> None:
        work.audit("platform", "counted", "number", str(payload["n"]), {})

    @job("last")
    def last(work: Work, payload: dict[str, object]) -> None:
        if Job.objects.filter(kind="count").exclude(state="done").exists() or last_worker_beat() is None:
            work.enqueue("last", {"again": True, "n": 0})
        else:
            finished.set()

    with write(SYSTEM) as work:
        for n in range(120):
            work.enqueue("count", {"n": n})
        work.enqueue("last", {"n": 0})
    running_worker()
    assert finished.wait(60)
    assert counted() == sorted(str(n) for n in range(120))


@pytest.mark.django_db(transaction=True)
def test_a_worker_survives_a_database_in_trouble(
    running_worker: Callable[[], threading.Event], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    finished = threading.Event()
    troubles = iter([OperationalError("gone"), OperationalError("disk full")])

    @job("last")
    def last(work: Work, payload: dict[str, object]) -> None:
        finished.set()

    def troubled(now: datetime) -> queue.Leased | None:
        for trouble in troubles:
            raise trouble
        return queue.lease_next(now)

    monkeypatch.setattr("linli.core.platform.writing.jobs.worker.TROUBLE_PAUSE_S", 0.01)
    monkeypatch.setattr("linli.core.platform.writing.jobs.worker.lease_next", troubled)
    enqueue("last")
    running_worker()
    assert finished.wait(30)
    assert "worker cannot use the database" in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_job_still_at_work_is_not_given_back_however_long_it_takes() -> None:
    # On SQLite nobody can reclaim while a job's write is open: there is one writer.
    count_handler()
    enqueue(run_at=NOON)
    leased = queue.lease_next(NOON)
    assert leased is not None
    entered, leave = threading.Event(), threading.Event()
    outcome: list[bool] = []

    @job("blocked")
    def blocked(work: Work, payload: dict[str, object]) -> None:
        entered.set()
        assert leave.wait(30)

    def work_on() -> None:
        outcome.append(queue.perform(queue.Leased(leased.id, "blocked", {}, 1, leased.token)))
        connection.close()

    thread = threading.Thread(target=work_on)
    thread.start()
    try:
        assert entered.wait(30)
        assert queue.reclaim(NOON + timedelta(days=1)) == 0
    finally:
        leave.set()
        thread.join(30)
    assert outcome == [True]
