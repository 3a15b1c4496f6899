"""Who a person is inside a service, what they agreed to, and who saw what of it.

A value of a person stands sealed under a key of their own (keys.py). None opens by being read: `revealing.py` opens it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import FieldError
from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.core.areas.public import AreaScoped, loose
from linli.core.platform.public import Personal

INDEX_CHARS = 32


class PersonValueField(models.TextField):  # type: ignore[type-arg]
    """A value of a person: a token that only the person's key opens. "" stays; plain text is refused, it must not get that far."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"blank": True, "default": "", **kwargs})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        if value and not str(value).startswith("p."):
            raise FieldError(f"{self.name} keeps what `keep` has sealed for the person, never the value itself.")
        return value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed and cannot be compared in the database; look up its index.")
        return super().get_lookup(lookup_name)


class KeyedPerson(models.Model):
    """Base of every table that keeps values of a person: one row, one person, one key.

    How to use it: make the row with `keep(row, {...})` of keys.py, which seals its PersonValueFields; say in `indexed` which of
    them has a column with a blind index. The key opens with LINLI_FIELD_KEYS and the secret in slot `key_slot` of the key store
    together; where the row goes, `forget` destroys the secret. `key_class` is the class of data by which the key is wrapped.

    Why not one key for all: then nothing that lies in a backup could be forgotten.
    """

    key_slot = models.BigIntegerField()
    key_wrapped = models.CharField(max_length=160)
    key_class = models.CharField(max_length=12)
    home_district = models.CharField(max_length=32)

    indexed: ClassVar[dict[str, str]] = {}
    read_with: ClassVar[
        tuple[str, ...]
    ] = ()  # relations that tell to which item a row belongs, read for many rows at once
    impersonal: ClassVar = {"key_wrapped", "key_class", "home_district"}

    class Meta:
        abstract = True

    @classmethod
    def before_erasing(cls, work: Any, rows: Any) -> None:
        """Called with rows that are about to be deleted because their time is over: their keys go too."""
        work.enqueue("people.destroy_keys", {"slots": list(rows.values_list("key_slot", flat=True))})


def _value(purpose: str, data_class: Any) -> Personal:
    return Personal(
        purpose=f"{purpose}, inside a service; ends with the last one", data_class=data_class, keep_days=None
    )


class Person(KeyedPerson):
    """Somebody inside one or more services (`ServiceLink`). When the last one is over and its time has passed, the row goes.

    What each service needs is kept and nothing else; a person that no service knows does not exist. No unit and no building
    stands here: nothing lists people by where they live.
    """

    name = PersonValueField()
    phone = PersonValueField()
    mail = PersonValueField()
    address = PersonValueField()
    citizen_number = PersonValueField()
    birth_day = PersonValueField()
    phone_index = models.CharField(max_length=INDEX_CHARS, blank=True, default="")
    mail_index = models.CharField(max_length=INDEX_CHARS, blank=True, default="")
    citizen_index = models.CharField(max_length=INDEX_CHARS, blank=True, default="")
    created_at = models.DateTimeField()

    indexed: ClassVar = {"phone": "phone_index", "mail": "mail_index", "citizen_number": "citizen_index"}
    read_with: ClassVar = ("links",)
    personal: ClassVar = {
        "name": _value("address the person", "important"),
        "phone": _value("call the person", "important"),
        "mail": _value("write to the person", "important"),
        "address": _value("come to the person", "important"),
        "citizen_number": _value("be sure who it is", "core"),
        "birth_day": _value("know whether the service is due", "core"),
    }
    impersonal: ClassVar = {"phone_index", "mail_index", "citizen_index", "created_at"}

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["phone_index"], name="person_phone"),
            models.Index(fields=["mail_index"], name="person_mail"),
            models.Index(fields=["citizen_index"], name="person_citizen"),
        ]


class ServiceLink(AreaScoped):
    """That a person is inside a service, for one item of a department (`item_kind`, `item_id`), from when to when.

    `ended_at` begins the time after which their data go, unless another service needs them.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    service = models.CharField(max_length=16)
    item_kind = models.CharField(max_length=24)
    item_id = models.BigIntegerField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    taken: ClassVar = {"item_id": _("This person stands in this item already.")}
    impersonal: ClassVar = {"home_district", "service", "item_kind", "since", "ended_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "service", "item_kind", "item_id"], name="service_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["service", "item_kind", "item_id"], name="service_link_item")]


class ConsentText(models.Model):
    """The text that people agree to, one row a version and language. Never changed; a new wording is a new version."""

    service = models.CharField(max_length=16)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    since = models.DateTimeField()

    impersonal: ClassVar = {"service", "language", "text", "sha256", "since"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "language", "version"], name="consent_text_once")
        ]


class Decision(models.TextChoices):
    """What somebody said to a text."""

    AGREED = "agreed", _("agreed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Channel(models.TextChoices):
    """How they said it."""

    WEB = "web", _("on the web")
    COUNTER = "counter", _("at the counter")
    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")


class Consent(models.Model):
    """One decision of a person about one text. Rows are only added and bound into the trail; a withdrawal is one more row.

    It names the person by number alone, so that it can stay as proof when everything else about them has gone.
    """

    person_id = models.BigIntegerField()
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    text_sha256 = models.CharField(max_length=64)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    entered_by_id = models.BigIntegerField(null=True)  # who of the staff wrote it down; None: the person themselves
    at = models.DateTimeField()

    impersonal: ClassVar = {"text_sha256", "at"}

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person_id", "id"], name="consent_person")]


class Reveal(AreaScoped):
    """That somebody of the staff saw values of a person: which, for what, for which item, in which role. Rows are only added.

    `holder` and `holder_id` say whose values; `shown_at` is when the person may read it. No value and no name stands here.
    """

    holder = models.CharField(max_length=48)
    holder_id = models.BigIntegerField()
    service = models.CharField(max_length=16)
    fields = models.CharField(max_length=120)
    data_class = models.CharField(max_length=12)
    purpose = models.CharField(max_length=24)
    item_kind = models.CharField(max_length=24)
    item_id = models.BigIntegerField()
    user = loose("access.User", related_name="+")
    role = models.CharField(max_length=40)
    unit_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    shown_at = models.DateTimeField()

    impersonal: ClassVar = {
        "home_district", "holder", "service", "fields", "data_class", "purpose", "item_kind", "role", "at", "shown_at",
    }  # fmt: skip

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["holder", "holder_id", "-id"], name="reveal_holder"),
            models.Index(fields=["user", "-at"], name="reveal_user"),
        ]
