"""Plans: the list with today's coverage, one plan with its map, points and what was missed, and the forms to make them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import access_on, staff_page
from linli.core.areas.public import area_tree
from linli.core.cases.public import State
from linli.core.desk.public import answer_once, posted_from
from linli.core.grids.public import extent_of
from linli.core.platform.public import Actor, NotThere, Refusal, local_today
from linli.subsystems.patrol.pages.forms import PlanForm, PointForm
from linli.subsystems.patrol.public import (
    Days,
    PatrolPlan,
    PointPlan,
    add_point,
    end_plan,
    find_plan,
    make_plan,
    missed_points,
    passed_today,
    plans_today,
    points_in_force,
    recent_rounds,
    retire_point,
)

ROUNDS_SHOWN = 5  # the older ones unfold
USUAL_TIMES = [("08:00", "11:30"), ("14:00", "17:30"), ("", "")]


@require_GET
@staff_page("patrol.view")
def home(request: HttpRequest) -> HttpResponse:
    """Where the menu leads: who walks rounds begins with today's, everybody else with the plans."""
    access = access_on(request)
    walks_only = access.may("patrol.walk") and not access.may("patrol.plan")
    return HttpResponseRedirect(reverse("patrol:today" if walks_only else "patrol:plans"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("patrol.plan")
def new_plan(request: HttpRequest) -> HttpResponse:
    """The form of a new plan; points can be pasted here, or marked on the map of the plan afterwards."""
    usual = {"times": USUAL_TIMES, "days": Days.WORK_DAYS, "valid_from": local_today()}
    form, access = PlanForm(request, initial=usual), access_on(request)

    def effect(actor: Actor, uuid: UUID) -> int:
        given = dict(form.cleaned_data)
        area, grid = given.pop("area"), given.pop("grid")
        codes = {"area_code": area.code, "grid_code": grid.code if grid else ""}
        return make_plan(actor, access=access, uuid=uuid, **codes, **given).id

    answer = form.send(["patrol.plan"], effect)
    if answer is None:
        return render(request, "patrol/plan_form.html", {"form": form}, status=form.status)
    return HttpResponseRedirect(reverse("patrol:plan", args=[int(answer.body)]))


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
    request: HttpRequest, plan: PatrolPlan, *, refusal: Refusal | None = None, form: PointForm | None = None
) -> HttpResponse:
    access, points, passed = access_on(request), points_in_force(plan), passed_today(plan)
    recent = recent_rounds(plan)
    features = [_feature(point.lon, point.lat, point.name, str(point.uuid), point.id in passed) for point in points]
    point_map = {"type": "FeatureCollection", "features": features}
    area, form = area_tree().nodes.get(plan.area_id), form or PointForm(request, fresh=True)
    shown = {"cases": point_map} if points else {"bounds": extent_of({plan.area_id})}
    form.fields["place"].widget.map = {"title": _("Mark the check point"), **shown}
    context = {
        "plan": plan, "today": plans_today([plan])[0], "points": [(point, point.id in passed) for point in points],
        "area": area.title if area else "", "may_plan": access.may_in_area("patrol.plan", plan.area_id),
        "may_walk": access.may("patrol.walk"), "first_rounds": recent[:ROUNDS_SHOWN], "older_rounds": recent[ROUNDS_SHOWN:],
        "missed": [(one, state, State(state).label) for one, state in missed_points(plan)],
        "may_see_cases": access.may("case.view"), "point_map": point_map, "form": form,
        "notice": refusal.sentence if refusal else "",
    }  # fmt: skip
    return render(request, "patrol/plan.html", context, status=refusal.status if refusal else form.status)


def _feature(lon: float, lat: float, name: str, uuid: str, is_passed: bool) -> dict[str, Any]:
    """A point for the map: a tick when it was passed in the last round of today, a ring otherwise."""
    properties = {"uuid": uuid, "title": name, "clock": "done" if is_passed else "on_time", "url": f"#point-{uuid}"}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": properties}


@posted_from("patrol:plan", "plan_id")
@staff_page("patrol.plan")
def new_point(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Adds a point that was marked on the map or typed."""
    plan, access, form = _the_plan(request, plan_id), access_on(request), PointForm(request)

    def effect(actor: Actor, _uuid: UUID) -> int:
        place = form.cleaned_data["place"]
        point = PointPlan(form.cleaned_data["name"], place.lon, place.lat)
        return add_point(actor, access=access, plan_id=plan_id, point=point).id

    if form.send(["patrol.point", plan_id], effect) is None:
        return _plan_page(request, plan, form=form)
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
