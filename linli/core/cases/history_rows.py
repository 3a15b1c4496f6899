"""The rows of an old system, parsed at the door: each becomes a `HistoryRow`, or an error with line, column, value, mend.

history_mapping.py says which column is what; history.py keeps what is parsed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from django.utils.translation import gettext as _

from linli.algorithms.coordinates import Bounds, CoordinateSystem, PositionError, convert, parse_position
from linli.core.cases.history_mapping import Mapping
from linli.core.cases.intake import ADDRESS_MAX, DESCRIPTION_MAX, POSITION_MENDS
from linli.core.platform.public import in_words
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.spreadsheets import what_happened_to_code
from linli.lib.tables import Table, TableError
from linli.lib.text import clean_text

REFERENCE_MAX, WORD_MAX, CATEGORY_MAX, NOTE_MAX, MAJOR_MAX = 80, 80, 120, 2000, 80
LONGEST_LIMIT = timedelta(days=3650)


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


@dataclass
class RowReader:
    """Reads the rows of a table by a mapping; `ambiguous` counts clock times that the end of summer time made twice."""

    mapping: Mapping
    now: datetime
    bounds: Bounds | None
    ambiguous: int = 0
    _lines: dict[str, int] = field(default_factory=dict)

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
        due_at, closed_at = self._instant(line, cells, "due_at"), self._instant(line, cells, "closed_at")
        if reported_at is None:
            raise self._error(line, cells, "reported_at", _("Say when it was reported."))
        state = self._state(line, cells, closed_at)
        self._check_order(line, cells, reported_at, due_at, closed_at)
        lon, lat, given = self._position(line, cells)
        word = cells.get(self.mapping.fields.get("in_time", ""), "").strip()
        if word and self.mapping.in_time_words and word not in self.mapping.in_time_words:
            raise self._error(line, cells, "in_time", _("Say in [in_time] of the mapping what this word means."))
        row = HistoryRow(
            line=line, reference=reference, reported_at=reported_at, due_at=due_at, closed_at=closed_at, state=state,
            category=self._text(line, cells, "category", CATEGORY_MAX, required=True),
            major=self._text(line, cells, "major", MAJOR_MAX),
            description=self._text(line, cells, "description", DESCRIPTION_MAX, lines=True),
            closing_note=self._text(line, cells, "closing_note", NOTE_MAX, lines=True),
            address=" ".join(self._text(line, cells, "address", ADDRESS_MAX).split()),
            lon=lon, lat=lat, position_given=given, source_word=self._text(line, cells, "source_word", WORD_MAX),
            in_time_word=word, flag=self.mapping.in_time_words.get(word),
            facts=self._facts(line, cells), digest=self._digest(cells),
        )  # fmt: skip
        self._lines[reference] = line
        return row

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

    def _check_order(
        self, line: int, cells: dict[str, str], reported: datetime, due: datetime | None, closed: datetime | None
    ) -> None:
        for name, instant in (("reported_at", reported), ("closed_at", closed)):
            if instant is not None and not self.mapping.earliest <= instant <= self.now:
                raise self._error(
                    line, cells, name,
                    _("Give a time from %s until now; time.earliest of the mapping sets the beginning.")
                    % self.mapping.earliest.astimezone(self.mapping.zone).date(),
                )  # fmt: skip
        if closed is not None and closed < reported:
            raise self._error(line, cells, "closed_at", _("It was closed before it was reported; mend one of the two."))
        if due is not None and not reported <= due <= reported + LONGEST_LIMIT:
            raise self._error(line, cells, "due_at", _("Give a due time within ten years after the report."))

    def _instant(self, line: int, cells: dict[str, str], name: str) -> datetime | None:
        column = self.mapping.fields.get(name)
        text = cells[column].strip() if column else ""
        if not text:
            return None
        naive = self._read(text)
        if naive is None:
            raise self._error(line, cells, name, _("Write the time as time.formats of the mapping says."))
        if naive.tzinfo is not None:
            return naive.astimezone(UTC)
        zone = self.mapping.zone
        try:
            early, late = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
            instant = early.astimezone(UTC)
            if early.utcoffset() != late.utcoffset():
                if instant.astimezone(zone).replace(tzinfo=None) != naive:
                    raise self._error(
                        line, cells, name, _("This clock time was skipped when summer time began; mend it.")
                    )
                # It came twice; which one is meant nobody wrote down. The first is taken, and the report counts it.
                self.ambiguous += 1
        except OverflowError:
            raise self._error(line, cells, name, _("Write the time as time.formats of the mapping says.")) from None
        return instant

    def _read(self, text: str) -> datetime | None:
        for form in self.mapping.formats:
            try:
                return datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the mapping's
            except ValueError:
                continue
        return None

    def _position(self, line: int, cells: dict[str, str]) -> tuple[float | None, float | None, str]:
        fields = self.mapping.fields
        if "lon" not in fields:
            return None, None, ""
        given = {name: cells[fields[name]].strip() for name in ("lon", "lat")}
        if not any(given.values()):
            return None, None, ""
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
