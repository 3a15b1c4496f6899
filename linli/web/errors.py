"""Error pages: what happened, why, what to do. They are rendered without request context, so no database is asked.

config/urls.py names handler400 … handler500 from here; middleware and pages call `error_page` for the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.core.api.public import plain_problem, problem, wants_problem
from linli.core.platform.public import Refusal, server_error, trouble_of
from linli.web.frame import Frame, display_of


@dataclass(frozen=True)
class ErrorText:
    """Title (what), why, and the way out of one status."""

    title: str | Promise
    why: str | Promise
    way_out: str | Promise


ERRORS = {
    400: ErrorText(
        _("The request could not be read"),
        _("Something in the address or the form is not what this page expects."),
        _("Go back, check what you entered and send it again."),
    ),
    403: ErrorText(
        _("This page is not open to you"),
        _("Your role or your area does not include it, or you were signed out meanwhile."),
        _("Sign in again, or ask the person who manages accounts in your unit."),
    ),
    404: ErrorText(
        _("Nothing is here"),
        _("The address is wrong, or what stood here lies outside your area."),
        _("Check the address, or begin at the start page."),
    ),
    405: ErrorText(
        _("This address cannot be opened by itself"),
        _("It only takes what a form sends."),
        _("Go back to the page with the form, or begin at the start page."),
    ),
    409: ErrorText(
        _("Somebody was faster"),
        _("This was changed after you opened it. What you sent was not carried out."),
        _("Open it again, see what was done, and decide anew."),
    ),
    413: ErrorText(
        _("This is too large to send"),
        _("The files together are larger than the server takes."),
        _("Send fewer or smaller photos."),
    ),
    422: ErrorText(
        _("This cannot be taken as it is"),
        _("Something in the form is missing or is not what this page expects."),
        _("Go back, check what you entered and send it again."),
    ),
    429: ErrorText(
        _("Too many requests"),
        _("More came from your address in a short time than is allowed."),
        _("Wait a minute, then try again. What you typed is still there when you go back."),
    ),
    500: ErrorText(
        _("Something broke on our side"),
        _("The error was recorded. What you sent was not carried out."),
        _("Go back and try again. If it stays, tell the office this number."),
    ),
    503: ErrorText(
        _("linli is not available for a moment"),
        _("The server cannot reach its database or is being maintained. Nothing that was confirmed is lost."),
        _("Try again in a few minutes. What you typed is still there when you go back."),
    ),
}


def error_page(
    request: HttpRequest | None, status: int, *, said: str = "", retry_after_s: int | None = None
) -> HttpResponse:
    """The page for an error status. `said` replaces the general reason, e.g. with what the other person did."""
    words = ERRORS[status]
    context = {
        "status": status,
        "title": words.title,
        "why": said or words.why,
        "way_out": words.way_out,
        "request_id": getattr(request, "request_id", ""),
        "home_url": reverse("home") if getattr(request, "access", None) else "/",
        "LANGUAGE_CODE": get_language() or "zh-hans",
        "frame": display_of(request) if request is not None else Frame(),
    }
    response = HttpResponse(render_to_string("base/error.html", context), status=status)
    response.headers["Cache-Control"] = "no-store"
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


class MethodNotAllowedMiddleware:
    """Gives the empty answer of an address that takes forms only a page of its own, for whoever opened it in a browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.streaming or response.content or wants_problem(request):
            return response
        page = error_page(request, 405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page


class RefusalMiddleware:
    """Shows a refusal that no page took up as an error page with its sentence: nothing was done, and nothing is broken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this for whatever a view raises."""
        if not isinstance(exception, Refusal):
            return None
        if wants_problem(request):
            return problem(request, exception.status, code=exception.code, detail=exception.sentence)
        return error_page(request, exception.status, said=exception.sentence, retry_after_s=exception.retry_after_s)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's handler for a request that cannot be read."""
    return plain_problem(request, 400) if wants_problem(request) else error_page(request, 400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's handler for PermissionDenied."""
    return plain_problem(request, 403) if wants_problem(request) else error_page(request, 403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Django's handler for an unknown address and for Http404."""
    return plain_problem(request, 404) if wants_problem(request) else error_page(request, 404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Django's handler for an exception that nobody caught; a bad day of the database or the disk has its own sentence."""
    trouble = trouble_of(sys.exc_info()[1]) is not None
    return server_error(request) if trouble or wants_problem(request) else error_page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """For settings.CSRF_FAILURE_VIEW: the form's token is old or missing."""
    return plain_problem(request, 403) if wants_problem(request) else error_page(request, 403)
