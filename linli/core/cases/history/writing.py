"""Keeps batches of parsed history: cases, timelines, clocks, notes, one statement per table, every entry audited.

importing.py calls it for each batch; nothing here judges a row.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from linli.algorithms.tile_keys import tile_key
from linli.algorithms.tracking import new_tracking_number
from linli.core.areas.public import area_tree
from linli.core.cases.history.mapping import Mapping
from linli.core.cases.history.rows import HistoryRow
from linli.core.cases.intake.placing import desk_area
from linli.core.cases.loop.flow import CASE
from linli.core.cases.loop.keeping import category_facts, keep_category, search_tokens
from linli.core.cases.loop.numbers import next_case_numbers
from linli.core.cases.loop.timeline import salt_words
from linli.core.cases.models import Case, CaseClock, CaseEvent, CaseNote, CaseUnit
from linli.core.cases.reading.units import desk_for
from linli.core.catalogue.public import CategoryNode, catalogue
from linli.core.flow.public import (
    event_digest,
    first_facts,
    in_time,
    limit_in_force,
    new_clock,
    new_salt,
    note_digest,
)
from linli.core.grids.public import locate_main
from linli.core.platform.public import Work, insert_rows, local_day

_CLOCK_AT_REST: dict[str, Any] = {"provisional": False, "stopped_at": None, "paused_at": None}
_COLUMNS = tuple(name for field in Case._meta.concrete_fields if (name := field.attname) != "id")


class HistoryRows:
    """Inserts the rows of one transaction, table by table. `counts` are those without position, without grid, and so old that their words
    are not kept."""

    def __init__(
        self,
        mapping: Mapping,
        area_id: int,
        categories: dict[str, CategoryNode],
        work: Work,
        rows: Sequence[HistoryRow],
        import_id: int,
    ) -> None:
        self.mapping, self.area_id, self.categories = mapping, area_id, categories
        self.import_id, self.work, self.rows = import_id, work, rows
        self.counts: Counter[str] = Counter()
        self.words_until = work.now - timedelta(days=Case.personal["description"].keep_days or 0)

    def insert(self) -> list[Case]:
        """Inserts everything; the cases in the order of their rows."""
        cases = [self._case(row) for row in self.rows]
        self._number(cases)
        clocks = [self._clock(case, row) for case, row in zip(cases, self.rows, strict=True)]
        for case, row in zip(cases, self.rows, strict=True):
            # Words and exact positions whose time is over would be erased by the next job; they are not brought in at all.
            if row.closed_at is not None and row.closed_at < self.words_until:
                case.description = case.address = case.search_tokens = case.position_given = case.source_reference = ""
                case.lon = case.lat = case.tile_key = None
                self.counts["words_over"] += 1
            else:
                case.search_tokens = search_tokens(case)
            salt_words(case)
        ids = insert_rows(Case, [tuple(getattr(case, name) for name in _COLUMNS) for case in cases], columns=_COLUMNS)
        for case, id_ in zip(cases, ids, strict=True):
            case.id = id_
        # A clock that runs and one that has stopped name different columns; a statement has those of all.
        insert_rows(
            CaseClock,
            [
                {**_CLOCK_AT_REST, **clock, "case_id": case.id}
                for case, clock in zip(cases, clocks, strict=True)
                if clock is not None
            ],
        )
        self._insert_units(cases)
        self._insert_timeline(cases)
        return cases

    def _case(self, row: HistoryRow) -> Case:
        mapping = self.mapping
        tree = area_tree()
        area_id = self.area_id
        grid = index = None
        if row.lon is not None and row.lat is not None:
            grid, index = locate_main(row.lon, row.lat)
            area_id = grid.area_id if grid is not None else area_id
        if grid is None and row.state == "open":
            area_id = desk_area(area_id)
        self.counts["without_position"] += row.lon is None
        self.counts["without_grid"] += grid is None
        category = self.categories[row.category]
        case = Case(
            **tree.scope_columns(area_id), uuid=uuid4(), tracking=new_tracking_number(secrets.randbelow),
            source="history", source_reference=row.reference, state="closed" if row.state == "archived" else row.state,
            description=row.description, address=row.address, lon=row.lon, lat=row.lat,
            tile_key=None if row.lon is None or row.lat is None else int(tile_key(row.lon, row.lat)),
            position_system=mapping.position_system, position_given=row.position_given,
            grid_id=grid.id if grid else None, grid_set_id=index.version_id if grid and index else None,
            unit_id=desk_for(area_id), reported_at=row.reported_at, closed_at=row.closed_at, handle_due_at=row.due_at,
        )  # fmt: skip
        keep_category(case, category, category.conditions[0] if category.conditions else None)
        if row.due_at is not None:
            case.limit_amount, case.limit_unit = _hours(row.due_at - row.reported_at), "urgent_hour"
        self._settle(case, row, category)
        return case

    def _settle(self, case: Case, row: HistoryRow, category: CategoryNode) -> None:
        """The state that the case comes to, and how often its timeline has moved by then."""
        if row.state == "open":
            case.state = "reported"
            handler = catalogue().route(category, case.area_id, self.work.now)
            case.handling_unit_id = handler
            if handler is not None:
                case.state, case.seq, case.unit_id, case.dispatched_at = "dispatched", 2, handler, self.work.now
            return
        case.in_time = in_time(row.due_at, row.closed_at, self.work.now)
        case.state, case.seq = row.state, 2
        if row.state == "archived":
            case.seq, case.archived_at = 3, self.work.now

    def _number(self, cases: list[Case]) -> None:
        """Our own numbers, by district and day of the report; the old system's stands in `source_reference`."""
        keys = [(case.home_district, local_day(case.reported_at)) for case in cases]
        instants = {key: case.reported_at for key, case in zip(keys, cases, strict=True)}
        # Sorted, so that two imports at once take the counters in one order and never wait for each other in a ring.
        taken = {
            key: iter(next_case_numbers(key[0], instants[key], count)) for key, count in sorted(Counter(keys).items())
        }
        for key, case in zip(keys, cases, strict=True):
            case.number = next(taken[key])

    def _clock(self, case: Case, row: HistoryRow) -> dict[str, Any] | None:
        """The clock of handling with the due time as it was; the desk's clock for what is still to be filed."""
        if case.state == "reported":
            return new_clock(CASE, case, "file", self.work.now)
        if row.due_at is None:
            return new_clock(CASE, case, "handle", self.work.now) if case.state == "dispatched" else None
        share = limit_in_force(CASE, "handle").amber_share
        amber = row.reported_at + (row.due_at - row.reported_at) * float(share)
        if row.closed_at is None:
            case.clock_stage, case.clock_state, case.due_at, case.amber_at = "handle", "running", row.due_at, amber
        return {
            "home_district": case.home_district, "case_id": 0, "stage": "handle", "handling_unit_id": case.handling_unit_id,
            "amount": case.limit_amount,
            "unit": "urgent_hour", "amber_share": share, "started_at": row.reported_at,
            "intervals": [[row.reported_at.isoformat(), row.closed_at.isoformat() if row.closed_at else None]],
            "due_at": row.due_at, "amber_at": amber, "stopped_at": row.closed_at,
        }  # fmt: skip

    def _insert_units(self, cases: list[Case]) -> None:
        lead = [
            {"home_district": case.home_district, "case_id": case.id, "unit_id": case.unit_id, "part": "lead", "since": self.work.now}
            for case in cases
            if case.state == "dispatched"
        ]  # fmt: skip
        insert_rows(CaseUnit, lead)

    def _insert_timeline(self, cases: list[Case]) -> None:
        """Report, what became of it, archive: as the old system tells them, with the times it gives."""
        events: list[dict[str, Any]] = []
        notes: list[tuple[int, str, bytes]] = []  # number of the event, words, salt of their digest
        for case, row in zip(cases, self.rows, strict=True):
            events.append(
                self._event(case, 1, "report", "", "reported", row.reported_at, self._report_facts(case, row))
            )
            if case.state == "dispatched":
                facts = {"unit": case.unit_id, "due": _iso(row.due_at)}
                events.append(self._event(case, 2, "take_over", "reported", "dispatched", self.work.now, facts))
            if row.closed_at is not None:
                facts = {"due": _iso(row.due_at), "in_time": case.in_time, "in_time_word": row.in_time_word}
                if row.closing_note and row.closed_at >= self.words_until:
                    notes.append((len(events), row.closing_note, new_salt()))
                    facts["note"] = note_digest(notes[-1][2], row.closing_note)
                events.append(self._event(case, 2, "settle", "reported", "closed", row.closed_at, facts))
            if case.state == "archived":
                events.append(self._event(case, 3, "archive", "closed", "archived", self.work.now, {}))
        ids = insert_rows(CaseEvent, events)
        insert_rows(
            CaseNote,
            [
                {
                    "home_district": events[number]["home_district"], "case_id": events[number]["case_id"],
                    "event_id": ids[number], "text": words, "salt": salt, "at": events[number]["at"],
                }
                for number, words, salt in notes
            ],
        )  # fmt: skip
        chains = {case.id: area_tree().audit_chain(case.area_id) for case in cases}
        for event_id, event in zip(ids, events, strict=True):
            content = {
                "case": event["case_id"],
                "seq": event["seq"],
                "from": event["state_from"],
                "to": event["state_to"],
            }
            self.work.audit(
                chains[event["case_id"]], f"case.{event['action']}", CASE.tables.subject, event_id, {**content, **event["facts"]},
                subject_digest=event_digest(event),
            )  # fmt: skip

    def _report_facts(self, case: Case, row: HistoryRow) -> dict[str, Any]:
        return {
            "source": "history", "import": self.import_id, "system": self.mapping.system,
            "reference": row.reference, "source_word": row.source_word, "grid": case.grid_id, "unit": case.unit_id,
            "number": case.number, **category_facts(case), **first_facts(CASE, case), **({"old": row.facts} if row.facts else {}),
        }  # fmt: skip

    def _event(
        self, case: Case, seq: int, action: str, state_from: str, state_to: str, at: datetime, facts: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "home_district": case.home_district, "case_id": case.id, "seq": seq, "uuid": uuid4(), "action": action,
            "state_from": state_from, "state_to": state_to, "actor_kind": "system", "actor_id": None,
            "actor_unit_id": None, "at": at, "facts": facts,
        }  # fmt: skip


def _hours(span: timedelta) -> Decimal:
    """Hours to the thousandth, 3.6 seconds; the due time itself is kept to the second."""
    return (Decimal(int(span.total_seconds())) / 3600).quantize(Decimal("0.001"))


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
