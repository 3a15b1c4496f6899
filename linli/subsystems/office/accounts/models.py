"""Small accounts: the account of a community, its months, what came in and went out, and the months as they were published."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.areas.public import AreaScoped
from linli.core.flow.public import SmallItem
from linli.core.platform.public import Personal, StoredFileId

YEARS_10 = 3650


class Shown(models.TextChoices):
    """What of a month residents see besides its sums."""

    ENTRIES = "entries", _("Sums and every entry")
    SUMS = "sums", _("Sums by category only")


class Book(AreaScoped):
    """The small account (小账) of a community, one each. `first_day` is that of its first month, `opening` what there was then, in yuan."""

    uuid = models.UUIDField()
    first_day = models.DateField()
    opening = models.DecimalField(max_digits=12, decimal_places=2)
    shown = models.CharField(max_length=8, choices=Shown.choices)

    taken: ClassVar = {"area": _("This community has an account already.")}
    impersonal: ClassVar = {"home_district", "first_day"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uuid", "home_district"], name="office_book_uuid"),
            models.UniqueConstraint(fields=["area"], name="office_book_once_an_area"),
        ]

    def __str__(self) -> str:
        return self.area.title


class MonthState(models.TextChoices):
    """Where a month of an account stands."""

    OPEN = "open", pgettext_lazy("month of an account", "Open")
    CLOSED = "closed", pgettext_lazy("month of an account", "Closed")
    PUBLISHED = "published", pgettext_lazy("month of an account", "Published")


class BookMonth(SmallItem):
    """A month of an account (月账). `opening` and `closing` stand once it is closed; until then they are counted when they are asked for."""

    state = models.CharField(max_length=12, choices=MonthState.choices)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="months", db_index=False)
    first_day = models.DateField()
    opening = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    closing = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    impersonal: ClassVar = {"first_day"}

    class Meta(SmallItem.Meta):
        constraints: ClassVar = [
            *SmallItem.Meta.constraints,
            models.UniqueConstraint(fields=["book", "first_day"], name="bookmonth_once"),
        ]

    def __str__(self) -> str:
        return f"{self.first_day:%Y-%m}"


class Kind(models.TextChoices):
    """Whether something came in or went out."""

    INCOME = "income", _("Income")
    EXPENSE = "expense", _("Expense")


class Purpose(models.TextChoices):
    """What came in, and what it went out for. The kind of each stands in INCOME."""

    GRANT = "grant", _("Grant from above")
    PUBLIC_GAIN = "public_gain", _("Gain of common property")
    DONATION = "donation", _("Donation")
    INTEREST = "interest", _("Interest")
    OTHER_INCOME = "other_income", _("Other income")
    REPAIR = "repair", _("Repairs")
    CLEANING = "cleaning", _("Cleaning and greenery")
    ACTIVITY = "activity", _("Activities of residents")
    CARE = "care", _("Visits and help")
    VOLUNTEERS = "volunteers", _("Volunteers")
    OFFICE = "office", _("Office supplies")
    OTHER_EXPENSE = "other_expense", _("Other expense")


INCOME = (Purpose.GRANT, Purpose.PUBLIC_GAIN, Purpose.DONATION, Purpose.INTEREST, Purpose.OTHER_INCOME)


class Booking(AreaScoped):
    """One line of an account (一笔收支). It is never changed: what was wrong is taken out by a counter entry (红冲) with the same amount
    below zero, and entered anew.

    `number` counts within the month. `what` is for the office; residents read `public_words`, or the purpose alone where these are empty.
    """

    uuid = models.UUIDField()
    month = models.ForeignKey(BookMonth, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    number = models.PositiveIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    what = models.CharField(max_length=120)
    public_words = models.CharField(max_length=60, blank=True)
    receipt_id = StoredFileId(null=True)
    noted_by_id = models.BigIntegerField()
    noted_at = models.DateTimeField()
    checked_by_id = models.BigIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    taken: ClassVar = {
        "uuid": _("This was entered before; nothing was done now."),
        "reverses": _("This entry was reversed already."),
    }
    personal: ClassVar = {
        "what": Personal(purpose="tell what was paid", data_class="general", keep_days=YEARS_10, since="noted_at", erase="blank"),
        "receipt_id": Personal(purpose="show the receipt", data_class="important", keep_days=YEARS_10, since="noted_at", erase="null"),
    }  # fmt: skip
    impersonal: ClassVar = {"home_district", "day", "public_words", "noted_at", "checked_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uuid", "home_district"], name="office_booking_uuid"),
            models.UniqueConstraint(fields=["month", "number"], name="office_booking_number"),
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=Decimal(0)) | Q(reverses__isnull=False, amount__lt=Decimal(0)),
                name="office_booking_sign",
            ),
            models.CheckConstraint(
                condition=Q(checked_by_id=None) | ~Q(checked_by_id=F("noted_by_id")), name="office_booking_checked_by_another"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["community_id", "-day"], name="office_booking_community"),
            models.Index(fields=["street_id", "-day"], name="office_booking_street"),
        ]

    def __str__(self) -> str:
        return f"{self.month} #{self.number}"

    @property
    def gain(self) -> Decimal:
        """What the balance gains by it; below zero for what went out."""
        return self.amount if self.kind == Kind.INCOME else -self.amount


class PublishedMonth(models.Model):
    """A month as residents read it (公开的月账): frozen when it was published, never written again. `content` is canonical JSON without
    any name of a person; amounts are texts with two digits."""

    area_code = models.CharField(max_length=32)
    first_day = models.DateField()
    content = models.TextField()
    published_at = models.DateTimeField()

    impersonal: ClassVar = {"area_code", "first_day", "content", "published_at"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area_code", "first_day"], name="office_published_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.first_day:%Y-%m}"
