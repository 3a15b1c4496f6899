"""Tables of the desk: the views of lists that people keep."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Unit, User


class SavedView(models.Model):
    """A list with its filters and sort under a name (常用视图): of one person, or with `unit` of all who work there.

    `list_code` names the list, `query` is what stands in the address behind the question mark. A filter that no longer
    fits is left out and said, as in any address.
    """

    uuid = models.UUIDField(unique=True)
    list_code = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    taken: ClassVar = {"uuid": _("This view was kept before; nothing was done now.")}
    impersonal: ClassVar = {"list_code", "name", "query", "made_at"}

    class Meta:
        db_table = "desk_saved_view"
        indexes: ClassVar = [
            models.Index(fields=["owner", "list_code"], name="desk_view_owner"),
            models.Index(fields=["unit", "list_code"], name="desk_view_unit"),
        ]

    def __str__(self) -> str:
        return self.name


class Export(models.Model):
    """A list that somebody takes out as a file, too long for one request: asked for, written by a process apart, fetched, gone.

    `list_name` is the name of the list's page and `query` what stands in its address; the rows are those that `owner` may see
    when it runs. `token` is the hold of the process that writes, `beat_at` when that last said that it lives: after two minutes
    of silence another begins anew under a new token. The file lies under LINLI_HOME/exports by uuid and token; no backup takes it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("In the queue")
        RUNNING = "running", _("Being written")
        FINISHED = "finished", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Called off")
        EXPIRED = "expired", _("Deleted")

    uuid = models.UUIDField(unique=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list_name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    format = models.CharField(max_length=8)
    language = models.CharField(max_length=16)
    reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    rows_all = models.IntegerField(null=True)
    rows_done = models.IntegerField(default=0)
    size_bytes = models.BigIntegerField(null=True)
    attempts = models.IntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # finished, failed, given up
    fetched_at = models.DateTimeField(null=True)  # the last time

    taken: ClassVar = {"uuid": _("This export was asked for before; nothing was done now.")}
    impersonal: ClassVar = {
        "list_name", "query", "format", "language", "reason", "token", "failure", "asked_at", "beat_at", "ended_at", "fetched_at",
    }  # fmt: skip

    class Meta:
        db_table = "desk_export"
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="desk_export_owner"),
            models.Index(fields=["state", "id"], name="desk_export_state"),
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.id}"
