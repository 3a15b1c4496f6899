"""When a resident may expect what: the desk's clock and opening hours in plain words. Says nothing that no clock stands behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from linli.core.cases.public import Case
from linli.core.catalogue.public import next_opening
from linli.core.platform.public import local_day, local_time

# States in which the day by which the unit should be done is told.
PROMISED = ("dispatched", "handling")


def day_and_hour(instant: datetime, present: datetime) -> str:
    """今天 16:30, 明天 10:00, 周一（11月30日）10:00; with the year when it is another."""
    local, today = local_time(instant), local_day(present)
    hour = date_format(local, "H:i")
    if local.date() == today:
        return _("today at %s") % hour
    if local.date() == today + timedelta(days=1):
        return _("tomorrow at %s") % hour
    day = date_format(local, _("D, M j") if local.year == today.year else _("M j, Y"))
    return _("%(day)s, at %(hour)s") % {"day": day, "hour": hour}


def expected(case: Case, present: datetime) -> str:
    """What comes next and by when, as sentences; empty where nothing can be promised."""
    said = _due(case, present)
    if said and case.due_provisional:
        said += " " + _("The public holidays of that time are not announced yet, so the day may still move.")
    return said


def _due(case: Case, present: datetime) -> str:
    if case.state == "reported":
        return _desk(case, present)
    if case.state in PROMISED and case.handle_due_at is not None:
        due = day_and_hour(case.handle_due_at, present)
        if case.handle_due_at >= present:
            return _("It should be done by %s.") % due
        return _("It should have been done by %s and is late.") % due
    return ""


def _desk(case: Case, present: datetime) -> str:
    due = case.due_at if case.clock_stage == "file" else None
    if due is not None and due < present:
        return _("It should have been looked at by %s and is late. It stays in the queue.") % day_and_hour(due, present)
    opens = next_opening(present)
    if due is None:
        return _("The desk is closed now and opens %s.") % day_and_hour(opens, present) if opens else ""
    if opens is None:
        return _("Somebody looks at it by %s.") % day_and_hour(due, present)
    return _("The desk is closed now and opens %(opens)s. Somebody looks at it by %(due)s.") % {
        "opens": day_and_hour(opens, present), "due": day_and_hour(due, present),
    }  # fmt: skip
