"""What the residents' pages share at their door: who acts, the effect's UUID, limits per address, headers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from linli.core.platform.public import Actor, TooMany, allow, network_of, only_if_done
from linli.web.api.public_reports import LIMITS

View = Callable[..., HttpResponseBase]


def resident(request: HttpRequest) -> Actor:
    """Somebody without account as the doer of a write."""
    return Actor(kind="resident", origin=getattr(request, "origin", ""), request_id=getattr(request, "request_id", ""))


def within_limit(request: HttpRequest, bucket: str) -> bool:
    """Whether the address of this request is still within its limit; pages and API count together."""
    times, per = LIMITS[bucket]
    return allow(bucket, network_of(getattr(request, "origin", "")), times, per)


def check_limit(request: HttpRequest, bucket: str, sentence: str) -> None:
    """Raises TooMany, in these words, for an address beyond its limit."""
    if not within_limit(request, bucket):
        raise TooMany(sentence, retry_after_s=int(LIMITS[bucket][1].total_seconds()))


def counted_if_done(request: HttpRequest, bucket: str) -> AbstractContextManager[None]:
    """Around what `within_limit` let through: it counts for nothing when the server was too busy for it."""
    return only_if_done(bucket, network_of(getattr(request, "origin", "")), LIMITS[bucket][1])


def unlisted(view: View) -> View:
    """Marks an answer that search engines and shared caches shall not keep."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return page
