"""Times as people and spreadsheets write them: read where only one reading is possible, else refused.

rows.py asks for each cell. How a time was read is counted, so that the report can say it: a guess that nobody
hears of is a wrong due time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

END_OF_DAY = time(23, 59, 59)
# Days that Excel counts from the end of 1899: 1950 to 2099. Smaller numbers may be years or running numbers.
_FIRST_DAY, _LAST_DAY = 18_264, 73_050
_EXCEL_BEGINNING = datetime(1899, 12, 30)  # noqa: DTZ001 - clock times of the file; the zone is the mapping's
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[\sT]*(上午|下午|中午|晚上|凌晨)?\s*(\d{1,2})\s*[:\uff1a时点]\s*"
    r"(?:(\d{1,2})\s*(?:[:\uff1a分]\s*(?:(\d{1,2})(?:\.\d+)?\s*秒?)?)?)?)?"
)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2}|\d{4})(?:\s.*)?")
_AFTERNOON = frozenset(("下午", "晚上", "中午"))


class UnreadTime(Exception):
    """A time that cannot be read, or in two ways; `mend` is a sentence in the reader's language."""

    def __init__(self, mend: str) -> None:
        super().__init__(mend)
        self.mend = mend


@dataclass
class Reading:
    """How often cells were read in one way, and the first of them as an example."""

    count: int
    text: str
    instant: datetime


@dataclass
class TimeReader:
    """Reads cells by the formats of a mapping: "iso", "auto" (all that has one reading) or as for strptime.

    `due_clock` is what a due date without a time means. `readings` counts what was not simply read: "excel", "year_first",
    "due_date", "date". `ambiguous` counts clock times that the end of summer time made twice.
    """

    formats: tuple[str, ...]
    zone: ZoneInfo
    due_clock: time = END_OF_DAY
    ambiguous: int = 0
    readings: dict[str, Reading] = field(default_factory=dict)

    def read(self, text: str, name: str, *, not_before: datetime | None = None) -> datetime:
        """The instant of a cell in UTC. A date without a time is `due_clock` of that day for `due_at`; for the time of
        closing the beginning of the day, or the time of the report when that is the same day. Raises UnreadTime."""
        found, has_time, way = self._clock_time(text)
        if not has_time:
            clock = self.due_clock if name == "due_at" else time()
            found = datetime.combine(found.date(), clock)
        instant = found.astimezone(UTC) if found.tzinfo is not None else self._in_zone(found)
        if not has_time and not_before is not None and instant < not_before and name != "due_at":
            local = not_before.astimezone(self.zone)
            instant = not_before if local.date() == found.date() else instant
        for key in filter(None, (way, None if has_time else "due_date" if name == "due_at" else "date")):
            self.readings.setdefault(key, Reading(0, text, instant)).count += 1
        return instant

    def _clock_time(self, text: str) -> tuple[datetime, bool, str]:
        """The clock time, whether it says an hour, and the way it was read where that is worth telling."""
        for form in self.formats:
            if form == "auto":
                found = in_any_spelling(text)
                if found is not None:
                    return found
                continue
            try:
                if form == "iso":
                    return datetime.fromisoformat(text), not _is_iso_date(text), ""
                return datetime.strptime(text, form), _has_hour(form), ""  # noqa: DTZ007 - the zone is the mapping's
            except ValueError:
                continue
        raise UnreadTime(_mend(text))

    def _in_zone(self, naive: datetime) -> datetime:
        try:
            early, late = (naive.replace(tzinfo=self.zone, fold=fold) for fold in (0, 1))
            instant = early.astimezone(UTC)
            if early.utcoffset() != late.utcoffset():
                if instant.astimezone(self.zone).replace(tzinfo=None) != naive:
                    raise UnreadTime(_("This clock time was skipped when summer time began; mend it."))
                # It came twice; which one is meant nobody wrote down. The first is taken, and the report counts it.
                self.ambiguous += 1
        except OverflowError:
            raise UnreadTime(_mend("")) from None
        return instant


def _is_iso_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _has_hour(form: str) -> bool:
    return any(sign in form for sign in ("%H", "%I", "%c", "%X"))


def in_any_spelling(text: str) -> tuple[datetime, bool, str] | None:
    """ISO, year-first spellings (2026/1/5, 2026年1月5日 下午3:20), and days as Excel counts them; None for anything else."""
    try:
        return datetime.fromisoformat(text), not _is_iso_date(text), ""
    except ValueError:
        pass
    if _SERIAL.fullmatch(text) and _FIRST_DAY <= float(text) <= _LAST_DAY:
        days = float(text)
        found = _EXCEL_BEGINNING + timedelta(seconds=round(days * 86_400))
        return found, not days.is_integer(), "excel"
    parts = _YEAR_FIRST.fullmatch(text)
    if parts is None:
        return None
    year, month, day = (int(parts[number]) for number in (1, 2, 3))
    hour, minute, second = (int(parts[number] or 0) for number in (5, 6, 7))
    if parts[4] in _AFTERNOON and hour < 12 and not (parts[4] == "中午" and hour >= 11):
        hour += 12
    try:
        return datetime(year, month, day, hour, minute, second), parts[5] is not None, "year_first"  # noqa: DTZ001
    except ValueError:
        return None


def _mend(text: str) -> str:
    """What to do about a time that cannot be read; for day-month-year the two formats that it may be in."""
    parts = _YEAR_LAST.fullmatch(text)
    if parts is None:
        return _("Write the time as time.formats of the mapping says.")
    sign = next(one for one in text if not one.isdigit() and not one.isspace())
    if len(parts[3]) < 4:
        return _(
            'The year has no four digits; say in the mapping how it is written, such as time.formats = ["%s"].'
        ) % (f"%y{sign}%m{sign}%d")
    first, second = int(parts[1]), int(parts[2])
    day_first, month_first = f"%d{sign}%m{sign}%Y", f"%m{sign}%d{sign}%Y"
    if first > 12 >= second:
        return _('This seems to be written day first; say so in the mapping: time.formats = ["%s"].') % day_first
    if second > 12 >= first:
        return _('This seems to be written month first; say so in the mapping: time.formats = ["%s"].') % month_first
    return _("Nobody can tell day from month here; say in the mapping which it is: time.formats = [\"%(one)s\"] or [\"%(other)s\"].") % {
        "one": day_first, "other": month_first,
    }  # fmt: skip
