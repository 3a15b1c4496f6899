"""Places and things with a position: compounds, premises, components. People are not kept here; see section 5 of the domain."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import AreaScoped
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


class PremisesKind(models.TextChoices):
    """What stands there."""

    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    MARKET = "market", _("Market")
    SHOP = "shop", _("Shop")
    OFFICE = "office", _("Office building")
    PARK = "park", _("Park")
    INDUSTRY = "industry", _("Industrial site")
    OTHER = "other", _("Other premises")


class Premises(Placed):
    """A school, market, shop or other place that people go to."""

    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=PremisesKind.choices)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)

    impersonal: ClassVar = {"code", "name", "address", "home_district", "retired_at"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["home_district", "code"], name="premises_code")]
        indexes: ClassVar = [models.Index(fields=["tile_key"])]


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
