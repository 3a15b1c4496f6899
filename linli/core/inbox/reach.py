"""To whom somebody may give tasks: to the people of their unit, and where they hold `task.give`.

A department puts nothing into grids by itself: what grid workers do for it was admitted, by a step that gives the task (`give_task_of`).
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, unit_tree
from linli.core.platform.public import BadInput
from linli.core.staff.public import works_in_grids

# The units in which people of grids work.
OF_GRIDS = ("community_office", "grid_team", "group")
BY_ADMISSION = gettext_lazy(
    "What a department asks of grids is admitted first; ask for admission instead of giving the task."
)


def is_of_department(access: Access) -> bool:
    """Whether this person works in a department, and not in the centres, community offices and teams of the grids."""
    unit = unit_tree().nodes.get(access.unit_id) if access.unit_id else None
    return unit is not None and unit.kind == "department"


def reach(access: Access) -> set[int]:
    """The units to which and to whose people this person may give tasks: their own, and where they hold `task.give`."""
    inside = set(access.areas_with("task.give"))
    found = {unit.id for unit in unit_tree().nodes.values() if unit.area_id in inside}
    return found | set(access.units_with("task.give")) | ({access.unit_id} if access.unit_id else set())


def may_give_to(access: Access, user_id: int, unit_id: int | None) -> bool:
    """Whether a task may go to a person of a unit: within reach, and of a department not to who works in grids, but for its own people."""
    if unit_id not in reach(access):
        return False
    return (
        unit_id == access.unit_id or not is_of_department(access) or not (_of_grids(unit_id) or works_in_grids(user_id))
    )


def may_give_to_unit(access: Access, unit_id: int) -> bool:
    """The same for a whole unit."""
    return unit_id in reach(access) and (
        unit_id == access.unit_id or not is_of_department(access) or not _of_grids(unit_id)
    )


def check_unit(access: Access, unit_id: int | None) -> None:
    """Raises BadInput for a unit to which this person gives no task; None is fine."""
    if unit_id is None or may_give_to_unit(access, unit_id):
        return
    raise BadInput(
        str(BY_ADMISSION) if unit_id in reach(access) else _("To this unit you cannot give a task."), field="unit"
    )


def _of_grids(unit_id: int | None) -> bool:
    unit = unit_tree().nodes.get(unit_id) if unit_id else None
    return unit is not None and unit.kind in OF_GRIDS
