"""Changes of tables of settings. What holds stands in the tables themselves; here stands who changed what, when and why."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeState(models.TextChoices):
    """How far a change has come. One that was put in force for a later day is announced until then."""

    DRAFT = "draft", _("draft")
    PUT = "put", _("in force")
    UNDONE = "undone", _("undone")
    DROPPED = "dropped", _("dropped")


class ConfigChange(models.Model):
    """One change: rows of one table that are added, altered or ended together.

    `begins_at` is set when it is put in force. `seq` counts what was done to it, so that of two who work at one draft the later one is told.
    `import_id` is that of the import that brought its rows, `answers` what 天 means in its file. `reason` is the office's own words about a rule.
    """

    uuid = models.UUIDField(unique=True)
    table = models.CharField(max_length=24)
    state = models.CharField(max_length=8, choices=ChangeState.choices, default=ChangeState.DRAFT)
    origin = models.CharField(max_length=8)  # hand, file, api
    reason = models.CharField(max_length=300, blank=True)
    answers = models.JSONField(default=dict)
    import_id = models.BigIntegerField(null=True)
    seq = models.PositiveIntegerField(default=1)
    begins_at = models.DateTimeField(null=True)
    made_by_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    put_by_id = models.BigIntegerField(null=True)
    put_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    taken: ClassVar = {"uuid": _("This change was made before; nothing was done now.")}
    impersonal: ClassVar = {"table", "origin", "reason", "answers", "begins_at", "made_at", "put_at", "undone_at"}

    class Meta:
        db_table = "configuration_change"
        indexes: ClassVar = [
            models.Index(fields=["table", "state"], name="config_change_table"),
            models.Index(fields=["import_id"], name="config_change_import"),
        ]


class ConfigEntry(models.Model):
    """One row of a change. `after` are its values from then on, null: it ends.

    `seen` is the timeline of its key when it was drafted, `before` and `stood` those just before and just after it was put in force: so a
    change that somebody else's came between is told, and undone exactly.
    """

    change = models.ForeignKey(ConfigChange, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=200)
    after = models.JSONField(null=True)
    seen = models.JSONField(default=list)
    before = models.JSONField(default=list)
    stood = models.JSONField(default=list)

    impersonal: ClassVar = {"key", "after", "seen", "before", "stood"}

    class Meta:
        db_table = "configuration_entry"
        constraints: ClassVar = [models.UniqueConstraint(fields=["change", "key"], name="config_entry_key")]
        indexes: ClassVar = [models.Index(fields=["key"], name="config_entry_history")]
