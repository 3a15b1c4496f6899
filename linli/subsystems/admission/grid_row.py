"""The row that says what of an item was given to a grid, and to whom; grid_rows.py next door fills it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class GridRow(models.Model):
    """A grid of an item. `given_key` is the period whose task was given last, `worker_id` to whom."""

    home_district = models.CharField(max_length=32)
    grid_id = models.BigIntegerField()
    given_key = models.CharField(max_length=12, blank=True)
    worker_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"home_district", "given_key"}

    class Meta:
        abstract = True
