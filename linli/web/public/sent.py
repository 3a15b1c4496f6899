"""Which reports this browser sent or judged: only it is shown those words and photos again, so a number may be passed on."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "linli_sent"
SALT = "linli.sent"
KEPT = timedelta(days=30)
MOST = 20
JUDGED = "j"  # behind a tracking number, which has capital letters only


def _entries(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=KEPT) or ""
    return [entry for entry in kept.split(".") if entry][:MOST]


def sent_here(request: HttpRequest, tracking: str) -> bool:
    """Whether this browser sent the report lately."""
    return tracking in _entries(request)


def judged_here(request: HttpRequest, tracking: str) -> bool:
    """Whether this browser rated the report, or had it opened again, lately."""
    return tracking + JUDGED in _entries(request)


def remember(request: HttpRequest, response: HttpResponse, tracking: str, *, judged: bool = False) -> None:
    """Keeps for 30 days that this browser sent (or judged) a report. Forgetting 我的上报 (my-reports.ts) drops it."""
    entries = dict.fromkeys([tracking + JUDGED if judged else tracking, *_entries(request)])
    response.set_signed_cookie(
        COOKIE, ".".join(list(entries)[:MOST]), salt=SALT, max_age=KEPT, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
