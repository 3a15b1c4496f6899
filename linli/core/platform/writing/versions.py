"""Catalogues that every request needs, kept in memory and dropped when their version in the database changes.

A service that changes a catalogue calls `bump(name)` in its transaction; every process looks at the stamps at most once a
second (one statement for all names) and loads again what changed. So a change is seen elsewhere within a second, and a
request pays nothing for catalogues that rest. What was announced begins by itself: such a catalogue says until when it holds.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from django.db import connection

from linli.core.platform.models import Stamp
from linli.core.platform.writing import clock

T = TypeVar("T")
STALE_SECONDS = 1.0

_lock = threading.RLock()
_stamps: dict[str, str] = {}
# On the monotonic clock, whose zero may be this very minute; None: never, or not any more.
_read_at: float | None = None
_caches: list[Versioned] = []  # type: ignore[type-arg]


def _current() -> dict[str, str]:
    """The stamps as they were read last, a second ago at most: the same dictionary until they are read again."""
    global _read_at, _stamps
    if _read_at is None or time.monotonic() - _read_at > STALE_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, stamp FROM platform_stamp")
            _stamps = dict(cursor.fetchall())
        _read_at = time.monotonic()
    return _stamps


class Versioned(Generic[T]):
    """One catalogue: `get()` gives the loaded value, loading again when the stamp of one of `names` changed.

    `until` is asked before each loading for the instant from which on something else will be in force without anybody
    changing the catalogue (None: nothing is announced); from then on `get()` loads again too.
    """

    def __init__(self, load: Callable[[], T], *names: str, until: Callable[[], datetime | None] | None = None) -> None:
        self.load, self.names, self.until = load, names, until
        self._loaded: tuple[tuple[str, ...], datetime | None, T] | None = None
        self._held: tuple[object, object] = None, None  # which reading of the stamps found which value to hold
        _caches.append(self)

    def get(self, *, fresh: bool = False) -> T:
        """The value of the present version. Loading is done by one thread at a time.

        With `fresh` the stamps are read now: for who must not miss what another process committed within this second.
        """
        if fresh:
            forget_stamps()
        read = _current()
        loaded = self._loaded
        # Some twenty look-ups of a request come after one within the same second, which has compared already.
        if loaded is not None and self._held[0] is read and self._held[1] is loaded and loaded[1] is None:
            return loaded[2]
        stamps = tuple(read.get(name, "") for name in self.names)
        if loaded is None or not _holds(loaded, stamps):
            with _lock:
                loaded = self._loaded
                if loaded is None or not _holds(loaded, stamps):
                    until = self.until() if self.until is not None else None
                    loaded = self._loaded = (stamps, until, self.load())
        self._held = read, loaded
        return loaded[2]

    def forget(self) -> None:
        """Drops the loaded value; the next `get` loads."""
        self._loaded = None


def _holds(loaded: tuple[tuple[str, ...], datetime | None, object], stamps: tuple[str, ...]) -> bool:
    return loaded[0] == stamps and (loaded[1] is None or clock.now() < loaded[1])


def forget_stamps() -> None:
    """Has the stamps read anew by whoever asks next: after a roll-back, so that what was read inside it is read again."""
    global _read_at
    _read_at = None


def bump(name: str) -> None:
    """Marks the catalogue `name` as changed. Call inside the transaction that changes it; a roll-back takes it back."""
    Stamp.objects.update_or_create(name=name, defaults={"stamp": uuid.uuid4().hex})
    forget_stamps()


def forget_all() -> None:
    """Drops every loaded catalogue of this process (tests, after a restore)."""
    forget_stamps()
    for cache in _caches:
        cache.forget()
