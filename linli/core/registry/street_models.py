"""Named streets, as short pieces that a b-tree finds by place. They say where a point is; models.py next door has what stands there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class StreetPiece(models.Model):
    """A straight piece of a named street, at most 100 m long, in WGS 84 degrees.

    `tile_key` is that of its middle, so whatever passes within a radius has a piece whose key lies within the radius and
    half a piece. Pieces belong to no area: streets run across them. Those without a `reference` are replaced together; the others came
    one street at a time, and it names the street where it came from.
    """

    name = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    to_lon = models.FloatField()
    to_lat = models.FloatField()
    tile_key = models.BigIntegerField()
    reference = models.CharField(max_length=40, blank=True)

    impersonal: ClassVar = {"name", "reference"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tile_key"], name="street_piece_tile"),
            models.Index(fields=["reference"], name="street_piece_reference"),
        ]

    def __str__(self) -> str:
        return self.name
