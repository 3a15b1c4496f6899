"""The words of a clock on a page: until when, how much is left or over, in which unit. No HTML stands here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import ClockUnit
from linli.algorithms.working_time import elapsed
from linli.core.catalogue.public import catalogue
from linli.core.flow.definition import AnyRules
from linli.core.platform.public import local_day, local_time, local_words, moment_words

# Office time and running time, each as what is left and what is over; a number of one has its own form.
SPANS: dict[tuple[str, bool], tuple[Callable[[int], str], Callable[[int], str]]] = {
    ("minute", False): (
        lambda n: ngettext("%s work minute left", "%s work minutes left", n), lambda n: ngettext("%s minute left", "%s minutes left", n),
    ),
    ("minute", True): (
        lambda n: ngettext("%s work minute over", "%s work minutes over", n), lambda n: ngettext("%s minute over", "%s minutes over", n),
    ),
    ("hour", False): (
        lambda n: ngettext("%s work hour left", "%s work hours left", n), lambda n: ngettext("%s hour left", "%s hours left", n),
    ),
    ("hour", True): (
        lambda n: ngettext("%s work hour over", "%s work hours over", n), lambda n: ngettext("%s hour over", "%s hours over", n),
    ),
    ("day", False): (
        lambda n: ngettext("%s work day left", "%s work days left", n), lambda n: ngettext("%s day left", "%s days left", n),
    ),
    ("day", True): (
        lambda n: ngettext("%s work day over", "%s work days over", n), lambda n: ngettext("%s day over", "%s days over", n),
    ),
}  # fmt: skip
ALWAYS = (ClockUnit.URGENT_HOUR, ClockUnit.CALENDAR_DAY)
DAYS = (ClockUnit.WORK_DAY, ClockUnit.CALENDAR_DAY)


# A day of the last or next six by its name; the hour is put in.
DAY_WORDS = (
    gettext_noop("Mon %s"), gettext_noop("Tue %s"), gettext_noop("Wed %s"), gettext_noop("Thu %s"), gettext_noop("Fri %s"),
    gettext_noop("Sat %s"), gettext_noop("Sun %s"),
)  # fmt: skip


NEAR_DAYS = (gettext_noop("Yesterday %s"), gettext_noop("Today %s"), gettext_noop("Tomorrow %s"))


class ClockSaid(NamedTuple):
    """What a page says of a clock at one instant: which of five words, until when (今天 10:00), what is left or over by
    the clock on the wall, and until when in full. Where none runs, `left` says so and the moments are empty.
    """

    word: str
    due_at: str
    left: str
    due: str


def clock_said(item: Any, instant: datetime) -> ClockSaid:
    """What is said of the clock of an item or a case. Reads nothing."""
    word = clock_word(item, instant)
    if word == "paused":
        return ClockSaid(word, "", _("Paused"), "")
    if word == "done":
        return ClockSaid(word, "", _("No clock"), "")
    at, today = local_time(item.due_at), local_day(instant)
    full = local_words(at, with_year=at.year != today.year)
    near = _near_words(at, (at.date() - today).days) or full
    marked = item.due_provisional
    return ClockSaid(
        word, _("%s (provisional)") % near if marked else near, left_words(item.due_at, instant), _due(full, provisional=marked)
    )  # fmt: skip


def due_words(instant: datetime | None, *, provisional: bool) -> str:
    """Until when something is due; marked where the public holidays of that time are not announced yet. Empty for no limit."""
    return _due(moment_words(instant), provisional=provisional) if instant else ""


def _due(moment: str, *, provisional: bool) -> str:
    return (_("Due %s (provisional)") if provisional else _("Due %s")) % moment


def _near_words(at: datetime, days: int) -> str:
    """A moment of the city's wall clock as people say it: 今天 10:00, 明天 09:20, 周一 09:20 within six days to come; else empty."""
    if days in (-1, 0, 1):
        return _(NEAR_DAYS[days + 1]) % f"{at:%H:%M}"
    return _(DAY_WORDS[at.weekday()]) % f"{at:%H:%M}" if 0 < days < 7 else ""


def left_words(due_at: datetime, instant: datetime) -> str:
    """How long a running clock still has or is over, by the clock on the wall: one measure for all rows of a list, whatever each
    one's limit is counted in. Cut and not rounded, so that a clock never says more than there is.
    """
    late = due_at < instant
    seconds = int(abs((due_at - instant).total_seconds()))
    if seconds < 60:
        return _("Overdue") if late else _("Due now")
    unit, size = ("minute", 60) if seconds < 3600 else ("hour", 3600) if seconds < 48 * 3600 else ("day", 24 * 3600)
    whole, tenths = seconds // size, seconds * 10 // size % 10
    number = f"{whole}.{tenths}" if tenths and whole < 10 and unit != "minute" else str(whole)
    return _left_pattern(unit, number == "1", get_language(), late=late) % number


@lru_cache(maxsize=200)
def _left_pattern(unit: str, one: bool, language: str | None, *, late: bool) -> str:  # noqa: ARG001 - its words are in it
    return SPANS[unit, late][1](1 if one else 2)


def clock_word(item: Any, instant: datetime) -> str:
    """The one of five clock states that lists, map and wall show: on_time, amber, red, paused, done."""
    if item.clock_state == "paused":
        return "paused"
    if item.clock_state != "running" or item.due_at is None:
        return "done"
    if item.due_at < instant:
        return "red"
    return "amber" if item.amber_at is not None and item.amber_at <= instant else "on_time"


def span_words(first: datetime, last: datetime, unit: ClockUnit, *, late: bool) -> str:
    """The time of a clock between two instants: days from one day on, hours from one hour on, else minutes."""
    always = unit in ALWAYS
    calendar = catalogue().calendar
    if unit in DAYS:
        days = elapsed(calendar, first, last, unit)
        if days >= 1:
            return _amount(days, "day", late=late, always=always)
    hours = elapsed(calendar, first, last, ClockUnit.URGENT_HOUR if always else ClockUnit.WORK_HOUR)
    if hours >= 1:
        return _amount(hours, "hour", late=late, always=always)
    if hours * 60 < 1:
        # Late in calendar time, though no office time has run since: the clock turned red at closing time.
        return _("Overdue") if late else _("Due now")
    return _amount(hours * 60, "minute", late=late, always=always)


def _amount(amount: Decimal, unit: str, *, late: bool, always: bool) -> str:
    """A number with its unit; cut and not rounded, so that a clock never says more than there is."""
    digits = Decimal("0.1") if amount < 10 and unit != "minute" else Decimal(1)
    number = f"{amount.quantize(digits, ROUND_DOWN).normalize():f}"
    return _counted(SPANS[unit, late][always], number)


def _counted(words: Callable[[int], str], number: str) -> str:
    """The words for a number that may be a fraction: 1 work day, 0.5 work days."""
    return words(1 if number == "1" else 2) % number


def phase_of(flow: AnyRules, state: str) -> str:
    """The part of its way that a state belongs to, which gives shape and colour of its pill."""
    return flow.phases.get(state, "done" if state in flow.ended else "waiting")
