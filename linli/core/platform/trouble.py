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
from typing import Literal

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

log = logging.getLogger("linli.trouble")

Trouble = Literal["database_down", "database_busy", "disk_full"]

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

_STATUS: dict[Trouble | None, int] = {"database_down": 503, "database_busy": 503, "disk_full": 507, None: 500}
_TITLES: dict[Trouble | None, str] = {
    "database_down": gettext_noop("linli cannot reach its records just now"),
    "database_busy": gettext_noop("Many people are writing at this moment"),
    "disk_full": gettext_noop("The server's disk is full"),
    None: gettext_noop("Something went wrong here"),
}
_SENTENCES: dict[Trouble | None, str] = {
    "database_down": gettext_noop(
        "What you sent was not saved. Keep this page open and send it again in a few minutes; "
        "what was confirmed before is safe."
    ),
    "database_busy": gettext_noop("What you sent was not saved. Send it again in a few seconds."),
    "disk_full": gettext_noop(
        "What you sent was not saved; what was confirmed before is safe. "
        "Tell the office that the disk is full, then send it again."
    ),
    None: gettext_noop(
        "What you sent was not saved. Try again; if it happens again, tell the office this number: %(request_id)s"
    ),
}


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
    log.error("the request was not served: %s", trouble, exc_info=(type(error), error, error.__traceback__))
    return _response(request, trouble)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the answer for whatever no view and no middleware handled."""
    return _response(request, trouble_of(sys.exc_info()[1]))


def _response(request: HttpRequest, trouble: Trouble | None) -> HttpResponse:
    status = _STATUS[trouble]
    request_id = getattr(request, "request_id", "")
    title = _(_TITLES[trouble])
    sentence = _(_SENTENCES[trouble]) % {"request_id": request_id}
    if _wants_json(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence, "request_id": request_id}
        response = HttpResponse(
            json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json"
        )
    else:
        response = HttpResponse(_page(status, title, sentence, request_id), status=status)
    if status == 503:
        response.headers["Retry-After"] = "5" if trouble == "database_busy" else "60"
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith("/api/"):
        return True
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and "text/html" not in accepted


def _page(status: int, title: str, sentence: str, request_id: str) -> str:
    facts = {"status": status, "title": title, "sentence": sentence, "request_id": request_id}
    # No request goes in: context processors may ask the database, which may be what is down.
    try:
        return str(
            loader.select_template([f"base/{status}.html", "base/503.html", "platform/trouble.html"]).render(facts)
        )
    except TemplateDoesNotExist:
        return f"{title}\n{sentence}\n"
