"""How a case is being handled: clocks, requests, units that take part, escalations. The case itself stands in case.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import loose
from linli.core.flow.public import ClockRow, EscalationRow, RequestRow


class CaseClock(ClockRow):
    """One run of a stage's clock on a case.

    A clock of handling belongs to the unit that handles: a unit that gets a case back goes on with the time it had.
    """

    case = loose("cases.Case", related_name="clocks")
    handling_unit_id = models.BigIntegerField(null=True)  # of the stage handle only

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "case", "stage"],
                condition=models.Q(stopped_at__isnull=True),
                name="case_clock_once_running",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["case"], name="case_clock_case")]


class CaseRequest(RequestRow):
    """An extension (延期) or shelving (挂账) asked for by the handling unit and decided by the centre: two steps."""

    case = loose("cases.Case", related_name="requests")
    kind = models.CharField(max_length=10, choices=[("extension", _("Extension")), ("shelving", _("Shelving"))])

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


class Escalation(EscalationRow):
    """A late clock of a case that was told to a level."""

    clock = loose("cases.CaseClock", related_name="escalations")
    case_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "clock", "level"], name="escalation_once")
        ]
