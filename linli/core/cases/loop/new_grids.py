"""A new version of the grids is in force: open cases go to the grid that now has their place, closed ones stay (R-G3).

What moves is the grid and the worker who answers for it, by the rule that intake has. Area, desk and handling unit stay:
a case keeps the areas that it was filed under, which decide who may act and which chain its entries are bound into, and
who handles it follows from its category and area, not from the grid. `grid_set_id` says which version a case was placed
by; whoever finds an open case placed by another one places it anew, so every step may be broken off and done again.
tasks.py walks through the streets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import numpy as np
from django.db.models import F, QuerySet

from linli.algorithms.location import GridLocator
from linli.core.areas.public import area_tree
from linli.core.cases.models import CASE_TABLES, OPEN_STATES, Case, CaseEvent
from linli.core.cases.transitions import TABLE
from linli.core.flow.public import event_digest
from linli.core.grids.public import Grid, GridNode, GridRow, LayerIndex, main_layer
from linli.core.platform.public import Work, insert_rows, locked
from linli.core.staff.public import worker_of

ACTION = "change_grid"
BATCH_CASES = 500
SLICE_CASES = 20_000


class _Waiting(NamedTuple):
    """The columns of an open case that placing it needs."""

    id: int
    uuid: UUID
    home_district: str
    seq: int
    state: str
    area_id: int
    lon: float
    lat: float
    grid_id: int | None


@dataclass(frozen=True, slots=True)
class CasesMoving:
    """How many open cases a set of grids would move from one grid to another; an empty code is no grid."""

    before: str
    after: str
    count: int


def _open_cases() -> QuerySet[Case]:
    return Case.objects.filter(state__in=OPEN_STATES, lon__isnull=False, lat__isnull=False)


def _placed_otherwise(index: LayerIndex) -> QuerySet[Case]:
    return _open_cases().exclude(grid_set_id=index.version_id)


def streets_to_place(index: LayerIndex) -> list[int | None]:
    """The streets with open cases that another version placed; None for those filed above a street."""
    return list(_placed_otherwise(index).order_by("street_id").values_list("street_id", flat=True).distinct())


def place_batch(work: Work, street_id: int | None, after: int) -> int | None:
    """Places the next open cases of a street by the version in force: at most BATCH_CASES with an id above `after`.

    Each that lies in another grid gets an entry in its timeline. A case that somebody is acting on is passed over; the
    next walk has it. Gives the last id when more may wait, else None. Some ten statements, and one for each grid moved to.
    """
    index = main_layer(fresh=True)
    if index is None:
        return None
    cases = _locked(_placed_otherwise(index).filter(street_id=street_id, id__gt=after).order_by("id"))
    if not cases:
        return None
    found = index.locator.locate_many([case.lon for case in cases], [case.lat for case in cases])
    moved: defaultdict[tuple[int | None, int | None], list[_Waiting]] = defaultdict(list)
    for case, grid_id in zip(cases, found.tolist(), strict=True):
        node = index.nodes.get(grid_id)
        if (node.id if node else None) != case.grid_id:
            moved[node.id if node else None, worker_for(node, case.area_id)].append(case)
    moving = {case.id for some in moved.values() for case in some}
    staying = [case.id for case in cases if case.id not in moving]
    Case.objects.filter(id__in=staying).update(grid_set_id=index.version_id)
    for (grid_id, worker_id), some in moved.items():
        Case.objects.filter(id__in=[case.id for case in some]).update(
            grid_id=grid_id, worker_id=worker_id, grid_set_id=index.version_id, seq=F("seq") + 1
        )
    _tell(work, index, moved)
    return cases[-1].id if len(cases) == BATCH_CASES else None


def _locked(rows: QuerySet[Case]) -> list[_Waiting]:
    """The next cases, locked until the commit. Those that somebody holds are left out, so nobody waits for a batch."""
    return [_Waiting(*values) for values in locked(rows, free=True).values_list(*_Waiting._fields)[:BATCH_CASES]]


def worker_for(node: GridNode | None, area_id: int) -> int | None:
    """The grid's worker, if they answer for the area that the case was filed under: nobody gets what they cannot see."""
    if node is None or not area_tree().contains(node.area_id, area_id):
        return None
    return worker_of(node.id)


