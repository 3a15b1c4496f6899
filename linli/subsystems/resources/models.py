"""The table of emergency resources: what there is, how much of it, where it lies and who has the key."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.ledger.public import PlacedRecord
from linli.core.platform.public import Personal, SealedField


class ResourceKind(models.TextChoices):
    """What it is for."""

    FLOOD = "flood", _("Against floods")
    FIRE = "fire", _("Against fire")
    RESCUE = "rescue", _("Rescue")
    MEDICAL = "medical", _("Medical")
    SHELTER = "shelter", _("Shelter and supply")
    LIGHT = "light", _("Power and light")
    VEHICLE = "vehicle", _("Vehicles and boats")
    OTHER = "other", _("Other resources")


class Resource(PlacedRecord):
    """Something that is kept ready for an emergency (应急物资), at a place, with who keeps it: a record of their ledger."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=ResourceKind.choices)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    unit = models.CharField(max_length=16, blank=True)
    store = models.CharField(max_length=200, blank=True)
    usable_until = models.DateField(null=True)
    keeper = SealedField(purpose="resource.keeper", null=True)
    phone = SealedField(purpose="resource.phone", null=True)

    personal: ClassVar = {
        name: Personal(
            purpose="reach whoever has the key when something happens",
            data_class="important",
            keep_days=90,
            since="retired_at",
            erase="null",
        )
        for name in ("keeper", "phone")
    }
    impersonal: ClassVar = {"name", "unit", "store", "usable_until"}

    class Meta(PlacedRecord.Meta):
        pass
