"""Log lines as JSON, one object a line, with the request they belong to and without values about persons.

It imports no model, because Django sets logging up before it loads models: settings name this module directly.
`serving/requests.py` says which request is under way.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType


@dataclass
class RequestFacts:
    """What log lines say about the request under way. `route` is the pattern, not the filled-in path with its query.

    `wait_s` is how long whoever was refused has to wait, as far as a limit or a line said so; the answer's header says it.
    """

    request_id: str
    route: str = ""
    user_id: int | None = None
    wait_s: int = 0


current_request: ContextVar[RequestFacts | None] = ContextVar("linli_request", default=None)


def note_wait(seconds: int) -> None:
    """Notes when the request under way may be sent again; outside a request nothing happens."""
    facts = current_request.get()
    if facts is not None:
        facts.wait_s = seconds


# What must never reach a log even when somebody formats it into a message: telephone and citizen numbers, mail
# addresses, and the row values that PostgreSQL repeats in the DETAIL of an error.
_PERSONAL = (
    (re.compile(r"\nDETAIL:.*?(?=\n[A-Z]+:|\Z)", re.DOTALL), "\nDETAIL: (left out)"),
    (re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])"), "(number)"),
    (re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])"), "(phone)"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "(mail)"),
)
# What an exception may have taken out of a request: quoted values, tracking numbers, tokens, and anything that is not
# ASCII. Errors about the program itself quote names of the program, which stay.
_ABOUT_PROGRAM = (AttributeError, NameError, ImportError, TypeError)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|“[^”\n]*”")
_FROM_REQUESTS = (
    (re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}(?![0-9A-Za-z])"), "(number)"),
    (re.compile(r"(?=[A-Za-z_-]*[0-9])(?<![\w.-])[\w-]{12,}(?![\w.-])"), "(token)"),
    (re.compile(r"[^\x00-\x7f…]+"), "…"),
)
# Django's own lines repeat addresses and headers of requests; what they mean fits in a sentence of ours.
_DJANGO_SAYS = {
    "django.request": "an error of the program",
    "django.security.DisallowedHost": "the Host of a request is not in LINLI_HOSTS",
    "django.security.csrf": "a form came without the token of its page",
}


def without_personal_values(text: str) -> str:
    """`text` with telephone numbers, citizen numbers, mail addresses and PostgreSQL's row details replaced by words."""
    for pattern, word in _PERSONAL:
        text = pattern.sub(word, text)
    return text


def without_values_of_requests(error: BaseException | None) -> str:
    """The text of an exception without what it may have taken out of a request."""
    text = without_personal_values(str(error))
    if not isinstance(error, _ABOUT_PROGRAM):
        text = _QUOTED.sub("'…'", text)
    for pattern, word in _FROM_REQUESTS:
        text = pattern.sub(word, text)
    return text


def _message(record: logging.LogRecord) -> str:
    if record.name == "django.request" or record.name.startswith("django.security"):
        return _DJANGO_SAYS.get(record.name, "a suspicious request was refused")
    return without_personal_values(record.getMessage())


def _clean(value: object) -> object:
    return without_personal_values(value) if isinstance(value, str) else value


class StructuredFormatter(logging.Formatter):
    """Formats a record as one line of JSON: at, level, logger, message, request_id, route, user_id, error, and `facts`.

    Callers add fields with `extra={"facts": {"job": 7}}`; other attributes of the record are not written.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        facts = current_request.get()
        if facts is not None:
            line["request_id"] = facts.request_id
            if facts.route:
                line["route"] = facts.route
            if facts.user_id is not None:
                line["user_id"] = facts.user_id
        own = getattr(record, "facts", None)
        if isinstance(own, dict):
            line.update({key: _clean(value) for key, value in own.items() if key not in line})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = self._error(*record.exc_info)
        return without_newlines(json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__))

    def _error(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> dict[str, object]:
        # Frames name places only: source lines and local values could show what a person wrote.
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        return {
            "type": kind.__name__ if kind else "",
            "message": without_values_of_requests(error),
            "frames": frames[-25:],
        }


def without_newlines(line: str) -> str:
    """One line stays one line: the separators that JSON leaves as they are would split it for some readers."""
    return line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
