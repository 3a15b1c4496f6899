"""What a version of the grids does to the staff: posts on grids that end are ended, whoever is to follow follows, an undone
version gives back who stood where, and everybody is told.

following.py next door works out who would follow whom. Nobody is put on another grid unless somebody said so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.desk.public import tell_ended
from linli.core.grids.public import Grid, GridSetVersion, ended_by, ended_grids, grids_at, version_at
from linli.core.platform.public import Actor, Refusal, Work, bump, write
from linli.core.staff.bell import GRID_POST
from linli.core.staff.following import followers
from linli.core.staff.models import Following, Force, GridAssignment, Post
from linli.core.staff.services import CHANGED

SETTLED = "staff.settled"


class _Post(NamedTuple):
    """Somebody's post on a grid."""

    id: int
    user_id: int
    grid_id: int
    area_id: int
    force: str
    post: str


_COLUMNS = ("id", "user_id", "grid_id", "grid__area_id", "force", "post")


def settle(work: Work, version_id: int) -> None:
    """Does all that follows for the staff of a layer when a version begins; twice does nothing more.

    `staff.settled` is emitted at the end: open cases wait for it, since their worker is whom the grid has by then.
    """
    version = GridSetVersion.objects.select_related("layer", "undoes").get(id=version_id)
    ended = end_on_retired_grids(work, version.layer_id)
    current = version_at(version.layer_id, work.now)
    is_current = current is not None and current.id == version.id  # another may have begun before this was done
    put = _put_back(work, version) if is_current and version.undoes_id else []
    if is_current and not version.undoes_id and Following.objects.filter(version_id=version.id).exists():
        put = _let_follow(work, version)
    _tell_all(work, ended, put)
    work.emit(SETTLED, "grid_set", version.id, {"version_id": version.id, "is_main": version.layer.is_main})


def end_on_retired_grids(work: Work, layer_id: int) -> list[_Post]:
    """Ends the posts on grids of a layer that are not in force any more, as of when each grid ended, and gives them.

    Each names the version that ended its grid, whichever version this is done for: jobs may come late. Grids that keep their
    code keep their staff. Twice ends nothing more.
    """
    open_rows = GridAssignment.objects.filter(valid_to__isnull=True, grid__layer_id=layer_id)
    ended = ended_grids(open_rows.values_list("grid_id", flat=True).distinct(), work.now)
    held = GridAssignment.objects.filter(valid_to__isnull=True, grid_id__in=ended)
    rows = [_Post(*row) for row in held.order_by("id").values_list(*_COLUMNS)]
    _record(work, "staff.end", rows, "grid_retired")
    by_ending: defaultdict[tuple[datetime, int | None], list[int]] = defaultdict(list)
    versions = ended_by(ended, work.now)
    for grid_id, instant in ended.items():
        by_ending[instant, versions.get(grid_id)].append(grid_id)
    for (instant, version_id), grid_ids in by_ending.items():
        held.filter(grid_id__in=grid_ids).update(valid_to=instant, ended_by_version=version_id)
    if rows:
        bump("staff")
    return rows


def accept_following(actor: Actor, *, version: GridSetVersion) -> int:
    """Has the staff of grids that end with a version follow as proposed: at once when it is in force, else when it begins.

    Gives how many moved now. Twice moves nobody more. Raises Refusal for a version that was taken back or that another one has
    followed.
    """
    with write(actor) as work:
        current = version_at(version.layer_id, work.now)
        is_over = version.begun_at is not None and (current is None or current.id != version.id)
        if version.taken_back_at is not None or is_over:
            raise Refusal(
                _("Version %d is not in force and is not to begin; nobody follows to its grids.") % version.number,
                field="version",
            )
        Following.objects.get_or_create(
            version_id=version.id, defaults={"accepted_by_id": actor.user_id, "accepted_at": work.now}
        )
        work.audit("city", "staff.follow", "grid_set", version.id, {"number": version.number})
        if version.begun_at is None:
            return 0
        put = _let_follow(work, version)
        _tell_all(work, [], put)
        work.emit(CHANGED, "grid_set", version.id, {"grids": sorted({one.grid_id for one in put})})
    return len(put)


def _let_follow(work: Work, version: GridSetVersion) -> list[_Post]:
    """Makes the posts that are proposed."""
    wanted = [one for one in followers(version) if one.grid_id is not None]
    return _begin(work, version, [(one.user_id, one.grid_id or 0, one.force, one.post) for one in wanted], "followed")


def _put_back(work: Work, version: GridSetVersion) -> list[_Post]:
    """Ends the posts that the undone version gave, and gives back those that it ended, in their old order.

    Whoever has left, and a base worker whom somebody put on another grid since, stays as they are.
    """
    given = GridAssignment.objects.filter(begun_by_version=version.undoes_id, valid_to__isnull=True)
    _record(work, "staff.end", [_Post(*row) for row in given.order_by("id").values_list(*_COLUMNS)], "undone")
    given.update(valid_to=work.now, ended_by_version=version.id)
    taken = GridAssignment.objects.filter(ended_by_version=version.undoes_id, user__is_active=True)
    held_grids = grids_at(work.now, layer_id=version.layer_id).values("id")
    rows = taken.filter(grid_id__in=held_grids).order_by("id").values_list("user_id", "grid_id", "force", "post")
    return _begin(work, version, list(rows), "undone")


def _begin(
    work: Work, version: GridSetVersion, wanted: Iterable[tuple[int, int, str, str]], because: str
) -> list[_Post]:
    """Begins posts, as of now, but for those there are and for a second grid of a base worker."""
    standing = GridAssignment.objects.filter(valid_to__isnull=True).values_list("user_id", "grid_id", "force", "post")
    there = set(standing)
    based = {user for user, _grid, force, post in there if (force, post) == (Force.BASE, Post.WORKER)}
    areas = dict(Grid.objects.filter(layer_id=version.layer_id).values_list("id", "area_id"))
    begun = []
    for user_id, grid_id, force, post in wanted:
        is_base = (force, post) == (Force.BASE, Post.WORKER)
        if (user_id, grid_id, force, post) in there or (is_base and user_id in based):
            continue
        there.add((user_id, grid_id, force, post))
        based |= {user_id} if is_base else set()
        made = GridAssignment.objects.create(
            user_id=user_id, grid_id=grid_id, force=force, post=post, valid_from=work.now, begun_by_version=version.id
        )
        begun.append(_Post(made.id, user_id, grid_id, areas[grid_id], force, post))
    _record(work, "staff.assign", begun, because)
    if begun:
        bump("staff")
    return begun


def _record(work: Work, action: str, posts: Iterable[_Post], because: str) -> None:
    chains = area_tree().audit_chain
    for one in posts:
        content = {"user": one.user_id, "force": one.force, "post": one.post, "because": because}
        work.audit(chains(one.area_id), action, "grid", one.grid_id, content)


def _tell_all(work: Work, ended: Iterable[_Post], put: Iterable[_Post]) -> None:
    for ending, posts in (("ended", ended), ("begun", put)):
        for one in posts:
            tell_ended(work, GRID_POST.code, one.id, one.user_id, ending)


def tell_beforehand(work: Work, grid_ids: Iterable[int], ending: str) -> None:
    """Tells who has a post on some grids what will become of these: `will_end`, `goes_on`."""
    posts = GridAssignment.objects.filter(valid_to__isnull=True, grid_id__in=list(grid_ids)).order_by("id")
    for post_id, user_id in posts.values_list("id", "user_id"):
        tell_ended(work, GRID_POST.code, post_id, user_id, ending)
