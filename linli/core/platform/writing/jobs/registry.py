"""Which kinds of jobs exist, who handles them, and which run by the clock.

Modules register at import, before the worker starts; queue.py and worker.py next door read the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from linli.core.platform.writing.days import city_zone, local_day

if TYPE_CHECKING:
    from linli.core.platform.writing.work import Work

Handler = Callable[["Work", dict[str, Any]], None]
H = TypeVar("H", bound=Handler)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job: its handler, and how often a failed one is tried again."""

    name: str
    handler: Handler
    retries: int


@dataclass(frozen=True, slots=True)
class Period:
    """When a periodic kind runs: `every` counts from 2000-01-01 UTC, `daily_at` is the deployment's wall clock."""

    kind: str
    every: timedelta | None
    daily_at: time | None

    def next_after(self, now: datetime) -> datetime:
        """The first instant of the rhythm later than `now` (UTC)."""
        if self.every is not None:
            return _EPOCH + ((now - _EPOCH) // self.every + 1) * self.every
        at, day, zone = self.daily_at or time(), local_day(now), city_zone()
        today = datetime.combine(day, at, zone)
        chosen = today if today > now else datetime.combine(day + timedelta(days=1), at, zone)
        return chosen.astimezone(UTC)


_kinds: dict[str, Kind] = {}
_periods: dict[str, Period] = {}


def job(name: str, *, retries: int = 5) -> Callable[[H], H]:
    """Decorator: `handler(work, payload)` does jobs of this kind, inside the write that marks the job done.

    So its effects in the database happen exactly once, whatever is killed. It must not talk to the outside: what does
    is a message. Raises ValueError for a name that another handler has.
    """

    def register(handler: H) -> H:
        known = _kinds.get(name)
        if known is not None and known.handler is not handler:
            raise ValueError(f"The job kind {name!r} already has a handler; choose another name.")
        _kinds[name] = Kind(name, handler, retries)
        return handler

    return register


def periodic(
    name: str, *, every: timedelta | None = None, daily_at: time | None = None, retries: int = 5
) -> Callable[[H], H]:
    """Decorator: like `job`, and run by the clock: each `every`, or once a day at `daily_at` in the deployment's zone.

    Each run is a job with the key "name:instant", so it happens once however many workers there are. Runs missed
    while no worker lived are made up by one run.
    """
    if (every is None) == (daily_at is None):
        raise ValueError(f"The periodic job {name!r} needs either `every` or `daily_at`.")
    if every is not None and every < timedelta(seconds=1):
        raise ValueError(f"The periodic job {name!r} runs every {every}; the shortest rhythm is one second.")

    def register(handler: H) -> H:
        _periods[name] = Period(name, every, daily_at)
        return job(name, retries=retries)(handler)

    return register


def kinds() -> dict[str, Kind]:
    """All registered kinds by name."""
    return _kinds


def periods() -> dict[str, Period]:
    """All periodic kinds by name."""
    return _periods
