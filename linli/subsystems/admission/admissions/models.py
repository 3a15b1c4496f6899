"""The tables of admission."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import loose
from linli.core.flow.public import SmallItem
from linli.subsystems.admission.grid_row import GridRow
from linli.subsystems.admission.periods import Every


class AdmissionState(models.TextChoices):
    """Where a task that a department asks grids to do stands."""

    ASKED = "asked", pgettext_lazy("admission", "To be examined")
    EXAMINED = "examined", pgettext_lazy("admission", "To be decided")
    ADMITTED = "admitted", pgettext_lazy("admission", "Admitted")
    SUSPENDED = "suspended", pgettext_lazy("admission", "Suspended")
    REFUSED = "refused", pgettext_lazy("admission", "Not admitted")
    WITHDRAWN = "withdrawn", pgettext_lazy("admission", "Withdrawn")
    ENDED = "ended", pgettext_lazy("admission", "Ended")


class Admission(SmallItem):
    """A task that a department (`unit_id`) asks grids to do (准入事项), with right, duty, hours and money (责权利同步).

    `hours` are what it takes a grid each time, `hours_month` that on the mean of a month; `amount` in yuan for all of the term, paid
    by `payer`. Its grids are rows of their own; of the areas in `area_ids` it is all grids, whatever becomes of the division. Its
    area is the smallest that holds them all, so that whoever answers for all of them decides.
    """

    state = models.CharField(max_length=12, choices=AdmissionState.choices)
    title = models.CharField(max_length=120)
    legal_basis = models.TextField()
    duty_department = models.TextField()
    duty_grid = models.TextField()
    every = models.CharField(max_length=8, choices=Every.choices)
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    hours_month = models.DecimalField(max_digits=8, decimal_places=2)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    payer = models.CharField(max_length=120)
    first_day = models.DateField()
    last_day = models.DateField()
    area_ids = models.JSONField(default=list)
    admitted_at = models.DateTimeField(null=True)
    admitted_by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {
        "title", "legal_basis", "duty_department", "duty_grid", "payer", "first_day", "last_day", "area_ids", "admitted_at",
    }  # fmt: skip

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["state", "last_day"], name="admission_in_force"),
        ]

    def __str__(self) -> str:
        return self.title


class AdmissionGrid(GridRow):
    """A grid for which a task is asked or admitted (准入网格)."""

    item = loose("admission.Admission", related_name="grids")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "item", "grid_id"], name="admission_grid_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["grid_id"], name="admission_grid_grid"),
            models.Index(fields=["item"], name="admission_grid_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.grid_id}"
