"""Workers on grids from a file, a table of worker × grid: who holds which post in which grid, of which force. Whoever is only written
beside a community, as before its ground was divided, gets the next of its grids that has no worker.

The engine is linli/core/exchange. What is there just so stays; taking an import back ends what it began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.core.access.public import User, area_named, normal_name
from linli.core.areas.public import AreaNode, area_tree
from linli.core.grids.public import Grid, GridNode, main_layer
from linli.core.platform.public import (
    BadCell,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    ImportColumn,
    Refusal,
    Work,
    listed,
)
from linli.core.staff.models import Force, GridAssignment, Post
from linli.core.staff.services import PERMISSION, assign_to_grids, end_assignments

FORCES = {
    Force.BASE: {"zh-hans": "基础力量", "en": "Base force"},
    Force.PROFESSIONAL: {"zh-hans": "专业力量", "en": "Professional force"},
    Force.RESPONSE: {"zh-hans": "应急力量", "en": "Response force"},
}
# One worker one grid, one worker several grids, several workers one grid: what rules of cities call the forces.
FORCE_WORDS = {"一员一格": Force.BASE, "一员多格": Force.PROFESSIONAL, "一格多员": Force.RESPONSE, "专职": Force.BASE}
POSTS = {
    Post.WORKER: {"zh-hans": "网格员", "en": "Grid worker"},
    Post.HEAD: {"zh-hans": "网格长", "en": "Grid head"},
    Post.DEPUTY: {"zh-hans": "副网格长", "en": "Deputy grid head"},
    Post.OFFICIAL: {"zh-hans": "包片干部", "en": "Official in charge"},
}


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post of the file: who, in which grid (None: the next of the area), of which force, as what."""

    user_id: int
    username: str
    grid: GridNode | None
    area: AreaNode
    force: str
    post: str

    @property
    def reference(self) -> str:
        """By what it is known: the same person may hold two posts in a grid."""
        return f"{self.grid.code if self.grid else self.area.code} {self.username} {self.force} {self.post}"


def post_row(cells: Mapping[str, Any], asked: ImportAsked) -> PostRow:
    """A post out of typed cells. Raises BadCell."""
    user = _person(cells["person"], asked)
    post = _word("post", cells["post"], POSTS, {}) if cells["post"] else Post.WORKER
    usual = Force.BASE if post == Post.WORKER else Force.PROFESSIONAL
    force = _word("force", cells["force"], FORCES, FORCE_WORDS) if cells["force"] else usual
    area = area_named("area", cells["area"]) if cells["area"] else None
    if not cells["grid"]:
        if area is None:
            raise BadCell("grid", _("Write the grid, or the community whose next grid it shall be."))
        if (post, force) != (Post.WORKER, Force.BASE):
            raise BadCell("grid", _("Write the grid; a community is enough for a grid worker of the base force only."))
        return PostRow(user.id, user.username, None, area, str(force), str(post))
    grid = _grid(cells["grid"])
    if area is not None and grid.area_id != area.id:
        raise BadCell("area", _("The grid lies in another community; write that one, or leave it empty."))
    return PostRow(user.id, user.username, grid, area_tree().nodes[grid.area_id], str(force), str(post))


def _word(column: str, words: str, titles: Mapping[Any, Mapping[str, str]], more: Mapping[str, Any]) -> str:
    for code, said in titles.items():
        if words.casefold() in (code, *map(str.casefold, said.values())) or more.get(words) == code:
            return str(code)
    raise BadCell(column, _("Use one of: %s.") % listed((*(said["zh-hans"] for said in titles.values()), *more)))


def _grid(words: str) -> GridNode:
    layer = main_layer()
    nodes = list(layer.nodes.values()) if layer else []
    found = [node for node in nodes if node.code == words] or [
        node for node in nodes if words in (node.name, *node.names.values())
    ]
    if len(found) != 1:
        mend = (
            _("Several grids are called so; write the code.") if found else _("No grid in force has this code or name.")
        )
        raise BadCell("grid", mend)
    return found[0]


def _person(words: str, asked: ImportAsked) -> User:
    """An active account by its sign-in name, or by a name that one person alone bears among those whom one may name."""
    found = list(User.objects.filter(username=normal_name(words), is_active=True))
    if not found:
        rows = User.objects.filter(display_name=words, is_active=True)
        if asked.access is not None:
            rows = rows.filter(unit__area_id__in=asked.access.areas_with(PERMISSION))
        found = list(rows[:2])
    if len(found) != 1:
        mend = _("No account has this sign-in name or name; make it first.")
        if found:
            mend = _("Several people are called so; write the sign-in name.")
        raise BadCell("person", mend)
    return found[0]


