"""One effect per UUID: the protocol by which a client may ask again without the thing happening again.

The claim commits together with the effect. Who comes second, a repetition as well as a twin at the same instant, loses
on the unique constraint or is refused: all of its effect rolls back and it gives the first one's answer. Nobody looks
beforehand, since a repetition is rare and a look costs every request. A refusal leaves the UUID free. Claims go after
180 days by the expiry job.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _

from linli.core.platform.actor import Actor
from linli.core.platform.models import Claim
from linli.core.platform.refusals import Refusal
from linli.core.platform.rows import Waiting
from linli.core.platform.work import Work, current_work, write


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller is told. `replayed`: it was told the same before, and nothing happened now (HTTP 200)."""

    status: int
    body: str
    replayed: bool


class DifferentContent(Refusal):
    """The UUID was used for something else (HTTP 409)."""

    code = "different_content"


def digest_of(content: bytes) -> bytes:
    """What a claim remembers of the content."""
    return sha256(content).digest()


def recall(caller: str, uuid: UUID, digest: bytes) -> Answer | None:
    """The stored answer, None when the UUID is free. Raises DifferentContent when it was used for other content."""
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
        raise DifferentContent(_("This request id was used for other content before. Send a new id."), field="uuid")
    return Answer(row[1], row[2], replayed=True)


_COLUMNS = ("caller", "uuid", "content_digest", "status", "answer", "at")


def remember(work: Work, caller: str, uuid: UUID, digest: bytes, status: int, answer: str) -> None:
    """Stores the answer at the end of `work`. The write raises IntegrityError at its end when a twin was first."""
    work.insert_at_end(Waiting(Claim, _COLUMNS, [(caller, uuid, digest, status, answer, work.now)]))


def once(actor: Actor, caller: str, uuid: UUID, content: bytes, effect: Callable[[Work], tuple[int, str]]) -> Answer:
    """Runs `effect(work) -> (status, body)` in a write of its own, once per (caller, uuid); any thread, any process.

    A repetition may run it again and roll it back, so `effect` does nothing outside its write. `caller` names who asks
    and with what ("user:7", "token:3", "resident:…"). Raises DifferentContent, and whatever `effect` raises: then nothing
    happened and the UUID stays free. Calling again answers the stored answer.
    """
    if current_work() is not None:
        raise RuntimeError("once() opens the outermost write; it cannot stand inside another.")
    digest = digest_of(content)
    try:
        with write(actor) as work:
            status, body = effect(work)
            remember(work, caller, uuid, digest, status, body)
    except Exception:
        # Who committed first shows as a taken key or as a refusal ("already closed"): its answer is ours.
        # Inside a transaction that is broken (tests) there is nothing to ask any more.
        if connections[DEFAULT_DB_ALIAS].needs_rollback:
            raise
        answer = recall(caller, uuid, digest)
        if answer is None:
            raise
        return answer
    return Answer(status, body, replayed=False)
