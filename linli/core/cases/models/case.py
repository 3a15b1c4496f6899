"""The case and what hangs on it: timeline, clocks, requests, photos, units, reporter, rating. The catalogue stands next to it.

Relations between tables that grow carry no database constraint on `id` alone, so that both can be partitioned by
`home_district` (docs/adr/0002-partitioning.md); rows are never deleted, so nothing can dangle.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import loose
from linli.core.cases.transitions import OPEN_STATES
from linli.core.catalogue.public import CategoryKind, LimitUnit
from linli.core.flow.public import EventRow, FileRow, FlowItem, NoteRow
from linli.core.people.public import KeyedPerson, PersonValueField
from linli.core.platform.public import Personal, SourcePlan, StoredFileId, parts, title_in


class State(models.TextChoices):
    """Where a case stands in the loop. transitions.py says what leads from one to the other."""

    REPORTED = "reported", _("Reported")
    CONFIRMING = "confirming", _("Confirming")
    FILED = "filed", _("Filed")
    DISPATCHED = "dispatched", _("Dispatched")
    HANDLING = "handling", _("Handling")
    SHELVED = "shelved", _("Shelved")
    HANDLED = "handled", _("Handled")
    VERIFYING = "verifying", _("Verifying")
    VERIFIED = "verified", _("Verified")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")
    REJECTED = "rejected", _("Rejected")
    MERGED = "merged", _("Merged")
    VOID = "void", _("Void")


class Source(models.TextChoices):
    """Where a report came from, as the core knows it; departments add ways in (`SourcePlan`)."""

    GRID_WORKER = "grid_worker", _("Grid worker")
    RESIDENT = "resident", _("Resident")
    HOTLINE = "hotline", _("Hotline")
    LETTER = "letter", _("Letter or visit")
    DEPARTMENT = "department", _("Department transfer")
    PATROL = "patrol", _("Patrol")
    SENSOR = "sensor", _("Sensor alarm")
    INSPECTION = "inspection", _("Inspection")
    HISTORY = "history", _("Imported history")


def source_titles() -> dict[str, str]:
    """The ways in which reports come, code → title in the reader's language: those of the core, then those of departments."""
    return {code: str(title) for code, title in Source.choices} | {
        plan.code: title_in(plan.titles) for plan in parts(SourcePlan)
    }


