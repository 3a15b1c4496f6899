"""What work is judged by, all of it data: categories with conditions, limits of stages, the calendar, routing, returns."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.algorithms.timelines import ALWAYS
from linli.core.access.public import Unit, UnitKind
from linli.core.areas.public import Area


class CategoryKind(models.TextChoices):
    """Whether a category names a thing in public space or something that happens. Codes of the two overlap."""

    COMPONENT = "component", _("Component")
    MATTER = "matter", _("Matter")


class LimitUnit(models.TextChoices):
    """The four clock units of the trade."""

    URGENT_HOUR = "urgent_hour", _("urgent hours")
    WORK_HOUR = "work_hour", _("work hours")
    WORK_DAY = "work_day", _("work days")
    CALENDAR_DAY = "calendar_day", _("calendar days")


class Category(models.Model):
    """One category of a standard (or a local extension) from one revision of the catalogue on.

    `kind` belongs to the key, since component and matter codes share values. `revision` counts changes of the same code; a
    case keeps code, name, condition and limit as they were when it was filed.
    """

    standard = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=CategoryKind.choices)
    code = models.CharField(max_length=20)  # major + minor
    revision = models.PositiveIntegerField(default=1)
    major_code = models.CharField(max_length=8, blank=True)
    major_name = models.CharField(max_length=80, blank=True)
    major_names = models.JSONField(default=dict, blank=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)
    search_keys = models.TextField(blank=True)  # pinyin and initials
    everyday_words = models.TextField(blank=True)  # what people call it, in any language, separated by slashes
    similar_radius_m = models.PositiveIntegerField(default=50)
    similar_hours = models.PositiveIntegerField(default=24)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {
        "standard",
        "code",
        "major_code",
        "major_name",
        "major_names",
        "name",
        "names",
        "search_keys",
        "everyday_words",
        "valid_from",
        "valid_to",
    }

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "kind", "code", "revision"], name="category_revision"),
            models.UniqueConstraint(
                fields=["standard", "kind", "code"],
                condition=models.Q(valid_to__isnull=True),
                name="category_once_in_force",
            ),
        ]

    def __str__(self) -> str:
        return str(self.names.get(get_language() or "", self.name))


class FilingCondition(models.Model):
    """When a report of a category is filed, what closes it, and the limit for handling it (立案条件、结案条件、时限).

    `limit_origin` says how sure the limit is: `default` is a plausible value that the city has to confirm.
    """

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    texts = models.JSONField(default=dict, blank=True)
    closing_text = models.CharField(max_length=300, blank=True)
    closing_texts = models.JSONField(default=dict, blank=True)
    limit_amount = models.DecimalField(max_digits=8, decimal_places=3)
    limit_unit = models.CharField(max_length=16, choices=LimitUnit.choices)
    limit_origin = models.CharField(
        max_length=12,
        choices=[
            ("default", _("plausible default")),
            ("city", _("set by the city")),
            ("standard", _("from the standard")),
        ],
    )

    impersonal: ClassVar = {"text", "texts", "closing_text", "closing_texts"}

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["category", "number"], name="condition_number")]


class FiledHistory(models.Model):
    """What filed cases have taught about words and categories: counts of grams, packed, in one row (suggesting.py).

    No text of a case can be read from it: grams that few say are not counted. Each training replaces the row, so what
    came from words that were erased since is gone with it. `version` counts the trainings.
    """

    version = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    packed = models.BinaryField()
    made_at = models.DateTimeField()

    impersonal: ClassVar = {"packed", "made_at"}


class StageLimit(models.Model):
    """How long a stage of a flow may take from a day on, and from which share of it on its clock is amber, where a city chose that itself.

    Before the first such day, and without an `amount`, what the flow says holds; an empty `unit` is a day from which all of that holds
    again. `urgent_hours` is the limit of what endangers somebody, round the clock; null: the same as for any other. For the stage
    `handle` of cases it caps the limit of the condition. `with_verification`, of their stage `close`: whether who verifies may close
    in the same step; a city that wants two people for it says no.

    Why a row for each day and not one that changes: what held when an item was late has to be told years later.
    """

    flow = models.CharField(max_length=16, default="case")
    stage = models.CharField(max_length=12)
    valid_from = models.DateField(default=date(2000, 1, 1))
    amount = models.DecimalField(
        max_digits=8, decimal_places=3, null=True
    )  # null: what the item itself says (handling a case: its condition)
    unit = models.CharField(max_length=16, choices=LimitUnit.choices, blank=True)
    urgent_hours = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    with_verification = models.BooleanField(default=True)
    amber_share = models.DecimalField(max_digits=3, decimal_places=2, default="0.80")

    impersonal: ClassVar = {"flow", "stage", "valid_from"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["flow", "stage", "valid_from"], name="stage_limit_from_day")
        ]


class OfficeHours(models.Model):
    """The office hours of the city from a day on: seven lists of ["08:00", "12:00"] pairs, Monday first.

    Before the first such day the usual hours hold (calendar.py); a limit that runs over a change counts each day by its own.
    """

    valid_from = models.DateField(unique=True)
    hours = models.JSONField()

    impersonal: ClassVar = {"valid_from", "hours"}


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a make-up workday.

    `origin` is `city` for a day of its own, `announced` for a day of a year whose announcement was entered whole.
    """

    day = models.DateField(unique=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=12, default="city")

    impersonal: ClassVar = {"day", "name", "origin"}


class RoutingRule(models.Model):
    """Which unit handles what, where, when. An empty column means any; the most specific rule wins.

    `hours` is `office` or `off`: inside or outside office hours.
    """

    standard = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=12, blank=True, choices=CategoryKind.choices)
    major_code = models.CharField(max_length=8, blank=True)
    code = models.CharField(max_length=20, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hours = models.CharField(
        max_length=8, blank=True, choices=[("office", _("office hours")), ("off", _("outside office hours"))]
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"standard", "major_code", "code", "valid_from", "valid_to"}


class ReturnRule(models.Model):
    """Which kind of unit may return a case to which kind (退回矩阵)."""

    from_kind = models.CharField(max_length=20, choices=UnitKind.choices)
    to_kind = models.CharField(max_length=20, choices=UnitKind.choices)
    valid_from = models.DateTimeField(default=ALWAYS)
    valid_to = models.DateTimeField(null=True, blank=True)

    impersonal: ClassVar = {"valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_kind", "to_kind"], condition=models.Q(valid_to__isnull=True), name="return_rule_once"
            )
        ]


# What of the catalogue decides who has how long for what; each table is bound into the audit trail as it stands.
DECIDING: tuple[tuple[Any, ...], ...] = (
    (Category, "standard", "kind", "code", "revision", "valid_from", "valid_to"),
    (FilingCondition, "category_id", "number", "limit_amount", "limit_unit"),
    (StageLimit, "flow", "stage", "valid_from", "amount", "unit", "urgent_hours", "with_verification", "amber_share"),
    (OfficeHours, "valid_from", "hours"),
    (CalendarDay, "day", "is_workday", "origin"),
    (RoutingRule, "standard", "kind", "major_code", "code", "area_id", "hours", "unit_id", "valid_from", "valid_to"),
    (ReturnRule, "from_kind", "to_kind", "valid_from", "valid_to"),
)

# Bound by other columns than when the trail first knew them.
BOUND_ANEW = frozenset({ReturnRule})
