"""Layers, grids, their dated shapes and the published versions of a layer. Who works in a grid stands in core.staff above."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import Area, AreaScoped


class GridLayer(models.Model):
    """One department's way to divide the ground (图层). `is_main` marks the layer that cases are routed by."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    names = models.JSONField(default=dict, blank=True)
    is_main = models.BooleanField(default=False)
    retired_at = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"code", "name", "names", "retired_at"}

    def __str__(self) -> str:
        return str(self.names.get(get_language() or "", self.name))


class GridSetVersion(models.Model):
    """A published, immutable version of a layer: from `valid_from` on, these shapes were in force until the next version.

    `content_digest` is the SHA-256 over all codes, kinds and polygons; publishing the same content again makes no version.
    `begun_at` is when everybody was told that it is in force. One that was only announced may get another day, or be taken
    back: then it holds at no instant, and its number is not given again. `undoes` is the version whose grids it takes away, to
    put those of before back. `carried` holds [code before, code after, households] for what grids that end hand on, where whoever
    published knew it by its buildings. `reason` and `taken_back_reason` are what who did it wrote beside it, about the grids.
    """

    layer = models.ForeignKey(GridLayer, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=200)
    content_digest = models.CharField(max_length=64)
    grid_count = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    carried = models.JSONField(default=list, blank=True)
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by_id = models.BigIntegerField(null=True)
    taken_back_reason = models.CharField(max_length=200, blank=True)

    impersonal: ClassVar = {
        "valid_from", "published_at", "source", "content_digest", "reason", "carried", "begun_at", "taken_back_at",
        "taken_back_reason",
    }  # fmt: skip

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["layer", "number"], name="grid_set_number")]


class GridKind(models.TextChoices):
    """What a grid is for."""

    COMPREHENSIVE = "comprehensive", _("Comprehensive grid")
    DEDICATED = "dedicated", _("Dedicated grid")
    UNDEVELOPED = "undeveloped", _("Undeveloped grid")


class Grid(AreaScoped):
    """A grid as a lasting thing (网格): its code within a layer, what staff are assigned to and cases belong to.

    Its polygon may change with a version; that is a new GridShape. Retired by `valid_to` when no version has it any more.
    """

    layer = models.ForeignKey(GridLayer, on_delete=models.PROTECT, related_name="grids")
    uuid = models.UUIDField(default=uuid.uuid4)
    code = models.CharField(max_length=40)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"code", "valid_from", "valid_to", "home_district"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["layer", "code"], name="grid_code_in_layer")]
        indexes: ClassVar = [models.Index(fields=["community_id"]), models.Index(fields=["street_id"])]

    def __str__(self) -> str:
        return self.code


class GridShape(models.Model):
    """What a grid looked like from one version to the next: polygon, kind, name, households, and the area it is filed under.

    Never changed, only ended; `ended_by` is the version that did. So a version's content is what began with it or before and
    was ended by none up to it, whatever its instant. Of one that was taken back the shapes are in force at no instant.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="shapes")
    kind = models.CharField(max_length=20, choices=GridKind.choices)
    purpose = models.CharField(max_length=40, blank=True)  # of a dedicated grid: school, hospital, market, …
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    polygon = models.BinaryField()  # WKB, WGS 84, lon/lat
    lon = models.FloatField()
    lat = models.FloatField()
    households = models.PositiveIntegerField(null=True)
    people = models.PositiveIntegerField(null=True)
    area_id = models.BigIntegerField()
    first_version = models.ForeignKey(GridSetVersion, on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(GridSetVersion, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"purpose", "name", "names", "polygon", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grid"], condition=models.Q(valid_to__isnull=True), name="grid_shape_once_in_force"
            )
        ]


__all__ = ["Area", "Grid", "GridKind", "GridLayer", "GridSetVersion", "GridShape"]
