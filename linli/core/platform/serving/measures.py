"""The counters behind /metrics, in memory of this process; `health.py` shows them together with the queues' lengths.

With several web processes set PROMETHEUS_MULTIPROC_DIR to an empty folder: the counters are then summed over processes.
"""

from __future__ import annotations

import os

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.registry import REGISTRY, Collector

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_requests = Counter("linli_requests_total", "Answered requests", ["method", "route", "status"])
_seconds = Histogram(
    "linli_request_seconds",
    "Time from the first middleware to the answer",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def method_named(method: str | None) -> str:
    """A method of HTTP, "other" for whatever else a client made up."""
    return method if method in _METHODS else "other"


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Counts one answered request. `route` is a route's name, so that the number of series stays bounded."""
    _requests.labels(method, route, str(status)).inc()
    _seconds.labels(route).observe(seconds)


def exposition(*collectors: Collector) -> tuple[bytes, str]:
    """The text of /metrics and its content type; `collectors` are asked once, for this answer only."""
    extra = CollectorRegistry(auto_describe=False)
    for collector in collectors:
        extra.register(collector)
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(extra)  # type: ignore[no-untyped-call]
        return generate_latest(extra), CONTENT_TYPE_LATEST
    return generate_latest(REGISTRY) + generate_latest(extra), CONTENT_TYPE_LATEST
