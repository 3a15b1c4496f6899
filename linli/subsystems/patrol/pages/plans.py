"""Plans: the list with today's coverage, one plan with its map, points and what was missed, and the forms to make them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import Access, access_on, staff_page
from linli.core.areas.public import AreaNode, area_tree
from linli.core.cases.public import State
from linli.core.desk.public import answer_once, do_once, posted_from
from linli.core.grids.public import GridNode, extent_of, main_layer
from linli.core.platform.public import BadInput, NotThere, Refusal, local_today, typed_position
from linli.lib.outside import day
from linli.subsystems.patrol.public import (
    Days,
    PatrolPlan,
    PointPlan,
    add_point,
    end_plan,
    find_plan,
    list_plans,
    make_plan,
    missed_points,
    passed_today,
    plans_today,
    points_in_force,
    recent_rounds,
    retire_point,
)

MOST_CHOICES = 500
SPANS_SHOWN = 3
ROUNDS_SHOWN = 5  # the older ones unfold
USUAL_TIMES = [("08:00", "11:30"), ("14:00", "17:30"), ("", "")]


@require_GET
@staff_page("patrol.view")
def home(request: HttpRequest) -> HttpResponse:
    """Where the menu leads: who walks rounds begins with today's, everybody else with the plans."""
    access = access_on(request)
    walks_only = access.may("patrol.walk") and not access.may("patrol.plan")
    return HttpResponseRedirect(reverse("patrol:today" if walks_only else "patrol:plans"))


