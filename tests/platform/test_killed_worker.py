"""Workers killed with SIGKILL at random instants, as real processes: nothing lost, nothing doubled, no orphan."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from linli.core.platform.models import AuditRecord, Job, Message
from linli.core.platform.public import SYSTEM, verify, write

SCRIPT = Path(__file__).with_name("worker_to_kill.py")
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def database_url() -> str:
    """The address of this test's own database, for another process."""
    own = connection.settings_dict
    if connection.vendor == "postgresql":
        return f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    return f"sqlite:///{own['NAME']}"


def start_worker(outside: Path) -> subprocess.Popen[str]:
    """A worker process on this test's own database."""
    environment = os.environ | {
        "LINLI_DATABASE_URL": database_url(),
        "LINLI_MODE": "test",
        "LINLI_HOME": str(settings.LINLI_HOME),
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(outside)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def wait_for(process: subprocess.Popen[str], word: str, limit_s: float) -> str:
    """The next line of the process, or "" when it ended or said nothing in time."""
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], limit_s)
    line = process.stdout.readline().strip() if readable else ""
    assert line in (word, ""), line
    return line


def descendants(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def enqueue(first: int, count: int) -> None:
    with write(SYSTEM) as work:
        for n in range(first, first + count):
            work.enqueue("count", {"n": n}, key=f"count:{n}")


def kill_rounds(rounds: int, outside: Path) -> int:
    """Starts and kills a worker `rounds` times while jobs come in, then lets one finish; answers the number of jobs."""
    chance = random.Random(20261120)
    per_round, total = 40, 0
    for _ in range(rounds):
        enqueue(total, per_round)
        total += per_round
        process = start_worker(outside)
        try:
            assert wait_for(process, "ready", 60) == "ready"
            assert descendants(process.pid) == []
            # The kill comes somewhere in the work: waiting for a word that is not said yet is the random pause.
            wait_for(process, "idle", chance.uniform(0.02, 0.5))
        finally:
            end(process)
    for _ in range(3):
        process = start_worker(outside)
        try:
            assert wait_for(process, "ready", 60) == "ready"
            if wait_for(process, "idle", 120) == "idle":
                return total
        finally:
            end(process)
    raise AssertionError("the last workers did not come to an end")


def check_everything_happened_once(total: int, outside: Path, kills: int) -> None:
    numbers = sorted(str(n) for n in range(total))
    assert sorted(AuditRecord.objects.filter(action="counted").values_list("subject_id", flat=True)) == numbers
    assert sorted(AuditRecord.objects.filter(action="heard").values_list("subject_id", flat=True)) == numbers
    assert set(Job.objects.filter(kind__in=["count", "deliver_event"]).values_list("state", flat=True)) == {"done"}
    sent = Counter(outside.read_text(encoding="utf-8").split())
    assert max(sent.values()) == 1
    states = dict(Message.objects.values_list("key", "state"))
    assert len(states) == total
    assert set(states.values()) <= {"sent", "uncertain"}
    assert {key for key, state in states.items() if state == "sent"} <= set(sent)
    # Each kill can interrupt at most one message in each of the two threads.
    assert sum(state == "uncertain" for state in states.values()) <= 2 * kills
    assert verify() == []


def test_a_dozen_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "sent"
    total = kill_rounds(12, outside)
    check_everything_happened_once(total, outside, 12)


@pytest.mark.soak
def test_hundreds_of_killed_workers_lose_and_double_nothing(tmp_path: Path) -> None:
    outside = tmp_path / "sent"
    total = kill_rounds(300, outside)
    check_everything_happened_once(total, outside, 300)


def test_a_job_that_kills_every_worker_is_given_up_and_the_others_are_done(tmp_path: Path) -> None:
    with write(SYSTEM) as work:
        work.enqueue("deadly", {})
    enqueue(0, 5)
    outside, killed = tmp_path / "sent", 0
    for _ in range(6):
        process = start_worker(outside)
        try:
            assert wait_for(process, "ready", 60) == "ready"
            said = wait_for(process, "idle", 60)
            if said == "idle":
                break
            assert process.wait(30) == -signal.SIGKILL
            killed += 1
        finally:
            end(process)
    assert killed == 3
    deadly = Job.objects.get(kind="deadly")
    assert (deadly.state, deadly.attempts) == ("failed", 3)
    assert not AuditRecord.objects.filter(action="survived").exists()
    assert set(Job.objects.filter(kind="count").values_list("state", flat=True)) == {"done"}
