"""Walking a round, made for a phone held in rain: today's rounds, the points of one, one point with its few questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import Access, access_on, staff_page
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import answer_once, posted_from
from linli.core.flow.public import Entry, ItemPages
from linli.core.platform.public import Actor, NotThere, Refusal, now, value_of
from linli.subsystems.patrol.pages.forms import CheckForm
from linli.subsystems.patrol.public import (
    ROUND,
    Round,
    RoundState,
    check_point,
    may_walk,
    my_rounds,
    points_of_round,
    start_round,
)
from linli.subsystems.patrol.settings import RADIUS_M


def _points(walked: Round, access: Access) -> dict[str, Any]:
    """The points of a round: those still to check, the next one first, and those passed."""
    states = points_of_round(walked)
    is_over = walked.state == RoundState.CLOSED or now() >= walked.closes_at
    is_mine = walked.begun_by_id == access.user_id
    return {
        "left": [one.point for one in states if one.check is None], "passed": [one for one in states if one.check],
        "due_points": len(states), "is_mine": is_mine, "is_over": is_over, "may_walk": access.may("patrol.walk"),
        "may_check": is_mine and not is_over and walked.state == RoundState.WALKING,
    }  # fmt: skip


def _said(entry: Entry) -> list[str]:
    """How many points were passed, once they are counted."""
    if entry.event.action != "close":
        return []
    return [_("%(checked)s of %(due)s points checked") % entry.event.facts]


PAGES = ItemPages(
    flow=ROUND,
    back="patrol:rounds",
    back_title=gettext_lazy("Past rounds"),
    facts=lambda _round, _access: (),
    said=_said,
    more=_points,
    template="patrol/round.html",
)


@require_GET
@staff_page("patrol.walk")
def today_page(request: HttpRequest) -> HttpResponse:
    """Today's rounds of one's own grids, and on request those of colleagues."""
    return _today(request)


def _today(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    access, everything = access_on(request), request.GET.get("all") == "1"
    instant = now()
    rows = [
        (plan, one, one.state in ("open", "complete") and one.window.holds(instant))
        for plan in my_rounds(access, everything=everything)
        for one in plan.rounds
    ]
    rows.sort(key=lambda row: (not row[2], row[1].window.opens_at, row[0].plan.id))
    context = {
        "rows": rows, "everything": everything, "me": access.user_id, "walking": RoundState.WALKING, "notice": refusal.sentence if refusal else "",
        "may_see_plans": access.may("patrol.view"),
    }  # fmt: skip
    return render(request, "patrol/today.html", context, status=refusal.status if refusal else 200)


@posted_from("patrol:today")
@staff_page("patrol.walk")
def start_page(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Starts the round that is due now, or takes one's own up again."""
    access = access_on(request)
    return answer_once(
        request,
        ["patrol.start", plan_id],
        lambda actor, uuid: start_round(actor, access=access, plan_id=plan_id, uuid=uuid).id,
        to=lambda body: reverse("patrol:round", args=[int(body)]),
        refused=lambda refusal: _today(request, refusal),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("patrol.walk")
def point_page(request: HttpRequest, round_id: int, point_id: int) -> HttpResponse:
    """One point: I am here, all is well or something is wrong."""
    walked, access = PAGES.item(request, round_id), access_on(request)
    may_walk(walked, access)
    state = next((one for one in points_of_round(walked) if one.point.id == point_id), None)
    if state is None:
        raise NotThere(_("There is no such check point."))
    form = CheckForm(request, code="check")
    usual = catalogue().categories.get(state.point.category_id or 0)
    sign = catalogue().by_code.get(("patrol", "matter", "P02"))
    form.offer([one for one in (usual, sign) if one is not None])

    def effect(actor: Actor, uuid: UUID) -> int:
        given = dict(form.cleaned_data)
        files = tuple({"role": "report", "stored_file_id": file.id} for file in given["photos"])
        facts = {name: given[name] for name in ("lon", "lat", "code", "note", "finding")}
        point = {"round_id": round_id, "point_id": point_id, "category_id": given["category"], "files": files}
        return check_point(actor, access=access, uuid=uuid, **facts, **point).id

    if form.send(["patrol.check", round_id, point_id], effect) is None:
        context = {"round": walked, "point": state.point, "form": form, "radius_m": value_of(RADIUS_M)}
        return render(request, "patrol/point.html", context, status=form.status)
    return HttpResponseRedirect(reverse("patrol:round", args=[round_id]))
