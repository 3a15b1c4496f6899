"""Who would follow whom when grids end: each worker goes to the grid that takes over most of the households they had.

Households carried are those that the publication counted by its buildings, else the share of ground times the households of
the grid. Reads only; new_grids.py puts people there when somebody says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db.models import QuerySet

from linli.core.grids.public import Grid, GridRow, GridSetVersion, ended_grids_of, rows_of, version_before
from linli.core.staff.models import Force, GridAssignment, Post

LEAST_SHARE = 0.01  # less of a grid's ground is a border drawn anew


@dataclass(frozen=True, slots=True)
class Carried:
    """What one grid hands on to another."""

    before: str
    after: str
    households: float


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody whose grid ends with a version, and the grid that they would have then; None where none is free.

    `households` of their old grid go to it: 0 for a free grid of the same community that takes over none of them.
    """

    user_id: int
    name: str
    force: str
    post: str
    before: str
    after: str
    grid_id: int | None
    households: float


def followers(version: GridSetVersion) -> list[Follower]:
    """Everybody whose post ends with a version, by grid and post, with where they would go.

    A base worker has one grid and a grid gets one of them, so the pairs with most households come first; then those who are left
    get what is free in their community. Everybody else goes to the grid that takes over most. Who has the post by
    now is not in the list.
    """
    posts = list(_posts_ending(version).select_related("user", "grid").order_by("grid__code", "id"))
    if not posts:
        return []
    there = rows_of(version)
    ids = dict(
        Grid.objects.filter(layer_id=version.layer_id, code__in=[row.code for row in there]).values_list("code", "id")
    )
    carried: dict[str, list[Carried]] = defaultdict(list)
    for one in carried_on(version, {post.grid.code for post in posts}, there):
        carried[one.before].append(one)
    taken = set(_based(version).values_list("grid__code", flat=True))
    base = [post for post in posts if (post.force, post.post) == (Force.BASE, Post.WORKER)]
    found = _matched(base, carried, [row for row in there if row.code not in taken])
    for post in posts:
        if post.id not in found and (post.force, post.post) != (Force.BASE, Post.WORKER) and carried[post.grid.code]:
            found[post.id] = carried[post.grid.code][0]
    proposed = [_follower(post, found.get(post.id), ids) for post in posts]
    held = set(GridAssignment.objects.filter(valid_to__isnull=True).values_list("user_id", "grid_id", "force", "post"))
    return [one for one in proposed if (one.user_id, one.grid_id, one.force, one.post) not in held]


def _follower(post: GridAssignment, to: Carried | None, ids: dict[str, int]) -> Follower:
    return Follower(
        post.user_id, post.user.display_name, post.force, post.post, post.grid.code, to.after if to else "",
        ids.get(to.after) if to else None, to.households if to else 0.0,
    )  # fmt: skip


def _posts_ending(version: GridSetVersion) -> QuerySet[GridAssignment]:
    """The posts that a version ends, or will, of active people; of base workers only those who have no other grid by now."""
    posts = GridAssignment.objects.filter(user__is_active=True)
    if version.begun_at is None:
        return posts.filter(valid_to__isnull=True, grid_id__in=ended_grids_of(version))
    has_grid = GridAssignment.objects.filter(valid_to__isnull=True, force=Force.BASE, post=Post.WORKER).values(
        "user_id"
    )
    ended = posts.filter(ended_by_version=version.id)
    return ended.exclude(force=Force.BASE, post=Post.WORKER, user_id__in=has_grid)


def _based(version: GridSetVersion) -> QuerySet[GridAssignment]:
    """The posts of base workers that stand, on grids that go on."""
    standing = GridAssignment.objects.filter(
        valid_to__isnull=True, force=Force.BASE, post=Post.WORKER, user__is_active=True
    )
    return standing.exclude(grid_id__in=ended_grids_of(version))


def _matched(
    base: Sequence[GridAssignment], carried: dict[str, list[Carried]], free: Sequence[GridRow]
) -> dict[int, Carried]:
    """Base workers and free grids in pairs, most households first, then by community; by the id of the post."""
    open_codes = {row.code for row in free}
    found: dict[int, Carried] = {}
    pairs = [(one, post) for post in base for one in carried[post.grid.code]]
    for one, post in sorted(pairs, key=lambda pair: (-pair[0].households, pair[0].before, pair[0].after, pair[1].id)):
        if post.id not in found and one.after in open_codes:
            open_codes.discard(one.after)
            found[post.id] = one
    for post in base:
        if post.id in found:
            continue
        near = next((row for row in free if row.code in open_codes and row.area_id == post.grid.area_id), None)
        if near is not None:
            open_codes.discard(near.code)
            found[post.id] = Carried(post.grid.code, near.code, 0.0)
    return found


def carried_on(version: GridSetVersion, codes: Iterable[str], after: Sequence[GridRow]) -> list[Carried]:
    """What the grids `codes`, which end with a version, hand on to those of `after`, most first."""
    wanted = set(codes)
    if version.carried:
        counted = [Carried(old, new, float(count)) for old, new, count in version.carried if old in wanted]
        return sorted(counted, key=lambda one: (-one.households, one.before, one.after))
    earlier = version_before(version)
    before = [row for row in rows_of(earlier) if row.code in wanted] if earlier else []
    if not before or not after:
        return []
    old_shapes, new_shapes = (shapely.from_wkb([row.polygon for row in rows]) for rows in (before, after))
    old, new = shapely.STRtree(new_shapes).query(old_shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(old_shapes[old], new_shapes[new]))
    share = shared / np.maximum(shapely.area(old_shapes[old]), 1e-18)
    found = [
        Carried(before[a].code, after[b].code, part * (before[a].households or 0) or part)
        for a, b, part in zip(old.tolist(), new.tolist(), share.tolist(), strict=True)
        if part > LEAST_SHARE
    ]
    return sorted(found, key=lambda one: (-one.households, one.before, one.after))
