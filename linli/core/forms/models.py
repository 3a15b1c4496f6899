"""Forms, their published versions, and what was answered: one row for each answer, so that each is sealed and expires by itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import AreaScoped
from linli.core.platform.public import BlindIndexField, Personal, SealedField, StoredFileId

ANSWER_PURPOSE, PERSON_PURPOSE = "form.answer", "form.person"
_AS_ASKED = "what the question of the form says"


class FormState(models.TextChoices):
    """Whether a form can be filled in."""

    DRAFT = "draft", _("Being designed")
    OPEN = "open", pgettext_lazy("form", "Open")
    CLOSED = "closed", _("Closed")
    RETIRED = "retired", _("Brought by nobody any more")


class Form(AreaScoped):
    """A form of an office (表单). `draft` is the document that is being designed; what is filled in is always a version.

    `code` stands in addresses and stays; `owner_unit_id` is the unit that asks. `for_residents` opens it to people without account.
    `origin` is the package that brings it with its descriptor ("" for a form of an office); that one alone changes it.
    """

    code = models.CharField(max_length=40, unique=True)
    titles = models.JSONField()
    owner_unit_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=FormState.choices, default=FormState.DRAFT)
    draft = models.JSONField()
    for_residents = models.BooleanField(default=False)
    origin = models.CharField(max_length=40, blank=True)
    remarks = models.JSONField(
        default=list, blank=True
    )  # what of the file that it came from has no place here, until it is published
    version_id = models.BigIntegerField(null=True)  # the newest one, which is filled in
    made_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    unit_columns: ClassVar = ("owner_unit_id",)
    taken: ClassVar = {"code": _("There is a form with this code.")}
    impersonal: ClassVar = {"code", "titles", "draft", "origin", "remarks", "created_at", "changed_at", "home_district"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="form_by_state")]

    def __str__(self) -> str:
        return str(self.titles.get("zh-hans") or next(iter(self.titles.values()), self.code))


class FormVersion(models.Model):
    """A form as it was published. It never changes: who reads an answer reads it with the question as it was asked."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"document", "digest", "published_at"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]


class SheetState(models.TextChoices):
    """Whether an answer sheet was sent."""

    DRAFT = "draft", _("Being filled in")
    SENT = "sent", _("Handed in")


class AnswerSheet(AreaScoped):
    """One form filled in once (答卷), pinned to the version that was shown. Who fills it in is `filled_by_id`, nobody for a resident.

    `subject_kind` and `subject_id` name what the answers are about (a grid, premises, a person), "" and NULL for nothing. `offered`
    holds the names of questions whose answer was shown as known, with source and day. A draft is erased after `valid_until`; a
    resident comes back to it by a code, of which a keyed digest is kept. `occasion_kind` and `occasion_id` name what it is filled in
    for (a grid of a campaign), "" and NULL for itself: occasions.py.

    What the sheet cost stays when its answers are erased: how many answers were asked for, how many of them were known and kept, and
    the facts that were asked although they were known.
    """

    uuid = models.UUIDField(unique=True)
    form_id = models.BigIntegerField()
    version_id = models.BigIntegerField()
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    occasion_kind = models.CharField(max_length=40, blank=True)
    occasion_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=SheetState.choices, default=SheetState.DRAFT)
    filled_by_id = models.BigIntegerField(null=True)
    resume_digest = models.CharField(max_length=64, blank=True)
    offered = models.JSONField(default=dict)
    asked_count = models.PositiveSmallIntegerField(default=0)
    kept_count = models.PositiveSmallIntegerField(default=0)
    again_facts = models.JSONField(default=list)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)

    taken: ClassVar = {"uuid": _("This answer sheet was begun before; nothing was done now.")}
    impersonal: ClassVar = {
        "subject_kind", "occasion_kind", "offered", "again_facts", "started_at", "saved_at", "sent_at", "valid_until", "resume_digest",
        "home_district",
    }  # fmt: skip

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["form_id", "state", "id"], name="sheet_of_form"),
            models.Index(fields=["filled_by_id", "state", "id"], name="sheet_of_person"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="sheet_about"),
            models.Index(fields=["state", "valid_until"], name="sheet_over"),
            models.Index(fields=["resume_digest"], name="sheet_by_code"),
        ]


class Origin(models.TextChoices):
    """How an answer came about, for the report of burden."""

    TYPED = "typed", _("Asked")
    KEPT = "kept", _("Known, shown and kept")
    CHANGED = "changed", _("Known, shown and changed")
    AGAIN = "again", _("Asked although known")


class Answer(models.Model):
    """One answer of one sheet: JSON in `value`, or sealed in `sealed_value`, or a stored file; one row for each file.

    `row` is the row of a repeat (-1 outside), `place` counts the files of one answer. Answers with a `fact` key are what is known
    about their subject until `fact_until`; there is no other table of facts, so a fact goes when its answer goes.

    The question says how long an answer is kept; `keep_until` is the last day of that. NULL: as long as its sheet.
    """

    home_district = models.CharField(max_length=32, editable=False)
    sheet_id = models.BigIntegerField()
    name = models.CharField(max_length=64)
    row = models.SmallIntegerField(default=-1)
    place = models.SmallIntegerField(default=0)
    value = models.TextField(blank=True)
    sealed_value = SealedField(purpose=ANSWER_PURPOSE, blank=True)
    stored_file_id = StoredFileId(null=True)
    fact = models.CharField(max_length=60, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.TYPED)
    answered_at = models.DateTimeField()
    fact_until = models.DateField(null=True)
    keep_until = models.DateField(null=True)

    personal: ClassVar = {
        "value": Personal(purpose=_AS_ASKED, data_class="general", keep_days=1, since="keep_until", erase="row"),
        "sealed_value": Personal(
            purpose=_AS_ASKED, data_class="important", keep_days=1, since="keep_until", erase="row"
        ),
        "stored_file_id": Personal(
            purpose=_AS_ASKED, data_class="general", keep_days=1, since="keep_until", erase="row"
        ),
    }
    impersonal: ClassVar = {"home_district", "name", "fact", "subject_kind", "answered_at", "fact_until", "keep_until"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "sheet_id", "name", "row", "place"], name="answer_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["sheet_id", "id"], name="answer_of_sheet"),
            models.Index(fields=["subject_kind", "subject_id", "fact", "answered_at"], name="answer_as_fact"),
            models.Index(fields=["keep_until"], name="answer_kept"),
        ]


class AnsweredPerson(models.Model):
    """Whom a sealed answer of a sheet that was sent names by a telephone number (答卷中的人), so that they find who looked at it.

    The answer itself is the row of Answer with the same sheet, name and row; both go on the same day. A draft has none.
    """

    home_district = models.CharField(max_length=32, editable=False)
    sheet_id = models.BigIntegerField()
    name = models.CharField(max_length=64)
    row = models.SmallIntegerField(default=-1)
    phone = SealedField(purpose=PERSON_PURPOSE)
    phone_index = BlindIndexField(of="phone")
    keep_until = models.DateField(null=True)

    read_with: ClassVar[tuple[str, ...]] = ()
    personal: ClassVar = {
        "phone": Personal(
            purpose="show whoever has this number who looked at their answers", data_class="important", keep_days=1, since="keep_until",
            erase="row",
        )
    }  # fmt: skip
    impersonal: ClassVar = {"home_district", "name", "keep_until"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "sheet_id", "name", "row"], name="answered_person_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["sheet_id", "id"], name="answered_person_sheet"),
            models.Index(fields=["keep_until"], name="answered_person_kept"),
        ]
