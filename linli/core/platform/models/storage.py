"""Photos and voice notes that were received, and what was made from them for display.

`files.py` next door receives and opens them; the bytes stand behind the storage port (`storage.py`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class StoredFile(models.Model):
    """One content as it was received, once per SHA-256. Kept apart for staff; others see its derivatives.

    It has no owner, no name and no position: who sent it with what stands on the row that points here. `received_at` is
    the last time it was sent; a row that nothing points at is removed a week later.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo"
        VOICE = "voice"

    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    media_type = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    width_px = models.IntegerField(null=True)
    height_px = models.IntegerField(null=True)
    duration_s = models.FloatField(null=True)
    received_at = models.DateTimeField(db_index=True)

    # The picture may show a person: it goes with the record that points at it, by way of the clean-up of orphans.
    impersonal: ClassVar[set[str]] = {"sha256", "media_type", "received_at"}

    class Meta:
        db_table = "platform_stored_file"


class Derivative(models.Model):
    """What others see of a StoredFile: re-encoded, without metadata; `display` for reading, `thumb` for lists."""

    class Variant(models.TextChoices):
        DISPLAY = "display"
        THUMB = "thumb"

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="derivatives")
    variant = models.CharField(max_length=16, choices=Variant.choices)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    width_px = models.IntegerField(null=True)
    height_px = models.IntegerField(null=True)

    impersonal: ClassVar[set[str]] = {"sha256", "media_type"}

    class Meta:
        db_table = "platform_derivative"
        constraints = [models.UniqueConstraint(fields=["file", "variant"], name="derivative_once_per_variant")]
        indexes = [models.Index(fields=["sha256"], name="derivative_sha256")]