def _tell(work: Work, index: LayerIndex, moved: dict[tuple[int | None, int | None], list[_Waiting]]) -> None:
    """Timeline, audit chain and outbox, as `act` does it for one case; the uuid lets a case move once for a version."""
    events: list[dict[str, Any]] = [
        {
            "home_district": case.home_district, "case_id": case.id, "seq": case.seq + 1,
            "uuid": uuid5(case.uuid, f"{ACTION} {index.version_id}"), "action": ACTION, "state_from": case.state,
            "state_to": TABLE[case.state, ACTION].to, "actor_kind": work.actor.kind, "actor_id": work.actor.user_id,
            "actor_unit_id": work.actor.unit_id, "at": work.now, "facts": {**_facts(case.grid_id, grid_id, index), "worker": worker_id},
        }
        for (grid_id, worker_id), some in moved.items()
        for case in some
    ]  # fmt: skip
    areas = {case.id: case.area_id for some in moved.values() for case in some}
    for event_id, event in zip(insert_rows(CaseEvent, events), events, strict=True):
        step = {"from": event["state_from"], "to": event["state_to"], "seq": event["seq"]}
        case_id = event["case_id"]
        work.audit(
            area_tree().audit_chain(areas[case_id]), f"case.{ACTION}", CASE_TABLES.subject, event_id,
            {"case": case_id, **step, **event["facts"]}, subject_digest=event_digest(event),
        )  # fmt: skip
        work.emit("case.changed", "case", case_id, {"action": ACTION, **step})


def _facts(before: int | None, after: int | None, index: LayerIndex) -> dict[str, Any]:
    return {"grid": after, "grid_before": before, "grid_set": index.version_id}


def place_anew(case: Case) -> dict[str, Any]:
    """Places a case that opens again by the version in force, and gives the facts for its entry: nothing if it stays.

    The caller holds the case locked and writes it.
    """
    index = main_layer()
    if index is None or case.lon is None or case.lat is None or case.grid_set_id == index.version_id:
        return {}
    grid_id, before = index.locator.locate(case.lon, case.lat), case.grid_id
    case.grid_set_id = index.version_id
    if grid_id == before:
        return {}
    case.grid_id = grid_id
    case.worker_id = worker_for(index.nodes.get(grid_id) if grid_id is not None else None, case.area_id)
    return {**_facts(before, grid_id, index), "worker": case.worker_id}


def _slices_of_open_cases() -> Iterator[tuple[list[float], list[float], list[int | None]]]:
    rows = iter(_open_cases().values_list("lon", "lat", "grid_id").iterator(chunk_size=SLICE_CASES))
    while portion := list(islice(rows, SLICE_CASES)):
        yield [lon or 0.0 for lon, _, _ in portion], [lat or 0.0 for _, lat, _ in portion], [row[2] for row in portion]


def cases_moving(rows: Sequence[GridRow]) -> list[CasesMoving]:
    """What `rows` as the grids of the main layer would do to the cases that are open now. Reads only; most first."""
    locator = GridLocator([row.polygon for row in rows], ids=np.arange(len(rows)), codes=[row.code for row in rows])
    codes = dict(Grid.objects.filter(layer__is_main=True).values_list("id", "code"))
    pairs: Counter[tuple[str, str]] = Counter()
    for lons, lats, grid_ids in _slices_of_open_cases():
        for before, after in zip(grid_ids, locator.locate_many(lons, lats).tolist(), strict=True):
            pairs[codes.get(before or 0, ""), rows[after].code if after >= 0 else ""] += 1
    moving = [CasesMoving(before, after, count) for (before, after), count in pairs.items() if before != after]
    return sorted(moving, key=lambda one: (-one.count, one.before, one.after))