class Case(FlowItem):
    """One problem on its way through the loop (案卷).

    Category, condition and limit stand here as they were when the case was filed. `unit_id` holds the case now, `handling_unit_id`
    handles it (proposed by the rules until it is dispatched). What every flow needs of its items stands in FlowItem.
    """

    number = models.CharField(max_length=24, blank=True)  # official, given when filed
    tracking = models.CharField(max_length=16)
    source = models.CharField(max_length=16)  # a key of source_titles()
    source_reference = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, choices=State.choices)
    urgency = models.CharField(
        max_length=8, choices=[("normal", _("normal")), ("urgent", _("urgent"))], default="normal"
    )

    standard = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, choices=CategoryKind.choices, blank=True)
    category_code = models.CharField(max_length=20, blank=True)
    category_name = models.CharField(max_length=120, blank=True)
    condition_text = models.CharField(max_length=300, blank=True)
    closing_text = models.CharField(max_length=300, blank=True)
    limit_amount = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    limit_unit = models.CharField(max_length=16, choices=LimitUnit.choices, blank=True)

    description = models.TextField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    words_salt = models.BinaryField(max_length=16, null=True)  # of the digest in the first entry, see loop/timeline.py
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    tile_key = models.BigIntegerField(null=True)
    position_system = models.CharField(max_length=8, default="WGS84")  # what the source gave, before conversion
    position_given = models.CharField(max_length=60, blank=True)
    grid_id = models.BigIntegerField(null=True)
    grid_set_id = models.BigIntegerField(null=True)
    worker_id = models.BigIntegerField(null=True)  # the grid's worker when the case was located

    reporter_user_id = models.BigIntegerField(null=True)
    checker_id = models.BigIntegerField(null=True)  # who was asked to look on the spot, before filing or after handling
    unit_id = models.BigIntegerField()
    handling_unit_id = models.BigIntegerField(null=True)
    handled_by_id = models.BigIntegerField(null=True)
    merged_into_id = models.BigIntegerField(null=True)
    split_from_id = models.BigIntegerField(null=True)

    handle_due_at = models.DateTimeField(null=True)

    reported_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    in_time = models.BooleanField(null=True)
    rework_count = models.PositiveSmallIntegerField(default=0)
    return_count = models.PositiveSmallIntegerField(default=0)
    reopen_count = models.PositiveSmallIntegerField(default=0)
    urge_count = models.PositiveSmallIntegerField(default=0)
    supervise_count = models.PositiveSmallIntegerField(default=0)
    instruct_count = models.PositiveSmallIntegerField(default=0)
    confirmed = models.BooleanField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    search_tokens = models.TextField(blank=True)

    unit_columns: ClassVar = ("unit_id", "handling_unit_id")
    personal: ClassVar = {
        "words_salt": Personal(
            purpose="prove that description and address are as reported",
            data_class="general",
            keep_days=1095,
            since="closed_at",
            erase="null",
        ),
        "description": Personal(
            purpose="understand and solve what was reported", data_class="general", keep_days=1095, since="closed_at"
        ),
        "address": Personal(purpose="find the place", data_class="general", keep_days=1095, since="closed_at"),
        "source_reference": Personal(
            purpose="find the record of the system that it came from",
            data_class="general",
            keep_days=1095,
            since="closed_at",
        ),
        "position_given": Personal(
            purpose="check the position against what was given", data_class="general", keep_days=1095, since="closed_at"
        ),
        **{
            name: Personal(
                purpose="go there; afterwards the grid and the area say where it was",
                data_class="general",
                keep_days=1095,
                since="closed_at",
                erase="null",
            )
            for name in ("lon", "lat", "tile_key")
        },
        "search_tokens": Personal(
            purpose="find the case by its words", data_class="general", keep_days=1095, since="closed_at"
        ),
    }
    impersonal: ClassVar = {
        "number",
        "source",
        "tracking",
        "standard",
        "category_code",
        "category_name",
        "condition_text",
        "closing_text",
        "position_system",
        "handle_due_at",
        "reported_at",
        "filed_at",
        "dispatched_at",
        "handled_at",
        "closed_at",
        "archived_at",
    }

    taken: ClassVar = {"uuid": _("This report came before; nothing was done now.")}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uuid", "home_district"], name="case_uuid"),
            models.UniqueConstraint(fields=["tracking", "home_district"], name="case_tracking"),
            models.UniqueConstraint(
                fields=["number", "home_district"], condition=~models.Q(number=""), name="case_number"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["district_id", "-id"], name="case_district"),
            models.Index(fields=["street_id", "-id"], name="case_street"),
            models.Index(fields=["community_id", "-id"], name="case_community"),
            models.Index(fields=["unit_id", "-id"], name="case_unit"),
            models.Index(fields=["handling_unit_id", "-id"], name="case_handling_unit"),
            models.Index(fields=["grid_id", "-id"], name="case_grid"),
            models.Index(fields=["reporter_user_id", "-id"], name="case_reporter"),
            models.Index(fields=["tile_key"], name="case_tile"),
            # All that a map's counts ask of an open case, so that they read no case (docs/adr/0040-map-tiles.md).
            models.Index(
                fields=[
                    "tile_key",
                    "state",
                    "clock_state",
                    "due_at",
                    "amber_at",
                    "district_id",
                    "street_id",
                    "community_id",
                    "unit_id",
                    "handling_unit_id",
                    "reporter_user_id",
                    "id",
                ],
                condition=models.Q(state__in=list(OPEN_STATES)),
                name="case_open_by_tile",
            ),
            # By time, with what counts by day and place ask; reports come in order of time, so it grows at its end.
            models.Index(
                fields=["reported_at", "tile_key", "district_id", "street_id", "community_id"], name="case_reported_at"
            ),
            models.Index(fields=["closed_at"], condition=models.Q(closed_at__isnull=False), name="case_closed_at"),
            models.Index(
                fields=["merged_into_id"], condition=models.Q(merged_into_id__isnull=False), name="case_merged_into"
            ),
            models.Index(fields=["due_at"], condition=models.Q(clock_state="running"), name="case_running_due"),
            models.Index(
                fields=["street_id", "state"],
                condition=models.Q(state__in=list(OPEN_STATES)),
                name="case_open_by_street",
            ),
            models.Index(
                fields=["unit_id", "state"],
                condition=models.Q(state__in=list(OPEN_STATES)),
                name="case_open_by_unit",
            ),
        ]

    def __str__(self) -> str:
        # Never the tracking number: whoever holds it is the reporter.
        return self.number or self.category_name or str(self.id)

    @property
    def source_title(self) -> str:
        """Where it came from, in the reader's language; the code itself where the department that brought it is gone."""
        return source_titles().get(self.source, self.source)


