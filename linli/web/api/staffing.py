"""Who works on a grid: read, given a post, taken off it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router
from pydantic import BaseModel, Field

from linli.core.access.public import User, normal_name
from linli.core.api.public import Body, Key, answer, carried_out, person, require, staff_actor
from linli.core.grids.public import Grid, grid_for
from linli.core.platform.public import BadInput, NotThere, Work
from linli.core.staff.public import ASSIGN_PERMISSION, GridAssignment, assign_to_grids, end_assignments, staff_of

router = Router(tags=["staffing"])
GridCode = Annotated[
    str, Path(max_length=40, description="`code` of GET /grids, of the layer that cases are routed by.")
]
Force = Literal["base", "professional", "response"]
Post = Literal["worker", "head", "deputy", "official"]
Username = Annotated[str, Field(max_length=64, description="The sign-in name of an account of your areas.")]


class PostGiven(Body):
    """A post that somebody shall hold."""

    username: Username
    force: Force = "base"
    post: Post = "worker"


class PostsEnded(Body):
    """Whose posts in the grid end."""

    username: Username


class PostOut(BaseModel):
    """A post in force."""

    user_id: int
    name: str
    force: Force
    post: Post


class GridStaff(BaseModel):
    """Everybody on a grid."""

    grid: str
    staff: list[PostOut]


def _grid(request: HttpRequest, code: str) -> Grid:
    grid = grid_for(person(request), code)
    if grid is None:
        raise NotThere(_("There is no such grid."))
    return grid


def _user(request: HttpRequest, username: str) -> User:
    inside = person(request).areas_with(ASSIGN_PERMISSION)
    user = User.objects.filter(username=normal_name(username), is_active=True, unit__area_id__in=inside).first()
    if user is None:
        raise BadInput(_("No account of your areas has this sign-in name."), field="username")
    return user


def _shown(grid: Grid) -> dict[str, Any]:
    found = [
        {"user_id": one.user_id, "name": one.name, "force": one.force, "post": one.post} for one in staff_of(grid.id)
    ]
    return {"grid": grid.code, "staff": found}


@router.get(
    "/grids/{code}/staff", response={200: GridStaff}, url_name="grid-staff", operation_id="gridStaff", summary="Who works on a grid"
)  # fmt: skip
def staff(request: HttpRequest, code: GridCode) -> HttpResponse:
    """Everybody who holds a post there now."""
    require(request, "staff.view")
    return answer(_shown(_grid(request, code)))


@router.post(
    "/grids/{code}/staff", response={201: GridStaff}, url_name="assign-staff", operation_id="assignStaff", summary="Give a post"
)  # fmt: skip
def assign(request: HttpRequest, key: Key, code: GridCode, body: PostGiven) -> HttpResponse:
    """Puts somebody on a grid; what they hold already stays. The base force is one worker, one grid."""
    require(request, ASSIGN_PERMISSION)
    grid, user, by = _grid(request, code), _user(request, body.username), person(request)

    def effect(work: Work) -> dict[str, Any]:
        assign_to_grids(work.actor, user=user, grids=[grid], force=body.force, post=body.post, by=by)
        return _shown(grid)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


@router.post(
    "/grids/{code}/staff/end", response={201: GridStaff}, url_name="end-staff", operation_id="endStaff", summary="End somebody's posts"
)  # fmt: skip
def end(request: HttpRequest, key: Key, code: GridCode, body: PostsEnded) -> HttpResponse:
    """Takes somebody off a grid, whatever posts they hold there."""
    require(request, ASSIGN_PERMISSION)
    grid, user, by = _grid(request, code), _user(request, body.username), person(request)

    def effect(work: Work) -> dict[str, Any]:
        rows = GridAssignment.objects.filter(grid=grid, user=user, valid_to__isnull=True)
        end_assignments(work.actor, ids=list(rows.values_list("id", flat=True)), by=by)
        return _shown(grid)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)
