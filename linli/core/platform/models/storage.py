"""Photos and voice notes that were received, and what was made from them for display.

`keeping/files.py` receives and opens them; the bytes stand behind the storage port (`storage.py`).
"""

from __future__ import annotations

from typing import Any, ClassVar

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
    received_erased_at = models.DateTimeField(null=True)  # the bytes as received are gone, the copies are not

    # The picture may show a person: it goes with the record that points at it, by way of the clean-up of orphans.
    impersonal: ClassVar[set[str]] = {"sha256", "media_type", "received_at", "received_erased_at"}

    class Meta:
        db_table = "platform_stored_file"


class StoredFileId(models.BigIntegerField):  # type: ignore[type-arg]
    """The id of a StoredFile in a table that grows, where a foreign key would stand in the way of partitioning.

    The clean-up of orphans looks into every field of this class, so a file that a row names is kept; any other column
    for an id of a file is refused by a test. To a migration it is a plain BigIntegerField.

    `evidence_days` says how long the bytes as received are needed, counted from `evidence_since` (a path as for Personal;
    while that is NULL the time has not begun). Without it they are needed as long as the row names the file.
    """

    def __init__(self, *args: Any, evidence_since: str = "", evidence_days: int | None = None, **kwargs: Any) -> None:
        self.evidence_since, self.evidence_days = evidence_since, evidence_days
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs


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