class CaseEvent(EventRow):
    """One entry of a case's timeline."""

    case = loose("cases.Case", related_name="events")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq", "home_district"], name="case_event_seq"),
            models.UniqueConstraint(fields=["uuid", "home_district"], name="case_event_uuid"),
        ]
        indexes: ClassVar = [
            # Which categories somebody chose lately.
            models.Index(
                fields=["actor_id", "-id"],
                condition=models.Q(actor_id__isnull=False, action__in=["file", "split", "solve_on_spot"]),
                name="case_event_chose",
            )
        ]


class CaseNote(NoteRow):
    """The words that somebody wrote with an action."""

    case = loose("cases.Case", related_name="notes")
    event = loose("cases.CaseEvent", related_name="notes")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case"], name="case_note_case")]


class CaseFile(FileRow):
    """A photo or voice note of a case: which stored file, with which action, before or after.

    Three years after the case was closed `stored_file_id` is emptied, and the copies go with it; the row stays, so that the
    timeline still tells that something was there. The bytes as received, with what the camera wrote, go after half a year.
    """

    case = loose("cases.Case", related_name="files")
    event = loose("cases.CaseEvent", related_name="files")
    stored_file_id = StoredFileId(null=True, evidence_since="case__closed_at", evidence_days=180)

    personal: ClassVar = {
        "stored_file_id": Personal(
            purpose="show what was reported and what was done; as received, with position and time of the camera, 180 days",
            data_class="important",
            keep_days=1095,
            since="case__closed_at",
            erase="null",
        )
    }

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case"], name="case_file_case"),
            models.Index(fields=["stored_file_id"], name="case_file_stored"),
        ]


class CaseReporter(KeyedPerson):
    """Who reported, only when they chose to say so: to ask back and to answer. Erased a year after the case is closed.

    A table of its own and no `Person`: who reports is in one service, by one case, and a report costs no statement more.
    """

    case = loose("cases.Case", related_name="reporters")
    name = PersonValueField()
    phone = PersonValueField()
    phone_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    created_at = models.DateTimeField()

    indexed: ClassVar = {"phone": "phone_index"}
    read_with: ClassVar = ("case",)
    personal: ClassVar = {
        "name": Personal(
            purpose="address the reporter in the answer",
            data_class="important",
            keep_days=365,
            since="case__closed_at",
            erase="row",
        ),
        "phone": Personal(
            purpose="ask back, answer, find the caller's open cases",
            data_class="important",
            keep_days=365,
            since="case__closed_at",
            erase="row",
        ),
    }
    impersonal: ClassVar = {"phone_index", "created_at"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case"], name="case_reporter_case")]


class NumberCounter(models.Model):
    """The running number of a district and day."""

    key = models.CharField(max_length=16, primary_key=True)
    last = models.PositiveIntegerField()

    impersonal: ClassVar = {"key"}
