"""Cases as dictionaries of the shapes in schemas.py. Titles come from memory (areas, units, grids), never from a statement a row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from linli.core.access.public import Access, unit_tree
from linli.core.api.public import instant
from linli.core.areas.public import area_tree
from linli.core.cases.public import (
    ACTION_TITLES,
    AnyCase,
    Case,
    CaseFile,
    CaseFull,
    category_title,
    clock_word,
    ids_seen,
    is_unplaced,
    state_title,
)
from linli.core.flow.public import Transition
from linli.core.grids.public import grid_title, main_layer
from linli.core.platform.public import now


def unit_title(unit_id: int | None) -> str:
    """The name of a unit in force; empty for none."""
    node = unit_tree().nodes.get(unit_id) if unit_id else None
    return node.title if node else ""


def amount(value: Decimal | None) -> str | None:
    """A limit as text in plain digits: 2.500 is "2.5"."""
    return None if value is None else f"{value.normalize():f}"


class Titles:
    """What the rows of one answer are called in the language of the request, each unit, grid, area and state asked once."""

    def __init__(self) -> None:
        layer = main_layer()
        areas, grids = area_tree().nodes, layer.nodes if layer else {}
        self.state, self.unit = cache(state_title), cache(unit_title)
        # Closed cases keep a grid that a new division has retired; it is asked for by itself.
        self.grid = cache(lambda grid_id: grids[grid_id].title if grid_id in grids else grid_title(grid_id))
        self.area = cache(lambda area_id: (areas[area_id].code, areas[area_id].title) if area_id in areas else ("", ""))


def case_row(case: AnyCase, at: datetime, titles: Titles) -> dict[str, Any]:
    """A case as CaseRow."""
    area_code, area_title = titles.area(case.area_id)
    return {
        "id": case.id,
        "uuid": str(case.uuid),
        "number": case.number,
        "state": str(case.state),
        "state_title": titles.state(case.state),
        "seq": case.seq,
        "source": str(case.source),
        "urgency": case.urgency,
        "kind": str(case.kind),
        "category_code": case.category_code,
        "category_name": case.category_name,
        "category_title": category_title(case),
        "description": case.description,
        "address": case.address,
        "lon": case.lon,
        "lat": case.lat,
        "area_code": area_code,
        "area": area_title,
        "grid_id": case.grid_id,
        "grid": titles.grid(case.grid_id),
        "unplaced": is_unplaced(case.state, case.grid_id, case.community_id),
        "unit_id": case.unit_id,
        "unit": titles.unit(case.unit_id),
        "handling_unit_id": case.handling_unit_id,
        "handling_unit": titles.unit(case.handling_unit_id),
        "clock": clock_word(case, at),
        "clock_stage": case.clock_stage,
        "due_at": instant(case.due_at),
        "amber_at": instant(case.amber_at),
        "reported_at": instant(case.reported_at),
        "closed_at": instant(case.closed_at),
        "in_time": case.in_time,
        "escalation_level": case.escalation_level,
    }


def case_full_out(full: CaseFull, access: Access) -> dict[str, Any]:
    """A case with what hangs on it as CaseOut. The cases that it was merged into or split from are named only to who may see them."""
    case = full.case
    related = {"merged_into_id": case.merged_into_id, "split_from_id": case.split_from_id}
    told = ids_seen(access, related.values())
    return {
        **case_row(case, now(), Titles()),
        **{
            name: getattr(case, name)
            for name in (
                "standard", "condition_text", "closing_text", "source_reference", "worker_id", "due_provisional",
                "confirmed", "rating", "rework_count", "return_count",
                "reopen_count", "urge_count", "supervise_count",
            )
        },
        **{name: case_id if case_id in told else None for name, case_id in related.items()},
        **{
            name: instant(getattr(case, name)) for name in ("filed_at", "dispatched_at", "handled_at", "archived_at")
        },
        "limit_amount": amount(case.limit_amount),
        "limit_unit": str(case.limit_unit),
        "has_reporter": full.has_reporter,
        "files": [file_out(file) for file in full.files],
        "clocks": [
            {
                "stage": clock.stage, "amount": amount(clock.amount), "unit": str(clock.unit),
                "started_at": instant(clock.started_at), "due_at": instant(clock.due_at),
                "amber_at": instant(clock.amber_at), "provisional": clock.provisional,
                "paused_at": instant(clock.paused_at), "stopped_at": instant(clock.stopped_at),
            }
            for clock in full.clocks
        ],
        "requests": [
            {
                "kind": str(asked.kind), "amount": amount(asked.amount), "asked_at": instant(asked.asked_at),
                "decided_at": instant(asked.decided_at), "granted": asked.granted,
            }
            for asked in full.requests
        ],
        "units": [
            {"unit_id": part.unit_id, "unit": unit_title(part.unit_id), "part": str(part.part)} for part in full.units
        ],
    }  # fmt: skip


def file_out(file: CaseFile) -> dict[str, Any]:
    """A case's file as CaseFileOut."""
    return {"id": file.id, "role": str(file.role), "is_public": file.is_public, "at": instant(file.at)}


def timeline_out(full: CaseFull) -> dict[str, Any]:
    """A timeline as TimelineOut."""
    return {
        "events": [
            {
                "seq": entry.event.seq,
                "action": entry.event.action,
                "action_title": str(ACTION_TITLES.get(entry.event.action, entry.event.action)),
                "state_from": entry.event.state_from,
                "state_to": entry.event.state_to,
                "at": instant(entry.event.at),
                "who_kind": entry.event.actor_kind,
                "who": entry.who,
                "unit": entry.unit,
                "note": entry.note,
                "files": [file_out(file) for file in entry.files],
            }
            for entry in full.timeline
        ]
    }


def reported(case: Case, similar: list[int]) -> dict[str, Any]:
    """A new case as Reported."""
    area = area_tree().nodes.get(case.area_id)
    return {
        "id": case.id,
        "uuid": str(case.uuid),
        "number": case.number,
        "tracking": case.tracking,
        "state": str(case.state),
        "seq": case.seq,
        "area_code": area.code if area else "",
        "grid_id": case.grid_id,
        "unit_id": case.unit_id,
        "handling_unit_id": case.handling_unit_id,
        "due_at": instant(case.due_at),
        "similar": similar,
    }


def acted(case: Case) -> dict[str, Any]:
    """A case after an action as Acted."""
    return {
        "id": case.id,
        "number": case.number,
        "state": str(case.state),
        "seq": case.seq,
        "unit_id": case.unit_id,
        "handling_unit_id": case.handling_unit_id,
        "clock": clock_word(case),
        "due_at": instant(case.due_at),
    }


def transition_out(row: Transition) -> dict[str, Any]:
    """A row of the table as TransitionOut."""
    return {
        "action": row.action,
        "title": str(ACTION_TITLES[row.action]),
        "state": row.state,
        "to": row.to,
        "who": list(row.who),
        "needs": list(row.needs),
        "takes": list(row.takes),
        "not_by": list(row.not_by),
    }
