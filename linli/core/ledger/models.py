"""The rows of a ledger: a record with its present values in columns, and the history of each value, which is only added to.

A department's model extends `LedgerRecord`, or `PlacedRecord` where its things stand somewhere, and declares a column for each value.
docs/adr/0034-ledgers.md says why both are kept.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import AreaScoped
from linli.core.platform.public import BlindIndexField, Personal, SealedField

LEDGER_CHARS, FIELD_CHARS = 16, 24


class LedgerRecord(AreaScoped):
    """One thing that a ledger keeps current; the columns of a subclass hold its present values.

    `seq` counts what was said about it: who changes something names the `seq` they saw. `disputes` counts the values that stand
    beside present ones, `verify_by` is the day on which the first value has grown old, `asked_on` when somebody was asked to
    verify: lists, filters and the nightly job read these and no history. A record is retired or merged, never deleted.

    Why not one table with a row for each value only: lists, filters, sorts and sums ask for columns with types and indexes, and a
    page of fifty records would read some five hundred rows.
    """

    id: int
    code = models.CharField(max_length=40)
    seq = models.PositiveIntegerField(default=0)
    disputes = models.PositiveSmallIntegerField(default=0)
    verify_by = models.DateField(null=True)
    asked_on = models.DateField(null=True)
    merged_into_id = models.BigIntegerField(null=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    taken: ClassVar = {"code": _("There is a record with this code already; take another, or open that one.")}
    impersonal: ClassVar = {"home_district", "code", "verify_by", "asked_on", "retired_at"}

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "code"], name="%(app_label)s_%(class)s_code")
        ]
        indexes: ClassVar = [
            models.Index(fields=["street_id", "-id"], name="%(class)s_street"),
            models.Index(fields=["community_id", "-id"], name="%(class)s_community"),
            models.Index(fields=["verify_by"], condition=models.Q(verify_by__isnull=False), name="%(class)s_verify_by"),
            models.Index(fields=["asked_on"], condition=models.Q(asked_on__isnull=False), name="%(class)s_asked"),
            models.Index(fields=["-id"], condition=models.Q(disputes__gt=0), name="%(class)s_disputed"),
            # SQLite takes the index of all records of a community before it looks at those few.
            models.Index(
                fields=["community_id", "-id"], condition=models.Q(disputes__gt=0), name="%(class)s_disputed_here"
            ),
            models.Index(
                fields=["street_id", "-id"], condition=models.Q(disputes__gt=0), name="%(class)s_disputed_near"
            ),
            models.Index(
                fields=["merged_into_id"], condition=models.Q(merged_into_id__isnull=False), name="%(class)s_merged"
            ),
        ]


class PlacedRecord(LedgerRecord):
    """A record that may stand at a point: degrees of WGS 84, and the tile key by which both databases find what is near."""

    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    tile_key = models.BigIntegerField(null=True)

    class Meta(LedgerRecord.Meta):
        abstract = True
        indexes: ClassVar = [*LedgerRecord.Meta.indexes, models.Index(fields=["tile_key"], name="%(class)s_tile")]


class State(models.TextChoices):
    """How a value stands when it is written down; what became of it later say the rows after it."""

    REPORTED = "reported", _("Reported")
    VERIFIED = "verified", _("Verified")
    DISPUTED = "disputed", _("Disputed")
    LATE = "late", _("Older, came later")


class Source(models.TextChoices):
    """From where a value comes."""

    WORKER = "worker", _("Seen on the spot")
    RESIDENT = "resident", _("Said by a resident")
    DEPARTMENT = "department", _("From a department")
    INSPECTION = "inspection", _("From an inspection")
    IMPORT = "import", _("From a file")
    BEFORE = "before", _("From before the history")


class Act(models.TextChoices):
    """What somebody did to a record."""

    ADD = "add", _("Added")
    CHANGE = "change", pgettext_lazy("ledger", "Changed")
    VERIFY = "verify", _("Verified")
    DECIDE = "decide", _("Decided")
    RETIRE = "retire", pgettext_lazy("ledger", "Retired")
    RESTORE = "restore", _("Taken up again")
    MERGE = "merge", _("Joined with another one")
    UNMERGE = "unmerge", _("Taken apart again")
    UNDO = "undo", _("Import taken back")
    JOIN = "join", _("Goes on as another one")
    PART = "part", _("Stands by itself again")
    MOVE = "move", pgettext_lazy("ledger", "Moved to another area")
    FORGET = "forget", _("Somebody was forgotten, as they had asked")


class ValueRow(models.Model):
    """One value that somebody stated about a field of a record, on a day, known since an instant. Rows are only added.

    The rows of one act on a record share its `seq`; together they are bound into the audit chain (trail.py). `field` is empty for
    what happened to the record as a whole. Values that are personal stand sealed, with a salt that goes with them, so that the
    digest that stays tells nothing.
    """

    home_district = models.CharField(max_length=32)
    ledger = models.CharField(max_length=LEDGER_CHARS)
    record_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    field = models.CharField(max_length=FIELD_CHARS, blank=True)
    act = models.CharField(max_length=10, choices=Act.choices)
    state = models.CharField(max_length=10, choices=State.choices, blank=True)
    value = models.TextField(blank=True)
    sealed = SealedField(purpose="ledger.value", null=True)
    salt = models.BinaryField(max_length=16, null=True)
    digest = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices)
    stated_on = models.DateField()
    known_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_unit_id = models.BigIntegerField(null=True)
    batch_id = models.BigIntegerField(null=True)

    personal: ClassVar = {
        name: Personal(
            purpose="tell what was known of a record on a day, and from whom",
            data_class="important",
            keep_days=1095,
            since="known_at",
            erase="null",
        )
        for name in ("sealed", "salt")
    }
    impersonal: ClassVar = {
        "home_district",
        "ledger",
        "field",
        "value",
        "digest",
        "stated_on",
        "known_at",
        "actor_kind",
    }

    class Meta:
        abstract = True


class LedgerValue(ValueRow):
    """A value in the history of a record (台账值), for all ledgers that have no table of their own."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ledger", "record_id", "field", "seq", "home_district"], name="ledger_value_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["batch_id", "id"], condition=models.Q(batch_id__isnull=False), name="ledger_value_batch"
            )
        ]


