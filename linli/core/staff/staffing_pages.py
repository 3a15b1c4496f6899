"""Staffing: the communities with their gaps; of one its grids, who works there and how many households that is, and the three moves: put
somebody on grids, end, hand over, each for several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, Colleague, User, access_on, staff_page
from linli.core.areas.public import AreaNode, area_tree
from linli.core.desk.public import DeskForm, ManyChooser, Offer, PersonField, posted_from
from linli.core.grids.public import Grid, GridNode, main_layer
from linli.core.platform.public import Actor, BadInput, NotThere, listed
from linli.core.staff.public import (
    ASSIGN_PERMISSION,
    Assigned,
    Force,
    GridAssignment,
    Post,
    assign_to_grids,
    end_assignments,
    grids_of,
    hand_over,
    households_of,
    staff_of,
)

FORCES = [
    (Force.BASE, gettext_lazy("Base force: one worker, one grid")),
    (Force.PROFESSIONAL, gettext_lazy("Professional force: one worker, several grids")),
    (Force.RESPONSE, gettext_lazy("Response force: several workers, one grid")),
]
SAID = {
    "assigned": gettext_lazy("The post is given."),
    "ended": gettext_lazy("The post is ended."),
    "handed": gettext_lazy("The posts are handed over."),
}


class GridsField(ManyChooser[GridNode]):
    """Grids of one community."""

    def __init__(self, area_id: int, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Grids"), **kwargs})
        self.area_id = area_id

    def offers(self, access: Access) -> Iterable[Offer[GridNode]]:  # noqa: ARG002 - the page asked for the area
        """By code, those without a worker marked."""
        return [
            Offer(node.code, node.title if _workers(node.id) else _("%s (no worker)") % node.title, node)
            for node in grids_in(self.area_id)
        ]


class PostsField(ManyChooser[int]):
    """Posts in force in the grids of one community; cleaned to the ids of their assignments."""

    def __init__(self, area_id: int, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Posts"), **kwargs})
        self.area_id = area_id

    def offers(self, access: Access) -> Iterable[Offer[int]]:  # noqa: ARG002 - as above
        """By grid."""
        nodes = {node.id: node for node in grids_in(self.area_id)}
        rows = GridAssignment.objects.filter(grid_id__in=nodes, valid_to__isnull=True, user__is_active=True)
        found = rows.order_by("grid__code", "id").values_list("id", "grid_id", "user__display_name", "post", "force")
        return [
            Offer(str(id_), f"{nodes[grid_id].title} · {name} · {Post(post).label} · {Force(force).label}", id_)
            for id_, grid_id, name, post, force in found
        ]


def assign_form(area: AreaNode) -> type[DeskForm]:
    """The form that puts somebody on grids of a community."""

    class AssignForm(DeskForm):
        """Who, on which grids, as what."""

        person = PersonField()
        force = forms.ChoiceField(label=gettext_lazy("Force"), choices=FORCES)
        post = forms.ChoiceField(label=gettext_lazy("Post"), choices=Post.choices)
        grids = GridsField(area.id)
        names = {"user": "person", "grid": "grids"}

    return AssignForm


def move_form(area: AreaNode) -> type[DeskForm]:
    """The form that ends posts of a community, or hands them to somebody."""

    class MoveForm(DeskForm):
        """Which posts, and to whom."""

        posts = PostsField(area.id)
        to = PersonField(
            label=gettext_lazy("Hand over to"),
            required=False,
            help_text=gettext_lazy("Only needed when they are handed over."),
        )
        names = {"user": "to", "grids": "posts"}

    return MoveForm


@dataclass(frozen=True)
class GridLine:
    """One grid of the community: `worker` are who walks it, `others` everybody else in words."""

    code: str
    title: str
    households: int | None
    worker: str
    others: list[str]


@dataclass(frozen=True)
class LoadLine:
    """What one worker has: grids and households, anywhere."""

    name: str
    grids: int
    households: int


@dataclass(frozen=True)
class AreaLine:
    """One community of the list."""

    area: AreaNode
    above: str
    grids: int
    gaps: int


def grids_in(area_id: int) -> list[GridNode]:
    """The grids of the main layer in force in an area itself, by code."""
    layer = main_layer()
    found = [node for node in layer.nodes.values() if node.area_id == area_id] if layer else []
    return sorted(found, key=lambda node: node.code)


def _workers(grid_id: int) -> list[Assigned]:
    """Whoever walks a grid, of whatever force: one without anybody is a gap here, as in what the city needs."""
    return [one for one in staff_of(grid_id) if one.post == Post.WORKER]


def _worker_words(one: Assigned) -> str:
    return one.name if one.force == Force.BASE else f"{one.name} · {Force(one.force).label}"


@require_GET
@staff_page(ASSIGN_PERMISSION)
def staffing_page(request: HttpRequest) -> HttpResponse:
    """The communities with grids, those with gaps first; with `area` the one that is named."""
    access, code = access_on(request), request.GET.get("area", "")
    if code:
        return _community(request, _area(access, code))
    tree, layer = area_tree(), main_layer()
    mine = set(access.areas_with(ASSIGN_PERMISSION))
    counts: dict[int, tuple[int, int]] = {}
    for node in layer.nodes.values() if layer else ():
        if node.area_id in mine:
            grids, gaps = counts.get(node.area_id, (0, 0))
            counts[node.area_id] = (grids + 1, gaps + (not _workers(node.id)))
    lines = [
        AreaLine(tree.nodes[area_id], " · ".join(one.title for one in tree.ancestors(area_id)[1:-1][::-1]), *found)
        for area_id, found in counts.items()
    ]
    lines.sort(key=lambda one: (-one.gaps, one.area.code))
    return render(request, "staff/staffing.html", {"lines": lines, "gaps": sum(one.gaps for one in lines)})


def _area(access: Access, code: str) -> AreaNode:
    area = area_tree().by_code.get(code)
    if area is None or not access.may_in_area(ASSIGN_PERMISSION, area.id):
        raise NotThere(_("There is no such area of yours."))
    return area


def _community(
    request: HttpRequest, area: AreaNode, *, assigning: DeskForm | None = None, moving: DeskForm | None = None
) -> HttpResponse:
    nodes = grids_in(area.id)
    workers = {one.user_id: one.name for node in nodes for one in staff_of(node.id) if one.post == Post.WORKER}
    held = {user_id: grids_of(user_id) for user_id in workers}
    households = households_of({node.id for node in nodes} | {one for grids in held.values() for one in grids})
    lines = []
    for node in nodes:
        walking = _workers(node.id)
        others = [
            f"{one.name} · {Post(one.post).label} · {Force(one.force).label}"
            for one in staff_of(node.id)
            if one not in walking
        ]
        lines.append(
            GridLine(
                node.code, node.title, households.get(node.id), listed(_worker_words(one) for one in walking), others
            )
        )
    loads = [
        LoadLine(name, len(held[user_id]), sum(households.get(one, 0) for one in held[user_id]))
        for user_id, name in workers.items()
    ]
    done, forms_sent = SAID.get(request.GET.get("done", "")), assigning or moving
    context: dict[str, Any] = {
        "area": area, "lines": lines, "gaps": sum(not one.worker for one in lines),
        "loads": sorted(loads, key=lambda one: (-one.households, one.name)),
        "assigning": assigning or assign_form(area)(request, fresh=True, code="assign"),
        "moving": moving or move_form(area)(request, fresh=True, code="move"),
        "anybody": any(staff_of(node.id) for node in nodes), "toasts": [{"text": done}] if done else [],
    }  # fmt: skip
    return render(request, "staff/community.html", context, status=forms_sent.status if forms_sent else 200)


def _sent(area: AreaNode, done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('staffing')}?area={area.code}&done={done}")


def _user(colleague: Colleague) -> User:
    return User.objects.get(id=colleague.user_id)


def _from_list(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    return posted_from("staffing")(staff_page(ASSIGN_PERMISSION)(view))


def assign_page(request: HttpRequest, area_code: str) -> HttpResponse:
    """Puts somebody on the grids that are ticked."""
    by = access_on(request)
    area = _area(by, area_code)
    form = assign_form(area)(request, code="assign")

    def effect(actor: Actor, _uuid: UUID) -> int:
        given = form.cleaned_data
        grids = list(Grid.objects.filter(id__in=[node.id for node in given["grids"]]).order_by("code"))
        made = assign_to_grids(actor, user=_user(given["person"]), grids=grids, force=given["force"], post=given["post"], by=by)  # fmt: skip
        return len(made)

    answer = form.send(["staffing", area.id], effect)
    return _community(request, area, assigning=form) if answer is None else _sent(area, "assigned")


def move_page(request: HttpRequest, area_code: str) -> HttpResponse:
    """Ends the posts that are ticked, or hands them over."""
    by, ends = access_on(request), request.POST.get("what") == "end"
    area = _area(by, area_code)
    form = move_form(area)(request, code="move")

    def effect(actor: Actor, _uuid: UUID) -> int:
        given = form.cleaned_data
        if ends:
            return end_assignments(actor, ids=given["posts"], by=by)
        if given["to"] is None:
            raise BadInput(_("Choose to whom they are handed over."), field="to")
        return len(hand_over(actor, ids=given["posts"], to=_user(given["to"]), by=by))

    answer = form.send(["staffing move", area.id], effect)
    return _community(request, area, moving=form) if answer is None else _sent(area, "ended" if ends else "handed")


staffing_urls = [
    path("grids/staffing/", staffing_page, name="staffing"),
    path("grids/staffing/<str:area_code>/assign/", _from_list(assign_page), name="staffing-assign"),
    path("grids/staffing/<str:area_code>/move/", _from_list(move_page), name="staffing-move"),
]
