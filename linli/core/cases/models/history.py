"""What remembers an import of history: the run, and which row of the old system became which case (history/importing.py)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class CaseImport(models.Model):
    """One import of a file of history: which file by which mapping, how many rows, whether it was taken back.

    `finished_at` is null while it runs and after it was broken off: the same file and mapping then go on with this row.
    """

    system = models.CharField(max_length=40)  # the name of the old system
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    mapping_sha256 = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {
        "system", "file_name", "file_sha256", "mapping_sha256", "started_at", "finished_at", "taken_back_at",
    }  # fmt: skip

    class Meta:
        indexes: ClassVar = [models.Index(fields=["file_sha256", "mapping_sha256"], name="case_import_file")]


class ImportedCase(models.Model):
    """A row of an old system that is a case here: what makes a second import change nothing.

    Unique in force by the old system's own reference; taken back with its import, and the reference is then free again.
    `row_digest` tells a second import whether the old system's row has changed since.
    """

    home_district = models.CharField(max_length=32)
    system = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    case_id = models.BigIntegerField()
    case_import = models.ForeignKey(CaseImport, on_delete=models.PROTECT, related_name="cases")
    row_digest = models.CharField(max_length=32)
    taken_back_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"home_district", "system", "reference", "row_digest", "taken_back_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "system", "reference"],
                condition=models.Q(taken_back_at__isnull=True),
                name="imported_case_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["system", "reference"], name="imported_case_reference")]
