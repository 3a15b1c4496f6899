"""The page of one's own, without account, below /my-data/: who saw my data, when and why; the data, consents, requests, a copy.

`own.py` says how somebody comes here. Nothing of it is kept by a cache, and every address of it has a limit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.desk.public import within_limit
from linli.core.people.public import withdraw
from linli.core.platform.public import Actor, NotThere, Refusal, TooMany, effect_uuid, moment_words, now
from linli.lib.outside import whole_number
from linli.subsystems.dataoffice import own
from linli.subsystems.dataoffice.models import OwnCode
from linli.subsystems.dataoffice.own_page import as_json, context_of, the_person
from linli.subsystems.dataoffice.services import ask, withdraw_request

COOKIE = "linli_own"
PATH = "/my-data/"
LOOKS, CODES, PER = 120, 20, timedelta(minutes=10)
View = Callable[..., HttpResponseBase]


def resident(request: HttpRequest) -> Actor:
    """Whoever is here, as the doer of a write."""
    return Actor(kind="resident", origin=getattr(request, "origin", ""), request_id=getattr(request, "request_id", ""))


def private(bucket: str, most: int) -> Callable[[View], View]:
    """Around every page here: a limit for each address, and no copy anywhere."""

    def around(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not within_limit(request, bucket, most, PER):
                said = _("There were many tries from your address. Go on in ten minutes.")
                raise TooMany(said, retry_after_s=int(PER.total_seconds()))
            response = view(request, *args, **kwargs)
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
            response.headers["Cache-Control"] = "no-store"
            return response

        return page

    return around


def visited(view: View) -> View:
    """Gives the view the visit of this browser; without one it leads to the door."""

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        found = own.visit(request.COOKIES.get(COOKIE, ""))
        if found is None:
            return HttpResponseRedirect(reverse("my-data:start"))
        return view(request, found, **kwargs)

    return private("own-page", LOOKS)(page)


def _start(request: HttpRequest, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    field = (refusal.field or "form") if refusal else ""
    context = {
        "channels": own.reachable(), "typed": request.POST.get("contact", ""),
        "errors": {field: refusal.sentence} if refusal else {},
    }  # fmt: skip
    return render(request, "dataoffice/start.html", context, status=refusal.status if refusal else status)


@private("own-code", CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def start_page(request: HttpRequest) -> HttpResponseBase:
    """The door: a number or address to which a code goes, or a code from the counter."""
    if request.method != "POST":
        found = own.visit(request.COOKIES.get(COOKIE, ""))
        return HttpResponseRedirect(reverse("my-data:page")) if found else _start(request)
    typed = request.POST.get("contact", "")
    try:
        uuid = own.ask_code(resident(request), typed)
    except Refusal as refusal:
        return _start(request, refusal)
    return HttpResponseRedirect(reverse("my-data:code", args=[uuid]))


@private("own-code", CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def code_page(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Takes the code that was sent."""
    return _code(request, uuid)


@private("own-code", CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def counter_page(request: HttpRequest) -> HttpResponseBase:
    """Takes the code that was handed out at the counter."""
    return _code(request, None)


def _code(request: HttpRequest, uuid: UUID | None) -> HttpResponseBase:
    wrong = ""
    if request.method == "POST":
        word = own.open_by_code(resident(request), request.POST.get("code", "")[:40], uuid)
        if word:
            return _in(word)
        wrong = _("This code is wrong, used or too old. Compare it, or ask for a new one.")
    context = {"counter": uuid is None, "wrong": wrong}
    return render(request, "dataoffice/code.html", context, status=422 if wrong else 200)


@private("own-code", CODES)
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest) -> HttpResponseBase:
    """Lets in whoever comes from the page of a report that this phone sent."""
    ticket = request.POST.get("ticket", "")[:400] if request.method == "POST" else ""
    word = own.open_by_ticket(resident(request), ticket) if ticket else None
    return _in(word) if word else HttpResponseRedirect(reverse("my-data:start"))


