"""The table of leave."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.flow.public import SmallItem
from linli.core.platform.public import Personal

AWAY = Personal(
    purpose="know who is away and who stands in", data_class="general", keep_days=1095, since="ended_at", erase="null"
)


class LeaveState(models.TextChoices):
    """Where a leave stands."""

    ASKED = "asked", _("To be decided")
    GRANTED = "granted", _("Granted")
    BACK = "back", _("Back at work")
    REFUSED = "refused", _("Not granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LeaveKind(models.TextChoices):
    """Why somebody is away, as far as the office has to know."""

    ANNUAL = "annual", _("Annual leave")
    PERSONAL = "personal", _("Personal leave")
    SICK = "sick", _("Sick leave")
    FAMILY = "family", _("Family leave")
    IN_LIEU = "in_lieu", _("Time off in lieu")


class Leave(SmallItem):
    """A leave (请假) of whoever began it: the first and the last day, both included, and the colleague who stands in.

    `work_days` are those of the calendar when it was asked for. Whoever is back gives `back_day`, the first day at work again; the
    last day of leave is then the day before, if they came back early.
    """

    state = models.CharField(max_length=12, choices=LeaveState.choices)
    kind = models.CharField(max_length=12, choices=LeaveKind.choices)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    work_days = models.PositiveSmallIntegerField()
    stand_in_id = models.BigIntegerField(null=True)
    back_day = models.DateField(null=True)

    personal: ClassVar = {"first_day": AWAY, "last_day": AWAY, "back_day": AWAY}

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["stand_in_id", "-id"], name="leave_stand_in"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"
