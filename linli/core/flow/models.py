"""The rows of a flow: what moves, its timeline with words and files, its clocks, its requests, what was escalated.

The first half is abstract and says what the engine needs of a table. A hot flow (cases) declares concrete tables of its own from it;
every small flow uses the shared tables of the second half, which are divided by district in the same way
(docs/adr/0023-one-engine.md has the border and why).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import AreaScoped, loose
from linli.core.catalogue.public import LimitUnit
from linli.core.platform.public import Personal, StoredFileId

ACTION_CHARS, STATE_CHARS, STAGE_CHARS, KIND_CHARS, FLOW_CHARS = 24, 12, 12, 10, 16


class ClockState(models.TextChoices):
    """Whether the clock of the present stage runs."""

    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")


class FlowItem(AreaScoped):
    """What moves through a flow: the columns that the engine reads and writes.

    `seq` counts the timeline: who acts names the `seq` they saw. `clock_stage`, `clock_state`, `due_at`, `amber_at` copy the clock
    of the present stage for lists. `state` names a state of the flow's table; a model of its own repeats it with its choices.

    Why not one table for whatever moves: a list, an index and a constraint belong to one kind of thing, and the hot one (the case)
    would carry the columns of all others.
    """

    id: int
    uuid = models.UUIDField()
    state = models.CharField(max_length=STATE_CHARS)
    seq = models.PositiveIntegerField(default=1)
    clock_stage = models.CharField(max_length=STAGE_CHARS, blank=True)
    clock_state = models.CharField(max_length=8, choices=ClockState.choices, default="done")
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    due_provisional = models.BooleanField(default=False)
    escalation_level = models.PositiveSmallIntegerField(default=0)

    impersonal: ClassVar = {"home_district", "state", "clock_stage", "due_at", "amber_at"}

    class Meta:
        abstract = True


class SmallItem(FlowItem):
    """What moves through a small flow: besides, who began it and when, where it waits, when it ended.

    `table_version` is the version of the table under which it began and by which it goes on. `unit_id` holds it now, if a unit does.
    """

    table_version = models.PositiveSmallIntegerField(default=1)
    unit_id = models.BigIntegerField(null=True)
    begun_by_id = models.BigIntegerField(null=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    unit_columns: ClassVar[tuple[str, ...]] = ("unit_id",)
    impersonal: ClassVar = {"begun_at", "ended_at"}

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uuid", "home_district"], name="%(app_label)s_%(class)s_uuid")
        ]
        indexes: ClassVar = [
            models.Index(fields=["street_id", "-id"], name="%(class)s_street"),
            models.Index(fields=["community_id", "-id"], name="%(class)s_community"),
            models.Index(fields=["unit_id", "-id"], name="%(class)s_unit"),
            models.Index(fields=["begun_by_id", "-id"], name="%(class)s_begun_by"),
        ]


class EventRow(models.Model):
    """One entry of a timeline. Rows are only added; each is bound into the audit chain by its digest (timeline.py).

    `facts` holds ids, codes, amounts and digests, never personal text; text stands in the note and can be erased on time.
    """

    home_district = models.CharField(max_length=32)
    seq = models.PositiveIntegerField()
    uuid = models.UUIDField()
    action = models.CharField(max_length=ACTION_CHARS)
    state_from = models.CharField(max_length=STATE_CHARS, blank=True)
    state_to = models.CharField(max_length=STATE_CHARS)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_unit_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    taken: ClassVar = {"uuid": _("This was done before; nothing was done now.")}
    impersonal: ClassVar = {"home_district", "action", "state_from", "state_to", "actor_kind", "at", "facts"}

    class Meta:
        abstract = True


class NoteRow(models.Model):
    """The words that somebody wrote with an action; erased when their time is over, the entry stays.

    Their salt goes with them, so nobody can try guesses against the digest that stays.
    """

    home_district = models.CharField(max_length=32)
    text = models.TextField()
    salt = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    personal: ClassVar = {
        "text": Personal(
            purpose="tell what was done and why", data_class="general", keep_days=1095, since="at", erase="row"
        )
    }
    impersonal: ClassVar = {"home_district", "salt", "at"}

    class Meta:
        abstract = True


class FileRow(models.Model):
    """A photo, voice note or document of an item: which stored file, with which action, before or after.

    A concrete table adds `stored_file_id`, which is emptied when its time is over; the row stays, so that the timeline still tells
    that something was there.
    """

    home_district = models.CharField(max_length=32)
    role = models.CharField(
        max_length=10,
        choices=[
            ("report", _("report")),
            ("before", _("before")),
            ("after", _("after")),
            ("proof", _("proof")),
            ("voice", _("voice note")),
        ],
    )
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField()

    impersonal: ClassVar = {"home_district", "at"}

    class Meta:
        abstract = True


class ClockRow(models.Model):
    """One run of a stage's clock: limit, intervals that it ran, when it is due, when it stopped.

    A concrete table adds the unit whose clock it is, where a stage counts for each unit apart.
    """

    home_district = models.CharField(max_length=32)
    stage = models.CharField(max_length=STAGE_CHARS)
    amount = models.DecimalField(max_digits=8, decimal_places=3)
    unit = models.CharField(max_length=16, choices=LimitUnit.choices)
    amber_share = models.DecimalField(max_digits=3, decimal_places=2)
    intervals = models.JSONField(default=list)  # [[start, end], …] in ISO 8601 UTC; the last end is null while it runs
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    amber_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {
        "home_district", "stage", "intervals", "started_at", "due_at", "amber_at", "stopped_at", "paused_at",
    }  # fmt: skip

    class Meta:
        abstract = True


class RequestRow(models.Model):
    """Something asked for by one and decided by another (延期, 挂账 and what a flow adds): two steps."""

    home_district = models.CharField(max_length=32)
    amount = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    granted = models.BooleanField(null=True)

    impersonal: ClassVar = {"home_district", "asked_at", "decided_at"}

    class Meta:
        abstract = True


class EscalationRow(models.Model):
    """A late clock was told to a level; unique, so that it happens once whatever dies in between."""

    home_district = models.CharField(max_length=32)
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    impersonal: ClassVar = {"home_district", "at"}

    class Meta:
        abstract = True


class _OfSmallFlow(models.Model):
    """Which item a row of the shared tables belongs to: the code of its flow and its id there."""

    flow = models.CharField(max_length=FLOW_CHARS)
    item_id = models.BigIntegerField()

    impersonal: ClassVar = {"flow"}

    class Meta:
        abstract = True


class FlowEvent(_OfSmallFlow, EventRow):
    """One entry of the timeline of an item of a small flow (办理过程)."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["flow", "item_id", "seq", "home_district"], name="flow_event_seq"),
            models.UniqueConstraint(fields=["uuid", "home_district"], name="flow_event_uuid"),
        ]


