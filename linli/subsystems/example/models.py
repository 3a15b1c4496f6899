"""The tables of the example: benches that were seen broken, and thanks for the notes. docs/adding-a-subsystem.md walks through it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import AreaScoped
from linli.core.flow.public import SmallItem
from linli.core.ledger.public import PlacedRecord
from linli.core.platform.public import Personal, StoredFileId


class BenchNote(AreaScoped):
    """Somebody of the staff saw a broken bench; the case tells the rest."""

    uuid = models.UUIDField(unique=True)
    place = models.CharField(max_length=80)
    noted_at = models.DateTimeField()
    case_id = models.BigIntegerField()
    lon = models.FloatField()
    lat = models.FloatField()
    photo_id = StoredFileId(null=True)

    personal: ClassVar = {
        "photo_id": Personal(
            purpose="show what is broken", data_class="general", keep_days=365, since="noted_at", erase="null"
        )
    }
    impersonal: ClassVar = {"place", "noted_at", "home_district", "lon", "lat"}

    def __str__(self) -> str:
        return self.place


class Thanks(models.Model):
    """What the example's subscriber keeps of an event: that a note was heard of."""

    note_id = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    impersonal: ClassVar = {"at"}

    class Meta:
        db_table = "example_thanks"

    def __str__(self) -> str:
        return f"{self.note_id}"


class BenchCare(models.Model):
    """How often benches of a material are looked at in a year, from when to when; care.py says how it is settled."""

    material = models.CharField(max_length=12)
    per_year = models.PositiveSmallIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    impersonal: ClassVar = {"material", "valid_from", "valid_to"}

    class Meta:
        db_table = "example_bench_care"

    def __str__(self) -> str:
        return self.material


class RepairState(models.TextChoices):
    """Where the repair of a bench stands."""

    ASKED = "asked", _("Asked for")
    DOING = "doing", _("Being done")
    DONE = "done", _("Repaired")
    REFUSED = "refused", _("Not repaired")


class Repair(SmallItem):
    """A bench that is to be mended, on its way through the flow of repair.py."""

    state = models.CharField(max_length=12, choices=RepairState.choices)
    place = models.CharField(max_length=80)

    impersonal: ClassVar = {"place"}

    class Meta(SmallItem.Meta):
        pass

    def __str__(self) -> str:
        return self.place


class Bench(PlacedRecord):
    """A bench that stands somewhere: a record of the ledger of ledger.py."""

    name = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField(null=True)

    impersonal: ClassVar = {"name"}

    class Meta(PlacedRecord.Meta):
        pass

    def __str__(self) -> str:
        return self.name
