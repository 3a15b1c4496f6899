"""A resident's report: what, where, who, one question each, no account. Sent twice it arrives once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.algorithms.tracking import grouped
from linli.core.areas.public import AreaNode, area_tree
from linli.core.cases.public import OutsideCity, parse_report, report_case
from linli.core.grids.public import extent_of, main_layer
from linli.core.platform.public import (
    BadInput,
    Refusal,
    Work,
    effect_uuid,
    network_of,
    once,
    receive_photo,
    receive_voice,
    typed_position,
)
from linli.lib.canonical import canonical_bytes
from linli.web.public.door import check_limit, counted_if_done, resident, unlisted
from linli.web.public.kinds_page import chosen_kind, kinds_typed
from linli.web.public.sent import remember

MOST_PHOTOS = 4
MOST_PLACES = 400  # more would make the page heavy; a larger city offers its streets instead
TYPED = (
    "description",
    "lon",
    "lat",
    "position_source",
    "area_code",
    "address",
    "outside",
    "urgency",
    "reporter_name",
    "reporter_phone",
)
# Which question a refusal belongs to.
QUESTION = {
    "category_id": "description", "lat": "lon", "area_code": "lon", "position_system": "lon", "photo": "photos",
}  # fmt: skip
ASKED = {"description", "photos", "voice", "lon", "address", "reporter_name", "reporter_phone"}


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest) -> HttpResponse:
    """The three questions; after sending, the progress page with the tracking number."""
    if request.method != "POST":
        return _form(request, QueryDict())
    try:
        many = _("Many reports came from your address. Nothing is lost: send it again in ten minutes.")
        check_limit(request, "public-report", many)
        with counted_if_done(request, "public-report"):
            tracking = _send(request)
    except Refusal as refusal:
        return _form(request, request.POST, refusal)
    response = HttpResponseRedirect(f"{reverse('track-case', args=[grouped(tracking)])}?done=report")
    remember(request, response, tracking)
    return response


def _send(request: HttpRequest) -> str:
    """Keeps the report and gives its tracking number. Raises Refusal; nothing is then kept."""
    uuid, post, actor = effect_uuid(request), request.POST, resident(request)
    given = {name: post.get(name, "") for name in TYPED}
    lon, lat = typed_position(post)
    kind = chosen_kind(post)
    fields: dict[str, Any] = {
        "category_id": kind.id if kind else None,
        "description": given["description"], "lon": lon, "lat": lat, "area_code": given["area_code"] if lon is None else "",
        "outside": bool(given["outside"]), "urgency": "urgent" if given["urgency"] == "urgent" else "normal",
        "address": given["address"], "reporter_name": given["reporter_name"], "reporter_phone": given["reporter_phone"],
    }  # fmt: skip
    if lon is None and lat is None and not given["area_code"]:
        raise BadInput(
            _("Say where it is: mark it on the map, use your position, or choose the community."), field="lon"
        )
    files = _files(request)
    report = parse_report(uuid=uuid, source="resident", files=files, **fields)
    content = [
        sorted((key, str(value)) for key, value in fields.items()),
        [[f["role"], f["stored_file_id"]] for f in files],
    ]

    def effect(_work: Work) -> tuple[int, str]:
        return 303, report_case(actor, report)[0].tracking

    return once(actor, uuid, canonical_bytes(["report page", content]), effect).body


def _files(request: HttpRequest) -> tuple[dict[str, Any], ...]:
    uploads = _given(request, "photos")
    if len(uploads) > MOST_PHOTOS:
        raise BadInput(_("At most %s photos; take some out.") % MOST_PHOTOS, field="photos")
    sender = network_of(getattr(request, "origin", ""))
    found = [(receive_photo(one, one.name or "", field="photos", stranger=sender), "report") for one in uploads]
    for note in _given(request, "voice")[:1]:
        found.append((receive_voice(note, note.name or "", field="voice", stranger=sender), "voice"))
    return tuple({"role": role, "stored_file_id": file.id} for file, role in found)


def _given(request: HttpRequest, name: str) -> list[Any]:
    return [upload for upload in request.FILES.getlist(name) if upload.size or upload.name]


def _form(request: HttpRequest, typed: QueryDict, refusal: Refusal | None = None) -> HttpResponse:
    errors: dict[str, str] = {}
    if refusal is not None:
        field = QUESTION.get(refusal.field, refusal.field)
        errors = {field if field in ASKED else "form": refusal.sentence}
    if isinstance(refusal, OutsideCity):
        errors = {"lon": refusal.said, "outside": refusal.said}
    effect_id = typed.get("effect_id", "")
    if (refusal is not None and (refusal.needs_new_uuid or refusal.field == "effect_id")) or not effect_id:
        effect_id = str(uuid4())
    context = {
        "typed": {name: typed.get(name, "") for name in TYPED}, "errors": errors, "effect_id": effect_id, "with_map": True,
        "bounds": extent_of(None), "ground": reverse("place-ground") if main_layer() else None,
        "places": places(), "most_photos": MOST_PHOTOS, "kinds": kinds_typed(typed),
        "photo_errors": [errors["photos"]] if "photos" in errors else [],
    }  # fmt: skip
    return render(request, "public/report.html", context, status=refusal.status if refusal else 200)


def places() -> list[tuple[AreaNode | None, list[AreaNode]]]:
    """The areas to choose from, in groups of what they lie in: communities, or streets or districts in a larger city."""
    tree = area_tree()
    groups: dict[int | None, list[AreaNode]] = {}
    for node in tree.finest(tree.nodes, MOST_PLACES):
        groups.setdefault(node.parent_id, []).append(node)
    return [(tree.nodes.get(parent or 0), nodes) for parent, nodes in groups.items()]