class FlowNote(_OfSmallFlow, NoteRow):
    """The words of an entry of a small flow."""

    event = loose("flow.FlowEvent", related_name="notes")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["flow", "item_id"], name="flow_note_item")]


class FlowFile(_OfSmallFlow, FileRow):
    """A file of an item of a small flow. `ended_at` is when the item ended, and its time begins."""

    event = loose("flow.FlowEvent", related_name="files")
    stored_file_id = StoredFileId(null=True, evidence_since="ended_at", evidence_days=180)
    ended_at = models.DateTimeField(null=True)

    personal: ClassVar = {
        "stored_file_id": Personal(
            purpose="show what was asked for and what was done; as received, with position and time of the camera, 180 days",
            data_class="important",
            keep_days=1095,
            since="ended_at",
            erase="null",
        )
    }
    impersonal: ClassVar = {"ended_at"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["flow", "item_id"], name="flow_file_item"),
            models.Index(fields=["stored_file_id"], name="flow_file_stored"),
        ]


class FlowClock(_OfSmallFlow, ClockRow):
    """A clock of an item of a small flow (时限)."""

    unit_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "flow", "item_id", "stage"],
                condition=models.Q(stopped_at__isnull=True),
                name="flow_clock_once_running",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["flow", "item_id"], name="flow_clock_item"),
            models.Index(fields=["due_at"], condition=models.Q(stopped_at__isnull=True), name="flow_clock_due"),
        ]


class FlowRequest(_OfSmallFlow, RequestRow):
    """A request within an item of a small flow (申请)."""

    kind = models.CharField(max_length=KIND_CHARS)

    impersonal: ClassVar = {"kind"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "flow", "item_id", "kind"],
                condition=models.Q(decided_at__isnull=True),
                name="flow_request_once_open",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["flow", "item_id"], name="flow_request_item")]


class FlowEscalation(_OfSmallFlow, EscalationRow):
    """A late clock of a small flow that was told to a level."""

    clock = loose("flow.FlowClock", related_name="escalations")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "clock", "level"], name="flow_escalation_once")
        ]
