"""Who works in which grid, and since when. Accounts and units stand in core.access, grids in core.grids."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import User
from linli.core.grids.public import Grid
from linli.core.ledger.public import LedgerRecord
from linli.core.platform.public import Personal


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
    """A user holds a post in a grid, as part of a force, for a time. Ended by `valid_to`, never deleted.

    `begun_by_version` and `ended_by_version` are the version of the grids (its id) that put somebody there or took the grid
    away; empty where a person did. By them an undone version gives back who stood where.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="+")
    force = models.CharField(max_length=16, choices=Force.choices)
    post = models.CharField(max_length=16, choices=Post.choices, default=Post.WORKER)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    begun_by_version = models.BigIntegerField(null=True)
    ended_by_version = models.BigIntegerField(null=True)

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
        indexes: ClassVar = [
            models.Index(fields=["grid", "force"]),
            models.Index(
                fields=["ended_by_version"],
                condition=models.Q(ended_by_version__isnull=False),
                name="assignment_ended_by",
            ),
        ]


class Following(models.Model):
    """Somebody said that the staff of grids which end with a version follow as proposed; they do when it begins."""

    version_id = models.BigIntegerField(unique=True)
    accepted_by_id = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField()

    impersonal: ClassVar = {"accepted_at"}
    taken: ClassVar = {"version_id": _("Somebody said so at the same moment.")}


class Employment(models.TextChoices):
    """How somebody works for the grids."""

    CONTRACT = "contract", _("By contract")
    DISPATCHED = "dispatched", _("Sent by an agency")
    COMMUNITY = "community", _("Of the community's staff")
    PART_TIME = "part_time", _("Part-time")
    VOLUNTEER = "volunteer", _("Volunteer")


OF_STAFF = Personal(
    purpose="know by which contract somebody works in the grids, and renew it in time",
    data_class="general",
    keep_days=1095,
    since="retired_at",
    erase="blank",
)
DAY_OF_STAFF = Personal(OF_STAFF.purpose, "general", 1095, erase="null", since="retired_at")


class StaffFile(LedgerRecord):
    """What is kept of somebody who works in the grids (人员档案): a record of the ledger of staff.

    In which grid somebody has which post stands in GridAssignment, which is dated truth already; the file shows it and keeps no
    copy. `user_id` is the account, for who has one. Leave and stand-ins are the business of the office.
    """

    name = models.CharField(max_length=60)
    user_id = models.BigIntegerField(null=True)
    employment = models.CharField(max_length=16, choices=Employment.choices)
    contract_from = models.DateField(null=True)
    contract_until = models.DateField(null=True)
    probation_until = models.DateField(null=True)
    insured = models.BooleanField(null=True)
    certificate = models.CharField(max_length=40, blank=True)
    certificate_until = models.DateField(null=True)

    personal: ClassVar = {
        "name": OF_STAFF, "certificate": OF_STAFF, "contract_from": DAY_OF_STAFF, "contract_until": DAY_OF_STAFF,
        "probation_until": DAY_OF_STAFF, "certificate_until": DAY_OF_STAFF,
    }  # fmt: skip

    class Meta(LedgerRecord.Meta):
        indexes: ClassVar = [*LedgerRecord.Meta.indexes, models.Index(fields=["user_id"], name="staff_file_user")]
