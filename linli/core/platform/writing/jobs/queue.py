"""The queue's steps: lease a job, do it, and what becomes of it; worker.py runs them in a loop.

A lease is committed before the work begins, so that a job that kills its process is counted and ends as failed
instead of killing for ever. Being done commits together with the effects. A job whose process died is found by its
lease; one that is still at work holds its row locked and is left alone however long it takes.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import DEFAULT_DB_ALIAS, connections

from linli.core.platform.models import Job
from linli.core.platform.writing import clock
from linli.core.platform.writing.jobs.registry import kinds, periods
from linli.core.platform.writing.locks import for_update
from linli.core.platform.writing.rows import insert_rows
from linli.core.platform.writing.work import SYSTEM, write

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
KEEP_FINISHED = timedelta(days=30)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)


class LeaseLost(Exception):
    """Somebody else has taken the job over; nothing was done."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A job that this worker holds."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    token: str


def lease_next(now: datetime) -> Leased | None:
    """Takes the job that is due longest, of a kind known here, and commits that. None when nothing is due."""
    known = list(kinds())
    if not known:
        return None
    connection = connections[DEFAULT_DB_ALIAS]
    at = connection.ops.adapt_datetimefield_value
    due = (
        "SELECT id FROM platform_job WHERE state = 'waiting' AND run_at <= %s "  # noqa: S608 - marks only
        f"AND kind IN ({', '.join(['%s'] * len(known))}) ORDER BY run_at, id LIMIT 1"
    )
    token = uuid4().hex
    with connection.cursor() as cursor:
        # SQLite has one writer: an idle worker must look without asking for the write lock.
        cursor.execute(due, [at(now), *known])
        if cursor.fetchone() is None:
            return None
        cursor.execute(
            "UPDATE platform_job SET state = 'running', attempts = attempts + 1, token = %s, lease_until = %s "  # noqa: S608 - marks only
            f"WHERE id = ({due}{for_update(free=True)}) RETURNING id, kind, payload, attempts",
            [token, at(now + LEASE), at(now), *known],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    payload = json.loads(row[2]) if isinstance(row[2], str) else row[2]
    return Leased(id=row[0], kind=row[1], payload=payload, attempts=row[3], token=token)


def perform(leased: Leased) -> bool:
    """Does one leased job; True when it is done. A failure is written down and tried again later, or for good."""
    kind = kinds()[leased.kind]
    try:
        with write(SYSTEM) as work:
            # First of all: the row lock keeps everybody else away, and a lost lease ends here before any effect.
            held = Job.objects.filter(id=leased.id, token=leased.token, state=Job.State.RUNNING).update(
                state=Job.State.DONE, finished_at=work.now, lease_until=None, error=""
            )
            if not held:
                raise LeaseLost
            period = periods().get(leased.kind)
            if period is not None:
                instant = period.next_after(work.now)
                work.enqueue(leased.kind, {}, run_at=instant, key=f"{leased.kind}:{instant.isoformat()}")
            kind.handler(work, leased.payload)
    except LeaseLost:
        return False
    except Exception as error:
        logger.exception("job failed", extra={"facts": {"job_kind": leased.kind, "job_id": leased.id}})
        _write_down_failure(leased, error, kind.retries)
        return False
    return True


def _write_down_failure(leased: Leased, error: Exception, retries: int) -> None:
    now = clock.now()
    words = f"{type(error).__name__}: {error}".replace("\x00", "")[:2000]
    held = Job.objects.filter(id=leased.id, token=leased.token, state=Job.State.RUNNING)
    if leased.attempts > retries:
        held.update(state=Job.State.FAILED, finished_at=now, lease_until=None, error=words)
    else:
        pause = min(_FIRST_PAUSE * 2 ** (leased.attempts - 1), _LONGEST_PAUSE)
        held.update(state=Job.State.WAITING, run_at=now + pause, lease_until=None, error=words)


def reclaim(now: datetime) -> int:
    """Gives jobs back whose lease is over and whose worker is gone; answers how many. Out of retries, they fail."""
    connection = connections[DEFAULT_DB_ALIAS]
    at = connection.ops.adapt_datetimefield_value
    over = f"SELECT id FROM platform_job WHERE state = 'running' AND lease_until < %s{for_update(free=True)}"  # noqa: S608 - constant
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM platform_job WHERE state = 'running' AND lease_until < %s LIMIT 1", [at(now)])
        if cursor.fetchone() is None:
            return 0
        for kind in kinds().values():
            cursor.execute(
                f"UPDATE platform_job SET state = 'failed', finished_at = %s, error = %s WHERE id IN ({over}) "  # noqa: S608 - constant
                "AND kind = %s AND attempts > %s",
                [
                    at(now),
                    "WorkerDied: the worker's process ended in the middle of it.",
                    at(now),
                    kind.name,
                    kind.retries,
                ],
            )
        cursor.execute(
            f"UPDATE platform_job SET state = 'waiting', run_at = %s WHERE id IN ({over})",  # noqa: S608 - constant
            [at(now), at(now)],
        )
        return int(cursor.rowcount)


def ensure_periodic(now: datetime) -> None:
    """Makes sure that each periodic kind has its next run in the queue. Twice does nothing more."""
    rows: list[tuple[str, dict[str, Any], datetime, str]] = []
    for period in periods().values():
        instant = period.next_after(now)
        rows.append((period.kind, {}, instant, f"{period.kind}:{instant.isoformat()}"))
    rows.sort(key=lambda row: row[3])
    insert_rows(Job, rows, columns=("kind", "payload", "run_at", "key"), ignore_taken=("key",))


def forget_finished(now: datetime, *, batch: int = 5000) -> int:
    """Deletes jobs done more than 30 days ago, in batches; failed ones stay until an operator has looked."""
    gone = 0
    while True:
        ids = list(
            Job.objects.filter(state=Job.State.DONE, finished_at__lt=now - KEEP_FINISHED).values_list("id", flat=True)[
                :batch
            ]
        )
        if not ids:
            return gone
        gone += Job.objects.filter(id__in=ids).delete()[0]


def work_off(*, limit: int = 100_000) -> int:
    """Does everything that is due now in this thread, jobs that those enqueue included; answers how many were done.

    For tests and for making demo data under an injected clock; a deployment runs `run_worker`.
    """
    done = 0
    for _ in range(limit):
        leased = lease_next(clock.now())
        if leased is None:
            return done
        done += perform(leased)
    raise RuntimeError(f"More than {limit} jobs were due; something enqueues itself without end.")
