"""The unit of work: every write of linli happens inside one.

It opens the transaction, holds one instant and one actor for all of it, collects what the services want told and
recorded, and at the end inserts that with one statement per table: events, messages, jobs, then audit, whose chain
heads are locked last. Reads outside never use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import connection, models, transaction

from linli.core.platform.models import Job, Message, OutboxEvent
from linli.core.platform.plug.message_texts import check_sendable
from linli.core.platform.plug.register import events
from linli.core.platform.writing import chain as audit_chain
from linli.core.platform.writing import clock, outbox
from linli.core.platform.writing.actor import SYSTEM, Actor
from linli.core.platform.writing.rows import Waiting, insert_rows, insert_together
from linli.core.platform.writing.standing import entries_of, rows_never_bound
from linli.core.platform.writing.taken import told_as_refusals
from linli.core.platform.writing.versions import forget_stamps
from linli.lib.canonical import canonical_bytes

__all__ = ["SYSTEM", "Actor", "Work", "bind_what_stands", "current_work", "rehearse", "write"]

_EVENT_COLUMNS = ("uuid", "at", "event", "subject_kind", "subject_id", "payload")
_MESSAGE_COLUMNS = ("key", "channel", "template", "language", "envelope", "at", "next_attempt_at", "user_id")
_JOB_COLUMNS = ("kind", "payload", "run_at", "key")


class Work:
    """One transaction under way. Made by `write`; services get it and pass it on, nobody keeps it."""

    __slots__ = ("_broken", "_entries", "_events", "_ids", "_jobs", "_messages", "_others", "_standing", "actor", "now")

    def __init__(self, actor: Actor, now: datetime) -> None:
        self.actor = actor
        self.now = now
        self._events: list[tuple[Any, ...]] = []
        self._messages: list[tuple[Any, ...]] = []
        self._jobs: list[tuple[Any, ...]] = []
        self._others: list[Waiting] = []
        self._ids: dict[type[models.Model], list[int]] = {}
        self._entries: list[audit_chain.Entry] = []
        self._standing: dict[type[models.Model], set[Any]] = {}
        self._broken: BaseException | None = None

    def audit(
        self,
        chain: str,
        action: str,
        subject_kind: str,
        subject_id: int | str,
        content: dict[str, Any],
        *,
        subject_digest: bytes = b"",
        keep_days: int | None = None,
    ) -> None:
        """Adds one record to `chain` (a street's area code, `city` or `platform`) at the end of this write.

        `content` is JSON-like and may be personal: it can be erased after `keep_days` (None: three years).
        `subject_digest` (32 bytes) binds the append-only row of this write, see `register_subject`.
        """
        self._entries.append(
            audit_chain.Entry(
                chain, action, subject_kind, str(subject_id), canonical_bytes(content).decode(), subject_digest,
                audit_chain.DEFAULT_KEEP_DAYS if keep_days is None else keep_days,
            )
        )  # fmt: skip

    def stands(self, model: type[models.Model], *ids: Any) -> None:
        """Says that rows which decide rights, money or time are made, changed or deleted in this write: what they are at
        its end is bound into the audit trail (`register_standing`). A table that is bound whole needs no ids. Twice is
        once."""
        self._standing.setdefault(model, set()).update(ids)

    def emit(self, event: str, subject_kind: str, subject_id: int, payload: dict[str, Any]) -> None:
        """Adds one event; each of its subscribers runs once, later, in a job of its own.

        Raises LookupError for an event that no descriptor declares: nobody could have subscribed to it.
        """
        if event not in events():
            raise LookupError(f"No package declares the event {event!r}; add it to `events` of its descriptor.")
        uuid = uuid4()
        self._events.append((uuid, self.now, event, subject_kind, subject_id, payload))
        for name in outbox.subscribers(event):
            self.enqueue(
                outbox.DELIVERY_JOB,
                {
                    "subscriber": name, "uuid": str(uuid), "at": self.now.isoformat(), "event": event,
                    "subject_kind": subject_kind, "subject_id": subject_id, "payload": payload,
                },
            )  # fmt: skip

    def send(
        self, channel: str, to: str, template: str, params: dict[str, Any], *, key: str, language: str = "zh-hans",
        user_id: int | None = None,
    ) -> None:  # fmt: skip
        """Adds one message (`mail`, `sms`, `push`), to the account `user_id` if it goes to one. `key` names the effect: a message with
        a key that exists, in this write or in the database, is not written again, so calling it twice sends once."""
        check_sendable(channel, template)
        envelope = canonical_bytes({"to": to, "params": params}).decode()
        self._messages.append((key, channel, template, language, envelope, self.now, self.now, user_id))

    def enqueue(
        self, job: str, payload: dict[str, Any], *, run_at: datetime | None = None, key: str | None = None
    ) -> None:
        """Adds one job, due at `run_at` (aware; None: at once). With `key` it exists once among waiting and
        finished jobs (those are kept 30 days); without, calling twice enqueues twice."""
        self._jobs.append((job, payload, run_at or self.now, key))

    def add(self, model: type[models.Model], row: Mapping[str, Any]) -> None:
        """Adds a row of any table that nobody names by its id: it goes in at the end of this write.

        Before that only an inner write reads it.
        """
        self._others.append(Waiting(model, tuple(row), [tuple(row.values())]))

    def insert(self, model: type[models.Model], row: Mapping[str, Any]) -> int:
        """Inserts a row and gives its id: now, or as `add` does where the write knew the id beforehand (`takes_id`)."""
        known = self._ids.get(model)
        if not known:
            return insert_rows(model, [row])[0]
        id_ = known.pop(0)
        self.add(model, {"id": id_, **row})
        return id_

    def takes_id(self, model: type[models.Model], id_: int | None) -> None:
        """Tells the id that the next row of a model has; None where the database has to give it.

        For who drew ids in a statement that was asked anyway (`next_id_sql`): rows that name each other then go in together.
        """
        if id_ is not None:
            self._ids.setdefault(model, []).append(id_)

    def _insert_waiting(self) -> None:
        """Inserts now what `add` has kept, for who is about to read it."""
        if self._others:
            waiting, self._others = self._others, []
            insert_together(waiting, "SELECT 1", [])

    def _finish(self) -> None:
        """Inserts what was collected. Rows with keys go in key order, so that two writes never wait for each other."""
        if self._standing:
            self._insert_waiting()
            self._entries.extend(entries_of(self._standing))
        waiting = self._others
        if self._events:
            waiting.append(Waiting(OutboxEvent, _EVENT_COLUMNS, self._events))
        if self._messages:
            self._messages.sort(key=lambda row: str(row[0]))
            waiting.append(Waiting(Message, _MESSAGE_COLUMNS, self._messages, ("key",)))
        if self._jobs:
            self._jobs.sort(key=lambda row: row[3] or "")
            waiting.append(Waiting(Job, _JOB_COLUMNS, self._jobs, ("key",)))
        if self._entries:
            audit_chain.append(self._entries, self.actor, self.now, waiting)
        elif waiting:
            insert_together(waiting, "SELECT 1", [])


_current: ContextVar[Work | None] = ContextVar("linli_work", default=None)


def current_work() -> Work | None:
    """The write that this thread is inside of, if any."""
    return _current.get()


@contextmanager
def write(actor: Actor, now: datetime | None = None) -> Iterator[Work]:
    """Opens a write for `actor`; everything inside commits together or not at all.

    Inside another write it joins that one: same transaction, instant and actor, and an exception that leaves the inner
    block undoes the outer write too, even when caught. `now` (aware) overrides the clock. Raises Taken when a unique
    constraint stopped it, and RuntimeError inside a bare `transaction.atomic`, where the end of the write would not be the
    commit.
    """
    outer = _current.get()
    if outer is not None:
        outer._insert_waiting()
        try:
            yield outer
        except BaseException as error:
            outer._broken = error
            raise
        return
    with told_as_refusals(), transaction.atomic(durable=True):
        instant = clock.now() if now is None else now.astimezone(UTC)
        with _begun(Work(actor, instant)) as work:
            yield work


@contextmanager
def _begun(work: Work) -> Iterator[Work]:
    """Makes `work` the write of this thread, and at the end inserts what it has collected."""
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)
    if work._broken is not None:
        raise RuntimeError("An inner write failed and its error was swallowed; nothing is written.") from work._broken
    work._finish()


def bind_what_stands() -> None:
    """Binds all rows that decide rights, money or time as they are, in a database that was made before they were bound.

    `linli migrate` calls it; in any other database, and a second time, it does nothing.
    """
    with write(SYSTEM) as work:
        for model, ids in rows_never_bound().items():
            work.stands(model, *ids)


@contextmanager
def rehearse(actor: Actor) -> Iterator[Work]:
    """A write that does everything but the commit: what it inserts, records and checks is rolled back at its end.

    For saying beforehand what a write would do; it raises whatever the write would raise. Not inside another write
    (RuntimeError). Constraints that a database checks only at the commit are checked on PostgreSQL; SQLite could look
    for them only in all of its tables.
    """
    if _current.get() is not None:
        raise RuntimeError("A rehearsal rolls back and cannot be part of a write.")
    try:
        with told_as_refusals(), transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")  # so that no statement commits by itself, see without_transaction
            with _begun(Work(actor, clock.now())) as work:
                yield work
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    finally:
        forget_stamps()  # a catalogue that was read from what is gone now is read again
