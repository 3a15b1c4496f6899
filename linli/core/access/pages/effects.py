"""What the forms of these pages need: once per effect, the page that a form is posted from, the limit per address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from linli.core.access.public import actor_on
from linli.core.platform.public import Answer, Work, allow, effect_uuid, network_of, once
from linli.lib.canonical import canonical_bytes


def once_for(request: HttpRequest, content: list[object], effect: Callable[[Work], str]) -> Answer:
    """Does what a form asks for once per UUID; `effect` gives the body that is kept. Raises what the effect raises."""
    return once(actor_on(request), effect_uuid(request), canonical_bytes(content), lambda work: (200, effect(work)))


def posted_from(page: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Takes only what a form on `page` posts. Whoever comes by GET (a reload, the language switch) is led to that page."""

    def around(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def target(request: HttpRequest, **kwargs: int) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, **kwargs)
            if request.method in ("GET", "HEAD"):
                user = {"user_id": kwargs["user_id"]} if "user_id" in kwargs else {}
                return HttpResponseRedirect(reverse(page, kwargs=user))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return target

    return around


def within_limit(request: HttpRequest, bucket: str, limit: int, per: timedelta) -> bool:
    """Whether the address of this request is still within its limit."""
    return allow(bucket, network_of(getattr(request, "origin", "")), limit, per)
