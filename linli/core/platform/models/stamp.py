"""The version stamps of catalogues that processes keep in memory; versions.py stands over it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Stamp(models.Model):
    """One row per catalogue kept in memory; the stamp changes whenever the catalogue does."""

    name = models.CharField(max_length=64, primary_key=True)
    stamp = models.CharField(max_length=32)

    impersonal: ClassVar = {"name", "stamp"}
