"""What people ask about their own data, and the codes by which they come to the page of their own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from linli.core.flow.public import SmallItem
from linli.core.people.public import PersonValueField
from linli.core.platform.public import Personal


class RequestState(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", pgettext_lazy("dataoffice", "To be answered")
    DONE = "done", pgettext_lazy("dataoffice", "Answered")
    REFUSED = "refused", pgettext_lazy("dataoffice", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("dataoffice", "Withdrawn")


class RequestKind(models.TextChoices):
    """What is asked for."""

    QUESTION = "question", pgettext_lazy("dataoffice", "Why was this?")
    CORRECTION = "correction", pgettext_lazy("dataoffice", "Correction")
    ERASURE = "erasure", pgettext_lazy("dataoffice", "Erasure")
    EXPORT = "export", pgettext_lazy("dataoffice", "Copy on paper")


class DataRequest(SmallItem):
    """What somebody asks about their own data. They are named by table and number (`holder`, `holder_id`), never by name.

    A question is about one look (`reveal_id`, made by `looker_id`, who does not answer it); a correction names the field and
    keeps the new value sealed under the person's own key, so that nobody sees it on the way.
    """

    state = models.CharField(max_length=12, choices=RequestState.choices)
    kind = models.CharField(max_length=12, choices=RequestKind.choices)
    holder = models.CharField(max_length=48)
    holder_id = models.BigIntegerField()
    service = models.CharField(max_length=16)
    field = models.CharField(max_length=24, blank=True, default="")
    new_value = PersonValueField()
    reveal_id = models.BigIntegerField(null=True)
    looker_id = models.BigIntegerField(null=True)

    personal: ClassVar = {
        "new_value": Personal(
            purpose="correct what the person says is wrong", data_class="important", keep_days=30, since="ended_at"
        )
    }
    impersonal: ClassVar = {"holder", "service", "field"}

    class Meta(SmallItem.Meta):
        indexes: ClassVar = [
            *SmallItem.Meta.indexes,
            models.Index(fields=["holder", "holder_id", "-id"], name="data_request_of"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class CodeChannel(models.TextChoices):
    """How a code came to the person."""

    SMS = "sms", pgettext_lazy("dataoffice", "by text message")
    MAIL = "mail", pgettext_lazy("dataoffice", "by mail")
    COUNTER = "counter", pgettext_lazy("dataoffice", "handed out at the counter")
    REPORT = "report", pgettext_lazy("dataoffice", "from the phone that sent the report")


class Document(models.TextChoices):
    """By what somebody at the counter showed who they are."""

    ID_CARD = "id_card", pgettext_lazy("dataoffice", "resident identity card")
    RESIDENCE = "residence", pgettext_lazy("dataoffice", "residence permit of Hong Kong, Macao or Taiwan residents")
    PASSPORT = "passport", pgettext_lazy("dataoffice", "passport")
    FOREIGNER = "foreigner", pgettext_lazy("dataoffice", "foreigner's permanent residence card")


class OwnCode(models.Model):
    """A code that opens the page of one's own once, and the visit that it opened. Only digests are kept.

    Whose data it opens stands in `OwnCodeFor`; nobody does where nobody is kept under what was typed, so that whoever typed it
    learns nothing from it. One of the counter opens nothing before a second member of the staff has confirmed it
    (`counter.py`): `number_digest` binds what the first one typed to the code, and tells nothing without the code.
    """

    uuid = models.UUIDField(unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    visit_digest = models.CharField(max_length=64, blank=True, default="", db_index=True)
    channel = models.CharField(max_length=8, choices=CodeChannel.choices)
    by_user_id = models.BigIntegerField(null=True)  # who of the staff handed it out
    by_unit_id = models.BigIntegerField(null=True)
    document = models.CharField(max_length=12, choices=Document.choices, blank=True, default="")
    number_digest = models.CharField(max_length=64, blank=True, default="")
    second_user_id = models.BigIntegerField(null=True)  # who of the staff confirmed it
    second_unit_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    good_until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    personal: ClassVar = {
        "made_at": Personal(
            purpose="show the person when their own page was opened, and how",
            data_class="general",
            keep_days=365,
            since="made_at",
            erase="row",
        )
    }
    impersonal: ClassVar = {
        "code_digest", "visit_digest", "number_digest", "confirmed_at", "good_until", "opened_at", "closed_at",
    }  # fmt: skip


class OwnCodeFor(models.Model):
    """One person whose data a code opens, by table and number."""

    code = models.ForeignKey(OwnCode, on_delete=models.CASCADE, related_name="persons")
    holder = models.CharField(max_length=48)
    holder_id = models.BigIntegerField()

    impersonal: ClassVar = {"holder"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["holder", "holder_id", "-id"], name="own_code_for")]
