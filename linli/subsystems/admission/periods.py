"""How often something is asked of a grid, and how many hours it makes in a month. No clock; which period a day lies in says `period_of`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import pgettext_lazy

CENT = Decimal("0.01")
MONTH_DAYS = 30
# How often a month, on the mean of a year: 250 work days, 52 weeks, 4 quarters.
TIMES_A_MONTH = {"day": Decimal(250) / 12, "week": Decimal(52) / 12, "month": Decimal(1), "quarter": Decimal(1) / 3}


class Every(models.TextChoices):
    """How often the task comes in each grid."""

    ONCE = "once", pgettext_lazy("admission", "Once")
    CAMPAIGN = "campaign", pgettext_lazy("admission", "With each campaign")
    DAY = "day", pgettext_lazy("admission", "Every work day")
    WEEK = "week", pgettext_lazy("admission", "Every week")
    MONTH = "month", pgettext_lazy("admission", "Every month")
    QUARTER = "quarter", pgettext_lazy("admission", "Every quarter")


def hours_a_month(hours: Decimal, every: str, first_day: date, last_day: date) -> Decimal:
    """How many hours a month something takes that takes `hours` each time; what comes once is spread over its term, a month at least."""
    if every in (Every.ONCE, Every.CAMPAIGN):
        months = max(Decimal(1), Decimal((last_day - first_day).days + 1) / MONTH_DAYS)
        return (hours / months).quantize(CENT)
    return (hours * TIMES_A_MONTH[every]).quantize(CENT)
