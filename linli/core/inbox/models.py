"""What somebody was told, and how they want to be told.

What waits for somebody has no table: it is computed from the flows (waiting.py), so it can never be out of step with them.
"""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import loose
from linli.core.platform.public import Personal


class Letters(models.TextChoices):
    """When unread notices are also sent by mail."""

    NONE = "none", _("Never")
    SOON = "soon", _("Within minutes")
    DAILY = "daily", _("Once a day, in the morning")


class Notice(models.Model):
    """Somebody was told that a step was done on an item (通知). It says which step on which item, and no words of it."""

    user = loose("access.User", related_name="+")
    at = models.DateTimeField()
    flow = models.CharField(max_length=16)
    item_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=24)
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    personal: ClassVar = {
        "at": Personal(
            purpose="tell somebody what became of what they have a part in", data_class="general", keep_days=180, since="at",
            erase="row",
        )
    }  # fmt: skip
    impersonal: ClassVar = {"flow", "action", "read_at", "mailed_at"}

    class Meta:
        constraints: ClassVar = [
            # An event that is delivered twice tells once.
            models.UniqueConstraint(fields=["user", "flow", "item_id", "seq"], name="inbox_notice_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="inbox_notice_user"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="inbox_notice_unread"),
        ]


class NoticeChoice(models.Model):
    """How somebody wants to be told; who has no row reads notices in linli only.

    In the quiet hours, which may go over midnight, no mail is sent; what came then is sent when they end.
    """

    user = models.OneToOneField("access.User", on_delete=models.CASCADE, related_name="+")
    letters = models.CharField(max_length=8, choices=Letters.choices, default=Letters.NONE)
    quiet_from = models.TimeField(default=time(20))
    quiet_to = models.TimeField(default=time(7, 30))
    mailed_on = models.DateField(null=True)  # the last day of which the daily letter was sent

    impersonal: ClassVar = {"mailed_on"}
