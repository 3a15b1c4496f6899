"""Problem details (RFC 9457): the one form in which the API says no. errors.py turns exceptions into them.

Knows nothing of the API's framework, so that Django's own handlers (linli/web/errors.py) use it too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

MEDIA_TYPE = "application/problem+json"
PREFIXES = ("/api/", "/ogc/")

TITLES: Mapping[int, str] = {
    400: gettext_noop("The request could not be read"),
    401: gettext_noop("Not signed in"),
    403: gettext_noop("Not allowed"),
    404: gettext_noop("Nothing is here"),
    405: gettext_noop("This address does not take this method"),
    409: gettext_noop("Refused as things stand"),
    413: gettext_noop("This is too large to send"),
    415: gettext_noop("This kind of content is not taken here"),
    416: gettext_noop("The file has no such part"),
    422: gettext_noop("A value cannot be used"),
    429: gettext_noop("Too many requests"),
    500: gettext_noop("Something broke on our side"),
    503: gettext_noop("linli is not available for a moment"),
    507: gettext_noop("The server's disk is full"),
}


def wants_problem(request: HttpRequest | None) -> bool:
    """Whether errors of this request are told as problem details."""
    return request is not None and request.path.startswith(PREFIXES)


def problem(
    request: HttpRequest | None,
    status: int,
    *,
    code: str,
    detail: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """An error answer. `code` is a stable word for machines, `detail` a sentence for people, `errors` one entry a field."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": _(TITLES[status]),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": getattr(request, "request_id", ""),
    }
    if errors:
        body["errors"] = list(errors)
    # Words of the caller (a field's name) may hold half a character; it is told escaped instead of failing again.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    response = HttpResponse(content, status=status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def plain_problem(request: HttpRequest, status: int) -> HttpResponse:
    """The problem of a status with nothing special to say, for Django's handlers."""
    codes = {400: "unreadable", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 500: "server_error"}
    details = {
        400: _("Something in the request is not what this address expects."),
        403: _("Your role or your area does not include this."),
        404: _("The address is wrong, or what stood here lies outside your area."),
        405: _("The methods that it takes stand in the header Allow."),
        500: _("The error was recorded. What you sent was not carried out."),
    }
    return problem(request, status, code=codes[status], detail=details[status])
