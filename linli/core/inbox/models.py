"""Tasks, what somebody was told, and how they want to be told.

What waits for somebody has no table: it is computed from the flows (waiting.py), so it can never be out of step with them.
"""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.algorithms.rhythm import WHOLE_DAY, Rhythm
from linli.core.areas.public import AreaScoped, loose
from linli.core.flow.public import SmallItem
from linli.core.platform.public import Personal


class TaskState(models.TextChoices):
    """Where a task stands."""

    OFFERED = "offered", _("To be taken on")
    OPEN = "open", _("To be done")
    STUCK = "stuck", _("Back with who gave it")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Task(SmallItem):
    """Something that one person is to do by a day (任务), given by another, by a plan or by a step of some flow.

    `unit_id` is the unit of whoever does it; of a task `for_unit` it was given to the unit, and one of its people takes it on.
    `about_flow` and `about_id` name the item that it is about, `grid_id` the grid; its area is where it is filed. It is due when the
    office closes on `due_on`, or at `due_time` of that day. `plan_key` says which occurrence of the plan it is.
    `hours_used` are the hours that it took, where who did it said so.
    """

    state = models.CharField(max_length=12, choices=TaskState.choices)
    subject = models.CharField(max_length=120)
    giver_id = models.BigIntegerField()
    assignee_id = models.BigIntegerField(null=True)
    for_unit = models.BooleanField(default=False)
    due_on = models.DateField()
    due_time = models.TimeField(null=True)
    about_flow = models.CharField(max_length=16, blank=True)
    about_id = models.BigIntegerField(null=True)
    grid_id = models.BigIntegerField(null=True)
    plan_id = models.BigIntegerField(null=True)
    plan_key = models.CharField(max_length=20, blank=True)
    hours_used = models.DecimalField(max_digits=7, decimal_places=3, null=True)

    personal: ClassVar = {
        "subject": Personal(
            purpose="say what is to be done", data_class="general", keep_days=1095, since="ended_at", erase="blank"
        )
    }
    impersonal: ClassVar = {"due_on", "due_time", "about_flow", "plan_key"}

    class Meta(SmallItem.Meta):
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            # Whatever dies in between, an occurrence of a plan is one task.
            models.UniqueConstraint(fields=["plan_id", "plan_key", "home_district"], name="task_once_of_plan"),
        ]
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            # What waits for somebody in a state, the most urgent first, found without a look at what does not.
            models.Index(fields=["assignee_id", "state", "due_at", "id"], name="task_to_do"),
            models.Index(fields=["unit_id", "state", "due_at", "id"], name="task_to_take"),
            models.Index(fields=["giver_id", "state", "due_at", "id"], name="task_came_back"),
            models.Index(fields=["about_flow", "about_id"], name="task_about"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.id}"


class Every(models.TextChoices):
    """How often a plan gives its task."""

    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")


class TaskPlan(AreaScoped):
    """A task that is given again and again (任务计划), to a person, a unit or whoever works in a grid. Ended by `valid_to`, never deleted.

    `weekdays` holds digits, 0 for Monday; `day` is that of the month, or of the quarter's first month. `times` holds spans of local
    time, [["08:30", "10:00"], …]: the task is given when one begins and due when it ends. Without spans it is given when the day
    begins and due `days_to_do` days later, at closing time.

    `next_at` is when the job has to look next; it moves in the same write that gives the task, and is empty while the plan is
    paused and when it is over. `left_out` counts occurrences that could not be done any more when the job came to them.
    """

    uuid = models.UUIDField(unique=True)
    subject = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    giver_id = models.BigIntegerField()
    assignee_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    grid_id = models.BigIntegerField(null=True)
    every = models.CharField(max_length=8, choices=Every.choices)
    weekdays = models.CharField(max_length=7, blank=True)
    day = models.PositiveSmallIntegerField(default=1)
    times = models.JSONField(default=list)
    days_to_do = models.PositiveSmallIntegerField(default=0)
    work_days_only = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the last day
    paused_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    left_out = models.PositiveIntegerField(default=0)

    taken: ClassVar = {"uuid": _("This plan was made before; nothing was done now.")}
    personal: ClassVar = {
        name: Personal(
            purpose="say what is to be done again and again", data_class="general", keep_days=1095, since="valid_to", erase="blank"
        )
        for name in ("subject", "note")
    }  # fmt: skip
    impersonal: ClassVar = {"home_district", "weekdays", "times", "valid_from", "valid_to", "paused_at", "next_at"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="task_plan_next"),
            models.Index(fields=["giver_id"], name="task_plan_giver"),
            models.Index(fields=["assignee_id"], name="task_plan_assignee"),
            models.Index(fields=["street_id"], name="task_plan_street"),
            models.Index(fields=["community_id"], name="task_plan_community"),
        ]

    def __str__(self) -> str:
        return self.subject or f"#{self.id}"

    @property
    def rhythm(self) -> Rhythm:
        """When the task is given; without spans the whole day is one."""
        times = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in self.times) or WHOLE_DAY
        weekdays = frozenset(int(one) for one in self.weekdays)
        return Rhythm(times, self.work_days_only, self.valid_from, self.valid_to, self.every, weekdays, self.day)


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
