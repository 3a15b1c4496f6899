"""When the office is open, for promises to residents: the next moment at which somebody sits at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from linli.core.cases.catalogue import catalogue, is_office_time

MOST_DAYS = 40  # the longest stretch without a work day, with room


def next_opening(instant: datetime) -> datetime | None:
    """When the office opens next; None while it is open, and when it does not open within forty days."""
    calendar = catalogue().calendar
    if is_office_time(calendar, instant):
        return None
    local = instant.astimezone(ZoneInfo(calendar.zone))
    for ahead in range(MOST_DAYS):
        day = local.date() + timedelta(days=ahead)
        for start, _end in calendar.hours_on(day):
            opens = datetime.combine(day, start, local.tzinfo)
            if opens > local:
                return opens
    return None
