"""What remembers imports: the run, which row of a file became which thing, and how a unit maps the columns of its files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.platform.public import Personal


class RunState(models.TextChoices):
    """Where an import stands."""

    RECEIVED = "received", _("To be mapped")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, not brought in yet")
    KEEPING = "keeping", _("Being brought in")
    BROKEN = "broken", _("Broken off")
    BROUGHT_IN = "brought_in", _("Brought in")
    UNDOING = "undoing", _("Being taken back")
    TAKEN_BACK = "taken_back", _("Taken back")
    DROPPED = "dropped", _("Import given up")


class ImportRun(models.Model):
    """One import of one file: which file by which mapping, where it stands, what became of its rows.

    One from the terminal begins with the first rows that are kept; one from the pages with the file. `finished_at` is null until all rows
    were kept, also after it was broken off: the same file and mapping then go on with this row. `user_id` is null for the terminal;
    `area_id` is the area of the person's unit, null for the whole city.

    What comes from the pages is worked off by a process apart: `token` is its hold, `beat_at` when it last said that it lives, `phase` and
    `done` how far it is. The file lies in a folder by `uuid` (folder.py) until it is brought in or given up.
    """

    code = models.CharField(max_length=32)
    namespace = models.CharField(max_length=40, blank=True)
    uuid = models.UUIDField(unique=True, null=True)
    state = models.CharField(max_length=12, choices=RunState.choices)
    user_id = models.BigIntegerField(null=True)
    area_id = models.BigIntegerField(null=True)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    mapping_sha256 = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    document = models.TextField(blank=True)
    take_good = models.BooleanField(default=False)
    rows = models.IntegerField(default=0)
    done = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    here = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    said = models.CharField(max_length=500, blank=True)
    told = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=32, blank=True)
    beat_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    phase = models.CharField(max_length=8, blank=True)

    taken: ClassVar = {"uuid": _("This file was sent before; nothing was done now.")}
    personal: ClassVar = {
        "told": Personal(
            purpose="show the rows of a file that cannot be taken, with one value of each kind",
            data_class="important", keep_days=30, since="started_at",
        ),
    }  # fmt: skip
    impersonal: ClassVar = {
        "code", "namespace", "file_name", "file_sha256", "mapping_sha256", "mapping", "document", "said", "started_at", "finished_at",
        "taken_back_at", "token", "beat_at", "phase",
    }  # fmt: skip

    class Meta:
        db_table = "exchange_import_run"
        indexes: ClassVar = [
            models.Index(fields=["file_sha256", "mapping_sha256"], name="import_run_file"),
            models.Index(fields=["code", "id"], name="import_run_code"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """A row of a file that is a thing here: what makes a second import change nothing, and what undoing goes by.

    Unique in force by what the row is known by within its kind and namespace. It ends when it is taken back, or when a later import changes
    the thing (`replaced_by`); the reference is then free again. `row_digest` tells whether the row has changed since.
    """

    home_district = models.CharField(max_length=32)
    code = models.CharField(max_length=32)
    namespace = models.CharField(max_length=40)
    reference = models.CharField(max_length=80)
    subject_id = models.BigIntegerField()
    what = models.CharField(max_length=8)
    before = models.TextField(blank=True)
    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="imported")
    row_digest = models.CharField(max_length=32)
    ended_at = models.DateTimeField(null=True)
    replaced_by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {
        "home_district",
        "code",
        "namespace",
        "reference",
        "what",
        "before",
        "row_digest",
        "ended_at",
    }

    class Meta:
        db_table = "exchange_imported_row"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["home_district", "code", "namespace", "reference"],
                condition=models.Q(ended_at__isnull=True),
                name="imported_row_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["code", "namespace", "reference"], name="imported_row_reference"),
            models.Index(fields=["run", "id"], name="imported_row_run"),
        ]


class UnitMapping(models.Model):
    """How the files of a unit call the columns of an import: heading without what stands around it → code of the column, "" for none."""

    unit_id = models.BigIntegerField()
    code = models.CharField(max_length=32)
    headings = models.JSONField(default=dict)

    impersonal: ClassVar = {"code", "headings"}

    class Meta:
        db_table = "exchange_unit_mapping"
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit_id", "code"], name="unit_mapping_once")]
