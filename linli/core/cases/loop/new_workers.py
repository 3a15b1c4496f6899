"""Somebody begins or ends in a grid: its open cases name whoever answers for them now.

The worker of a case is whom its grid has, by the rule of intake; it says who is asked to look, not who handles it. So it follows
without an entry in the timeline; the trail keeps how many went to whom. new_grids.py next door has the cases that change their grid.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from linli.core.areas.public import area_tree
from linli.core.cases.loop.new_grids import BATCH_CASES, worker_for
from linli.core.cases.models import OPEN_STATES, Case
from linli.core.grids.public import main_layer
from linli.core.platform.public import Work, locked


class Batch(NamedTuple):
    """One batch: the last id when more may wait, else None; and how many were in somebody's hands and passed over."""

    last: int | None
    held: int


def give_batch(work: Work, grid_ids: Sequence[int], after: int) -> Batch:
    """Gives the next open cases of some grids of the main layer, at most BATCH_CASES with an id above `after`, to their workers.

    It waits for no case that somebody acts on. A statement for each worker.
    """
    index = main_layer(fresh=True)
    if index is None:
        return Batch(None, 0)
    rows = Case.objects.filter(state__in=OPEN_STATES, grid_id__in=list(grid_ids), id__gt=after).order_by("id")
    ids = list(rows.values_list("id", flat=True)[:BATCH_CASES])
    free = locked(rows.filter(id__in=ids), free=True)
    cases = list(free.values_list("id", "grid_id", "area_id", "worker_id"))
    given: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for case_id, grid_id, area_id, had in cases:
        worker = worker_for(index.nodes.get(grid_id or 0), area_id)
        if worker != had:
            given[worker].append((case_id, area_id))
    for worker, some in given.items():
        Case.objects.filter(id__in=[case_id for case_id, _area in some]).update(worker_id=worker)
        counts: defaultdict[str, int] = defaultdict(int)
        for _case, area_id in some:
            counts[area_tree().audit_chain(area_id)] += 1
        for chain, count in sorted(counts.items()):
            work.audit(chain, "case.give_to_worker", "user", worker or 0, {"cases": count})
    return Batch(ids[-1] if len(ids) == BATCH_CASES else None, len(ids) - len(cases))