class LedgerMerge(models.Model):
    """Two records were found to be one (合并): the `gone` one goes on as the `kept` one, until somebody undoes it.

    `before` says of each field that the kept record took over which act of its history said what it had before (0: none). `carried` are
    the records that had been merged into the gone one before and now go on as the kept one.
    """

    uuid = models.UUIDField()
    home_district = models.CharField(max_length=32)
    ledger = models.CharField(max_length=LEDGER_CHARS)
    kept_id = models.BigIntegerField()
    gone_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    carried = models.JSONField(default=list)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_id = models.BigIntegerField(null=True)

    taken: ClassVar = {"uuid": _("This was done before; nothing was done now.")}
    impersonal: ClassVar = {"home_district", "ledger", "before", "carried", "at", "undone_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uuid", "home_district"], name="ledger_merge_uuid"),
            models.UniqueConstraint(
                fields=["ledger", "gone_id"], condition=models.Q(undone_at__isnull=True), name="ledger_merged_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["ledger", "kept_id"], name="ledger_merge_kept")]


class RecordPerson(models.Model):
    """Whom a record names, from when to when: the person of a telephone number (台账联系人), for who wants to read who looked at them.

    Name and number stand in the record's own columns as long as they hold; here stands by which number the person is found, and after
    another one took their place (`until`) that number still, as long as the history remembers it. One at most is present at a time.
    """

    home_district = models.CharField(max_length=32)
    ledger = models.CharField(max_length=LEDGER_CHARS)
    record_id = models.BigIntegerField()
    phone = SealedField(purpose="ledger.person", blank=True, default="")
    phone_index = BlindIndexField(of="phone")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    read_with: ClassVar[tuple[str, ...]] = ()
    taken: ClassVar = {"record_id": _("Somebody changed this record meanwhile; look at it again.")}
    personal: ClassVar = {
        "phone": Personal(
            purpose="show whoever has this number who looked at what a ledger keeps of them",
            data_class="important",
            keep_days=1095,
            since="until",
            erase="row",
        )
    }
    impersonal: ClassVar = {"home_district", "ledger", "since", "until"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ledger", "record_id", "home_district"],
                condition=models.Q(until__isnull=True),
                name="record_person_present",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["ledger", "record_id"], name="record_person_record")]


class RecordId(models.BigIntegerField):  # type: ignore[type-arg]
    """The id of a record of the ledger `ledger`. Whoever points at records says so by it: when two are merged, what points at either is
    read through `joined_ids`, and the audit's check finds what points at nothing.
    """

    def __init__(self, *args: object, ledger: str, **kwargs: object) -> None:
        self.ledger = ledger
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "linli.core.ledger.public.RecordId", list(args), {**kwargs, "ledger": self.ledger}
