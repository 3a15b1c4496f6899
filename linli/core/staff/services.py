"""Writes of staffing: putting somebody on a grid and taking them off, and ending what was on grids that are retired."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.core.access.public import User
from linli.core.areas.public import area_tree
from linli.core.grids.public import Grid, ended_grids
from linli.core.platform.public import Actor, Refusal, Work, bump, write
from linli.core.staff.models import Force, GridAssignment, Post


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
    return assignment


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


def end_on_retired_grids(work: Work, layer_id: int) -> int:
    """Ends the assignments on grids of a layer that are not in force any more, as of when each grid ended.

    Called when a version begins. Grids that keep their code keep their staff; nobody is put on another grid by this.
    Gives how many ended; twice ends nothing more.
    """
    open_rows = GridAssignment.objects.filter(valid_to__isnull=True, grid__layer_id=layer_id)
    ended = ended_grids(open_rows.values_list("grid_id", flat=True).distinct(), work.now)
    held = GridAssignment.objects.filter(valid_to__isnull=True, grid_id__in=ended)
    chains = area_tree().audit_chain
    rows = list(held.order_by("id").values_list("id", "grid_id", "user_id", "grid__area_id", "force", "post"))
    for _id, grid_id, user_id, area_id, force, post in rows:
        work.audit(
            chains(area_id), "staff.end", "grid", grid_id,
            {"user": user_id, "force": force, "post": post, "because": "grid_retired"},
        )  # fmt: skip
    for instant in sorted(set(ended.values())):
        held.filter(grid_id__in=[grid_id for grid_id, at in ended.items() if at == instant]).update(valid_to=instant)
    if rows:
        bump("staff")
    return len(rows)
