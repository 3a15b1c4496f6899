"""Patrol plans, their check points, the rounds that were walked, the points checked and the points missed.

No row says where a worker was: a check keeps how it was made sure that somebody stood at the point, never a position.
"""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.algorithms.rhythm import Rhythm
from linli.core.areas.public import AreaScoped, loose
from linli.core.flow.public import SmallItem
from linli.core.platform.public import Personal


class Days(models.TextChoices):
    """On which days the rounds of a plan are due."""

    EVERY_DAY = "every_day", _("Every day")
    WORK_DAYS = "work_days", _("Work days")


class Means(models.TextChoices):
    """How it was made sure that somebody was at the point."""

    POSITION = "position", _("Position at the point")
    CODE = "code", _("Code at the point")
    NOTE = "note", _("By hand, with a note")


class PatrolPlan(AreaScoped):
    """What is to be walked in a community or grid, and when (巡查计划). A plan is ended by `valid_to`, never deleted.

    `times` holds local times, [["08:00", "11:30"], …]. `closes_next_at` is the end of the first window that is not closed
    yet: the job looks only at this column, and moves it in the same write that makes the cases of the missed points.
    """

    uuid = models.UUIDField(unique=True)
    name = models.CharField(max_length=80)
    grid_id = models.BigIntegerField(null=True)
    days = models.CharField(max_length=10, choices=Days.choices)
    times = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    closes_next_at = models.DateTimeField(null=True)

    taken: ClassVar = {"uuid": _("This plan was made before; nothing was done now.")}
    impersonal: ClassVar = {"name", "times", "valid_from", "valid_to", "closes_next_at", "home_district"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["closes_next_at"], name="patrol_plan_closes"),
            models.Index(fields=["street_id"], name="patrol_plan_street"),
            models.Index(fields=["community_id"], name="patrol_plan_community"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rhythm(self) -> Rhythm:
        """When rounds are due."""
        times = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in self.times)
        return Rhythm(times, self.days == Days.WORK_DAYS, self.valid_from, self.valid_to)


class CheckPoint(models.Model):
    """A place that every round of a plan passes (点位). Due in the windows that lie inside [valid_from, valid_to).

    `code` is the text of the QR code that hangs there. `category_id` is what is usually found there, offered first.
    """

    uuid = models.UUIDField(unique=True)
    plan = models.ForeignKey(PatrolPlan, on_delete=models.PROTECT, related_name="points")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    lon = models.FloatField()
    lat = models.FloatField()
    tile_key = models.BigIntegerField()
    code = models.CharField(max_length=12, unique=True)
    category_id = models.BigIntegerField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    impersonal: ClassVar = {"name", "code", "valid_from", "valid_to"}

    def __str__(self) -> str:
        return self.name


class RoundState(models.TextChoices):
    """Where a round stands."""

    WALKING = "walking", _("under way")
    WALKED = "walked", _("ended")
    CLOSED = "closed", _("closed")


class Round(SmallItem):
    """One window of one plan (一次巡查), on its way through the flow of rounds.py: begun by whoever walks it, or by the system, closed
    at once, when nobody had walked it until the window's end.

    The counts stand when it is closed. `window_date` is the local day. A round belongs to no unit.
    """

    state = models.CharField(max_length=12, choices=RoundState.choices)
    plan = models.ForeignKey(PatrolPlan, on_delete=models.PROTECT, related_name="rounds")
    window_date = models.DateField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    due_points = models.PositiveSmallIntegerField(default=0)
    checked_points = models.PositiveSmallIntegerField(default=0)

    unit_columns: ClassVar[tuple[str, ...]] = ()
    impersonal: ClassVar = {"window_date", "opens_at", "closes_at"}

    class Meta(SmallItem.Meta):
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            models.UniqueConstraint(fields=["home_district", "plan", "opens_at"], name="patrol_round_once_a_window"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["plan", "-opens_at"], name="patrol_round_plan"),
            models.Index(fields=["street_id", "closes_at"], name="patrol_round_street"),
            models.Index(fields=["community_id", "closes_at"], name="patrol_round_community"),
            models.Index(fields=["begun_by_id", "-id"], name="patrol_round_begun_by"),
        ]

    def __str__(self) -> str:
        return f"{self.plan.name} {self.window_date.isoformat()}"


class Check(models.Model):
    """A point passed in a round, once. `case_id` is the case that was reported from it, if something was found."""

    home_district = models.CharField(max_length=32)
    uuid = models.UUIDField()
    round = loose("patrol.Round", related_name="checks")
    point = models.ForeignKey(CheckPoint, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    means = models.CharField(max_length=10, choices=Means.choices)
    note = models.CharField(max_length=300, blank=True)
    case_id = models.BigIntegerField(null=True)

    personal: ClassVar = {
        "note": Personal(
            purpose="tell why a point was confirmed by hand", data_class="general", keep_days=365, since="done_at"
        )
    }
    taken: ClassVar = {
        "point": _("This point is checked already."),
        "uuid": _("This point is checked already."),
    }
    impersonal: ClassVar = {"home_district", "done_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "round", "point"], name="patrol_check_once_a_round"),
            models.UniqueConstraint(fields=["home_district", "uuid"], name="patrol_check_uuid"),
        ]
        indexes: ClassVar = [models.Index(fields=["round"], name="patrol_check_round")]


class MissedPoint(models.Model):
    """A point that nobody passed in a window (漏检), and the case made of it; unique, so there is one case whatever dies."""

    home_district = models.CharField(max_length=32)
    round = loose("patrol.Round", related_name="missed")
    point = models.ForeignKey(CheckPoint, on_delete=models.PROTECT, related_name="+")
    opens_at = models.DateTimeField()
    case_id = models.BigIntegerField()

    impersonal: ClassVar = {"home_district", "opens_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "point", "opens_at"], name="patrol_missed_once_a_window")
        ]
        indexes: ClassVar = [
            models.Index(fields=["round"], name="patrol_missed_round"),
            models.Index(fields=["case_id"], name="patrol_missed_case"),
        ]
