"""For residents, without account: report, send a photo, follow a report by its tracking number, rate it, reopen it.

Every answer here is free of other people's words and names. Every request counts against a limit per address.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Path, Router
from ninja.files import UploadedFile

from linli.algorithms.tracking import TrackingNumberError, grouped, parse_tracking_number
from linli.core.access.public import unit_title
from linli.core.api.public import Key, answer, carried_out, instant, parse_files, resident_actor
from linli.core.cases.public import (
    Case,
    CaseEvent,
    Given,
    act,
    case_by_tracking,
    category_title,
    goes_on_as,
    parse_report,
    possible,
    report_case,
    state_title,
)
from linli.core.platform.public import BadInput, NotThere, TooMany, Work, allow, in_words, network_of, only_if_done
from linli.web.api import schemas
from linli.web.api.bodies import PublicReport, Rating, Reopening
from linli.web.api.files import Kind, taken_in

router = Router(tags=["residents"], auth=None)
UPLOADS = "resident:files"  # whose handles of files: everybody without an account
# How often one address may ask: what, how many times, in which span. Families share an address; machines ask faster.
LIMITS: dict[str, tuple[int, timedelta]] = {
    "public-report": (20, timedelta(minutes=10)),
    "public-file": (60, timedelta(minutes=10)),
    "public-kinds": (240, timedelta(minutes=10)),
    "place": (200, timedelta(minutes=10)),
    "tracking": (60, timedelta(minutes=10)),
    "tracking-photo": (600, timedelta(minutes=10)),
    "ogc": (600, timedelta(minutes=10)),
}
Tracking = Annotated[str, Path(max_length=40, description="The tracking number, with or without hyphens.")]


def _limit(request: HttpRequest, bucket: str) -> None:
    times, per = LIMITS[bucket]
    if not allow(bucket, network_of(getattr(request, "origin", "")), times, per):
        raise TooMany(
            _("More came from your address in a short time than is allowed. Wait ten minutes, then try again."),
            retry_after_s=int(per.total_seconds()),
        )


@router.post(
    "/files",
    response={201: schemas.FileOut},
    url_name="public-send-file",
    operation_id="sendPublicFile",
    summary="Send a photo or voice note",
)
def send_file(request: HttpRequest, key: Key, file: File[UploadedFile], kind: Form[Kind] = "photo") -> HttpResponse:
    """As POST /files; the `file_id` is then given with a resident's report, by whoever holds it."""
    _limit(request, "public-file")
    stranger = network_of(getattr(request, "origin", ""))
    with only_if_done("public-file", stranger, LIMITS["public-file"][1]):
        return taken_in(request, key, file, kind, actor=resident_actor(request), caller=UPLOADS, stranger=stranger)


@router.post(
    "/reports",
    response={201: schemas.PublicReported},
    url_name="public-report",
    operation_id="reportAsResident",
    summary="Report",
)
def report(request: HttpRequest, key: Key, body: PublicReport) -> HttpResponse:
    """Makes a case and gives the tracking number, the only key to it."""
    _limit(request, "public-report")
    fields = body.model_dump(exclude={"files"})
    parsed = parse_report(uuid=key, source="resident", files=parse_files(body.files, UPLOADS), **fields)

    def effect(work: Work) -> dict[str, Any]:
        return _kept(report_case(work.actor, parsed)[0])

    return carried_out(request, actor=resident_actor(request), key=key, effect=effect)


def _kept(case: Case) -> dict[str, Any]:
    return {"tracking": case.tracking, "tracking_shown": grouped(case.tracking), "state": str(case.state)}


def _tracked(request: HttpRequest, text: str) -> Case:
    """The case behind a tracking number. Raises TooMany, BadInput for a slip, NotThere."""
    _limit(request, "tracking")
    try:
        number = parse_tracking_number(text)
    except TrackingNumberError as refusal:
        raise BadInput(in_words(refusal.sentence), field="tracking") from None
    case = case_by_tracking(number)
    if case is None:
        raise NotThere(_("There is no report with this tracking number; compare it once more."))
    return case


@router.get(
    "/reports/{tracking}",
    response={200: schemas.PublicProgress},
    url_name="public-progress",
    operation_id="followReport",
    summary="How far it is",
)
def progress(request: HttpRequest, tracking: Tracking) -> HttpResponse:
    """State and steps. A report that was merged into another one shows how far that one is."""
    return answer(_progress(_tracked(request, tracking)))


def _progress(case: Case) -> dict[str, Any]:
    shown = goes_on_as(case)
    steps = CaseEvent.objects.filter(case_id=shown.id).order_by("seq").values_list("state_from", "state_to", "at")
    may = {row.action for row in possible(case, None, case.tracking)}
    return {
        "tracking": case.tracking,
        "number": shown.number,
        "state": str(shown.state),
        "state_title": state_title(shown.state),
        "category_name": shown.category_name,
        "category_title": category_title(shown),
        "unit": unit_title(shown.unit_id),
        "reported_at": instant(case.reported_at),
        "closed_at": instant(shown.closed_at),
        "merged": shown is not case,
        "rating": case.rating,
        "may_rate": "rate" in may and case.rating is None,
        "may_reopen": "reopen" in may,
        "steps": [
            {"state": after, "state_title": state_title(after), "at": instant(at)}
            for before, after, at in steps
            if before != after
        ],
    }


@router.post(
    "/reports/{tracking}/rate",
    response={201: schemas.PublicProgress},
    url_name="public-rate",
    operation_id="rateReport",
    summary="Rate the result",
)
def rate(request: HttpRequest, key: Key, tracking: Tracking, body: Rating) -> HttpResponse:
    """One to five stars, once the case is closed. 409 when it is rated already: who gave the stars is not known here."""
    return _act(request, key, tracking, "rate", Given(score=body.score, note=body.note))


@router.post(
    "/reports/{tracking}/reopen",
    response={201: schemas.PublicProgress},
    url_name="public-reopen",
    operation_id="reopenReport",
    summary="Reopen it",
)
def reopen(request: HttpRequest, key: Key, tracking: Tracking, body: Reopening) -> HttpResponse:
    """Within 14 days after it was closed, and after a rating of one or two stars."""
    return _act(request, key, tracking, "reopen", Given(reason=body.reason))


def _act(request: HttpRequest, key: Key, tracking: str, action: str, given: Given) -> HttpResponse:
    case = _tracked(request, tracking)

    def effect(work: Work) -> dict[str, Any]:
        return _progress(act(work.actor, case.id, action, given, uuid=key, tracking=case.tracking))

    return carried_out(request, actor=resident_actor(request), key=key, effect=effect)
