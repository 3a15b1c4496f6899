"""When a plan gives its task, in words: 每周一、四 09:00–10:00."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from linli.core.inbox.models import Every, TaskPlan
from linli.core.platform.public import listed

WEEKDAYS = (
    pgettext_lazy("day of a plan", "Monday"),
    pgettext_lazy("day of a plan", "Tuesday"),
    pgettext_lazy("day of a plan", "Wednesday"),
    pgettext_lazy("day of a plan", "Thursday"),
    pgettext_lazy("day of a plan", "Friday"),
    pgettext_lazy("day of a plan", "Saturday"),
    pgettext_lazy("day of a plan", "Sunday"),
)


def rhythm_words(plan: TaskPlan) -> str:
    """How often, on which days, and at which times of the day."""
    if plan.every == Every.WEEK:
        days = _("every week on %s") % listed(str(WEEKDAYS[int(one)]) for one in plan.weekdays)
    elif plan.every == Every.MONTH:
        days = _("every month on day %s") % plan.day
    elif plan.every == Every.QUARTER:
        days = _("every quarter on day %s of its first month") % plan.day
    else:
        days = _("every work day") if plan.work_days_only else _("every day")
    times = [f"{first}–{last}" for first, last in plan.times]
    return " ".join([days, *times])
