"""Cases as dictionaries of the shapes in schemas.py. Titles come from memory (areas, units, grids), never from a statement a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from linli.core.access.public import Access, unit_title
from linli.core.api.public import instant
from linli.core.areas.public import area_tree
from linli.core.cases.public import (
    AnyCase,
    Case,
    CaseFull,
    Titles,
    category_title,
    clock_word,
    ids_seen,
    is_unplaced,
)
from linli.core.flow.public import clock_out, file_out, plain, request_out
from linli.core.platform.public import now


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
        "limit_amount": plain(case.limit_amount),
        "limit_unit": str(case.limit_unit),
        "has_reporter": full.has_reporter,
        "files": [file_out(file) for file in full.files],
        "clocks": [clock_out(clock) for clock in full.clocks],
        "requests": [request_out(asked) for asked in full.requests],
        "units": [
            {"unit_id": part.unit_id, "unit": unit_title(part.unit_id), "part": str(part.part)} for part in full.units
        ],
    }  # fmt: skip


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
