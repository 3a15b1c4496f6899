"""The tables of documents. linli holds no secret papers, so there is no column that says how secret one is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.flow.public import SmallItem
from linli.core.platform.public import Personal

TEN_YEARS = 3650


class Urgency(models.TextChoices):
    """How soon a document has to be seen to."""

    PLAIN = "plain", _("Ordinary")
    URGENT = "urgent", pgettext_lazy("document", "Urgent")
    VERY_URGENT = "very_urgent", _("Very urgent")


class DocumentInState(models.TextChoices):
    """Where a document that came in stands."""

    REGISTERED = "registered", _("Registered")
    PROPOSED = "proposed", _("Waits for instruction")
    ASSIGNED = "assigned", _("In hand")
    ANSWERED = "answered", _("Dealt with")
    FILED = "filed", _("In the files")
    VOID = "void", _("Void")


class DocumentInKind(models.TextChoices):
    """From where a document came, each with a register of its own."""

    SUPERIOR = "superior", _("From above")
    PEER = "peer", _("Letter of an equal")
    BELOW = "below", _("From below")


class DocumentOutState(models.TextChoices):
    """Where a document of ours stands."""

    DRAFTED = "drafted", _("Draft")
    CHECKING = "checking", _("To be checked")
    SIGNING = "signing", _("To be signed")
    SIGNED = "signed", _("Signed")
    SENT = "sent", _("Sent")
    FILED = "filed", _("In the files")
    WITHDRAWN = "withdrawn", _("Given up")


class DocumentOutKind(models.TextChoices):
    """To whom a document goes, each with a register of its own."""

    ORDER = "order", _("Notice to those below")
    LETTER = "letter", _("Letter to an equal")
    REPORT = "report", _("Report to those above")


class Document(SmallItem):
    """What both have: subject, and the number in the register of a unit (`unit_id`), a kind and a year.

    `reference` is the number as it is written, 收〔2026〕12号.
    """

    subject = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    reference = models.CharField(max_length=32, blank=True)

    impersonal: ClassVar = {"subject", "reference"}

    class Meta(SmallItem.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}".strip()


class DocumentIn(Document):
    """A document that came in (收文): from whom, under which number and date of theirs, how urgent, answered by which day.

    `handler_id` deals with it, by the leader's instruction.
    """

    state = models.CharField(max_length=12, choices=DocumentInState.choices)
    kind = models.CharField(max_length=12, choices=DocumentInKind.choices)
    sender = models.CharField(max_length=80)
    sender_number = models.CharField(max_length=40, blank=True)
    sender_date = models.DateField(null=True)
    urgency = models.CharField(max_length=12, choices=Urgency.choices, default=Urgency.PLAIN)
    due_day = models.DateField(null=True)
    handler_id = models.BigIntegerField(null=True)

    impersonal: ClassVar = {"sender", "sender_number", "sender_date", "due_day"}

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["handler_id", "-id"], name="document_in_handler"),
        ]
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["home_district", "unit_id", "kind", "year", "number"], name="document_in_number"
            ),
        ]


class DocumentOut(Document):
    """A document of ours (发文): to whom, its text, and which document it answers. It gets its number when it is signed."""

    state = models.CharField(max_length=12, choices=DocumentOutState.choices)
    kind = models.CharField(max_length=12, choices=DocumentOutKind.choices)
    addressee = models.CharField(max_length=120)
    copies_to = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    answers_id = models.BigIntegerField(null=True)

    personal: ClassVar = {
        "text": Personal(
            purpose="keep what the office wrote, as long as its files are kept", data_class="general", keep_days=TEN_YEARS,
            since="ended_at", erase="blank",
        )
    }  # fmt: skip
    impersonal: ClassVar = {"addressee", "copies_to"}

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [*SmallItem.Meta.indexes, models.Index(fields=["answers_id"], name="document_out_answers")]
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            models.UniqueConstraint(
                fields=["home_district", "unit_id", "kind", "year", "number"], name="document_out_number"
            ),
        ]


class DocumentReader(models.Model):
    """Somebody to whom a document that came in is circulated (传阅), and when they read it."""

    home_district = models.CharField(max_length=32)
    document_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    impersonal: ClassVar = {"home_district", "asked_at", "read_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "document_id", "user_id"], name="document_reader_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["document_id"], name="document_reader_document"),
            models.Index(fields=["user_id", "document_id"], name="document_reader_user"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.user_id}"


class NumberSeries(models.Model):
    """The last number that a register has given: of a unit, a sign such as 收, and a year."""

    home_district = models.CharField(max_length=32)
    unit_id = models.BigIntegerField()
    sign = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    impersonal: ClassVar = {"home_district", "sign"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home_district", "unit_id", "sign", "year"], name="number_series_once")
        ]

    def __str__(self) -> str:
        return f"{self.sign}〔{self.year}〕{self.last}"