@require_GET
@staff_page("patrol.view")
def plans_page(request: HttpRequest) -> HttpResponse:
    """The plans of the person's areas with today's coverage."""
    access = access_on(request)
    page = list_plans(access, cursor=request.GET.get("cursor", ""))
    context = {
        "rows": page.rows, "next_cursor": page.next_cursor, "paged": bool(request.GET.get("cursor")),
        "may_plan": access.may("patrol.plan"), "may_walk": access.may("patrol.walk"),
    }  # fmt: skip
    return render(request, "patrol/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("patrol.plan")
def new_plan(request: HttpRequest) -> HttpResponse:
    """The form of a new plan; points can be pasted here, or marked on the map of the plan afterwards."""
    if request.method != "POST":
        return _plan_form(request, QueryDict())
    try:
        plan_id = _send_plan(request)
    except Refusal as refusal:
        return _plan_form(request, request.POST, refusal=refusal)
    return HttpResponseRedirect(reverse("patrol:plan", args=[int(plan_id)]))


def _send_plan(request: HttpRequest) -> str:
    access, post = access_on(request), request.POST
    first, last = post.getlist("first")[:12], post.getlist("last")[:12]
    given: dict[str, Any] = {
        "name": post.get("name", ""), "area_code": post.get("area_code", ""), "grid_code": post.get("grid_code", ""),
        "days": post.get("days", ""), "times": [pair for pair in zip(first, last, strict=False) if any(pair)],
        "valid_from": _day(post.get("valid_from", ""), "valid_from") or _missing("valid_from"),
        "valid_to": _day(post.get("valid_to", ""), "valid_to"), "points": tuple(parse_points(post.get("points", ""))),
    }  # fmt: skip
    return do_once(
        request, ["patrol.plan"], lambda actor, uuid: make_plan(actor, access=access, uuid=uuid, **given).id
    ).body


def _missing(field: str) -> date:
    raise BadInput(_("Choose the first day."), field=field)


def _day(words: str, field: str) -> date | None:
    if not words.strip():
        return None
    found = day(words.strip())
    if found is None:
        raise BadInput(_("Write the day as 2026-11-21."), field=field)
    if not 2000 <= found.year < 2100:
        raise BadInput(_("Choose a day of this century."), field=field)
    return found


def parse_points(words: str) -> list[PointPlan]:
    """Points pasted one a line: name, longitude, latitude, with commas or tabs between. Raises BadInput with the line."""
    found = []
    for number, line in enumerate(words.splitlines(), 1):
        cells = [cell.strip() for cell in line.replace("，", ",").replace("\t", ",").split(",")]
        if not any(cells):
            continue
        try:
            name, lon, lat = cells
            found.append(PointPlan(name, float(lon), float(lat)))
        except ValueError:
            raise BadInput(
                _("Line %s: write name, longitude, latitude, with commas between.") % number, field="points"
            ) from None
    return found


def _plan_form(request: HttpRequest, typed: QueryDict, *, refusal: Refusal | None = None) -> HttpResponse:
    access = access_on(request)
    spans = list(zip(typed.getlist("first"), typed.getlist("last"), strict=False)) if refusal else USUAL_TIMES
    context = {
        "typed": typed, "areas": _areas(access), "grids": _grids(access), "days": Days.choices,
        "today": local_today(), "chosen_days": typed.get("days") or Days.WORK_DAYS, "spans": spans, "refusal": refusal,
        "errors": {refusal.field: refusal.sentence} if refusal and refusal.field else {},
        "notice": refusal.sentence if refusal and not refusal.field else "",
    }  # fmt: skip
    return render(request, "patrol/plan_form.html", context, status=refusal.status if refusal else 200)


def _areas(access: Access) -> list[AreaNode]:
    """The communities that may be chosen, or the streets where these are too many."""
    tree, ids = area_tree(), access.areas_with("patrol.plan")
    for level in ("community", "street"):
        found = [tree.nodes[area_id] for area_id in ids if tree.nodes[area_id].level == level]
        if found and len(found) <= MOST_CHOICES:
            return sorted(found, key=lambda node: node.code)
    return []


def _grids(access: Access) -> list[GridNode]:
    """The grids that may be chosen; none where these are too many to choose from."""
    layer, ids = main_layer(), set(access.areas_with("patrol.plan"))
    found = [node for node in layer.nodes.values() if node.area_id in ids] if layer else []
    return sorted(found, key=lambda node: node.code) if len(found) <= MOST_CHOICES else []


@require_GET
@staff_page("patrol.view")
def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: map, points, rounds of today and of the last days, what was missed."""
    return _plan_page(request, _the_plan(request, plan_id))


def _the_plan(request: HttpRequest, plan_id: int) -> PatrolPlan:
    plan = find_plan(access_on(request), plan_id)
    if plan is None:
        raise NotThere(_("There is no such patrol plan."))
    return plan


def _plan_page(
    request: HttpRequest, plan: PatrolPlan, *, refusal: Refusal | None = None, typed: QueryDict | None = None
) -> HttpResponse:
    access, points, passed = access_on(request), points_in_force(plan), passed_today(plan)
    recent = recent_rounds(plan)
    features = [_feature(point.lon, point.lat, point.name, str(point.uuid), point.id in passed) for point in points]
    area = area_tree().nodes.get(plan.area_id)
    context = {
        "plan": plan, "today": plans_today([plan])[0], "points": [(point, point.id in passed) for point in points],
        "area": area.title if area else "", "may_plan": access.may_in_area("patrol.plan", plan.area_id),
        "may_walk": access.may("patrol.walk"), "first_rounds": recent[:ROUNDS_SHOWN], "older_rounds": recent[ROUNDS_SHOWN:],
        "missed": [(one, state, State(state).label) for one, state in missed_points(plan)],
        "may_see_cases": access.may("case.view"), "point_map": {"type": "FeatureCollection", "features": features},
        "bounds": None if points else extent_of({plan.area_id}), "typed": typed or {},
        "errors": {refusal.field: refusal.sentence} if refusal and refusal.field else {},
        "notice": refusal.sentence if refusal and not refusal.field else "",
    }  # fmt: skip
    return render(request, "patrol/plan.html", context, status=refusal.status if refusal else 200)


def _feature(lon: float, lat: float, name: str, uuid: str, is_passed: bool) -> dict[str, Any]:
    """A point for the map: a tick when it was passed in the last round of today, a ring otherwise."""
    properties = {"uuid": uuid, "title": name, "clock": "done" if is_passed else "on_time", "url": f"#point-{uuid}"}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}


@posted_from("patrol:plan", "plan_id")
@staff_page("patrol.plan")
def new_point(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Adds a point that was marked on the map or typed."""
    plan, access, post = _the_plan(request, plan_id), access_on(request), request.POST
    try:
        lon, lat = typed_position(post)
        if lon is None or lat is None:
            raise BadInput(_("Mark the point on the map, or type its coordinates."), field="lon")
        point = PointPlan(post.get("point_name", ""), lon, lat)
        do_once(
            request,
            ["patrol.point", plan_id],
            lambda actor, _uuid: add_point(actor, access=access, plan_id=plan_id, point=point).id,
        )
    except NotThere:
        raise
    except Refusal as refusal:
        return _plan_page(request, plan, refusal=refusal, typed=post)
    return HttpResponseRedirect(reverse("patrol:plan", args=[plan_id]) + "#points")


@posted_from("patrol:plan", "plan_id")
@staff_page("patrol.plan")
def take_point_out(request: HttpRequest, plan_id: int, point_id: int) -> HttpResponseBase:
    """Takes a point out of the plan."""
    plan, access = _the_plan(request, plan_id), access_on(request)
    return answer_once(
        request,
        ["patrol.point_out", plan_id, point_id],
        lambda actor, _uuid: retire_point(actor, access=access, plan_id=plan_id, point_id=point_id),
        to=reverse("patrol:plan", args=[plan_id]) + "#points",
        refused=lambda refusal: _plan_page(request, plan, refusal=refusal),
    )


@posted_from("patrol:plan", "plan_id")
@staff_page("patrol.plan")
def end_the_plan(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Ends a plan with today."""
    plan, access = _the_plan(request, plan_id), access_on(request)
    return answer_once(
        request,
        ["patrol.end", plan_id],
        lambda actor, _uuid: end_plan(actor, access=access, plan_id=plan_id),
        to=reverse("patrol:plan", args=[plan_id]),
        refused=lambda refusal: _plan_page(request, plan, refusal=refusal),
    )
