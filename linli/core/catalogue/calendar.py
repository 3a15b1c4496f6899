"""The work calendar of the city: which days are worked, and at which hours the office is open."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from linli.algorithms.office_calendar import Calendar, same_hours
from linli.core.catalogue.models import CalendarDay, OfficeHours
from linli.lib.chinese_holidays import chinese_exceptions

DEFAULT_HOURS = [["08:00", "12:00"], ["14:00", "18:00"]]
MOST_DAYS = 40  # the longest stretch without a work day, with room


def city_calendar(hours: list[OfficeHours], days: list[CalendarDay]) -> Calendar:
    """The calendar of this deployment: office hours by their first day, in order, and the usual ones before them; public
    holidays where the zone is Chinese; own days on top.

    A year whose announcement was entered here is as known as those that the package brings. Raises ValueError for hours
    that cannot be worked.
    """
    zone = settings.TIME_ZONE
    exceptions: dict[date, bool] = {}
    known_until: date | None = None
    if ZoneInfo(zone).key in ("Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "PRC"):
        exceptions, known_until = chinese_exceptions()
        announced = {day.day.year for day in days if day.origin == "announced"}
        while known_until.year + 1 in announced:
            known_until = date(known_until.year + 1, 12, 31)
        exceptions = {day: works for day, works in exceptions.items() if day.year not in announced}
    for day in days:
        exceptions[day.day] = day.is_workday
    usual = same_hours([(time.fromisoformat(a), time.fromisoformat(b)) for a, b in DEFAULT_HOURS])
    own = tuple((row.valid_from, _week(row.hours)) for row in hours)
    return Calendar(zone, usual, exceptions, known_until, own)


def calendar_of(hours: list[tuple[date, list[list[list[str]]]]], days: list[tuple[date, bool, str]]) -> Calendar:
    """The calendar of office hours by their first day and days (day, worked, origin) that stand in no table yet."""
    return city_calendar(
        [OfficeHours(valid_from=first, hours=week) for first, week in hours],
        [CalendarDay(day=day, is_workday=works, origin=origin) for day, works, origin in days],
    )


def _week(hours: list[list[list[str]]]) -> tuple[tuple[tuple[time, time], ...], ...]:
    return tuple(tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in day) for day in hours)


def is_office_time(calendar: Calendar, instant: datetime) -> bool:
    """Whether the office is open at an instant."""
    local = instant.astimezone(ZoneInfo(calendar.zone))
    hours = calendar.hours_on(local.date())
    return any(start <= local.time() < end or (start <= local.time() and end == time(0)) for start, end in hours)


def opens_next(calendar: Calendar, instant: datetime) -> datetime | None:
    """When the office opens next; None while it is open, and when it does not open within forty days."""
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
