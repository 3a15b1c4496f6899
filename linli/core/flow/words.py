"""The words of a clock on a page: until when, how much is left or over, in which unit. No HTML stands here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from linli.algorithms.office_calendar import ClockUnit
from linli.algorithms.working_time import elapsed
from linli.core.catalogue.public import catalogue
from linli.core.flow.definition import AnyRules
from linli.core.flow.models import FlowItem
from linli.core.platform.public import local_day, local_time, moment_words

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


def due_words(instant: datetime | None, *, provisional: bool) -> str:
    """Until when something is due; marked where the public holidays of that time are not announced yet. Empty for no limit."""
    if instant is None:
        return ""
    return (_("Due %s (provisional)") if provisional else _("Due %s")) % moment_words(instant)


# A day of the last or next six by its name; the hour is put in.
DAY_WORDS = (
    gettext_noop("Mon %s"), gettext_noop("Tue %s"), gettext_noop("Wed %s"), gettext_noop("Thu %s"), gettext_noop("Fri %s"),
    gettext_noop("Sat %s"), gettext_noop("Sun %s"),
)  # fmt: skip


NEAR_DAYS = (gettext_noop("Yesterday %s"), gettext_noop("Today %s"), gettext_noop("Tomorrow %s"))


def due_moment(due_at: datetime, instant: datetime) -> str:
    """When something is due, as people say it: 今天 10:00, 明天 09:20, 周一 09:20 within six days to come, else 11月27日 16:50."""
    local = local_time(due_at)
    days = (local.date() - local_day(instant)).days
    hour = f"{local:%H:%M}"
    if days in (-1, 0, 1):
        return _(NEAR_DAYS[days + 1]) % hour
    return _(DAY_WORDS[local.weekday()]) % hour if 0 < days < 7 else moment_words(due_at)


def left_words(due_at: datetime, instant: datetime) -> str:
    """How long a running clock still has or is over, by the clock on the wall: one measure for all rows of a list, whatever each
    one's limit is counted in.
    """
    late = due_at < instant
    hours = Decimal(abs((due_at - instant).total_seconds())) / 3600
    if hours * 60 < 1:
        return _("Overdue") if late else _("Due now")
    if hours < 1:
        return _amount(hours * 60, "minute", late=late, always=True)
    amount, unit = (hours, "hour") if hours < 48 else (hours / 24, "day")
    return _amount(amount, unit, late=late, always=True)


def clock_word(item: Any, instant: datetime) -> str:
    """The one of five clock states that lists, map and wall show: on_time, amber, red, paused, done."""
    if item.clock_state == "paused":
        return "paused"
    if item.clock_state != "running" or item.due_at is None:
        return "done"
    if item.due_at < instant:
        return "red"
    return "amber" if item.amber_at is not None and item.amber_at <= instant else "on_time"


def due_shown(item: Any, instant: datetime) -> str:
    """When a running clock is due, marked where it may still move; empty where none runs."""
    if item.due_at is None or item.clock_state != "running":
        return ""
    moment = due_moment(item.due_at, instant)
    return _("%s (provisional)") % moment if item.due_provisional else moment


def left_shown(item: FlowItem, instant: datetime) -> str:
    """What is left of an item's clock, or that none runs."""
    word = clock_word(item, instant)
    if word == "paused":
        return _("Paused")
    return _("No clock") if word == "done" or item.due_at is None else left_words(item.due_at, instant)


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
