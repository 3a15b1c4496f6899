"""When a plan asks for a round: windows of the day, on work days or every day. Pure; services and selectors ask it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import Calendar
from linli.core.platform.public import BadInput

MOST_WINDOWS = 6
SHORTEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Window:
    """One span in which a round is due: [opens_at, closes_at), UTC, on one day of the deployment's zone."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the window is open at an instant."""
        return self.opens_at <= instant < self.closes_at


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The windows of a day as local times in order, and on which days between two dates (the last one included) they hold."""

    times: tuple[tuple[time, time], ...]
    work_days_only: bool
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date, calendar: Calendar) -> bool:
        """Whether rounds are due on this day."""
        inside = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return inside and (not self.work_days_only or calendar.is_work_day(day))

    def windows_on(self, day: date, zone: ZoneInfo) -> list[Window]:
        """The windows of a day, whether rounds are due on it or not."""
        return [
            Window(datetime.combine(day, a, zone).astimezone(UTC), datetime.combine(day, b, zone).astimezone(UTC))
            for a, b in self.times
        ]

    def windows_from(self, instant: datetime, zone: ZoneInfo) -> Iterator[Window]:
        """The windows of every day in force that close after `instant`, in order; holidays are not left out.

        Who closes windows looks at the calendar only then, since a day may be declared a holiday the evening before.
        """
        day = max(instant.astimezone(zone).date(), self.valid_from)
        while self.valid_to is None or day <= self.valid_to:
            yield from (window for window in self.windows_on(day, zone) if window.closes_at > instant)
            day += timedelta(days=1)


def parse_times(raw: list[tuple[str, str]]) -> tuple[tuple[time, time], ...]:
    """Pairs of "08:00", "11:30" as times in order. Raises BadInput for none, too many, too short or overlapping ones."""
    found: list[tuple[time, time]] = []
    for first, last in raw:
        try:
            found.append((time.fromisoformat(first.strip()), time.fromisoformat(last.strip())))
        except ValueError:
            raise BadInput(
                _("%(first)s–%(last)s is no span of time; write it as 08:00 and 11:30.")
                % {"first": first[:20], "last": last[:20]},
                field="times",
            ) from None
    found.sort()
    if not found or len(found) > MOST_WINDOWS:
        raise BadInput(_("Give one to %s spans of time for the rounds of a day.") % MOST_WINDOWS, field="times")
    for a, b in found:
        if _span(a, b) < SHORTEST:
            raise BadInput(
                _("The round from %(first)s to %(last)s needs at least 15 minutes on the same day.")
                % {"first": f"{a:%H:%M}", "last": f"{b:%H:%M}"},
                field="times",
            )
    for (_a, b), (c, _d) in pairwise(found):
        if c < b:
            raise BadInput(
                _("Two rounds overlap at %s; let the second begin when the first ends.") % f"{c:%H:%M}", field="times"
            )
    return tuple(found)


def _span(first: time, last: time) -> timedelta:
    return timedelta(hours=last.hour - first.hour, minutes=last.minute - first.minute)
