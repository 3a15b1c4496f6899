"""Meetings: who was invited and came, the minutes, what was decided."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from linli.core.flow.public import SmallItem
from linli.core.platform.public import Personal

# Minutes are kept ten years, as the general term of office files is.
SAID = Personal(
    purpose="tell what was said and decided", data_class="general", keep_days=3650, since="ended_at", erase="blank"
)


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    CALLED = "called", _("Called")
    HELD = "held", _("Minutes to be written")
    MINUTED = "minuted", _("Minutes to be approved")
    APPROVED = "approved", _("Minutes approved")
    CANCELLED = "cancelled", _("Cancelled")


class Meeting(SmallItem):
    """A meeting (会议) that whoever began it called. `recorder_id` writes the minutes besides; `minuted_by_id` wrote them last.

    Minutes and decisions may be written again until somebody else has approved them.
    """

    state = models.CharField(max_length=12, choices=MeetingState.choices)
    title = models.CharField(max_length=120)
    begins_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    agenda = models.TextField(blank=True)
    recorder_id = models.BigIntegerField(null=True)
    minutes = models.TextField(blank=True)
    minuted_by_id = models.BigIntegerField(null=True)

    personal: ClassVar = {"agenda": SAID, "minutes": SAID}
    impersonal: ClassVar = {"title", "begins_at", "place"}

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["recorder_id", "-id"], name="meeting_recorder"),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def invited_ids(self) -> list[int]:
        """The people who were invited; one statement, asked once."""
        return list(self.invitations.order_by("id").values_list("user_id", flat=True))


class Invitation(models.Model):
    """Somebody who was invited to a meeting (参会人); `came` is empty until the minutes say it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invitations", db_index=False)
    user_id = models.BigIntegerField()
    came = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "user_id"], name="invitation_once")]
        indexes: ClassVar = [models.Index(fields=["user_id"], name="invitation_user")]

    def __str__(self) -> str:
        return f"{self.meeting_id} · {self.user_id}"


class Decision(models.Model):
    """Something that was decided in a meeting (议定事项): what, who does it, until which day.

    When the minutes are approved it becomes a task of that person, `task_id`; what becomes of it says the task.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    place = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=120)
    doer_id = models.BigIntegerField()
    by_day = models.DateField()
    task_id = models.BigIntegerField(null=True)

    personal: ClassVar = {
        "what": Personal(
            purpose="tell what was decided",
            data_class="general",
            keep_days=3650,
            since="meeting__ended_at",
            erase="blank",
        )
    }
    impersonal: ClassVar = {"by_day"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["doer_id", "by_day"], name="decision_doer")]

    def __str__(self) -> str:
        return self.what