def keep_posts(work: Work, rows: Sequence[PostRow], asked: ImportAsked) -> list[Became]:
    """Puts each on their grid. Raises Refusal, such as for a worker of the base force who holds another grid."""
    users = User.objects.in_bulk([row.user_id for row in rows])
    became = []
    for row in rows:
        where = {"grid_id": row.grid.id} if row.grid else {"grid__area_id": row.area.id}
        same = {"user_id": row.user_id, "force": row.force, "post": row.post, **where}
        here = GridAssignment.objects.filter(**same, valid_to__isnull=True).values_list("id", flat=True).first()
        if here is not None:
            became.append(Became(here, "here"))
            continue
        grid = Grid.objects.get(id=row.grid.id if row.grid else _next_grid(row, users[row.user_id]))
        (one,) = assign_to_grids(
            work.actor, user=users[row.user_id], grids=[grid], force=row.force, post=row.post, by=asked.access
        )  # fmt: skip
        became.append(Became(one.id))
    return became


def _next_grid(row: PostRow, user: User) -> int:
    """The first grid of a community, by code, that has no worker of the base force; those with households before dedicated ones, and none
    that nobody lives in. Raises Refusal."""
    layer = main_layer()
    nodes = [
        node
        for node in (layer.nodes.values() if layer else ())
        if node.area_id == row.area.id and node.kind != "undeveloped"
    ]
    taken = set(
        GridAssignment.objects.filter(
            grid_id__in=[node.id for node in nodes], force=row.force, post=row.post, valid_to__isnull=True, user__is_active=True
        ).values_list("grid_id", flat=True)
    )  # fmt: skip
    free = sorted((node.kind != "comprehensive", node.code, node.id) for node in nodes if node.id not in taken)
    if not free:
        raise Refusal(
            _("No grid of %(area)s is left for %(name)s: each of its %(count)s has a worker.")
            % {"area": row.area.title, "name": user.display_name, "count": len(nodes)},
            field="grid",
        )
    return free[0][2]


def take_back_posts(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """Ends what the file began."""
    end_assignments(work.actor, ids=[one.subject_id for one in kept if one.what == "added"], by=asked.access)
    return {}


GRID_STAFF = Import(
    code="grid-staff",
    titles={"zh-hans": "网格力量", "en": "Workers on grids"},
    explained={
        "zh-hans": "每一行是一个人在一个网格里的岗位。基础力量一员一格，专业力量一员多格，应急力量一格多员。"
        "网格员可以只写社区，由系统分到下一个没有网格员的网格。账号要先建好。",
        "en": "Each row is a post of somebody in a grid. The base force is one worker one grid, the professional force one worker several grids, "
        "the response force several workers one grid. A grid worker may have the community alone, and gets the next grid without a worker. "
        "The accounts must be there.",
    },
    permission=PERMISSION,
    columns=(
        ImportColumn(
            code="grid", titles={"zh-hans": "网格编码", "en": "Grid"}, most=120,
            aliases=("网格", "网格名称", "所属网格", "网格代码", "grid_code"), example="YX-001",
            explained={"zh-hans": "编码或名称；只写社区的，空着", "en": "Code or name; empty where only the community is written"},
        ),
        ImportColumn(
            code="person", titles={"zh-hans": "登录名", "en": "Sign-in name"}, required=True, most=80,
            aliases=("网格员", "姓名", "人员", "账号", "用户名", "username"), example="chen.fang",
            explained={"zh-hans": "登录名；不重名时也可以写姓名", "en": "Sign-in name, or a name that one person alone bears"},
        ),
        ImportColumn(
            code="post", titles={"zh-hans": "岗位", "en": "Post"}, most=40, aliases=("职务", "身份"), example="网格员",
            explained={"zh-hans": "网格员、网格长、副网格长、包片干部；空着是网格员", "en": "Grid worker, Grid head, Deputy grid head, Official in charge"},
        ),
        ImportColumn(
            code="force", titles={"zh-hans": "力量", "en": "Force"}, most=40, aliases=("力量类型", "队伍", "队伍类型"), example="基础力量",
            explained={"zh-hans": "基础力量、专业力量、应急力量；网格员空着是基础力量", "en": "Base force, Professional force, Response force"},
        ),
        ImportColumn(
            code="area", titles={"zh-hans": "社区", "en": "Community"}, most=120,
            aliases=("所属社区", "社区代码", "社区编码", "社区名称", "区划代码"), example="",
            explained={
                "zh-hans": "代码或名称；不写网格的，是该社区下一个没有网格员的网格",
                "en": "Code or name; without a grid, the next grid of the community that has no worker",
            },
        ),
    ),
    row=post_row,
    reference=lambda row: row.reference,
    keep=keep_posts,
    take_back=take_back_posts,
    area=lambda row: row.area.id,
)  # fmt: skip
