"""The rows of an old system, parsed at the door: each becomes a `HistoryRow`, or an error with line, column, value, mend.

mapping.py says which column is what; importing.py keeps what is parsed here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast

from django.utils.translation import gettext as _

from linli.algorithms.coordinates import Bounds, CoordinateSystem, PositionError, convert, parse_position
from linli.core.cases.history.mapping import Mapping
from linli.core.cases.intake.placing import POSITION_MENDS
from linli.core.cases.intake.report import ADDRESS_MAX, DESCRIPTION_MAX
from linli.core.exchange.public import TimeReader, UnreadTime
from linli.core.platform.public import in_words
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.spreadsheets import what_happened_to_code
from linli.lib.tables import Table, TableError
from linli.lib.text import clean_text

REFERENCE_MAX, WORD_MAX, CATEGORY_MAX, NOTE_MAX, MAJOR_MAX = 80, 80, 120, 2000, 80
LONGEST_LIMIT = timedelta(days=3650)
NOWHERE: tuple[float | None, float | None, str] = (None, None, "")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One parsed row. Instants in UTC, position in WGS 84 degrees; `in_time_word` is the old system's own flag."""

    line: int
    reference: str
    reported_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    state: str
    category: str
    major: str
    description: str
    closing_note: str
    address: str
    lon: float | None
    lat: float | None
    position_given: str
    source_word: str
    in_time_word: str
    flag: bool | None
    facts: dict[str, str]
    digest: str


