"""What the API answers with when all is well: JSON bytes made once, never kept by caches. problems.py says no.

Endpoints build plain dictionaries; that they fit the schemas is tested, not checked again with every answer.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse


def as_json(body: Any) -> str:
    """The text of an answer. Lists and dictionaries of plain values only; instants are made texts by `instant`."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def instant(at: datetime | None) -> str | None:
    """An instant as RFC 3339 in UTC, as the database gives it."""
    return at.isoformat() if at is not None else None


def answer(body: Any, status: int = 200) -> HttpResponse:
    """An answer with `body` as JSON."""
    return text_answer(as_json(body), status)


def text_answer(text: str, status: int = 200) -> HttpResponse:
    """An answer whose JSON text exists already."""
    response = HttpResponse(text.encode(), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
