"""One effect per UUID: the protocol by which a client may ask again without the thing happening again.

The claim commits together with the effect. Who comes second, a repetition as well as a twin at the same instant, loses
on the unique constraint or is refused: all of its effect rolls back and it gives the first one's answer. Nobody looks
beforehand, since a repetition is rare and a look costs every request. A refusal leaves the UUID free. Claims go after
180 days by the expiry job; what a UUID made stays unique for good, so a request that comes later still is refused.

A client's UUID is a secret of its maker: who knows it and the content is told the answer. Rows that a request makes are
therefore called by `row_uuid`, from which nobody gets back to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _

from linli.core.platform.models import Claim
from linli.core.platform.saying.refusals import Refusal
from linli.core.platform.sealing.crypto import keyed_digest
from linli.core.platform.writing.actor import Actor
from linli.core.platform.writing.work import Work, current_work, write


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told. `replayed`: it was told the same before, and nothing happened now (HTTP 200)."""

    status: int
    body: str
    replayed: bool


class DifferentContent(Refusal):
    """The UUID was used for something else (HTTP 409)."""

    code = "different_content"
    needs_new_uuid = True


def digest_of(content: bytes) -> bytes:
    """What a claim remembers of the content."""
    return sha256(content).digest()


def caller_of(actor: Actor) -> str:
    """Whose the UUIDs are: a member of the staff has their own, all residents share theirs, whatever door they came by."""
    return actor.kind if actor.user_id is None else f"{actor.kind}:{actor.user_id}"


def row_uuid(actor: Actor, uuid: UUID) -> UUID:
    """The UUID of the row that a request with this UUID makes: always the same, and of no use as a request's own.

    Staff see the UUIDs of rows, on maps and in the API. Keyed with SECRET_KEY, so that a UUID made from a clock cannot
    be tried out either; a new key lets an old UUID count as new once its claim is gone.
    """
    return UUID(bytes=keyed_digest(f"{caller_of(actor)}\0{uuid.hex}", "row of a request")[:16], version=4)


def recall(actor: Actor, uuid: UUID, digest: bytes) -> Answer | None:
    """The stored answer, None when the UUID is free. Raises DifferentContent when it was used for other content."""
    caller = caller_of(actor)
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT content_digest, status, answer FROM platform_claim WHERE caller = %s AND uuid = %s",
            [caller, connection.ops.adapt_unknown_value(uuid) if connection.vendor == "postgresql" else uuid.hex],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    if bytes(row[0]) != digest:
        raise DifferentContent(
            _("This was sent before with other content. Send it again as something new; a program gives a new id."),
            field="uuid",
        )
    return Answer(row[1], row[2], replayed=True)


def remember(work: Work, uuid: UUID, digest: bytes, status: int, answer: str) -> None:
    """Stores the answer at the end of `work`. The write raises IntegrityError at its end when a twin was first."""
    work.add(
        Claim,
        {
            "caller": caller_of(work.actor), "uuid": uuid, "content_digest": digest, "status": status, "answer": answer,
            "at": work.now,
        },
    )  # fmt: skip


def once(actor: Actor, uuid: UUID, content: bytes, effect: Callable[[Work], tuple[int, str]]) -> Answer:
    """Runs `effect(work) -> (status, body)` in a write of its own, once per UUID of this actor; any thread, any process.

    A repetition may run it again and roll it back, so `effect` does nothing outside its write. `content` begins with what
    is asked for and on what, so that a UUID of one door opens no other. Raises DifferentContent, and whatever `effect`
    raises: then nothing happened and the UUID stays free. Calling again answers the stored answer.
    """
    if current_work() is not None:
        raise RuntimeError("once() opens the outermost write; it cannot stand inside another.")
    digest = digest_of(content)
    try:
        with write(actor) as work:
            status, body = effect(work)
            remember(work, uuid, digest, status, body)
    except Exception:
        # Who committed first shows as a taken key or as a refusal ("already closed"): its answer is ours.
        # Inside a transaction that is broken (tests) there is nothing to ask any more.
        if connections[DEFAULT_DB_ALIAS].needs_rollback:
            raise
        answer = recall(actor, uuid, digest)
        if answer is None:
            raise
        return answer
    return Answer(status, body, replayed=False)
