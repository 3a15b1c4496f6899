"""How a case is being handled: clocks, requests, units that take part, escalations. The case itself stands in case.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.cases.models.case import loose
from linli.core.catalogue.public import LimitUnit


class CaseClock(models.Model):
    """One run of a stage's clock on a case: limit, intervals that it ran, when it is due, when it stopped.

    A clock of handling belongs to the unit that handles: a unit that gets a case back goes on with the time it had.
    """

    home_district = models.CharField(max_length=32)
    case = loose("cases.Case", related_name="clocks")
    stage = models.CharField(max_length=12)
    handling_unit_id = models.BigIntegerField(null=True)  # of the stage handle only
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
        "home_district",
        "stage",
        "intervals",
        "started_at",
        "due_at",
        "amber_at",
        "stopped_at",
        "paused_at",
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "case", "stage"],
                condition=models.Q(stopped_at__isnull=True),
                name="case_clock_once_running",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="case_clock_case")]


class CaseRequest(models.Model):
    """An extension (延期) or shelving (挂账) asked for by the handling unit and decided by the centre: two steps."""

    home_district = models.CharField(max_length=32)
    case = loose("cases.Case", related_name="requests")
    kind = models.CharField(max_length=10, choices=[("extension", _("Extension")), ("shelving", _("Shelving"))])
    amount = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    granted = models.BooleanField(null=True)

    impersonal: ClassVar = {"home_district", "asked_at", "decided_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "case", "kind"],
                condition=models.Q(decided_at__isnull=True),
                name="case_request_once_open",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="case_request_case")]


class CaseUnit(models.Model):
    """A unit that takes part in handling: one lead (主办), others assist (协办)."""

    home_district = models.CharField(max_length=32)
    case = loose("cases.Case", related_name="units")
    unit_id = models.BigIntegerField()
    part = models.CharField(max_length=8, choices=[("lead", _("Lead unit")), ("assist", _("Assisting unit"))])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"home_district", "since", "until", "done_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "case", "unit_id"],
                condition=models.Q(until__isnull=True),
                name="case_unit_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit_id", "case"], name="case_unit_unit"),
            models.Index(fields=["case"], name="case_unit_case"),
        ]


class Escalation(models.Model):
    """A late clock was told to a level; unique, so that it happens once whatever dies in between."""

    home_district = models.CharField(max_length=32)
    clock = loose("cases.CaseClock", related_name="escalations")
    case_id = models.BigIntegerField()
    level = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    impersonal: ClassVar = {"home_district", "at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "clock", "level"], name="escalation_once")
        ]
