"""Writes of staffing: putting somebody on a grid and taking them off."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.core.access.public import User
from linli.core.areas.public import area_tree
from linli.core.grids.public import Grid
from linli.core.platform.public import Actor, Refusal, bump, write
from linli.core.staff.models import Force, GridAssignment, Post


def assign(actor: Actor, *, user: User, grid: Grid, force: str, post: str = Post.WORKER) -> GridAssignment:
    """Puts a user on a grid. The same assignment twice gives the one there is.

    Raises Refusal when a base worker already holds another grid: the base force is one worker, one grid.
    """
    if force not in Force.values:
        raise Refusal(_("The force must be one of: %s.") % ", ".join(Force.values), field="force")
    with write(actor) as work:
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
        try:
            with work.attempt():
                assignment = GridAssignment.objects.create(
                    user=user, grid=grid, force=force, post=post, valid_from=work.now
                )
        except IntegrityError:
            raise Refusal(_("Somebody assigned this person at the same moment; look again."), code="changed") from None
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
