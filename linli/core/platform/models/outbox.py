"""What a write tells others: events for subscribers and messages for people, as rows of the same transaction.

`outbox.py` hands events to subscribers, `messages/` sends messages; `work.py` inserts both kinds.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models

from linli.core.platform.sealing.crypto import SealedField
from linli.core.platform.sealing.personal import Personal


class OutboxEvent(models.Model):
    """Something that happened. Delivery to each subscriber is a job of its own, inserted with the event."""

    uuid = models.UUIDField(unique=True, default=uuid4)
    at = models.DateTimeField()
    event = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.BigIntegerField()
    payload = models.JSONField()

    # A payload carries ids, words and public figures; a subscriber reads personal values from their own tables.
    impersonal: ClassVar = {"at", "event", "subject_kind", "payload"}

    class Meta:
        db_table = "platform_outbox_event"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="outbox_event_subject")]


class Message(models.Model):
    """One message to one person by one channel. `key` names the effect, so that it exists and is sent once.

    `user_id` is the account that it goes to, if it goes to one, so that people find what was sent to them. `envelope` is the sealed
    canonical JSON of address and parameters: both are personal. A message found in `sending`
    after its lease was interrupted in the act; nobody knows whether it arrived, so it becomes `uncertain` and waits for
    an operator instead of being sent twice.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNCERTAIN = "uncertain"

    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=16)
    template = models.CharField(max_length=80)
    language = models.CharField(max_length=16)
    user_id = models.BigIntegerField(null=True)
    envelope = SealedField(purpose="message")
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="")

    impersonal: ClassVar = {
        "key", "channel", "template", "language", "at", "next_attempt_at", "lease_until", "sent_at",
    }  # fmt: skip
    personal: ClassVar = {
        "envelope": Personal(
            purpose="Sending the message and, when somebody asks, showing what was sent.",
            data_class="important", keep_days=90, erase="blank", since="at",
        ),
        "error": Personal(
            purpose="Finding out why a message failed; a mail server's answer can quote the address.",
            data_class="general", keep_days=90, erase="blank", since="at",
        ),
    }  # fmt: skip

    class Meta:
        db_table = "platform_message"
        indexes = [
            models.Index(fields=["user_id", "-id"], name="message_user"),
            models.Index(
                fields=["next_attempt_at"], name="message_waiting", condition=models.Q(state__in=["waiting", "sending"])
            ),
        ]
