"""Writes of staffing: putting somebody on a grid and taking them off. What a new version of the grids does to the staff stands
in new_grids.py."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from linli.core.access.public import Access, User
from linli.core.areas.public import area_tree
from linli.core.grids.public import Grid, ended_grids
from linli.core.platform.public import Actor, NotAllowed, Refusal, bump, locked, write
from linli.core.staff.models import Force, GridAssignment, Post

PERMISSION, CHANGED = "staff.assign", "staff.changed"


def assign(actor: Actor, *, user: User, grid: Grid, force: str, post: str = Post.WORKER) -> GridAssignment:
    """Puts a user on a grid. The same assignment twice gives the one there is.

    Raises Refusal when a base worker already holds another grid: the base force is one worker, one grid; and for a grid
    that is retired.
    """
    if force not in Force.values:
        raise Refusal(_("The force must be one of: %s.") % ", ".join(Force.values), field="force")
    with write(actor) as work:
        if grid.id in ended_grids([grid.id], work.now):
            raise Refusal(_("Grid %s is retired; choose one that is in force.") % grid.code, field="grid")
        existing = GridAssignment.objects.filter(
            user=user, grid=grid, force=force, post=post, valid_to__isnull=True
        ).first()
        if existing:
            return existing
        if force == Force.BASE and post == Post.WORKER:
            other = GridAssignment.objects.filter(user=user, force=force, post=post, valid_to__isnull=True).first()
            if other:
                raise Refusal(
                    _("%(name)s is the base worker of grid %(grid)s; end that first.")
                    % {"name": user.display_name, "grid": other.grid.code},
                    field="user",
                )
        assignment = GridAssignment.objects.create(user=user, grid=grid, force=force, post=post, valid_from=work.now)
        bump("staff")
        work.audit(
            area_tree().audit_chain(grid.area_id),
            "staff.assign",
            "grid",
            grid.id,
            {"user": user.id, "force": force, "post": post},
        )
        work.emit(CHANGED, "grid", grid.id, {"grids": [grid.id]})
    return assignment


def assign_to_grids(
    actor: Actor, *, user: User, grids: Sequence[Grid], force: str, post: str, by: Access | None = None
) -> list[GridAssignment]:
    """Puts a user on several grids at once, all or none. Raises as `assign`, NotAllowed for a grid outside the areas of `by`, Refusal
    for an account that is closed."""
    if post not in Post.values:
        raise Refusal(_("The post must be one of: %s.") % ", ".join(Post.values), field="post")
    if not user.is_active:
        raise Refusal(_("The account of %s is closed.") % user.display_name, field="user")
    with write(actor):
        for grid in grids:
            _may(by, grid.area_id)
        return [assign(actor, user=user, grid=grid, force=force, post=post) for grid in grids]


def end_assignments(actor: Actor, *, ids: Sequence[int], by: Access | None = None) -> int:
    """Takes people off grids, all or none; gives how many were on one. Raises NotAllowed outside the areas of `by`."""
    with write(actor):
        rows = _held(ids, by)
        for row in rows:
            end_assignment(actor, assignment=row)
    return len(rows)


def hand_over(actor: Actor, *, ids: Sequence[int], to: User, by: Access | None = None) -> list[GridAssignment]:
    """Gives several posts to somebody else, all or none: each ends, and `to` holds it from the same instant. Raises as `assign_to_grids`."""
    with write(actor):
        rows = _held(ids, by)
        for row in rows:
            end_assignment(actor, assignment=row)
        return [
            one
            for row in rows
            for one in assign_to_grids(actor, user=to, grids=[row.grid], force=row.force, post=row.post, by=by)
        ]


def _held(ids: Sequence[int], by: Access | None) -> list[GridAssignment]:
    """The assignments in force of these, locked in the order of their ids."""
    rows = list(
        locked(GridAssignment.objects.filter(id__in=ids, valid_to__isnull=True).select_related("grid").order_by("id"))
    )
    for row in rows:
        _may(by, row.grid.area_id)
    return rows


def _may(by: Access | None, area_id: int) -> None:
    if by is not None and not by.may_in_area(PERMISSION, area_id):
        node = area_tree().nodes.get(area_id)
        raise NotAllowed(_("Your role puts nobody on grids of %s.") % (node.title if node else area_id), field="grids")


def end_assignment(actor: Actor, *, assignment: GridAssignment) -> None:
    """Takes somebody off a grid from now on. Twice does nothing more."""
    with write(actor) as work:
        if GridAssignment.objects.filter(id=assignment.id, valid_to__isnull=True).update(valid_to=work.now):
            bump("staff")
            work.audit(
                area_tree().audit_chain(assignment.grid.area_id),
                "staff.end",
                "grid",
                assignment.grid_id,
                {"user": assignment.user_id},
            )
            work.emit(CHANGED, "grid", assignment.grid_id, {"grids": [assignment.grid_id]})
