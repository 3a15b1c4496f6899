"""What the department keeps: hazards; its other tables stand in modules of their own. Premises are a ledger of the core."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from linli.core.flow.public import SmallItem
from linli.core.ledger.public import RecordId
from linli.subsystems.safety.inspection_records import Checklist, Inspection, InspectionPlan
from linli.subsystems.safety.ratings import Rating, RatingReason
from linli.subsystems.safety.records import Drill, EmergencyPlan, FileEntry

__all__ = [
    "Checklist",
    "Drill",
    "EmergencyPlan",
    "FileEntry",
    "Hazard",
    "HazardState",
    "Inspection",
    "InspectionPlan",
    "Rating",
    "RatingReason",
    "Severity",
    "ToldWhom",
]


class HazardState(models.TextChoices):
    """Where a hazard stands."""

    FOUND = "found", pgettext_lazy("safety", "Found")
    TOLD = "told", pgettext_lazy("safety", "To be rectified")
    RECTIFIED = "rectified", pgettext_lazy("safety", "To be rechecked")
    CLOSED = "closed", pgettext_lazy("safety", "Closed")
    DROPPED = "dropped", pgettext_lazy("safety", "No hazard")


class Severity(models.TextChoices):
    """How dangerous it is, which says how soon it has to be rectified."""

    SLIGHT = "slight", pgettext_lazy("safety", "Slight")
    SERIOUS = "serious", pgettext_lazy("safety", "Serious")
    GRAVE = "grave", pgettext_lazy("safety", "Grave")


class ToldWhom(models.TextChoices):
    """Who was told of a hazard."""

    RESPONSIBLE = "responsible", pgettext_lazy("safety", "Who answers for the premises by the ledger")
    OTHER = "other", pgettext_lazy("safety", "Somebody else")


class Hazard(SmallItem):
    """Something dangerous (隐患) in premises or at a place, from when it was found until somebody else has seen that it is gone.

    It lies where its premises do. `question` is the point of a checklist that found it, `sheet_id` the answers it was first found with: as
    long as it is open, the same point of the same premises adds to it and makes no other. `told_whom` says who was told: whoever answers
    for the premises by the ledger, or somebody else, who stands in the words. `rectified_by_id` is who said last that it is rectified,
    which keeps them from rechecking.
    """

    state = models.CharField(max_length=12, choices=HazardState.choices)
    title = models.CharField(max_length=80)
    place = models.CharField(max_length=120, blank=True)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    premises_id = RecordId(ledger="premises", null=True)
    question = models.CharField(max_length=110, blank=True)
    sheet_id = models.BigIntegerField(null=True)
    told_whom = models.CharField(max_length=12, choices=ToldWhom.choices, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    rectified_by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"title", "place", "question"}

    class Meta(SmallItem.Meta):
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["premises_id", "question", "home_district"],
                condition=models.Q(state__in=("found", "told", "rectified")) & ~models.Q(question=""),
                name="hazard_once_open",
            ),
        ]
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["premises_id", "-id"], name="hazard_premises"),
        ]

    def __str__(self) -> str:
        return self.title
