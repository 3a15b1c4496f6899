"""The tables of campaigns. What is answered stands in the answer sheets of core/forms; here stands which sheet counts for which grid."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import loose
from linli.core.flow.public import SmallItem
from linli.core.staff.public import worker_of
from linli.subsystems.admission.grid_row import GridRow


class CampaignState(models.TextChoices):
    """Where a campaign stands."""

    PREPARED = "prepared", pgettext_lazy("admission", "Prepared")
    RUNNING = "running", pgettext_lazy("admission", "Running")
    CLOSED = "closed", pgettext_lazy("admission", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("admission", "Cancelled")


class TargetKind(models.TextChoices):
    """What a campaign looks at one by one. The values are the kinds of subjects of core/forms."""

    PREMISES = "premises", pgettext_lazy("admission", "Premises")
    COMPOUND = "compound", pgettext_lazy("admission", "Compounds")


class TargetState(models.TextChoices):
    """How far a target has come."""

    OPEN = "open", pgettext_lazy("admission", "Not yet")
    DONE = "done", pgettext_lazy("admission", "Done")
    MISSED = "missed", pgettext_lazy("admission", "Missed")


class Missed(models.TextChoices):
    """Why a target could not be looked at."""

    REFUSED = "refused", pgettext_lazy("admission", "Refused")
    AWAY = "away", pgettext_lazy("admission", "Nobody met")
    GONE = "gone", pgettext_lazy("admission", "Not there any more")


class Campaign(SmallItem):
    """A form that is filled in grid by grid from one day to another (采集任务).

    `form_id` is the form of core/forms; whichever version is published when somebody fills it in is what they answer. A campaign of a
    department stands on an admission of its own. `per_grid` is how many sheets a grid is to bring, none for as many as there are; with
    `targets` it is one about each of what stands in the grid (of `premises_kind` only, if that is chosen).
    """

    state = models.CharField(max_length=12, choices=CampaignState.choices)
    title = models.CharField(max_length=120)
    form_id = models.BigIntegerField()
    admission = loose("admission.Admission", null=True, related_name="campaigns")
    first_day = models.DateField()
    last_day = models.DateField()
    per_grid = models.PositiveSmallIntegerField(null=True)
    targets = models.CharField(max_length=10, choices=TargetKind.choices, blank=True)
    premises_kind = models.CharField(max_length=16, blank=True)
    for_residents = models.BooleanField(default=False)
    instructions = models.TextField(blank=True)
    area_ids = models.JSONField(default=list)
    reminded_on = models.DateField(null=True)

    impersonal: ClassVar = {
        "title", "first_day", "last_day", "premises_kind", "instructions", "area_ids", "reminded_on"
    }  # fmt: skip

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["state", "last_day"], name="campaign_running"),
            models.Index(fields=["form_id", "state"], name="campaign_of_form"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def behind_ids(self) -> list[int]:
        """Who works in the grids that have not brought what they are to bring: those are reminded."""
        if self.targets:
            some = CampaignTarget.objects.filter(item_id=self.id, state=TargetState.OPEN).values("grid_id")
            rows = CampaignGrid.objects.filter(item_id=self.id, grid_id__in=some)
        else:
            sent = CampaignSheet.objects.filter(item_id=self.id, sent_at__isnull=False).order_by().values("grid_id")
            full = sent.annotate(count=models.Count("id")).filter(count__gte=self.per_grid or 1).values("grid_id")
            rows = CampaignGrid.objects.filter(item_id=self.id).exclude(grid_id__in=full)
        workers = [worker_of(grid_id) for grid_id in rows.values_list("grid_id", flat=True)]
        return sorted({one for one in workers if one is not None})

    def sent_sheets(self) -> models.QuerySet[CampaignSheet]:
        """The sheets that count."""
        return CampaignSheet.objects.filter(item_id=self.id, sent_at__isnull=False)


class CampaignGrid(GridRow):
    """A grid of a campaign (采集网格)."""

    item = loose("admission.Campaign", related_name="grids")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "item", "grid_id"], name="campaign_grid_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["grid_id"], name="campaign_grid_grid"),
            models.Index(fields=["item"], name="campaign_grid_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.grid_id}"


class CampaignSheet(models.Model):
    """An answer sheet of a grid of a campaign (采集答卷); it counts when it was sent."""

    home_district = models.CharField(max_length=32)
    item = loose("admission.Campaign", related_name="sheets")
    grid_id = models.BigIntegerField()
    sheet_id = models.BigIntegerField()
    by_resident = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"home_district", "sent_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "sheet_id"], name="campaign_sheet_once")
        ]
        indexes: ClassVar = [models.Index(fields=["item", "grid_id"], name="campaign_sheet_grid")]

    def __str__(self) -> str:
        return f"{self.item_id} ← {self.sheet_id}"


class CampaignTarget(models.Model):
    """Something in a grid of a campaign that is looked at (采集对象); `title` is how it was called when it was listed."""

    home_district = models.CharField(max_length=32)
    item = loose("admission.Campaign", related_name="target_rows")
    grid_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=TargetState.choices, default=TargetState.OPEN)
    missed = models.CharField(max_length=8, choices=Missed.choices, blank=True)
    sheet_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)
    by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"home_district", "title", "at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "item", "subject_id"], name="campaign_target_once")
        ]
        indexes: ClassVar = [models.Index(fields=["item", "grid_id"], name="campaign_target_grid")]

    def __str__(self) -> str:
        return self.title
