"""The outermost middleware: request id, security headers, client address, timing, and sentences for a bad day.

It must work without the database. `trouble.py` stands next to it and tells a database that is down from a disk that is
full; `saying/structured_log.py` writes what happens here; `measures.py` counts it.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver, get_urlconf

from linli.core.platform.saying.structured_log import RequestFacts, current_request
from linli.core.platform.serving import measures, trouble
from linli.lib.outside import LARGEST_ID, whole_number

log = logging.getLogger("linli.request")

# Where bodies.py says why it did not take the body of a request; no header from outside can have this name.
REFUSED_AT_THE_DOOR = "linli.refused"

PERMISSIONS_POLICY = (
    "geolocation=(self), camera=(self), microphone=(self), accelerometer=(), gyroscope=(), magnetometer=(), "
    "payment=(), usb=(), interest-cohort=()"
)


def client_address(request: HttpRequest, trusted_proxies: int | None = None) -> str:
    """The client's address: the peer's, or, behind `trusted_proxies` proxies, the last X-Forwarded-For entry that the
    outermost of them wrote. Entries further left are the client's own claims, never believed. "" when unknown."""
    return address_in(request.META, trusted_proxies)


def address_in(environ: Mapping[str, object], trusted_proxies: int | None = None) -> str:
    """As `client_address`, from what the server says about a request."""
    proxies = settings.LINLI_TRUSTED_PROXIES if trusted_proxies is None else trusted_proxies
    candidate = str(environ.get("REMOTE_ADDR", ""))
    if proxies > 0:
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        entries = [entry.strip() for entry in forwarded.split(",") if entry.strip()]
        if len(entries) >= proxies:
            candidate = entries[-proxies]
    try:
        return str(ip_address(candidate.strip("[]")))
    except ValueError:
        return ""


@lru_cache(maxsize=4)
def content_security_policy(tile_url: str) -> str:
    """The policy of every page; `tile_url` (may be empty) adds the origin of an external base map to connect-src."""
    parts = urlsplit(tile_url)
    tiles = f" {parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "worker-src 'self'",
            f"connect-src 'self'{tiles}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    )


@lru_cache(maxsize=4)
def _first_segments(urlconf: str | None) -> frozenset[str]:
    patterns = [str(one.pattern) for one in get_resolver(urlconf).url_patterns]
    return frozenset(text.partition("/")[0] for text in patterns if "<" not in text.partition("/")[0]) - {""}


def known_segment(path: str, urlconf: str | None = None) -> str:
    """The first segment of an address where it is one of linli's own, else "": all that a log may tell of an address
    that led nowhere. What follows may be a tracking number, the secret of a link or whatever somebody typed."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _first_segments(urlconf) else ""


def declared_length(environ: Mapping[str, Any]) -> int:
    """The bytes of the body by its header: 0 without one, more than anybody may send for what is no number."""
    given = str(environ.get("CONTENT_LENGTH") or "")
    found = whole_number(given)
    return 0 if not given else LARGEST_ID if found is None else found


def _is_too_large(request: HttpRequest) -> bool:
    """Judged by the header: a body is read, and its files are kept on disk, before any view can say no."""
    return declared_length(request.META) > settings.LINLI_MAX_BODY_BYTES


class RequestMiddleware:
    """Stands first in MIDDLEWARE. Sets `request.request_id` and `request.origin`; both go into the Actor of a write.

    The id is always made here: one given from outside could forge log lines. Adds X-Request-ID, the content security
    policy and Permissions-Policy to every answer that does not bring its own, counts the request by route and status,
    and writes one log line.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        facts = RequestFacts(request_id=secrets.token_hex(8))
        request.request_id = facts.request_id  # type: ignore[attr-defined]
        request.origin = client_address(request)  # type: ignore[attr-defined]
        token = current_request.set(facts)
        try:
            refused: trouble.Trouble | None = (
                "too_large" if _is_too_large(request) else request.META.get(REFUSED_AT_THE_DOOR)
            )
            response = trouble.at_the_door(request, refused) if refused else self.get_response(request)
            self._finish(request, response, facts, time.perf_counter() - started)
            return response
        finally:
            current_request.reset(token)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:  # noqa: ARG002
        """Notes the route for the log lines of the view."""
        facts = current_request.get()
        if facts is not None and request.resolver_match is not None:
            facts.route = request.resolver_match.route

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Turns a database that is down and a disk that is full into an answer with a sentence; others go on."""
        return trouble.answer(request, error)

    def _finish(self, request: HttpRequest, response: HttpResponseBase, facts: RequestFacts, seconds: float) -> None:
        response.headers["X-Request-ID"] = facts.request_id
        if response.status_code in (429, 503):
            response.headers.setdefault("Retry-After", str(facts.wait_s or 3))
        response.headers.setdefault("Content-Security-Policy", content_security_policy(settings.LINLI_TILE_URL))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        match = request.resolver_match
        route = (match.view_name or match.route) if match is not None else "unmatched"
        measures.count_request(measures.method_named(request.method), route, response.status_code, seconds)
        # `user` is lazy and may ask the database; only what was already looked up is noted.
        user = request.__dict__.get("_cached_user") or request.__dict__.get("user")
        user_id = user.__dict__.get("id") if user is not None and hasattr(user, "__dict__") else None
        facts.user_id = user_id if isinstance(user_id, int) else None
        log.info(
            "answered",
            extra={
                "facts": {
                    "method": measures.method_named(request.method),
                    "status": response.status_code,
                    "milliseconds": round(seconds * 1000, 1),
                    **({} if match is not None else {"below": known_segment(request.path, get_urlconf())}),
                }
            },
        )
