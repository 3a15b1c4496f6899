"""The one table of the example: how often a bench in a park was seen broken. docs/adding-a-subsystem.md walks through it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.core.areas.public import AreaScoped


class BenchNote(AreaScoped):
    """Somebody of the staff saw a broken bench; the case tells the rest."""

    uuid = models.UUIDField(unique=True)
    place = models.CharField(max_length=80)
    noted_at = models.DateTimeField()
    case_id = models.BigIntegerField()

    impersonal: ClassVar = {"place", "noted_at", "home_district"}

    def __str__(self) -> str:
        return self.place
