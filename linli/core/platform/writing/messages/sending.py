"""Sends what waits in the message table, at most once.

`sending` is committed before the port is called. Who dies in between leaves the row there; after its lease it becomes
`uncertain` and only an operator sends it again (`resend_message`). A retry follows only when the port is certain.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from linli.core.platform.models import Message
from linli.core.platform.plug.message_texts import render
from linli.core.platform.sealing.personal import mask
from linli.core.platform.writing import clock
from linli.core.platform.writing.actor import Actor
from linli.core.platform.writing.locks import for_update, locked
from linli.core.platform.writing.messages.ports import Letter, NotAccepted, port_for
from linli.core.platform.writing.work import write

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 10
STUCK = (Message.State.UNCERTAIN, Message.State.FAILED)
_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=2)


def send_next(now: datetime) -> bool:
    """Sends the message that is due longest; False when none is. Raises nothing that a port raises."""
    message = _lease(now)
    if message is None:
        return False
    try:
        content = json.loads(message.envelope)
        subject, body = render(message.template, message.language, content["params"])
    except (ValueError, KeyError, TypeError) as error:
        _settle(message, Message.State.FAILED, f"The text could not be made: {type(error).__name__} {error}")
        return True
    try:
        port_for(message.channel).deliver(Letter(message.key, content["to"], subject, body))
    except NotAccepted as refusal:
        if refusal.permanent or message.attempts >= MAX_ATTEMPTS:
            _settle(message, Message.State.FAILED, _without(content["to"], refusal))
        else:
            _settle(message, Message.State.WAITING, _without(content["to"], refusal))
    except Exception as error:
        logger.exception("message left uncertain", extra={"facts": {"message_id": message.id}})
        _settle(message, Message.State.UNCERTAIN, f"{type(error).__name__}: {_without(content['to'], error)}")
    else:
        _settle(message, Message.State.SENT, "")
    return True


def send_waiting(*, limit: int = 100_000) -> int:
    """Sends everything due now in this thread (tests, demo); answers how many were taken up."""
    taken = 0
    while taken < limit and send_next(clock.now()):
        taken += 1
    return taken


def _lease(now: datetime) -> Message | None:
    connection = connections[DEFAULT_DB_ALIAS]
    at = connection.ops.adapt_datetimefield_value
    due = (
        "SELECT id FROM platform_message WHERE state = 'waiting' AND next_attempt_at <= %s "
        "ORDER BY next_attempt_at, id LIMIT 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(due, [at(now)])
        if cursor.fetchone() is None:
            return None
        cursor.execute(
            "UPDATE platform_message SET state = 'sending', attempts = attempts + 1, lease_until = %s "  # noqa: S608 - constant
            f"WHERE id = ({due}{for_update(free=True)}) RETURNING id",
            [at(now + LEASE), at(now)],
        )
        row = cursor.fetchone()
    return Message.objects.get(id=row[0]) if row else None


def _without(address: str, error: Exception) -> str:
    """What a port said, with the address masked: the text stands readable in the table and in its backups."""
    return str(error).replace(address, mask(address, "mail" if "@" in address else "phone")) if address else str(error)


def _settle(message: Message, state: Message.State, error: str) -> None:
    now = clock.now()
    # Nobody may look at a letter to who has no account, so nothing of it stays: a person who is forgotten is in no later backup.
    emptied = {"envelope": ""} if state == Message.State.SENT and message.user_id is None else {}
    pause = min(_FIRST_PAUSE * 2 ** (message.attempts - 1), _LONGEST_PAUSE)
    # `uncertain` too: a port that answers after the lease still knows better than the clock did.
    Message.objects.filter(
        id=message.id, attempts=message.attempts, state__in=[Message.State.SENDING, Message.State.UNCERTAIN]
    ).update(
        state=state,
        lease_until=None,
        next_attempt_at=now + pause,
        sent_at=now if state == Message.State.SENT else None,
        error=error.replace("\x00", "")[:500],
        **emptied,
    )


def settle_interrupted(now: datetime) -> int:
    """Turns messages whose sending was cut off into `uncertain`; answers how many."""
    late = Message.objects.filter(state=Message.State.SENDING, lease_until__lt=now)
    if not late.exists():
        return 0
    return late.update(
        state=Message.State.UNCERTAIN, lease_until=None, error="The worker ended while sending; it may have arrived."
    )


def stuck_messages() -> QuerySet[Message]:
    """Messages that wait for an operator: uncertain or failed, oldest first."""
    return Message.objects.filter(state__in=STUCK).order_by("at", "id")


def resend_message(actor: Actor, message_id: int) -> bool:
    """An operator's decision to send an uncertain or failed message again. False when it is in no such state, or when
    its address and text were erased because their time is over.

    Twice: the second finds it waiting and answers False. The decision is audited.
    """
    with write(actor) as work:
        message = locked(Message.objects.filter(id=message_id)).first()
        if message is None or message.state not in STUCK or not message.envelope:
            return False
        message.state, message.attempts, message.lease_until = Message.State.WAITING, 0, None
        message.next_attempt_at = work.now
        message.save(update_fields=["state", "attempts", "lease_until", "next_attempt_at"])
        work.audit("platform", "message.resend", "message", message_id, {})
        return True
