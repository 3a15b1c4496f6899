"""Bad days: tells a database that does not answer, one that is busy and a full disk from an error of the program, and
answers each with a sentence, as a page or as problem+json. Nothing here asks the database.

`requests.py` calls `answer` for errors of views; `server_error` is the project's handler500 and catches the rest.
"""

from __future__ import annotations

import errno
import json
import logging
import sqlite3
import sys
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.core.platform.saying.refusals import TooBusy

_LANGUAGES = {code for code, _name in settings.LANGUAGES}

log = logging.getLogger("linli.trouble")

Trouble = Literal["database_down", "database_busy", "busy", "many_send", "too_slow", "disk_full", "too_large"]

_DISK_FULL_NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT})
_SQLITE_DISK_FULL = frozenset({sqlite3.SQLITE_FULL})
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_DOWN = frozenset(
    {
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)

_STATUS: dict[Trouble | None, int] = {
    "database_down": 503,
    "database_busy": 503,
    "busy": 503,
    "many_send": 503,
    "too_slow": 408,
    "disk_full": 507,
    "too_large": 413,
    None: 500,
}


@dataclass(frozen=True)
class _Words:
    """What happened, why, what to do: msgids."""

    title: str
    why: str
    way_out: str


_WORDS: dict[Trouble | None, _Words] = {
    "database_down": _Words(
        gettext_noop("linli cannot reach its records just now"),
        gettext_noop("What you sent was not saved; what was confirmed before is safe."),
        gettext_noop("Send it again in a few minutes. What you typed is still there when you go back."),
    ),
    "database_busy": _Words(
        gettext_noop("Many people are writing at this moment"),
        gettext_noop("What you sent was not saved."),
        gettext_noop("Send it again in a few seconds. What you typed is still there when you go back."),
    ),
    "busy": _Words(
        gettext_noop("linli has its hands full at this moment"),
        gettext_noop("What you sent was not saved."),
        gettext_noop("Send it again in a few seconds. What you typed is still there when you go back."),
    ),
    "many_send": _Words(
        gettext_noop("Many are sending at this moment"),
        gettext_noop("What you sent was not taken."),
        gettext_noop("Send it again in a few seconds. What you typed is still there when you go back."),
    ),
    "too_slow": _Words(
        gettext_noop("What you sent did not arrive in time"),
        gettext_noop("The line is slow or was cut, and nothing was saved."),
        gettext_noop(
            "Send it again where the reception is better, or with fewer photos. What you typed is still there when you go back."
        ),
    ),
    "disk_full": _Words(
        gettext_noop("The server's disk is full"),
        gettext_noop("What you sent was not saved; what was confirmed before is safe."),
        gettext_noop("Tell the office that the disk is full, then send it again."),
    ),
    "too_large": _Words(
        gettext_noop("This is too large to send"),
        gettext_noop("The files together are larger than the server takes."),
        gettext_noop("Send fewer or smaller photos."),
    ),
    None: _Words(
        gettext_noop("Something broke on our side"),
        gettext_noop("The error was recorded. What you sent was not carried out."),
        gettext_noop("Go back and try again. If it stays, tell the office this number."),
    ),
}


def language_of(request: HttpRequest) -> str:
    """The language of a request: the cookie's choice, else the browser's first known one, else Simplified Chinese."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in _LANGUAGES:
        return chosen
    accepted = request.headers.get("Accept-Language", "").lower()
    return "en" if accepted.startswith("en") else settings.LANGUAGE_CODE


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Which bad day `error` (or what caused it) stands for; None for an error of the program."""
    seen = 0
    while error is not None and seen < 10:
        found = _own_trouble(error)
        if found is not None:
            return found
        error, seen = error.__cause__ or error.__context__, seen + 1
    return None


def _own_trouble(error: BaseException) -> Trouble | None:
    if isinstance(error, TooBusy):  # of a page that has no form to say it in
        return "busy"
    if isinstance(error, OSError) and error.errno in _DISK_FULL_NUMBERS:
        return "disk_full"
    if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE_DISK_FULL:
            return "disk_full"
        if code in _SQLITE_BUSY:
            return "database_busy"
        return "database_down" if code in _SQLITE_DOWN else None
    if isinstance(error, OperationalError | InterfaceError):
        return _postgres_trouble(error)
    return None


def _postgres_trouble(error: OperationalError | InterfaceError) -> Trouble | None:
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _own_trouble(cause)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # No answer from a server at all: refused, reset, timed out, pool exhausted.
        return "database_down"
    if state == "53100":
        return "disk_full"
    if state[:2] in ("08", "57", "58", "53"):  # connection, operator intervention, system error, resources
        return "database_down"
    if state in ("40001", "40P01", "55P03"):  # serialisation, deadlock, lock not available
        return "database_busy"
    return None


def answer(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The answer for a bad day, or None when `error` is an error of the program."""
    trouble = trouble_of(error)
    if trouble is None:
        return None
    if trouble == "busy":  # a line that did what it is for
        log.warning("the request was not served: %s", trouble)
    else:
        log.error("the request was not served: %s", trouble, exc_info=(type(error), error, error.__traceback__))
    return _response(request, trouble)


def at_the_door(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The answer to a request of which nothing was looked at, its body least of all; in the reader's language."""
    with translation.override(language_of(request)):
        return _response(request, trouble)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the answer for whatever no view and no middleware handled."""
    return _response(request, trouble_of(sys.exc_info()[1]))


def _response(request: HttpRequest, trouble: Trouble | None) -> HttpResponse:
    status = _STATUS[trouble]
    request_id = getattr(request, "request_id", "")
    words = _WORDS[trouble]
    title, why, way_out = _(words.title), _(words.why), _(words.way_out)
    if _wants_json(request):
        body = {
            "type": "about:blank", "title": title, "status": status, "detail": f"{why} {way_out}",
            "code": trouble or "server_error", "request_id": request_id,
        }  # fmt: skip
        text = json.dumps(body, ensure_ascii=False)
        response = HttpResponse(text, status=status, content_type="application/problem+json")
    else:
        facts = {"status": status, "title": title, "why": why, "way_out": way_out, "request_id": request_id}
        response = HttpResponse(_page(facts), status=status)
    if status in (408, 503):
        response.headers["Retry-After"] = "60" if trouble == "database_down" else "5"
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "text/html" not in accepted


def _page(facts: dict[str, object]) -> str:
    # No request goes in: context processors may ask the database, which may be what is down.
    for name in ("base/error.html", "platform/trouble.html"):
        try:
            return str(loader.get_template(name).render(facts))
        except Exception:
            log.exception("the page %s for a bad day cannot be drawn", name)
    return f"{facts['title']}\n{facts['why']}\n{facts['way_out']}\n"
