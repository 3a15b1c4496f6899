"""Which reports this browser sent, and which judgements it wrote: only it is shown those words and photos again, so a number
may be passed on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from linli.lib.outside import whole_number

COOKIE = "linli_sent"
SALT = "linli.sent"
KEPT = timedelta(days=30)
MOST = 40
JUDGED = "j"  # between a tracking number, which has capital letters only, and the entry of the timeline


def _entries(request: HttpRequest) -> list[str]:
    kept = request.get_signed_cookie(COOKIE, "", salt=SALT, max_age=KEPT) or ""
    return [entry for entry in kept.split(".") if entry][:MOST]


def sent_here(request: HttpRequest, tracking: str) -> bool:
    """Whether this browser sent the report lately."""
    return tracking in _entries(request)


def wrote_here(request: HttpRequest, tracking: str) -> frozenset[int]:
    """Which entries of the report's timeline (`seq`) this browser wrote lately: stars, and why it was to be taken up again."""
    behind = [
        entry.removeprefix(tracking + JUDGED) for entry in _entries(request) if entry.startswith(tracking + JUDGED)
    ]
    return frozenset(seq for seq in map(whole_number, behind) if seq is not None)


def remember(request: HttpRequest, response: HttpResponse, tracking: str, wrote: Iterable[int] | None = None) -> None:
    """Keeps for 30 days that this browser sent a report, or which entries it wrote. Forgetting 我的上报 (my-reports.ts) drops it."""
    fresh = [tracking] if wrote is None else [f"{tracking}{JUDGED}{seq}" for seq in wrote]
    entries = dict.fromkeys([*fresh, *_entries(request)])
    response.set_signed_cookie(
        COOKIE, ".".join(list(entries)[:MOST]), salt=SALT, max_age=KEPT, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip
