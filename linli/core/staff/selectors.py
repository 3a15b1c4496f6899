"""Reads of staffing: the worker of a grid, the grids of a worker, the gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from linli.core.access.public import Access, restrict
from linli.core.grids.public import Grid, grids_at, layers, main_layer, shapes_at
from linli.core.platform.public import Versioned, now
from linli.core.staff.models import GridAssignment


@dataclass(frozen=True, slots=True)
class Assigned:
    """One person on a grid."""

    user_id: int
    name: str
    force: str
    post: str


def _load() -> dict[int, list[Assigned]]:
    found: dict[int, list[Assigned]] = defaultdict(list)
    rows = (
        GridAssignment.objects.filter(valid_to__isnull=True, user__is_active=True)
        .order_by("id")
        .values_list("grid_id", "user_id", "user__display_name", "force", "post")
    )
    for grid_id, user_id, name, force, post in rows:
        found[grid_id].append(Assigned(user_id, name, force, post))
    return dict(found)


_staff = Versioned(_load, "staff")


_posts = Versioned(lambda: frozenset(one.user_id for some in _staff.get().values() for one in some), "staff")


def staff_of(grid_id: int) -> list[Assigned]:
    """Everybody on a grid now, longest assignment first."""
    return _staff.get().get(grid_id, [])


def worker_of(grid_id: int | None) -> int | None:
    """The base worker of a grid, else one of the professional or response force; None for a gap."""
    if grid_id is None:
        return None
    people = [person for person in staff_of(grid_id) if person.post == "worker"]
    for force in ("base", "professional", "response"):
        for person in people:
            if person.force == force:
                return person.user_id
    return None


def workers_by_grid(layer_code: str) -> dict[str, list[Assigned]]:
    """The workers of each grid of a layer in force now, by its code; base force first, an empty list for a gap.

    What a report about a new division names people by. Empty for a layer that there is not.
    """
    index = layers().get(layer_code)
    order = {"base": 0, "professional": 1, "response": 2}
    return {
        node.code: sorted(
            (person for person in staff_of(grid_id) if person.post == "worker"), key=lambda person: order[person.force]
        )
        for grid_id, node in (index.nodes if index else {}).items()
    }


def grids_of(user_id: int) -> list[int]:
    """The ids of the grids where somebody has a post now."""
    return [grid_id for grid_id, people in _staff.get().items() if any(person.user_id == user_id for person in people)]


def households_of(grid_ids: Iterable[int]) -> dict[int, int]:
    """The households of grids in force where they are known, in one statement."""
    wanted, layer = list(grid_ids), main_layer()
    if not wanted or layer is None:
        return {}
    rows = shapes_at(layer.layer_id, now()).filter(grid_id__in=wanted, households__isnull=False)
    return {grid_id: int(households or 0) for grid_id, households in rows.values_list("grid_id", "households")}


def works_in_grids(user_id: int) -> bool:
    """Whether somebody has a post in some grid now."""
    return user_id in _posts.get()


def gaps(access: Access) -> list[Grid]:
    """The grids in force within reach of `access` that no base worker holds."""
    return list(_gap_rows(access).select_related("area").order_by("code"))


def gap_count(access: Access) -> int:
    """How many grids `gaps` has, without reading them: the home page says the number only."""
    return _gap_rows(access).count()


def _gap_rows(access: Access) -> QuerySet[Grid]:
    staffed = GridAssignment.objects.filter(
        valid_to__isnull=True, force="base", post="worker", user__is_active=True
    ).values("grid_id")
    return restrict(access, "staff.view", grids_at(now()).exclude(id__in=staffed))
