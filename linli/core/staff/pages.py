"""The grid board: every grid with who works there, and the gaps; on screen and on paper. And the facts of one grid beside the map."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, opens_to, staff_page
from linli.core.areas.public import AreaNode, area_tree
from linli.core.grids.public import GridKind, grid_for, grids_for, main_layer
from linli.core.platform.public import NotThere, listed
from linli.core.staff.public import Assigned, Force, Post, staff_of
from linli.core.staff.staffing_pages import staffing_urls
from linli.core.staff.version_pages import version_urls

MOST_GRIDS = 1000


@dataclass(frozen=True)
class Person:
    """One person on a grid, in words."""

    name: str
    post: str
    force: str


@dataclass(frozen=True)
class BoardRow:
    """One grid of the board."""

    code: str
    title: str
    kind: str
    worker: str
    people: list[Person]
    is_gap: bool


def people_of(grid_id: int) -> list[Person]:
    """Everybody on a grid, workers first."""
    order = {"head": 0, "deputy": 1, "worker": 2, "official": 3}
    found: list[Assigned] = sorted(staff_of(grid_id), key=lambda person: order.get(person.post, 9))
    return [Person(one.name, str(Post(one.post).label), str(Force(one.force).label)) for one in found]


def _row(grid_id: int, code: str) -> BoardRow:
    layer = main_layer()
    node = layer.nodes.get(grid_id) if layer else None
    staff = staff_of(grid_id)
    base = [person.name for person in staff if person.post == "worker" and person.force == "base"]
    others = [person for person in people_of(grid_id) if person.name not in base]
    kind = str(GridKind(node.kind).label) if node else ""
    return BoardRow(code, node.title if node else code, kind, listed(base), others, not base)


@require_GET
@staff_page("staff.view")
def grid_board(request: HttpRequest) -> HttpResponse:
    """The grids of the person's areas by community, with their staff and gaps; of one area, with what departments show of it."""
    access = access_on(request)
    tree, only_gaps = area_tree(), request.GET.get("gaps") == "1"
    chosen = tree.by_code.get(request.GET.get("area", ""))
    rows = grids_for(access)
    if chosen is not None:
        rows = rows.filter(area_id__in=tree.subtree(chosen.id))
    found = list(rows.values_list("id", "code", "area_id")[: MOST_GRIDS + 1])
    made = [(area_id, _row(grid_id, code)) for grid_id, code, area_id in found[:MOST_GRIDS]]
    gap_count = sum(row.is_gap for _area, row in made)
    shown = [(area_id, row) for area_id, row in made if row.is_gap or not only_gaps]
    shown.sort(key=lambda pair: (tree.nodes[pair[0]].code if pair[0] in tree.nodes else "", pair[1].code))
    groups = [
        (tree.nodes.get(area_id), [row for _area, row in pairs])
        for area_id, pairs in groupby(shown, key=lambda pair: pair[0])
    ]
    context = {
        "groups": groups, "count": len(made), "gap_count": gap_count, "only_gaps": only_gaps, "chosen": chosen,
        "is_mine": chosen is not None and access.may_in_area("staff.view", chosen.id),
        "may_assign": access.may("staff.assign"), "areas": _areas(access, chosen), "too_many": len(found) > MOST_GRIDS,
        "sees_versions": access.may("grid.view"), "sees_map": opens_to(access, "map"),
    }  # fmt: skip
    return render(request, "staff/board.html", context)


def _areas(access: Access, chosen: AreaNode | None) -> list[AreaNode]:
    """One step further down."""
    tree = area_tree()
    tops = [chosen.id] if chosen else access.tops_with("staff.view")
    return [tree.nodes[area_id] for top in tops for area_id in tree.children.get(top, ())]


@require_GET
@staff_page("grid.view", part=True)
def grid_facts(request: HttpRequest, code: str) -> HttpResponse:
    """Who works in a grid, for the panel beside the map."""
    grid = grid_for(access_on(request), code)
    if grid is None:
        raise NotThere(_("There is no such grid."))
    area = area_tree().nodes.get(grid.area_id)
    context = {
        "row": _row(grid.id, grid.code),
        "people": people_of(grid.id),
        "area": area.title if area else "",
        "grid": grid,
    }
    return render(request, "staff/grid_facts.html", context)


staff_urls = [
    *staffing_urls,
    path("grids/", grid_board, name="grid-board"),
    *version_urls,
    path("map/grids/<str:code>/", grid_facts, name="grid-facts"),
]
