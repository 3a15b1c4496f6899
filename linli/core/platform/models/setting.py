"""What a city chose where a department lets it choose; `writing/choosing.py` reads and writes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ChosenSetting(models.Model):
    """One row per setting that somebody changed. What nobody changed has no row: its default stands in the code."""

    code = models.CharField(max_length=64, primary_key=True)
    value = models.JSONField()
    chosen_at = models.DateTimeField()

    impersonal: ClassVar = {"code", "value", "chosen_at"}

    class Meta:
        db_table = "platform_chosen_setting"

    def __str__(self) -> str:
        return self.code
