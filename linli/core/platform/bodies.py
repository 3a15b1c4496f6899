"""Receives the body of a request before Django sees the request, so that slow senders hold few of the threads that answer.

A thread that reads a body waits for whoever sends it, and a telephone on a bad line takes a minute for a photo. At most
all threads but two receive at a time, and one of those is left for other addresses than the busiest; more get 503 at once,
and the pages send again by themselves. A proxy that receives requests whole before it passes them on makes this idle.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from linli.core.platform.ratelimit import network_of
from linli.core.platform.requests import address_in
from linli.core.platform.turns import request_threads
from linli.lib.apart import Busy
from linli.lib.outside import LARGEST_ID, whole_number

LONGEST_S = 300.0
_PIECE_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 1024 * 1024

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _TooSlow(Exception):
    """The body was not there in time, or broke off."""


class BodyReceiver:
    """A WSGI application around another one, which it gives the body as a file that is already there."""

    def __init__(self, application: Application, threads: int | None = None) -> None:
        self._application = application
        self._most = max(1, (threads or request_threads()) - 2)
        self._most_of_one = max(1, self._most - 1)
        self._receiving: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = _length(environ)
        # What is too large is refused by the application, which has sentences for it, without being read.
        if not 0 < length <= settings.LINLI_MAX_BODY_BYTES:
            return self._application(environ, start_response)
        try:
            with self._place(network_of(address_in(environ))):
                environ["wsgi.input"] = _received(environ["wsgi.input"], length)
        except Busy:
            return _said(environ, start_response, 503, "Many are sending just now. Send it again in a few seconds.")
        except (_TooSlow, OSError):
            return _said(environ, start_response, 408, "The request did not arrive in time. Send it again.")
        try:
            return self._application(environ, start_response)
        finally:
            environ["wsgi.input"].close()

    @contextmanager
    def _place(self, network: str) -> Iterator[None]:
        with self._lock:
            if self._receiving.total() >= self._most or self._receiving[network] >= self._most_of_one:
                raise Busy
            self._receiving[network] += 1
        try:
            yield
        finally:
            with self._lock:
                self._receiving[network] -= 1
                self._receiving += Counter()  # forgets who has none


def _length(environ: dict[str, Any]) -> int:
    given = str(environ.get("CONTENT_LENGTH") or "")
    found = whole_number(given)
    return 0 if not given else LARGEST_ID if found is None else found


def _received(stream: Any, length: int) -> Any:
    begun = time.monotonic()
    # Closed by whoever answers; a file that is gone with its last user needs no context.
    body = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
    left = length
    while left:
        piece = stream.read(min(_PIECE_BYTES, left))
        if not piece or time.monotonic() - begun > LONGEST_S:
            body.close()
            raise _TooSlow
        body.write(piece)
        left -= len(piece)
    body.seek(0)
    return body


def _said(environ: dict[str, Any], start_response: Any, status: int, sentence: str) -> Iterable[bytes]:
    """An answer in plain words: neither a template nor the language of the reader is at hand here."""
    reason = {503: "Service Unavailable", 408: "Request Timeout"}[status]
    api = str(environ.get("PATH_INFO", "")).startswith("/api/")
    facts = {"type": "about:blank", "title": reason, "status": status, "detail": sentence, "code": "busy"}
    body = (json.dumps(facts) if api else sentence + "\n").encode()
    kind = "application/problem+json" if api else "text/plain; charset=utf-8"
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Retry-After", "3")]
    start_response(f"{status} {reason}", headers)
    return [body]
