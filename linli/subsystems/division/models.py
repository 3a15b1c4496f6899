"""Drafts of grids that a planner edits by hand, and every step taken in them. What is published stands in core.grids."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import AreaScoped
from linli.core.grids.public import GridLayer, GridSetVersion


class StepKind(models.TextChoices):
    """What a step of a draft does."""

    DO = "do", _("Done")
    UNDO = "undo", _("Undone")
    REDO = "redo", _("Done again")


class GridDraft(AreaScoped):
    """Grids of a street or community that are edited and not yet published (网格草案). Filed under that area.

    `begun` holds the grids it was begun with, one row each with its polygon in WKB as hex, and never changes: what stands now is that
    and the steps. `sites` holds [code, lon, lat, households, people, outline] of the buildings, where somebody knew them. `stood` is the
    digest of what the layer had in force there when it was begun; who publishes is refused where that has changed. `revision` counts the
    steps. A draft is ended by publishing, which names its version, or by being put away; rows stay.
    """

    layer = models.ForeignKey(GridLayer, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    begun = models.JSONField()
    sites = models.JSONField(default=list)
    stood = models.CharField(max_length=64)
    low = models.FloatField()  # households of a grid, at least and at most
    high = models.FloatField()
    revision = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    begun_by_id = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.ForeignKey(GridSetVersion, null=True, on_delete=models.PROTECT, related_name="+")

    impersonal: ClassVar = {"name", "begun", "sites", "stood", "begun_at", "changed_at", "ended_at", "home_district"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["street_id"], name="grid_draft_street"),
            models.Index(fields=["community_id"], name="grid_draft_community"),
        ]


class DraftStep(models.Model):
    """One step of a draft, in order of `revision`; rows are added and never changed.

    A step that is done keeps the command as it was sent and the edit that came of it, with every arc before and after. One that undoes or
    does again names the revision of the step that it is about: undo is the inverse of that edit, to the bit.
    """

    draft = models.ForeignKey(GridDraft, on_delete=models.PROTECT, related_name="steps")
    revision = models.PositiveIntegerField()
    kind = models.CharField(max_length=4, choices=StepKind.choices)
    about = models.PositiveIntegerField(null=True)
    command = models.JSONField(null=True)
    edit = models.JSONField(null=True)
    at = models.DateTimeField()
    made_by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"command", "edit", "at"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["draft", "revision"], name="draft_step_once")]
