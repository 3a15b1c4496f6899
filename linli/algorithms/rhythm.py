"""When something is due again and again: spans of the day, on the days that a plan means. Patrols and plans of tasks ask it.

Nothing here looks at a clock: every instant is an argument, aware, and every answer is UTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from linli.algorithms.office_calendar import Calendar
from linli.lib.refusal import Refusal

MOST_SPANS: Final = 6
SHORTEST: Final = timedelta(minutes=15)
QUARTERS: Final = (1, 4, 7, 10)
Span = tuple[time, time]
WHOLE_DAY: Final[tuple[Span, ...]] = ((time(), time()),)


@dataclass(frozen=True, slots=True)
class Window:
    """One span in which something is due: [opens_at, closes_at), UTC, on one day of the deployment's zone."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, instant: datetime) -> bool:
        """Whether the window is open at an instant."""
        return self.opens_at <= instant < self.closes_at


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The spans of a day as local times in order, and on which days between two dates (the last one included) they hold.

    every           `day`, `week`, `month` or `quarter`
    weekdays        of `week`: the days that are meant, 0 for Monday
    day             of `month` and `quarter`: which day of the month, or of the quarter's first month; where the month is shorter,
                    its last
    work_days_only  days off are left out; what is due once a month or quarter moves to the next work day instead
    """

    times: tuple[Span, ...]
    work_days_only: bool
    valid_from: date
    valid_to: date | None
    every: str = "day"
    weekdays: frozenset[int] = frozenset()
    day: int = 1

    def means(self, day: date) -> bool:
        """Whether the rhythm names this day, whatever the calendar says and whatever its first and last day."""
        if self.every == "week":
            return day.weekday() in self.weekdays
        if self.every == "day":
            return True
        if self.every == "quarter" and day.month not in QUARTERS:
            return False
        return day.day == self.day or (day.day < self.day and (day + timedelta(days=1)).day == 1)

    def holds_on(self, day: date, calendar: Calendar) -> bool:
        """Whether something is due on this day."""
        if day < self.valid_from or (self.valid_to is not None and day > self.valid_to):
            return False
        if not self.work_days_only:
            return self.means(day)
        if not calendar.is_work_day(day):
            return False
        return self.means(day) or (self.every in ("month", "quarter") and self._moved_to(day, calendar))

    def _moved_to(self, day: date, calendar: Calendar) -> bool:
        """Whether a day that is meant lies among the days off just before this work day."""
        before = day - timedelta(days=1)
        while before >= self.valid_from and not calendar.is_work_day(before):
            if self.means(before):
                return True
            before -= timedelta(days=1)
        return False

    def windows_on(self, day: date, zone: ZoneInfo) -> list[Window]:
        """The windows of a day, whether something is due on it or not. A span that ends at 00:00 ends with the day."""
        found = []
        for first, last in self.times:
            ends = day if last > time() else day + timedelta(days=1)
            found.append(
                Window(
                    datetime.combine(day, first, zone).astimezone(UTC),
                    datetime.combine(ends, last, zone).astimezone(UTC),
                )
            )
        return found

    def windows_from(self, instant: datetime, zone: ZoneInfo) -> Iterator[Window]:
        """The windows of every day in force that close after `instant`, in order; days on which nothing is due are not left out.

        Whoever acts at a window looks at the calendar only then, since a day may be declared a holiday, or a work day, the
        evening before.
        """
        day = max(instant.astimezone(zone).date(), self.valid_from)
        while self.valid_to is None or day <= self.valid_to:
            yield from (window for window in self.windows_on(day, zone) if window.closes_at > instant)
            day += timedelta(days=1)


class Period(NamedTuple):
    """A period of a term: a key that tells it from the others, and its last day."""

    key: str
    last_day: date


def period_of(every: str, day: date, last_day: date) -> Period:
    """The period of a term that a day lies in, `every` being `once`, `day`, `week`, `month` or `quarter`. It ends with the term at the
    latest; what comes once has all of it."""
    if every == "once":
        return Period("once", last_day)
    if every == "day":
        return Period(day.isoformat(), min(day, last_day))
    if every == "week":
        year, week, weekday = day.isocalendar()
        return Period(f"{year}-W{week:02}", min(day + timedelta(days=7 - weekday), last_day))
    quarter = (day.month + 2) // 3
    month, key = (day.month, f"{day:%Y-%m}") if every == "month" else (quarter * 3, f"{day.year}-Q{quarter}")
    following = date(day.year + (month == 12), month % 12 + 1, 1)
    return Period(key, min(following - timedelta(days=1), last_day))


def parse_spans(raw: Sequence[tuple[str, str]]) -> tuple[Span, ...]:
    """Pairs of "08:00", "11:30" as spans in order. Raises Refusal for none, too many, too short or overlapping ones."""
    found: list[Span] = []
    for first, last in raw:
        try:
            found.append((time.fromisoformat(first.strip()), time.fromisoformat(last.strip())))
        except ValueError:
            raise Refusal(
                "%(first)s–%(last)s is no span of time; write it as 08:00 and 11:30.", first=first[:20], last=last[:20]
            ) from None
    found.sort()
    if not found or len(found) > MOST_SPANS:
        raise Refusal("Give one to %(most)s spans of time for a day.", most=MOST_SPANS)
    for first_at, last_at in found:
        if _length(first_at, last_at) < SHORTEST:
            raise Refusal(
                "The span from %(first)s to %(last)s needs at least 15 minutes on the same day.",
                first=f"{first_at:%H:%M}", last=f"{last_at:%H:%M}",
            )  # fmt: skip
    for (_a, ended), (begun, _d) in pairwise(found):
        if begun < ended:
            raise Refusal("Two spans overlap at %(at)s; let the second begin when the first ends.", at=f"{begun:%H:%M}")
    return tuple(found)


def _length(first: time, last: time) -> timedelta:
    return timedelta(hours=last.hour - first.hour, minutes=last.minute - first.minute)
