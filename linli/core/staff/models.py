"""Who works in which grid, and since when. Accounts and units stand in core.access, grids in core.grids."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import User
from linli.core.grids.public import Grid


class Force(models.TextChoices):
    """The three forces of grid service: one worker one grid, one worker several grids, several workers one grid."""

    BASE = "base", _("Base force")
    PROFESSIONAL = "professional", _("Professional force")
    RESPONSE = "response", _("Response force")


class Post(models.TextChoices):
    """What somebody is in a grid."""

    WORKER = "worker", _("Grid worker")
    HEAD = "head", _("Grid head")
    DEPUTY = "deputy", _("Deputy grid head")
    OFFICIAL = "official", _("Official in charge")


class GridAssignment(models.Model):
    """A user holds a post in a grid, as part of a force, for a time. Ended by `valid_to`, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    force = models.CharField(max_length=16, choices=Force.choices)
    post = models.CharField(max_length=16, choices=Post.choices, default=Post.WORKER)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"valid_from", "valid_to"}
    taken: ClassVar = {"user": _("Somebody assigned this person at the same moment; look again.")}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "grid", "force", "post"],
                condition=models.Q(valid_to__isnull=True),
                name="assignment_once_in_force",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(valid_to__isnull=True, force="base", post="worker"),
                name="base_worker_has_one_grid",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["grid", "force"])]
