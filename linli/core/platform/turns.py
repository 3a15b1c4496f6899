"""How much costly work one process does at a time, and for whom: reading files, checking passwords.

What costs seconds or hundreds of megabytes takes a turn here. Strangers and staff wait in lines of their own, so that a
flood from outside leaves the staff theirs; a line that is full answers 503 at once instead of holding one more request.
The lines are sized by the threads that answer requests, of which some are always left.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext as _

from linli.core.platform.ratelimit import allow
from linli.core.platform.refusals import TooBusy, TooMany
from linli.lib.apart import Busy, Child, Children, Turns

# What one address without account may have decoded, in thousands of pixels of PNG: about 20 s of one core.
STRANGER_KILOPIXELS = 400_000
STRANGER_SPAN = timedelta(minutes=10)


def request_threads() -> int:
    """How many requests this process answers at a time; `linli serve` says it."""
    return int(os.environ.get("LINLI_REQUEST_THREADS") or 8)


def _waiting() -> int:
    """How many may wait in a line, so that the lines together leave a thread for everybody else."""
    return max(0, (request_threads() - 1) // 2 - 1)


_readers = {"staff": Children(waiting=_waiting()), "stranger": Children(waiting=_waiting())}


# Checking a password takes 100 MB and a fifth of a second on purpose.
_passwords = Turns(places=2, waiting=max(2, request_threads() // 2), wait_s=5.0)


@contextmanager
def password_turn() -> Iterator[None]:
    """A turn for computing one password's digest. Raises TooBusy."""
    try:
        with _passwords.turn():
            yield
    except Busy as busy:
        raise TooBusy(
            _("Many people are signing in just now. Try again in a few seconds."), retry_after_s=busy.retry_after_s
        ) from None


@contextmanager
def reading_child(*, stranger: bool, field: str = "") -> Iterator[Child]:
    """A child process that reads one file, for as long as the block runs. Raises TooBusy."""
    try:
        with _readers["stranger" if stranger else "staff"].child() as child:
            yield child
    except Busy as busy:
        raise TooBusy(
            _("The server is reading other photos just now. Send it again in a few seconds."),
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
