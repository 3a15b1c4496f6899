"""Has bytes from strangers read in child processes with limits, and says at once when too many wait for that.

Decoders are C code that meets hostile bytes, and they cost seconds and hundreds of megabytes. So no request decodes
anything: it asks a child (this file, run as a program), of which there are few, which may use little, and whose death
is a refusal of one file. `pictures.py`, `voices.py`, `typesetting.py`, `workbooks.py` and `geo/files.py` next door ask; what
runs in the child is `picture_drawing.py`, `voices.reencode`, `typesetter.py`, `workbook_reading.py` and `geo/reading.py`. No Django in here.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

MEMORY_BYTES = 1024 * 1024 * 1024  # address space of a child, libraries and stacks included
CPU_S = 20  # of one question
WALL_S = 40.0  # of one question
IDLE_S = 60.0  # after that a child leaves by itself
QUESTIONS_MOST = 400  # a child is then replaced, whatever a library may have leaked
FRAME_BYTES = 128 * 1024 * 1024  # more is neither asked nor answered
_NICENESS = 10  # requests come before decoding
_READERS = frozenset({"geo.reading", "picture_drawing", "typesetter", "voices", "workbook_reading"})

Answer = tuple[dict[str, Any], bytes]


class Busy(Exception):
    """So many wait already that one more would only hold a request; `retry_after_s` says when to come back."""

    retry_after_s = 3


class ChildDied(Exception):
    """The child ended, or was ended for the time or memory it took, before it answered."""


class Room:
    """At most `most` threads are held at a time, and never more than `within` has room for; others get Busy at once."""

    def __init__(self, most: int, within: Room | None = None) -> None:
        self.most: int = most if within is None else min(most, within.most)
        self._free = threading.BoundedSemaphore(self.most)
        self._within = within

    @contextmanager
    def held(self) -> Iterator[None]:
        """Room for one thread for as long as the block runs. Raises Busy."""
        if not self._free.acquire(blocking=False):
            raise Busy
        try:
            with self._within.held() if self._within is not None else contextlib.nullcontext():
                yield
        finally:
            self._free.release()


class Turns:
    """At most `places` are inside at a time and at most `waiting` more wait, up to `wait_s` seconds; others get Busy at once.

    All of them together, inside and waiting, take their threads from `within`.
    """

    def __init__(self, places: int, waiting: int, wait_s: float = 10.0, within: Room | None = None) -> None:
        self.room = Room(places + waiting, within)
        self._places = threading.BoundedSemaphore(places)
        self._wait_s = wait_s

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A place for as long as the block runs. Raises Busy."""
        with self.room.held():
            if not self._places.acquire(timeout=self._wait_s):
                raise Busy
            try:
                yield
            finally:
                self._places.release()


class Child:
    """One child process. One question at a time; it keeps what the last question gave it.

    A file that is `given` at its start is open there too, under the number `given`, so that it need not go through the pipe.
    """

    def __init__(self, given: IO[bytes] | None = None) -> None:
        self.given = -1 if given is None else given.fileno()
        self._asked = 0
        self._died = False  # known at once, while the system may take a moment to say so
        self._last_s = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", str(Path(__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=() if given is None else (self.given,),
            env={"MALLOC_ARENA_MAX": "2"},  # threads of decoders would reserve address space each
            # Ctrl-C goes to a whole group; a child ends when its parent's pipe does, not in the middle of an answer.
            start_new_session=True,
        )

    def ask(self, reader: str, question: dict[str, Any], content: bytes = b"") -> Answer:
        """The answer of `reader` in the child. Raises ChildDied, and then the child is of no use any more."""
        self._asked += 1
        timer = threading.Timer(WALL_S, self.process.kill)
        timer.start()
        try:
            assert self.process.stdin is not None  # noqa: S101 - both are pipes, see __init__
            assert self.process.stdout is not None  # noqa: S101
            _write(self.process.stdin, {"reader": reader, **question}, content)
            answer = _read(self.process.stdout)
        except (OSError, ValueError, KeyError) as error:
            self._died = True
            raise ChildDied from error
        finally:
            timer.cancel()
        if answer is None:
            self._died = True
            raise ChildDied
        self._last_s = time.monotonic()
        return answer

    def is_fit(self) -> bool:
        """Whether it can be asked again: alive, not about to leave, not worn out."""
        rested = time.monotonic() - self._last_s < IDLE_S - 10
        return not self._died and self._asked < QUESTIONS_MOST and rested and self.process.poll() is None

    def end(self) -> None:
        """Ends the process. Twice is the same as once."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()


class Children:
    """The children of one process for one kind of sender. None is started before the first question."""

    def __init__(self, places: int = 1, waiting: int = 1, within: Room | None = None) -> None:
        self.turns = Turns(places, waiting, within=within)
        self._rested: list[Child] = []
        self._owner = os.getpid()
        atexit.register(self.close)

    @contextmanager
    def child(self) -> Iterator[Child]:
        """A child for as long as the block runs. Raises Busy; a child that died inside is replaced at the next use."""
        with self.turns.turn():
            child = self._fit_child()
            kept = False
            try:
                yield child
                kept = True
            except ChildDied:
                raise
            except Exception:
                kept = True  # a refusal is no fault of the child
                raise
            finally:
                if kept:
                    self._rested.append(child)
                else:
                    child.end()

    def close(self) -> None:
        """Ends the children that rest. More may be started afterwards."""
        if self._owner == os.getpid():
            while self._rested:
                self._rested.pop().end()

    def _fit_child(self) -> Child:
        if self._owner != os.getpid():  # a fork has its parent's list, and must not talk into its parent's pipes
            self._rested, self._owner = [], os.getpid()
        while self._rested:
            child = self._rested.pop()
            if child.is_fit():
                return child
            child.end()
        return Child()


def _write(stream: IO[bytes], head: dict[str, Any], content: bytes) -> None:
    stream.write(json.dumps({**head, "size": len(content)}).encode() + b"\n")
    stream.write(content)
    stream.flush()


def _read(stream: IO[bytes]) -> Answer | None:
    """The next head and its content; None at the end of the stream. Raises ValueError for anything else."""
    line = stream.readline()
    if not line:
        return None
    head = json.loads(line)
    if not 0 <= head["size"] <= FRAME_BYTES:
        raise ValueError("The answer claims a size that no answer has.")
    content = stream.read(head["size"])
    if len(content) != head["size"]:
        raise ValueError("The stream ended inside an answer.")
    return head, content


def _serve() -> None:
    """The child: answers questions until its parent is gone or silent."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while select.select([sys.stdin], [], [], IDLE_S)[0]:
        asked = _read(sys.stdin.buffer)
        if asked is None:
            return
        question, content = asked
        spent = resource.getrusage(resource.RUSAGE_SELF)
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        seconds = int(spent.ru_utime + spent.ru_stime) + 1 + CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (seconds if hard < 0 else min(seconds, hard), hard))
        if question["reader"] not in _READERS:
            raise ValueError(f"There is no reader {question['reader']!r}.")
        reader = importlib.import_module(f"linli.lib.{question['reader']}")
        _write(sys.stdout.buffer, *reader.answer(question, content))


if __name__ == "__main__":
    _serve()
