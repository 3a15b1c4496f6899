"""Walking a round, made for a phone held in rain: today's rounds, the points of one, one point with its few questions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import access_on, staff_page
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import answer_once, do_once, posted_from
from linli.core.platform.public import Actor, BadInput, NotThere, Refusal, now, receive_photo, typed_position, value_of
from linli.lib.outside import whole_number
from linli.subsystems.patrol.public import (
    CheckPoint,
    Round,
    check_point,
    end_round,
    find_round,
    my_rounds,
    points_of_round,
    start_round,
)
from linli.subsystems.patrol.settings import RADIUS_M

MOST_PHOTOS = 4


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
        "rows": rows, "everything": everything, "me": access.user_id, "notice": refusal.sentence if refusal else "",
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


def _the_round(request: HttpRequest, round_id: int) -> Round:
    walked = find_round(access_on(request), round_id)
    if walked is None:
        raise NotThere(_("There is no such round."))
    return walked


@require_GET
@staff_page("patrol.walk")
def round_page(request: HttpRequest, round_id: int) -> HttpResponse:
    """The points of a round: the next one first, what is passed below."""
    return _round(request, _the_round(request, round_id))


def _round(request: HttpRequest, walked: Round, refusal: Refusal | None = None) -> HttpResponse:
    states = points_of_round(walked)
    left = [one.point for one in states if one.check is None]
    context = {
        "round": walked, "left": left, "passed": [one for one in states if one.check], "due": len(states),
        "mine": walked.worker_id == access_on(request).user_id, "notice": refusal.sentence if refusal else "",
        "is_over": walked.ended_at is not None or walked.closed_at is not None or now() >= walked.closes_at,
        "may_go_on": walked.ended_at is not None and walked.closed_at is None and now() < walked.closes_at,
    }  # fmt: skip
    return render(request, "patrol/round.html", context, status=refusal.status if refusal else 200)


@posted_from("patrol:round", "round_id")
@staff_page("patrol.walk")
def end_page(request: HttpRequest, round_id: int) -> HttpResponseBase:
    """Ends one's own round."""
    walked, access = _the_round(request, round_id), access_on(request)
    return answer_once(
        request,
        ["patrol.end_round", round_id],
        lambda actor, _uuid: end_round(actor, access=access, round_id=round_id).id,
        to=reverse("patrol:today"),
        refused=lambda refusal: _round(request, walked, refusal),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("patrol.walk")
def point_page(request: HttpRequest, round_id: int, point_id: int) -> HttpResponse:
    """One point: I am here, all is well or something is wrong."""
    walked = _the_round(request, round_id)
    state = next((one for one in points_of_round(walked) if one.point.id == point_id), None)
    if state is None:
        raise NotThere(_("There is no such check point."))
    if request.method != "POST":
        return _point(request, walked, state.point, request.GET)
    try:
        _send_check(request, round_id, point_id)
    except NotThere:
        raise
    except Refusal as refusal:
        return _point(request, walked, state.point, request.POST, refusal)
    return HttpResponseRedirect(reverse("patrol:round", args=[round_id]))


def _send_check(request: HttpRequest, round_id: int, point_id: int) -> None:
    post, access = request.POST, access_on(request)
    lon, lat = typed_position(post)
    found = post.get("found") == "yes"
    if found and not (post.get("finding", "").strip() or post.get("category_id") or request.FILES):
        raise BadInput(_("Say in a few words what is wrong, or add a photo."), field="finding")
    category = whole_number(post.get("category_id", ""))
    if category is None and post.get("category_id"):
        raise BadInput(_("This category is not in force; choose again."), field="category_id")
    files = _photos(request) if found else ()
    given: dict[str, Any] = {
        "lon": lon, "lat": lat, "code": post.get("code", ""), "note": post.get("note", ""),
        "finding": post.get("finding", "") if found else "", "category_id": category if found else None,
        "files": files,
    }  # fmt: skip

    def effect(actor: Actor, uuid: UUID) -> int:
        return check_point(actor, access=access, round_id=round_id, point_id=point_id, uuid=uuid, **given).id

    stored = [file["stored_file_id"] for file in files]
    do_once(request, ["patrol.check", round_id, point_id, *stored], effect)


def _photos(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    uploads: list[UploadedFile[Any]] = [one for one in request.FILES.getlist("photos") if one.size or one.name]
    if len(uploads) > MOST_PHOTOS:
        raise BadInput(_("At most %s photos; take some out.") % MOST_PHOTOS, field="photos")
    return tuple(
        {"role": "report", "stored_file_id": receive_photo(one, one.name or "", field="photos").id}  # type: ignore[arg-type]
        for one in uploads
    )


def _point(
    request: HttpRequest, walked: Round, point: CheckPoint, typed: QueryDict, refusal: Refusal | None = None
) -> HttpResponse:
    usual = catalogue().categories.get(point.category_id) if point.category_id is not None else None
    sign = catalogue().by_code.get(("patrol", "matter", "P02"))
    context = {
        "round": walked, "point": point, "typed": typed, "radius_m": value_of(RADIUS_M), "refusal": refusal,
        "categories": [one for one in (usual, sign) if one is not None], "at": [point.lon, point.lat],
        "errors": {refusal.field: refusal.sentence} if refusal and refusal.field else {},
        "notice": refusal.sentence if refusal and refusal.field not in ("lon", "code", "finding", "photos") else "",
    }  # fmt: skip
    return render(request, "patrol/point.html", context, status=refusal.status if refusal else 200)