def _in(word: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("my-data:page"))
    response.set_cookie(
        COOKIE, word, max_age=own.VISIT, path=PATH, httponly=True, samesite="Strict",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
    return response


def _page(
    request: HttpRequest, found: OwnCode, refusal: Refusal | None = None, typed: dict[str, str] | None = None
) -> HttpResponse:
    context = context_of(found) | {
        "error": refusal.sentence if refusal else "", "typed": typed or {}, "effect": uuid4(),
        "said": _SAID.get(request.GET.get("done", "")) if refusal is None else None,
    }  # fmt: skip
    return render(request, "dataoffice/own.html", context, status=refusal.status if refusal else 200)


_SAID = {
    "ask": gettext_lazy("Your request has arrived. The answer comes below, within fifteen days."),
    "back": gettext_lazy("Your request is taken back."),
    "consent": gettext_lazy("Your consent is withdrawn, and what only this service needed is gone."),
}


@require_safe
@visited
def own_page(request: HttpRequest, found: OwnCode) -> HttpResponse:
    """All of it on one page."""
    return _page(request, found)


@require_safe
@visited
def export_file(request: HttpRequest, found: OwnCode) -> HttpResponse:  # noqa: ARG001 - a view's form
    """All of it as JSON, for another program."""
    text = json.dumps(as_json(found), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_safe
@visited
def copy_page(request: HttpRequest, found: OwnCode) -> HttpResponse:
    """All of it to read and print."""
    context = context_of(found) | {"made_at": moment_words(now(), with_year=True)}
    return render(request, "dataoffice/copy.html", context)


def _posted(act: Callable[[HttpRequest, OwnCode], None], done: str) -> View:
    """A form of the own page: does what it says, and leads back; what is refused is said on the page."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @visited
    def page(request: HttpRequest, found: OwnCode) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("my-data:page"))
        try:
            act(request, found)
        except Refusal as refusal:
            return _page(
                request, found, refusal, {name: request.POST.get(name, "") for name in ("kind", "words", "field")}
            )
        return HttpResponseRedirect(f"{reverse('my-data:page')}?done={done}")

    return page


def _ask(request: HttpRequest, found: OwnCode) -> None:
    given = request.POST
    ask(
        resident(request), the_person(found, given.get("person", "")), kind=given.get("kind", ""), words=given.get("words", ""),
        uuid=effect_uuid(request), field=given.get("field", ""), value=given.get("value", ""), reveal_id=whole_number(given.get("reveal", "")) or 0,
    )  # fmt: skip


def _withdraw(request: HttpRequest, found: OwnCode) -> None:
    row, number = the_person(found, request.POST.get("person", "")), whole_number(request.POST.get("request", ""))
    if number is None:
        raise NotThere(_("There is no such data request."))
    withdraw_request(resident(request), row, number, uuid=effect_uuid(request))


def _consent(request: HttpRequest, found: OwnCode) -> None:
    row = the_person(found, request.POST.get("person", ""))
    withdraw(resident(request), person_id=row.pk, service=request.POST.get("service", ""), channel="web")


@require_http_methods(["GET", "HEAD", "POST"])
@visited
def leave_page(request: HttpRequest, found: OwnCode) -> HttpResponse:
    """Ends the visit; only when it was sent, so that no link of another page ends it."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("my-data:page"))
    own.leave(resident(request), found)
    response = HttpResponseRedirect(reverse("my-data:start"))
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


app_name = "my-data"
urlpatterns = [
    path("", start_page, name="start"),
    path("code/<uuid:uuid>/", code_page, name="code"),
    path("counter/", counter_page, name="counter"),
    path("report/", report_page, name="from-report"),
    path("page/", own_page, name="page"),
    path("page/my-data.json", export_file, name="export"),
    path("page/copy/", copy_page, name="copy"),
    path("page/ask/", _posted(_ask, "ask"), name="ask"),
    path("page/take-back/", _posted(_withdraw, "back"), name="take-back"),
    path("page/consent/", _posted(_consent, "consent"), name="consent"),
    path("page/leave/", leave_page, name="leave"),
]
