"""Progress by tracking number: look-up, the page, public photos, rating, taking up again. Shows nobody's words or name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4, uuid5

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.algorithms.tracking import TrackingNumberError, grouped, parse_tracking_number
from linli.core.areas.public import area_tree
from linli.core.cases.public import UNSATISFIED, Given, Progress, act, category_title, progress_of, reporter_ticket
from linli.core.platform.public import (
    BadInput,
    Refusal,
    StoredFile,
    Work,
    effect_uuid,
    file_response,
    in_words,
    now,
    once,
)
from linli.lib.canonical import canonical_bytes
from linli.web.public.door import resident, unlisted, within_limit
from linli.web.public.expected import expected
from linli.web.public.sent import remember, sent_here, wrote_here
from linli.web.public.words import STARS, STATES, STEPS

VARIANTS = ("display", "thumb")
MOST_TYPED = 60
SAID = {
    "report": gettext_lazy("Your report has arrived. Keep the number below; with it you see what becomes of it."),
    "rate": gettext_lazy("Thank you for your rating."),
    "reopen": gettext_lazy("It is taken up again."),
}


@unlisted
@require_safe
def look_up_page(request: HttpRequest) -> HttpResponse:
    """Takes a number as people type it and leads to its page."""
    typed = request.GET.get("number", "")[:MOST_TYPED]
    if "number" not in request.GET:
        return _look_up(request, "")
    try:
        number = parse_tracking_number(typed)
    except TrackingNumberError as refusal:
        return _look_up(request, typed, error=_slip(refusal), status=422)
    return HttpResponseRedirect(reverse("track-case", args=[grouped(number)]))


def _slip(refusal: TrackingNumberError) -> str:
    """What is wrong with a number that was typed, as a sentence."""
    said = in_words(refusal.sentence)
    return _("%s.") % (said[:1].upper() + said[1:])


def _look_up(request: HttpRequest, typed: str, *, error: str = "", notice: str = "", status: int = 200) -> HttpResponse:
    context = {"typed": typed, "error": error, "notice": notice}
    return render(request, "public/look_up.html", context, status=status)


def _found(request: HttpRequest, number: str) -> Progress | HttpResponse:
    """The progress behind the number of an address, or the answer that says why there is none."""
    typed = number[:MOST_TYPED]
    if not within_limit(request, "tracking"):
        many = _("Many numbers were looked up from your address. Try again in ten minutes.")
        return _look_up(request, typed, notice=many, status=429)
    try:
        tracking = parse_tracking_number(typed)
    except TrackingNumberError as refusal:
        return _look_up(request, typed, error=_slip(refusal), status=404)
    if number != grouped(tracking):
        return HttpResponseRedirect(reverse("track-case", args=[grouped(tracking)]))
    progress = progress_of(tracking, to_sender=sent_here(request, tracking), wrote=wrote_here(request, tracking))
    if progress is None:
        nothing = _("There is no report with this number. Compare it with your note, letter by letter.")
        return _look_up(request, typed, error=nothing, status=404)
    return progress


@unlisted
@require_safe
def track_page(request: HttpRequest, number: str) -> HttpResponse:
    """How far a report is."""
    progress = _found(request, number)
    return progress if isinstance(progress, HttpResponse) else _page(request, progress)


def _page(
    request: HttpRequest, progress: Progress, *, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    case, shown = progress.case, progress.shown
    headline, next_words = STATES[shown.state]
    area = area_tree().nodes.get(shown.area_id)
    steps = [(STEPS[step.action], step.unit, step.at) for step in progress.steps if step.action in STEPS]
    field = refusal.field if refusal is not None else ""
    instant = now()
    errors = (
        {field if field in ("score", "note", "reason") else "form": refusal.sentence} if refusal is not None else {}
    )
    context: dict[str, Any] = {
        "progress": progress, "case": case, "shown": shown, "number": grouped(case.tracking), "headline": headline,
        "next_words": next_words, "steps": list(reversed(steps)), "category": category_title(shown) or _("Your report"),
        "place": area.title if area else "", "expected": expected(shown, instant),
        "stars": STARS, "fresh": request.GET.get("done") == "report", "said": SAID.get(request.GET.get("done", ""), ""), "errors": errors, "typed": typed or {},
        "rate_effect": _effect(typed, "rate"), "reopen_effect": _effect(typed, "reopen"),
        "own_ticket": reporter_ticket(case.id) if progress.own else "",
    }  # fmt: skip
    return render(request, "public/track.html", context, status=refusal.status if refusal else 200)


def _effect(typed: dict[str, str] | None, action: str) -> str:
    """The UUID that a refused form came with, else a new one."""
    refused = typed is not None and typed["action"] == action
    return (typed["effect_id"] if refused and typed else "") or str(uuid4())


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def rate_page(request: HttpRequest, number: str) -> HttpResponse:
    """One to five stars for what was done; with `again` it is taken up again in the same step, for the same words."""
    score, note = request.POST.get("score", ""), request.POST.get("note", "")
    given = Given(score=int(score) if score in ("1", "2", "3", "4", "5") else None, note=note)
    return _act(request, number, "rate", given, again=bool(request.POST.get("again")))


@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_page(request: HttpRequest, number: str) -> HttpResponse:
    """Takes a report up again, within 14 days and after one or two stars."""
    return _act(request, number, "reopen", Given(reason=request.POST.get("reason", "")))


def _act(request: HttpRequest, number: str, action: str, given: Given, *, again: bool = False) -> HttpResponse:
    if request.method != "POST":  # a reload, or the language switch on a form that was refused
        return HttpResponseRedirect(reverse("track-case", args=[number]))
    progress = _found(request, number)
    if isinstance(progress, HttpResponse):
        return progress
    case, actor = progress.case, resident(request)
    typed = {name: request.POST.get(name, "") for name in ("score", "note", "again", "reason", "effect_id")}
    try:
        uuid = effect_uuid(request)
        if action == "rate":
            given = replace(given, rates_anew=progress.rated_here or sent_here(request, case.tracking))
        if again:
            _check_again(given)

        def effect(_work: Work) -> tuple[int, str]:
            wrote = [act(actor, case.id, action, given, uuid=uuid, tracking=case.tracking).seq]
            if again:
                objection = Given(reason=given.note)
                again_uuid = uuid5(uuid, "reopen")
                wrote.append(act(actor, case.id, "reopen", objection, uuid=again_uuid, tracking=case.tracking).seq)
            return 303, " ".join(["reopen" if again else action, *map(str, wrote)])

        content = canonical_bytes(["track page", case.id, action, str(given.score), given.note, given.reason, again])
        done, *wrote = once(actor, uuid, content, effect).body.split()
    except Refusal as refusal:
        effect_id = "" if refusal.needs_new_uuid else typed["effect_id"]
        return _page(request, progress, refusal=refusal, typed={**typed, "effect_id": effect_id, "action": action})
    response = HttpResponseRedirect(f"{reverse('track-case', args=[grouped(case.tracking)])}?done={done}")
    remember(request, response, case.tracking, map(int, wrote))
    return response


def _check_again(given: Given) -> None:
    """Refuses, before anything is kept, a wish to have it taken up again that lacks its stars or its reason."""
    if given.score is None or given.score > UNSATISFIED:
        raise BadInput(_("To have it taken up again, give one or two stars."), field="score")
    if not given.note.strip():
        raise BadInput(_("Say what is not right, so that it can be put right."), field="note")


@unlisted
@require_safe
def track_photo(request: HttpRequest, number: str, file_id: int, variant: str) -> HttpResponseBase:
    """A public photo of the case, or one that this browser sent: a copy without what the camera wrote into it."""
    if not within_limit(request, "tracking-photo"):
        return HttpResponse(status=429)
    try:
        tracking = parse_tracking_number(number[:MOST_TYPED])
        progress = progress_of(tracking, to_sender=sent_here(request, tracking))
    except TrackingNumberError:
        progress = None
    photo = next((one for one in progress.files() if one.id == file_id), None) if progress else None
    stored = StoredFile.objects.filter(id=photo.stored_file_id).first() if photo else None
    if stored is None or variant not in VARIANTS:
        raise Http404
    return file_response(request, stored, variant)  # type: ignore[arg-type]
