"""Turns exceptions into problem details; problems.py next door gives them their form.

A refusal of the core brings its status, code, sentence and field. What pydantic refuses at the door is told field by field
in the language of the request. An error of the program is logged and told without its inside.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from linli.core.api.public import BodyRefused, plain_problem, problem
from linli.core.desk.public import FormRefused
from linli.core.platform.public import Refusal, trouble_of

log = logging.getLogger("linli.api")

# What pydantic found, in words for the sender; %(…)s are its own figures.
SENTENCES = {
    "missing": gettext_noop("This is missing; give it."),
    "extra_forbidden": gettext_noop("This name is not known here; check its spelling or leave it out."),
    "string_type": gettext_noop("Give a text."),
    "string_unicode": gettext_noop("The text holds half a character; type it again."),
    "string_too_long": gettext_noop("Give at most %(max_length)s characters."),
    "string_too_short": gettext_noop("Too short; the least length is %(min_length)s."),
    "string_pattern_mismatch": gettext_noop("This is not written as expected; check it once more."),
    "int_type": gettext_noop("Give a whole number."),
    "int_parsing": gettext_noop("Give a whole number."),
    "int_parsing_size": gettext_noop("This number is too large."),
    "int_from_float": gettext_noop("Give a whole number."),
    "float_type": gettext_noop("Give a number."),
    "float_parsing": gettext_noop("Give a number."),
    "finite_number": gettext_noop("Give a number."),
    "decimal_type": gettext_noop("Give a number."),
    "decimal_parsing": gettext_noop("Give a number."),
    "bool_type": gettext_noop("Give true or false."),
    "bool_parsing": gettext_noop("Give true or false."),
    "greater_than_equal": gettext_noop("Give at least %(ge)s."),
    "greater_than": gettext_noop("Give more than %(gt)s."),
    "less_than_equal": gettext_noop("Give at most %(le)s."),
    "less_than": gettext_noop("Give less than %(lt)s."),
    "too_long": gettext_noop("Too many entries; the most is %(max_length)s."),
    "too_short": gettext_noop("Too few entries; the least number is %(min_length)s."),
    "literal_error": gettext_noop("Give one of: %(expected)s."),
    "enum": gettext_noop("Give one of: %(expected)s."),
    "uuid_parsing": gettext_noop("Give a UUID such as 9b2f0e3c-5d1a-4c8e-a2f7-0c7d2f1f8b11."),
    "uuid_type": gettext_noop("Give a UUID such as 9b2f0e3c-5d1a-4c8e-a2f7-0c7d2f1f8b11."),
    "timezone_aware": gettext_noop("Give the instant with its offset, such as 2026-11-21T14:05:00+08:00."),
    "list_type": gettext_noop("Give a list."),
    "model_attributes_type": gettext_noop("Give an object with fields."),
    "dict_type": gettext_noop("Give an object with fields."),
}
FALLBACK = gettext_noop("This value cannot be used: %(msg)s.")
INSTANT = gettext_noop("Give an instant such as 2026-11-21T14:05:00+08:00, from 1900 to 2199.")


def register(api: NinjaAPI) -> None:
    """Makes problem details the only errors of `api`."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        Refusal: _refusal,
        ValidationError: _validation,
        HttpError: _http_error,
        AuthenticationError: _not_signed_in,
        Exception: _unexpected,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    api.add_exception_handler(Http404, lambda request, _error: plain_problem(request, 404))
    api.add_exception_handler(PermissionDenied, lambda request, _error: plain_problem(request, 403))
    for unreadable in (MultiPartParserError, BadRequest, SuspiciousOperation, UnreadablePostError):
        api.add_exception_handler(unreadable, lambda request, _error: plain_problem(request, 400))
    api.add_exception_handler(RequestDataTooBig, lambda request, _error: _too_large(request))


def _refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    errors = [_field(refusal.field, refusal.code, refusal.sentence)] if refusal.field else []
    if isinstance(refusal, FormRefused):
        errors = [_field(name, refusal.code, words) for name, words in refusal.errors]
    headers = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s is not None else {}
    return problem(request, refusal.status, code=refusal.code, detail=refusal.sentence, errors=errors, headers=headers)


def _field(name: str, code: str, detail: str) -> dict[str, str]:
    return {"field": name, "code": code, "detail": detail}


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = {found["loc"][0] for found in error.errors}
    if "file" in places and not (request.content_type or "").startswith("multipart/form-data"):
        return problem(request, 415, code="not_multipart", detail=_("Send the file as multipart/form-data."))
    errors = [_field(_path(found["loc"]), found["type"], _sentence(found)) for found in error.errors]
    # A missing or broken header is a broken request, not a broken value (as the draft on Idempotency-Key has it).
    status, code = (400, "bad_header") if places == {"header"} else (422, "bad_input")
    told = "; ".join(f"{one['field']}: {one['detail']}" for one in errors[:3])
    return problem(request, status, code=code, detail=told, errors=errors[:20])


def _path(loc: tuple[Any, ...]) -> str:
    """`files.0.role` for what pydantic calls ("body", "report", "files", 0, "role"): the caller's own names."""
    names = [str(part) for part in loc[1:]]
    if loc[0] == "body" and len(names) > 1:
        names = names[1:]
    return ".".join(names)[:120] or str(loc[0])


def _sentence(found: dict[str, Any]) -> str:
    kind = str(found["type"])
    if kind.startswith(("datetime_", "date_")):
        return _(INSTANT)
    try:
        return _(SENTENCES[kind]) % {"msg": found["msg"], **found.get("ctx", {})}
    except KeyError:
        return _(FALLBACK) % {"msg": found["msg"]}


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    refused = error.__cause__
    if isinstance(refused, BodyRefused):
        return problem(request, refused.status, code=refused.code, detail=refused.sentence)
    return plain_problem(request, error.status_code)


def _not_signed_in(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problem(
        request,
        401,
        code="not_signed_in",
        detail=_("Send a valid token in the header Authorization, or sign in with the browser."),
        headers={"WWW-Authenticate": 'Bearer realm="linli"'},
    )


def _too_large(request: HttpRequest) -> HttpResponse:
    return problem(request, 413, code="too_large", detail=_("Send less at once, or smaller photos."))


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    if trouble_of(error) is not None:
        raise error  # the outermost middleware knows the sentences of bad days
    log.error("an error of the program", exc_info=(type(error), error, error.__traceback__))
    return plain_problem(request, 500)
