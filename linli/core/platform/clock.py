"""The injected clock: the one place that asks what time it is.

Services take `work.now` from the unit of work, which reads here once; tests and the demo set the hand with `clock_at`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_hand: ContextVar[datetime | None] = ContextVar("linli_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC; the injected one inside `clock_at`."""
    return _hand.get() or datetime.now(UTC)


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    """Holds the clock at `instant` (aware) for this thread or task. Nests; the former hand comes back at the end."""
    if instant.tzinfo is None:
        raise ValueError("clock_at needs an aware datetime")
    token = _hand.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _hand.reset(token)
