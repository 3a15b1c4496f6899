"""/healthz, /readyz and /metrics: whether the process lives, whether it can serve, and how it is doing.

None of them needs a session. `measures.py` counts requests; linli.config.urls includes `platform_urls` at the root.
"""

from __future__ import annotations

import hmac
import logging
import shutil
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from linli.core.platform.keeping.storage import RESERVED_BYTES
from linli.core.platform.models import Job, Message
from linli.core.platform.serving import measures
from linli.core.platform.serving.requests import client_address
from linli.core.platform.writing import clock
from linli.core.platform.writing.jobs.worker import last_worker_beat

log = logging.getLogger("linli.health")

Gauges = Callable[[], dict[str, tuple[str, float]]]

_LENGTH_CAP = 100_000
_further: list[Gauges] = []
_no_migration_waits = False


def register_gauges(read: Gauges) -> None:
    """Adds gauges of an area to /metrics: `read` gives words and value by name, each time it is asked. Twice is once."""
    if read not in _further:
        _further.append(read)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's form
    """200 while the process answers at all; asks nothing else, so a slow database does not get it restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view's form
    """200 when requests can be served, else 503: database answers, migrations applied, disk has room.

    The age of the worker's heartbeat is told but does not count: without a worker pages still work.
    """
    facts: dict[str, Any] = {"database": False, "migrations": False, "disk": False, "worker_age_s": None}
    try:
        free = _free_bytes()
        facts.update(disk=free >= RESERVED_BYTES)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            facts["database"] = cursor.fetchone() == (1,)
        facts["migrations"] = _migrations_applied()
        beat = last_worker_beat()
        facts["worker_age_s"] = None if beat is None else round((clock.now() - beat).total_seconds(), 1)
    except Exception as error:
        # Whatever it is, the answer is "not ready"; the log tells why, the page does not.
        log.warning("not ready: %s", type(error).__name__)
    ready = bool(facts["database"] and facts["migrations"] and facts["disk"])
    return JsonResponse({"ready": ready, **facts}, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this machine and for who sends `Authorization: Bearer <LINLI_METRICS_TOKEN>`; else 404."""
    if not _may_read_metrics(request):
        return HttpResponse(status=404)
    body, content_type = measures.exposition(_Queues())
    return HttpResponse(body, content_type=content_type)


platform_urls = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]


def _free_bytes() -> int:
    home = Path(settings.LINLI_HOME)
    return shutil.disk_usage(home if home.exists() else home.parent).free


def _migrations_applied() -> bool:
    """Asked until it is true once; a process never lives through a migration backwards."""
    global _no_migration_waits
    if not _no_migration_waits:
        executor = MigrationExecutor(connection)
        _no_migration_waits = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _no_migration_waits


def _may_read_metrics(request: HttpRequest) -> bool:
    token = str(getattr(settings, "LINLI_METRICS_TOKEN", ""))
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    # Behind a proxy on the same machine every peer is loopback: then only a request that no proxy forwarded counts.
    if request.headers.get("X-Forwarded-For"):
        return False
    address = client_address(request, trusted_proxies=0)
    return bool(address) and ip_address(address).is_loopback


class _Queues(Collector):
    """Lengths and ages of the queues, read from the database when /metrics is asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge each; lengths are counted up to a cap so that a flooded queue does not slow the answer."""
        now = clock.now()
        try:
            jobs = Job.objects.filter(state=Job.State.WAITING, run_at__lte=now)
            oldest = jobs.aggregate(at=Min("run_at"))["at"]
            waiting = Message.objects.filter(state=Message.State.WAITING)
            by_state = dict(
                Message.objects.filter(state__in=[Message.State.UNCERTAIN, Message.State.FAILED])
                .values_list("state")
                .annotate(count=Count("id"))
            )
            beat = last_worker_beat()
            values: dict[str, tuple[str, float]] = {
                "linli_jobs_waiting": ("Jobs that are due and not begun", jobs[:_LENGTH_CAP].count()),
                "linli_oldest_waiting_job_seconds": (
                    "How long the oldest of them is due",
                    0.0 if oldest is None else max(0.0, (now - oldest).total_seconds()),
                ),
                "linli_jobs_failed": (
                    "Jobs given up",
                    Job.objects.filter(state=Job.State.FAILED)[:_LENGTH_CAP].count(),
                ),
                "linli_messages_waiting": ("Messages not sent yet", waiting[:_LENGTH_CAP].count()),
                "linli_messages_uncertain": ("Messages that an operator must look at", by_state.get("uncertain", 0)),
                "linli_disk_free_bytes": ("Room in the folder of database and files", _free_bytes()),
                "linli_messages_failed": ("Messages given up", by_state.get("failed", 0)),
                "linli_worker_age_seconds": (
                    "Since the worker was last alive, -1 for never",
                    -1.0 if beat is None else (now - beat).total_seconds(),
                ),
            }
            up = 1
        except Exception as error:
            log.warning("the queues cannot be read: %s", type(error).__name__)
            values, up = {}, 0
        for read in _further:
            try:
                values.update(read())
            except Exception as error:  # the others are told all the same
                log.warning("gauges of %s cannot be read: %s", read.__module__, type(error).__name__)
        yield GaugeMetricFamily("linli_database_up", "1 while the database answers", value=up)
        for name, (words, value) in values.items():
            yield GaugeMetricFamily(name, words, value=value)
