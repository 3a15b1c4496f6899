"""Reporting by the staff: what, where, photos, category; similar cases are shown before sending. And solved on the spot."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.algorithms.coordinates import COORDINATE_SYSTEMS
from linli.core.access.public import Access, access_on, actor_on, staff_page
from linli.core.areas.public import area_tree
from linli.core.cases.pages.alike import alike_nearby
from linli.core.cases.pages.categories import offered_for
from linli.core.cases.pages.extent import start_of_map, tile_layers
from linli.core.cases.pages.photos import take_photos
from linli.core.cases.public import OutsideCity, Source, may_report, parse_report, report_case, solve_on_spot
from linli.core.catalogue.public import catalogue
from linli.core.platform.public import BadInput, NotThere, Refusal, Work, effect_uuid, once, typed_position
from linli.lib.canonical import canonical_bytes
from linli.lib.outside import whole_number

MOST_AREAS = 400
DESK_SOURCES = (
    Source.HOTLINE,
    Source.RESIDENT,
    Source.LETTER,
    Source.DEPARTMENT,
    Source.INSPECTION,
    Source.PATROL,
    Source.GRID_WORKER,
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.report")
def report_page(request: HttpRequest) -> HttpResponse:
    """The form of a report by the staff."""
    return _page(request, solved=False)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.solve_on_spot")
def solved_page(request: HttpRequest) -> HttpResponse:
    """The form of something that the worker solved on the spot."""
    return _page(request, solved=True)


def _page(request: HttpRequest, *, solved: bool) -> HttpResponse:
    if request.method != "POST":
        given = QueryDict(mutable=True)
        for key in ("lon", "lat"):
            if request.GET.get(key):
                given[key] = request.GET[key][:20]
        return _form(request, given, solved=solved)
    try:
        return _send(request, solved=solved)
    except NotThere:
        raise
    except Refusal as refusal:
        return _form(request, request.POST, solved=solved, refusal=refusal)


def _send(request: HttpRequest, *, solved: bool) -> HttpResponse:
    access, actor, effect_id = access_on(request), actor_on(request), effect_uuid(request)
    post = request.POST
    lon, lat = typed_position(post)
    if solved:
        photos = take_photos(request.FILES, "photos_before", "before") + take_photos(request.FILES, "photos", "after")
    else:
        photos = take_photos(request.FILES, "photos", "report")
    source = "grid_worker"
    if _is_desk(access) and post.get("source"):
        source = post["source"]
    fields: dict[str, Any] = {
        "source": source, "description": post.get("description", ""), "lon": lon, "lat": lat,
        "position_system": post.get("position_system", "WGS84") if post.get("position_source") == "typed" else "WGS84",
        "outside": bool(post.get("outside")), "area_code": post.get("area_code", ""), "address": post.get("address", ""), "condition_id": _condition(post),
        "urgency": "urgent" if post.get("urgency") == "urgent" else "normal", "reporter_name": post.get("reporter_name", ""),
        "reporter_phone": post.get("reporter_phone", ""), "source_reference": post.get("source_reference", ""),
    }  # fmt: skip
    report = parse_report(uuid=effect_id, files=tuple(photos), **fields)
    if not may_report(access, report, "solve_on_spot" if solved else "report"):
        raise BadInput(
            _("This place lies outside your area; report it instead, and the desk there takes it up."), field="lon"
        )
    content = [
        solved,
        sorted((key, str(value)) for key, value in fields.items()),
        [[one["role"], one["stored_file_id"]] for one in photos],
    ]

    def effect(_work: Work) -> tuple[int, str]:
        case = solve_on_spot(actor, report, note=report.description) if solved else report_case(actor, report)[0]
        return 303, str(case.id)

    answer = once(actor, effect_id, canonical_bytes(["report", content]), effect)
    return HttpResponseRedirect(
        f"{reverse('case', args=[int(answer.body)])}?done={'solve_on_spot' if solved else 'report'}"
    )


def _effect_id(typed: QueryDict, refusal: Refusal | None) -> str:
    """The UUID that the form came with, unless only a new one can come through."""
    old = "" if refusal is not None and refusal.needs_new_uuid else typed.get("effect_id", "")
    return old or str(uuid4())


def _is_desk(access: Access) -> bool:
    """Whether somebody takes reports of others: then source, reporter and reference are asked for."""
    return access.may("case.file")


def _condition(post: QueryDict) -> int | None:
    words = post.get("condition_id", "").strip()
    if not words:
        return None
    number = whole_number(words)
    if number is None:
        raise BadInput(_("Choose one of the entries offered."), field="condition_id")
    return number


# Which part of the page a refusal belongs to.
PLACES = {
    "lat": "lon", "area_code": "lon", "position_system": "lon", "category_id": "condition_id", "category": "condition_id",
    "photo": "photos", "note": "description",
}  # fmt: skip


def _form(request: HttpRequest, typed: QueryDict, *, solved: bool, refusal: Refusal | None = None) -> HttpResponse:
    access = access_on(request)
    errors: dict[str, str] = {}
    if refusal is not None and refusal.field:
        errors[PLACES.get(refusal.field, refusal.field)] = refusal.sentence
    if isinstance(refusal, OutsideCity):
        errors = {"lon": refusal.said, "outside": refusal.said}
    known = {
        "description",
        "lon",
        "condition_id",
        "photos",
        "photos_before",
        "address",
        "reporter_name",
        "reporter_phone",
        "source",
        "source_reference",
    }
    context = {
        "photo_errors": {key: [errors[key]] for key in ("photos", "photos_before") if key in errors},
        "solved": solved, "typed": typed, "errors": errors, "effect_id": _effect_id(typed, refusal),
        "notice": refusal.sentence if refusal is not None and not errors.keys() & known else "",
        "may_solve": access.may("case.solve_on_spot"), "desk": _is_desk(access) and not solved,
        "sources": [(source.value, source.label) for source in DESK_SOURCES], "systems": COORDINATE_SYSTEMS,
        "groups": offered_for(typed.get("condition_id", ""), said=typed.get("description", ""), user_id=access.user_id),
        "areas": area_tree().finest(access.areas(), MOST_AREAS),
        "start": start_of_map(access),
        **tile_layers(access),
    }  # fmt: skip
    return render(request, "cases/report.html", context, status=refusal.status if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.report", part=True)
def similar_page(request: HttpRequest) -> HttpResponse:
    """The fragment of the report form that shows what is open nearby, before it is sent a second time. Words come by POST."""
    access, asked = access_on(request), request.POST if request.method == "POST" else request.GET
    try:
        lon, lat = typed_position(asked)
        condition_id = _condition(asked)
    except BadInput:
        lon = lat = condition_id = None
    found = catalogue().conditions.get(condition_id) if condition_id is not None else None
    category, words = (found[0] if found else None), asked.get("description", "")
    rows = []
    if lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90:
        rows = alike_nearby(access, lon, lat, words=words, category=category)
    return render(request, "cases/similar.html", {"alike": rows})
