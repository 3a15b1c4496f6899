"""The injected clock: the one place that asks what time it is.

Services take `work.now` from the unit of work, which reads here once; tests and the demo set the hand with `clock_at`, and
the demo's server moves the whole clock with `shift_clock`, so that it is always the middle of a working day there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_hand: ContextVar[datetime | None] = ContextVar("linli_clock", default=None)


_shift = timedelta(0)


def now() -> datetime:
    """The present instant, aware, in UTC; the injected one inside `clock_at`."""
    return _hand.get() or datetime.now(UTC) + _shift


def shift_clock(by: timedelta) -> None:
    """Lets the clock of this process run `by` beside the machine's from here on. For the demo; production refuses the setting."""
    global _shift
    _shift = by


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
