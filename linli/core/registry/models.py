"""Places and things with a position: compounds, premises, components. People are not kept here; see section 5 of the domain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import AreaScoped
from linli.core.ledger.public import PlacedRecord
from linli.core.platform.public import Personal, SealedField
from linli.core.registry.street_models import StreetPiece as StreetPiece  # Django looks for models here


class Placed(AreaScoped):
    """Base of what stands at a point: WGS 84 degrees, and the tile key by which both databases find what is near."""

    lon = models.FloatField()
    lat = models.FloatField()
    tile_key = models.BigIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Compound(Placed):
    """A housing estate (小区), with its property manager or none."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    property_manager = models.CharField(max_length=120, blank=True)
    outline = models.BinaryField(null=True)
    households = models.PositiveIntegerField(null=True)

    impersonal: ClassVar = {"code", "name", "property_manager", "outline", "home_district", "retired_at"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["home_district", "code"], name="compound_code")]
        indexes: ClassVar = [models.Index(fields=["tile_key"])]


class Building(Placed):
    """A building as a map knows it (楼栋): outline or a mere point, use, levels, and how many households live in it.

    `households_counted` tells a number that somebody counted from one reckoned by footprint and levels. Homes and people are not kept here.
    """

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    use = models.CharField(max_length=40, blank=True)
    outline = models.BinaryField(null=True)
    levels = models.FloatField(null=True)
    households = models.PositiveIntegerField(null=True)
    households_counted = models.BooleanField(default=False)

    impersonal: ClassVar = {"code", "name", "use", "outline", "home_district", "retired_at"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["home_district", "code"], name="building_code")]
        indexes: ClassVar = [models.Index(fields=["tile_key"], name="building_tile")]


class PremisesKind(models.TextChoices):
    """What stands there."""

    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    MARKET = "market", _("Market")
    SHOP = "shop", _("Shop")
    OFFICE = "office", _("Office building")
    PARK = "park", _("Park")
    INDUSTRY = "industry", _("Industrial site")
    RENTED = "rented", _("Rented dwelling")
    OTHER = "other", _("Other premises")


class Risk(models.TextChoices):
    """How much could happen there, as the city grades it: red, orange, yellow, blue."""

    MAJOR = "major", pgettext_lazy("risk", "Major risk")
    LARGER = "larger", pgettext_lazy("risk", "Larger risk")
    GENERAL = "general", pgettext_lazy("risk", "General risk")
    LOW = "low", pgettext_lazy("risk", "Low risk")


class Premises(PlacedRecord):
    """A school, market, shop, rented dwelling or other place that people go to, live or work in: a record of the ledger of premises.

    Who is responsible and their telephone stand sealed, and are erased a year after the premises were retired.
    """

    kind = models.CharField(max_length=16, choices=PremisesKind.choices)
    risk = models.CharField(max_length=8, choices=Risk.choices, blank=True)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    responsible = SealedField(purpose="premises.responsible", null=True)
    phone = SealedField(purpose="premises.phone", null=True)

    personal: ClassVar = {
        name: Personal(
            purpose="reach whoever answers for the premises about dangers and inspections",
            data_class="important",
            keep_days=365,
            since="retired_at",
            erase="null",
        )
        for name in ("responsible", "phone")
    }
    impersonal: ClassVar = {"name", "address"}

    class Meta(PlacedRecord.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["home_district", "code"], name="premises_code")]


class Component(Placed):
    """A thing that stands in public space (部件): lamp, manhole cover, hydrant; its official code names class and number."""

    code = models.CharField(max_length=20)
    standard = models.CharField(max_length=40)
    major_code = models.CharField(max_length=4)
    minor_code = models.CharField(max_length=4)
    name = models.CharField(max_length=120)
    owner_unit_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"code", "standard", "major_code", "minor_code", "name", "home_district", "retired_at"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["home_district", "code"], name="component_code")]
        indexes: ClassVar = [models.Index(fields=["tile_key"])]


class ComponentCell(AreaScoped):
    """How many components in use of one area stand in one cell (a map tile at zoom 17): what maps show from afar.

    Kept by cells.py in the transaction that changes components, so it is never behind. It holds the areas of its components
    and nothing else, so the gate filters it as it filters them.
    """

    cell = models.BigIntegerField()
    count = models.PositiveIntegerField()

    impersonal: ClassVar = {"home_district"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cell"], name="component_cell")]
