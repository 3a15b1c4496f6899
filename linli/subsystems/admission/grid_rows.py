"""What is asked of each grid, in rows of grid_row.py, one a grid: given, followed, called off, counted. Admissions and campaigns have such rows each.

A period's task is given once: the row keeps the key of the last period that was given, in the same write as the task, and whoever gives
holds the locks of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid5

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import pgettext

from linli.core.flow.public import AnyFlow, Given, act
from linli.core.grids.public import GridNode, grid_title, main_layer
from linli.core.inbox.public import TASK, Task, give_task_of
from linli.core.platform.public import Work, local_today, locked
from linli.core.staff.public import worker_of

STILL_OPEN = ("offered", "open", "stuck")


class _Worker(NamedTuple):
    """Who works in a grid now, as dialogs give a person."""

    user_id: int


class InGrid(NamedTuple):
    """How far a grid has come with what it was asked for."""

    grid_id: int
    title: str
    given: int = 0
    done: int = 0
    late: int = 0
    stuck: int = 0
    hours: float = 0

    @property
    def percent(self) -> int:
        """Done of given, 0 to 100."""
        return round(100 * self.done / self.given) if self.given else 0


def in_force(grid_id: int) -> GridNode | None:
    """The grid, if it is in force."""
    layer = main_layer()
    return layer.nodes.get(grid_id) if layer else None


def in_order(grid_id: int) -> tuple[bool, str, str]:
    """Where a grid stands among others: by its code, so that the 10th comes after the 9th; former ones last, by name."""
    grid = in_force(grid_id)
    return (grid is None, grid.code if grid else "", "" if grid else grid_title(grid_id))


def keep_rows(rows: type[Any], item: Any, grid_ids: Iterable[int]) -> int:
    """Adds the rows of an item that are not there yet; how many there were to add."""
    known = set(rows.objects.filter(item_id=item.id).values_list("grid_id", flat=True))
    new = [grid_id for grid_id in dict.fromkeys(grid_ids) if grid_id not in known]
    rows.objects.bulk_create(
        rows(item_id=item.id, home_district=item.home_district, grid_id=grid_id) for grid_id in new
    )
    return len(new)


def give_to_grids(
    flow: AnyFlow, item: Any, rows: models.QuerySet[Any], *, key: str, subject: str, note: str, due: date, giver_id: int
) -> int:
    """Gives the task of one period to whoever works in each grid, inside a write; how many. Again it gives none twice.

    Where nobody works the giver gets it. A grid that is not in force any more gets none.
    """
    given = 0
    for row in locked(rows.filter(item_id=item.id).exclude(given_key=key).order_by("id")):
        grid = in_force(row.grid_id)
        if grid is None:
            continue
        row.worker_id = worker_of(row.grid_id) or giver_id
        give_task_of(
            flow, item, uuid=uuid5(item.uuid, f"{row.grid_id} {key} {item.seq}"), giver_id=giver_id, subject=subject, due=due,
            assignee_id=row.worker_id, grid=grid, note=note,
        )  # fmt: skip
        row.given_key = key
        row.save(update_fields=["given_key", "worker_id"])
        given += 1
    return given


def tasks_of(flow: AnyFlow, item_ids: Sequence[int]) -> models.QuerySet[Task]:
    """The tasks that grids got for these items."""
    return Task.objects.filter(about_flow=flow.code, about_id__in=item_ids, grid_id__isnull=False)


def call_off(work: Work, flow: AnyFlow, item: Any, rows: type[Any], reason: str) -> int:
    """Withdraws what is still open of an item, inside a job's write; how many. If it goes on within the period it is given anew."""
    tasks = list(tasks_of(flow, [item.id]).filter(state__in=STILL_OPEN).order_by("id"))
    for task in tasks:
        uuid = uuid5(task.uuid, f"called off {task.seq}")
        act(TASK, work.actor, task.id, "withdraw", Given(reason=reason), uuid=uuid)
    rows.objects.filter(item_id=item.id, grid_id__in=[task.grid_id for task in tasks]).update(given_key="")
    return len(tasks)


def follow_staff(work: Work, flow: AnyFlow, rows: type[Any]) -> int:
    """Hands what is open in a grid to who works there now, if who had it as the grid's worker does not any more; how many.

    What somebody handed to a colleague stays there.
    """
    held = Task.objects.filter(
        about_flow=flow.code, about_id=OuterRef("item_id"), grid_id=OuterRef("grid_id"), assignee_id=OuterRef("worker_id"),
        state="open",
    )  # fmt: skip
    handed = 0
    for row in rows.objects.filter(Exists(held)).order_by("id"):
        worker_id = worker_of(row.grid_id)
        if worker_id is None or worker_id == row.worker_id:
            continue
        tasks = tasks_of(flow, [row.item_id]).filter(grid_id=row.grid_id, assignee_id=row.worker_id, state="open")
        for task in list(tasks.order_by("id")):
            given = Given(
                reason=pgettext("admission", "Works in the grid now."), values={"assignee": _Worker(worker_id)}
            )
            act(TASK, work.actor, task.id, "hand_over", given, uuid=uuid5(task.uuid, f"works in grid {task.seq}"))
            handed += 1
        rows.objects.filter(id=row.id).update(worker_id=worker_id)
    return handed


def counted(tasks: models.QuerySet[Task], *by: str) -> list[dict[str, Any]]:
    """Given, done, late, stuck and hours of tasks, for each value of some columns; in one statement."""
    open_late = Q(state__in=STILL_OPEN, due_on__lt=local_today())
    return list(
        tasks.exclude(state="withdrawn").order_by().values(*by).annotate(
            given=Count("id"), done=Count("id", filter=Q(state="done")), late=Count("id", filter=open_late),
            stuck=Count("id", filter=Q(state="stuck")), hours=Sum("hours_used"),
        )
    )  # fmt: skip


def by_grid(flow: AnyFlow, item: Any, rows: type[Any]) -> list[InGrid]:
    """How far each grid of an item has come, what is late first."""
    said = {one["grid_id"]: one for one in counted(tasks_of(flow, [item.id]), "grid_id")}
    grids = rows.objects.filter(item_id=item.id).values_list("grid_id", flat=True)
    found = []
    for grid_id in grids:
        one = said.get(grid_id, {})
        found.append(
            InGrid(
                grid_id, grid_title(grid_id), one.get("given", 0), one.get("done", 0), one.get("late", 0), one.get("stuck", 0),
                float(one.get("hours") or 0),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.late, -one.stuck, one.percent, in_order(one.grid_id)))
