"""How much costly work one process does at a time, and for whom: reading files, checking passwords, receiving bodies.

What costs seconds or hundreds of megabytes takes a turn here. Strangers and staff wait in lines of their own, so that a
flood from outside leaves the staff theirs; a line that is full answers 503 at once instead of holding one more request.
Whoever is inside or waits, in whatever line, holds one of the threads that answer requests: all lines draw on one room,
which leaves two of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from linli.core.platform.rationing.ratelimit import allow
from linli.core.platform.saying.refusals import TooBusy, TooMany
from linli.lib.apart import Busy, Child, Children, Room, Turns

# What one address without account may have decoded, in thousands of pixels of PNG: about 20 s of one core.
STRANGER_KILOPIXELS = 400_000
STRANGER_SPAN = timedelta(minutes=10)


def request_threads() -> int:
    """How many requests this process answers at a time; `linli serve` says it."""
    return int(os.environ.get("LINLI_REQUEST_THREADS") or 8)


@dataclass(frozen=True)
class Lines:
    """The lines of one process. `bodies` has no turns: who sends slowly is not waited for."""

    passwords: Turns
    staff: Children
    stranger: Children
    bodies: Room


@lru_cache
def lines_for(threads: int) -> Lines:
    """The lines of a process that answers so many requests at a time.

    Together they hold at most all threads but two (at least one). What anybody can begin without a name, sending bodies
    and having files read, leaves one or two of these again to passwords and the staff.
    """
    together = Room(max(1, threads - 2))
    anybody = Room(max(1, together.most - (2 if together.most > 3 else 1)), together)
    half = max(1, together.most // 2)
    # A password takes a fifth of a second and many sign in at the same minute of a morning: all but one of the places wait for one.
    computed = min(2, half)
    waiting = together.most - computed - (1 if together.most > 3 else 0)
    return Lines(
        passwords=Turns(computed, waiting, wait_s=5.0, within=together),
        staff=Children(1, half - 1, within=together),
        stranger=Children(1, max(1, anybody.most // 2) - 1, within=anybody),
        bodies=Room(max(1, anybody.most - 1), anybody),
    )


def lines() -> Lines:
    """The lines of this process."""
    return lines_for(request_threads())


@contextmanager
def password_turn() -> Iterator[None]:
    """A turn for computing one password's digest: 100 MB and a fifth of a second on purpose. Raises TooBusy."""
    try:
        with lines().passwords.turn():
            yield
    except Busy as busy:
        raise TooBusy(
            _("Many people are signing in just now. Try again in a few seconds."), retry_after_s=busy.retry_after_s
        ) from None


@contextmanager
def reading_child(*, stranger: bool, field: str = "") -> Iterator[Child]:
    """A child process that reads one file or sets pages, for as long as the block runs. Raises TooBusy."""
    line = lines().stranger if stranger else lines().staff
    try:
        with line.child() as child:
            yield child
    except Busy as busy:
        raise TooBusy(
            _("The server is busy with other files just now. Send it again in a few seconds."),
            retry_after_s=busy.retry_after_s,
            field=field,
        ) from None


def spend_pixels(network: str, pixels: int, *, field: str = "") -> None:
    """Takes the work for `pixels` from the budget of a network without account. Raises TooMany."""
    if not allow("decoding", network, STRANGER_KILOPIXELS, STRANGER_SPAN, amount=pixels // 1000 + 1):
        raise TooMany(
            _("Many large photos came from your address. Send smaller ones, or try again in ten minutes."),
            retry_after_s=int(STRANGER_SPAN.total_seconds()),
            field=field,
        )
