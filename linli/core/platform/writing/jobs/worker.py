"""The worker: threads of one process that do jobs, send messages and keep the queue in order.

One process and no children, so killing it leaves no orphan; more hands are more processes, each started by the
service manager. With SQLite it runs inside the web process. It may be killed at any instant: queue.py says why
nothing is lost or doubled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections, connections
from django.db.utils import Error as DatabaseError

from linli.core.platform.models import WorkerBeat
from linli.core.platform.writing import clock
from linli.core.platform.writing.jobs.queue import ensure_periodic, lease_next, perform, reclaim
from linli.core.platform.writing.messages.sending import send_next, settle_interrupted

logger = logging.getLogger(__name__)

POLL_S = 0.3
TROUBLE_PAUSE_S = 2.0
BEAT_S = 10.0
RECLAIM_S = 5.0
PERIODIC_S = 60.0


def run_worker(*, threads: int = 2, stop: threading.Event | None = None) -> None:
    """Works until `stop` is set (forever without one), then lets what is in hand end and closes its connections."""
    stop = stop or threading.Event()
    loops = [threading.Thread(target=_loop, args=(stop,), name=f"worker-{n}", daemon=True) for n in range(threads)]
    loops.append(threading.Thread(target=_keep_order, args=(stop,), name="worker-order", daemon=True))
    for thread in loops:
        thread.start()
    # join() with a time limit leaves the main thread able to take a signal.
    while any(thread.is_alive() for thread in loops):
        for thread in loops:
            thread.join(timeout=0.2)


def last_worker_beat() -> datetime | None:
    """When a worker was last alive; None when none has ever run."""
    return WorkerBeat.objects.filter(name="worker").values_list("at", flat=True).first()


def _loop(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            leased = lease_next(clock.now())
            if leased is not None:
                perform(leased)
            elif not send_next(clock.now()):
                stop.wait(POLL_S)
        except DatabaseError:
            _pause_in_trouble(stop)
    connections.close_all()


def _keep_order(stop: threading.Event) -> None:
    chores: list[tuple[float, Callable[[], object]]] = [
        (BEAT_S, _beat),
        (RECLAIM_S, lambda: reclaim(clock.now())),
        (RECLAIM_S, lambda: settle_interrupted(clock.now())),
        (PERIODIC_S, lambda: ensure_periodic(clock.now())),
    ]
    due = [0.0] * len(chores)
    while not stop.is_set():
        for index, (pause_s, chore) in enumerate(chores):
            if time.monotonic() < due[index]:
                continue
            try:
                chore()
                due[index] = time.monotonic() + pause_s
            except DatabaseError:
                _pause_in_trouble(stop)
        stop.wait(POLL_S)
    connections.close_all()


def _beat() -> None:
    WorkerBeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})


def _pause_in_trouble(stop: threading.Event) -> None:
    """The database is away, full or busy: say so, drop the connection, and try again in a while."""
    logger.warning("worker cannot use the database", exc_info=True)
    connections.close_all()
    close_old_connections()
    stop.wait(TROUBLE_PAUSE_S)
