"""The city's wall clock: on which day an instant falls, when a day begins, how an instant is written.

Instants are kept in UTC; whatever counts days (numbers of cases, times to keep, office hours, "today") means the days of the
city, in the zone of the deployment.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.platform.writing import clock


def city_zone() -> ZoneInfo:
    """The zone of the deployment."""
    return ZoneInfo(settings.TIME_ZONE)


def local_time(instant: datetime) -> datetime:
    """An instant (aware) as the wall clock of the city shows it."""
    return instant.astimezone(city_zone())


def local_day(instant: datetime) -> date:
    """The day in the city on which an instant (aware) falls."""
    return local_time(instant).date()


def local_today() -> date:
    """The present day in the city, by the injected clock."""
    return local_day(clock.now())


def day_start(day: date) -> datetime:
    """The first instant of a day in the city, aware, in its zone."""
    return datetime.combine(day, time(), city_zone())


def moment_words(instant: datetime | None, present: datetime | None = None, *, with_year: bool = False) -> str:
    """11月21日 14:05 in the language of the request; with the year when it is not the present one, or always. "" for None."""
    if instant is None:
        return ""
    local = local_time(instant)
    return local_words(local, with_year=with_year or local.year != local_day(present or clock.now()).year)


def local_words(local: datetime, *, with_year: bool) -> str:
    """A moment of the city's wall clock (`local_time`) in the language of the request."""
    return _formatted(local.replace(second=0, microsecond=0, tzinfo=None), with_year, get_language())


@lru_cache(maxsize=10_000)
def _formatted(minute: datetime, with_year: bool, language: str | None) -> str:  # noqa: ARG001 - its words are in it
    return date_format(minute, _("M j, Y, H:i") if with_year else _("M j, H:i"))