class RowReader:
    """Reads the rows of a table by a mapping. `times` tells how times were read, `dropped` counts bad values that the
    mapping drops, by field."""

    def __init__(self, mapping: Mapping, now: datetime, bounds: Bounds | None) -> None:
        self.mapping, self.now, self.bounds = mapping, now, bounds
        self.times = TimeReader(mapping.formats, mapping.zone, mapping.due_clock)
        self.dropped: Counter[str] = Counter()
        self._lines: dict[str, int] = {}

    def rows(self, table: Table) -> Iterator[HistoryRow | TableError]:
        """Each row parsed, or what is wrong with its first bad cell, in the order of the file."""
        broken: list[TableError] = []
        for line, cells in table.rows(broken.append):
            yield from broken
            broken.clear()
            try:
                yield self._row(line, cells)
            except TableError as error:
                yield error
        yield from broken

    def _row(self, line: int, cells: dict[str, str]) -> HistoryRow:
        reference = self._text(line, cells, "reference", REFERENCE_MAX, required=True)
        if touched := what_happened_to_code(reference):
            raise self._error(line, cells, "reference", in_words(touched))
        if reference in self._lines:
            raise self._error(line, cells, "reference", _("It stands already on line %s.") % self._lines[reference])
        reported_at = self._instant(line, cells, "reported_at")
        if reported_at is None:
            raise self._error(line, cells, "reported_at", _("Say when it was reported."))
        closed_at = self._instant(line, cells, "closed_at", not_before=reported_at)
        state = self._state(line, cells, closed_at)
        self._check_order(line, cells, reported_at, closed_at)
        due_at = self._or_dropped("due_at", lambda: self._due(line, cells, reported_at), None)
        lon, lat, given = self._or_dropped("lon", lambda: self._position(line, cells), NOWHERE)
        word = self._or_dropped("in_time", lambda: self._in_time(line, cells), "")

        def text(name: str, most: int, *, lines: bool = False) -> str:
            return self._or_dropped(name, lambda: self._text(line, cells, name, most, lines=lines), "")

        row = HistoryRow(
            line=line, reference=reference, reported_at=reported_at, due_at=due_at, closed_at=closed_at, state=state,
            category=self._text(line, cells, "category", CATEGORY_MAX, required=True), major=text("major", MAJOR_MAX),
            description=text("description", DESCRIPTION_MAX, lines=True), closing_note=text("closing_note", NOTE_MAX, lines=True),
            address=" ".join(text("address", ADDRESS_MAX).split()), lon=lon, lat=lat, position_given=given,
            source_word=text("source_word", WORD_MAX), in_time_word=word, flag=self.mapping.in_time_words.get(word),
            facts=self._facts(line, cells), digest=self._digest(cells),
        )  # fmt: skip
        self._lines[reference] = line
        return row

    def _or_dropped(self, name: str, parse: Callable[[], T], empty: T) -> T:
        """What `parse` gives; a bad value is empty and counted where the mapping says so, and an error everywhere else."""
        if name not in self.mapping.on_bad:
            return parse()
        try:
            return parse()
        except TableError:
            self.dropped[name] += 1
            return empty

    def _due(self, line: int, cells: dict[str, str], reported_at: datetime) -> datetime | None:
        due = self._instant(line, cells, "due_at")
        if due is not None and not reported_at <= due <= reported_at + LONGEST_LIMIT:
            raise self._error(line, cells, "due_at", _("Give a due time within ten years after the report."))
        return due

    def _in_time(self, line: int, cells: dict[str, str]) -> str:
        word = cells.get(self.mapping.fields.get("in_time", ""), "").strip()
        if word and self.mapping.in_time_words and word not in self.mapping.in_time_words:
            raise self._error(line, cells, "in_time", _("Say in [in_time] of the mapping what this word means."))
        return word

    def _error(self, line: int, cells: dict[str, str], name: str, mend: str) -> TableError:
        column = self.mapping.fields.get(name, name)
        return TableError(line, column, cells.get(column, ""), mend)

    def _cleaned(self, line: int, column: str, raw: str, most: int, *, lines: bool) -> str:
        try:
            return clean_text(raw, max_chars=most, lines=lines)
        except PlainRefusal as refusal:
            raise TableError(line, column, raw, in_words(refusal.sentence)) from None

    def _text(
        self, line: int, cells: dict[str, str], name: str, most: int, *, lines: bool = False, required: bool = False
    ) -> str:
        column = self.mapping.fields.get(name)
        if column is None:
            return ""
        text = self._cleaned(line, column, cells[column], most, lines=lines)
        if required and not text:
            raise self._error(line, cells, name, _("This must not be empty."))
        return text

    def _facts(self, line: int, cells: dict[str, str]) -> dict[str, str]:
        found = {
            key: self._cleaned(line, column, cells[column], WORD_MAX, lines=False)
            for key, column in self.mapping.facts.items()
        }
        return {key: value for key, value in found.items() if value}

    def _state(self, line: int, cells: dict[str, str], closed_at: datetime | None) -> str:
        state = self.mapping.states.get(cells[self.mapping.fields["state"]].strip())
        if state is None:
            raise self._error(line, cells, "state", _("Say in [states] of the mapping what this word means."))
        if state == "open" and closed_at is not None:
            raise self._error(
                line, cells, "closed_at", _("An open case has no time of closing; mend the state or the time.")
            )
        if state != "open" and closed_at is None:
            raise self._error(line, cells, "closed_at", _("A closed case needs the time of closing."))
        return state

    def _check_order(self, line: int, cells: dict[str, str], reported: datetime, closed: datetime | None) -> None:
        for name, instant in (("reported_at", reported), ("closed_at", closed)):
            if instant is not None and not self.mapping.earliest <= instant <= self.now:
                raise self._error(
                    line, cells, name,
                    _("Give a time from %s until now; time.earliest of the mapping sets the beginning.")
                    % self.mapping.earliest.astimezone(self.mapping.zone).date(),
                )  # fmt: skip
        if closed is not None and closed < reported:
            raise self._error(line, cells, "closed_at", _("It was closed before it was reported; mend one of the two."))

    def _instant(
        self, line: int, cells: dict[str, str], name: str, *, not_before: datetime | None = None
    ) -> datetime | None:
        column = self.mapping.fields.get(name)
        text = cells[column].strip() if column else ""
        if not text:
            return None
        try:
            return self.times.read(text, name, not_before=not_before)
        except UnreadTime as error:
            raise self._error(line, cells, name, error.mend) from None

    def _position(self, line: int, cells: dict[str, str]) -> tuple[float | None, float | None, str]:
        fields = self.mapping.fields
        if "lon" not in fields:
            return NOWHERE
        given = {name: cells[fields[name]].strip() for name in ("lon", "lat")}
        if not any(given.values()):
            return NOWHERE
        for name, value in given.items():
            if not value:
                raise self._error(line, cells, name, _("A position needs both longitude and latitude."))
        try:
            position = parse_position(given["lon"], given["lat"], expected=self.bounds)
        except PositionError as error:
            raise self._error(line, cells, error.field, str(POSITION_MENDS[error.reason])) from None
        x, y = position.lon, position.lat
        if self.mapping.position_system != "WGS84":
            x, y = convert(x, y, cast(CoordinateSystem, self.mapping.position_system), "WGS84")
        return float(x), float(y), f"{position.lon:.7f},{position.lat:.7f}"

    def _digest(self, cells: dict[str, str]) -> str:
        taken = [cells[column] for column in (*self.mapping.fields.values(), *self.mapping.facts.values())]
        return hashlib.blake2b("\x1f".join(taken).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
