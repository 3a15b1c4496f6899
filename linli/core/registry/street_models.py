"""Named streets, as short pieces that a b-tree finds by place. They say where a point is; models.py next door has what stands there."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class StreetPiece(models.Model):
    """A straight piece of a named street, at most 100 m long, in WGS 84 degrees.

    `tile_key` is that of its middle, so whatever passes within a radius has a piece whose key lies within the radius and
    half a piece. Pieces belong to no area: streets run across them. All are replaced together.
    """

    name = models.CharField(max_length=120)
    lon = models.FloatField()
    lat = models.FloatField()
    to_lon = models.FloatField()
    to_lat = models.FloatField()
    tile_key = models.BigIntegerField()

    impersonal: ClassVar = {"name"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tile_key"], name="street_piece_tile")]

    def __str__(self) -> str:
        return self.name
