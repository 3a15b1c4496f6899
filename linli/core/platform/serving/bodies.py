"""Receives the body of a request before Django sees the request, so that slow senders hold few of the threads that answer.

A thread that waits for a body waits for whoever sends it, and a telephone on a bad line takes a minute for a photo. So a
body keeps a pace or is given up (408), and what is not there in a moment needs a place, of which there are few (turns.py)
and of which one network has at most half; more get 503 at once, and the pages send again by themselves. What is small and
there at once needs no place: a whole office sends its forms through one address. A proxy that receives requests whole
before it passes them on makes all of this idle.

The server's stream cannot be read with a time limit, so a thread of its own reads it. One that was given up stays until
its sender goes; how many such threads there may be is bounded too.
"""

from __future__ import annotations

import io
import logging
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from shutil import disk_usage
from time import monotonic
from typing import Any

from django.conf import settings

from linli.core.platform.keeping.storage import RESERVED_BYTES
from linli.core.platform.rationing.ratelimit import wide_network_of
from linli.core.platform.rationing.turns import lines, lines_for
from linli.core.platform.serving.requests import REFUSED_AT_THE_DOOR, address_in, declared_length
from linli.lib.apart import Busy

log = logging.getLogger(__name__)

SMALL_BYTES = 64 * 1024
MOMENT_S = 0.02  # how long a small body is waited for without a place
GRACE_S, BYTES_PER_SECOND = 10.0, 4096
LONGEST_S = 300.0
LOOKS_S = 0.25  # how often the pace is looked at
LEFT_BEHIND_MOST, LEFT_BEHIND_OF_ONE = 256, 32
_PIECE_BYTES = 16 * 1024
_IN_MEMORY_BYTES = 1024 * 1024

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Refused(Exception):
    """The body is not taken; `reason` is a bad day of trouble.py."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BodyReceiver:
    """A WSGI application around another one, which it gives the body as a file that is already there.

    What it refuses it passes on without its body, marked with the reason: `requests.py` answers in the reader's language.
    """

    def __init__(self, application: Application, threads: int | None = None) -> None:
        self._application = application
        self._threads = threads
        self._receiving: Counter[str] = Counter()
        self._left_behind: Counter[str] = Counter()
        self._bytes_here = 0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = declared_length(environ)
        # What is too large is refused by the application, which has sentences for it, without being read.
        if not 0 < length <= settings.LINLI_MAX_BODY_BYTES:
            return self._application(environ, start_response)
        with ExitStack() as kept:
            try:
                kept.enter_context(self._disk(length))
                body = self._received(environ["wsgi.input"], length, wide_network_of(address_in(environ)))
            except _Refused as refused:
                environ[REFUSED_AT_THE_DOOR], body = refused.reason, io.BytesIO()
            environ["wsgi.input"] = kept.enter_context(body)
            return self._application(environ, start_response)

    def _received(self, stream: Any, length: int, network: str) -> Any:
        """The whole body, at its start. Raises _Refused."""
        with self._lock:
            if self._left_behind[network] >= LEFT_BEHIND_OF_ONE or self._left_behind.total() >= LEFT_BEHIND_MOST:
                raise _Refused("many_send")
        with ExitStack() as places:
            if length > SMALL_BYTES:
                places.enter_context(self._place(network))
            reading = _Reading(stream, length, lambda amount: self._count(self._left_behind, network, amount))
            try:
                if length <= SMALL_BYTES and not reading.done.wait(MOMENT_S):
                    places.enter_context(self._place(network))
                return reading.wait()
            except _Refused:
                reading.give_up()
                raise

    @contextmanager
    def _place(self, network: str) -> Iterator[None]:
        room = (lines() if self._threads is None else lines_for(self._threads)).bodies
        with self._lock:
            if self._receiving[network] >= (room.most + 1) // 2:
                raise _Refused("many_send")
            self._receiving[network] += 1
        try:
            with room.held():
                yield
        except Busy:
            raise _Refused("many_send") from None
        finally:
            self._count(self._receiving, network, -1)

    @contextmanager
    def _disk(self, length: int) -> Iterator[None]:
        """What is on its way is kept twice for a while, here and by Django; the room that the database needs stays free."""
        if length <= _IN_MEMORY_BYTES:
            yield
            return
        with self._lock:
            self._bytes_here += length
            needed = 2 * self._bytes_here
        try:
            if disk_usage(tempfile.gettempdir()).free < RESERVED_BYTES + needed:
                raise _Refused("disk_full")
            yield
        finally:
            with self._lock:
                self._bytes_here -= length

    def _count(self, counter: Counter[str], network: str, amount: int) -> None:
        with self._lock:
            counter[network] += amount
            if not counter[network]:
                del counter[network]


class _Reading:
    """One body on its way into a file, read by a thread of its own."""

    def __init__(self, stream: Any, length: int, left_behind: Callable[[int], None]) -> None:
        self.done = threading.Event()
        self._stream, self._length, self._left_behind = stream, length, left_behind
        self._got, self._given_up, self._begun = 0, False, monotonic()
        self._lock = threading.Lock()
        # Closed by whoever uses it last.
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
        threading.Thread(target=self._read, name="linli-body", daemon=True).start()

    def wait(self) -> Any:
        """The file, at its start. Raises _Refused for a body that keeps no pace, takes too long or breaks off."""
        slack = min(_PIECE_BYTES, self._length)  # what may have come of a piece that is not whole yet
        while not self.done.wait(LOOKS_S):
            seconds = monotonic() - self._begun
            if seconds > LONGEST_S or self._got + slack < (seconds - GRACE_S) * BYTES_PER_SECOND:
                raise _Refused("too_slow")
        if self._got < self._length:
            raise _Refused("too_slow")
        self._file.seek(0)
        return self._file

    def give_up(self) -> None:
        """Nobody wants the body any more; the thread that reads it goes when its sender does."""
        with self._lock:
            self._given_up = True
            if self.done.is_set():
                self._file.close()
            else:
                self._left_behind(1)

    def _read(self) -> None:
        try:
            while self._got < self._length and not self._given_up:
                piece = self._stream.read(min(_PIECE_BYTES, self._length - self._got))
                if not piece:
                    break
                self._file.write(piece)
                self._got += len(piece)
        except Exception as error:  # of a server's stream, whatever it is: the body is not whole
            log.info("a body broke off: %s", type(error).__name__)
        finally:
            with self._lock:
                self.done.set()
                if self._given_up:
                    self._left_behind(-1)
                    self._file.close()
