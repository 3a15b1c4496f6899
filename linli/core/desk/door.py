"""The door of every form of the staff: who acts, once per effect, and where a form is posted from. forms.py stands on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from linli.core.access.public import actor_on
from linli.core.platform.public import (
    Actor,
    Answer,
    NotAllowed,
    NotThere,
    Refusal,
    Work,
    allow,
    effect_uuid,
    network_of,
    once,
)
from linli.lib.canonical import canonical_bytes

HIDDEN = ("csrfmiddlewaretoken", "effect_id")

Effect = Callable[[Actor, UUID], object]


def do_once(request: HttpRequest, what: Sequence[object], effect: Effect) -> Answer:
    """Runs `effect(actor, uuid)` once for the UUID of the form; its result, as text, is the body that is kept.

    `what` names the door and its rows, and whatever the form sent as files; everything that was typed is bound to the UUID
    besides. The form sent again is given the first answer (`replayed`), after what `effect` did anew was rolled back: so it
    does nothing outside the database. Passwords never pass here, since a digest of what was typed is kept. Raises BadInput
    for a form without its number, DifferentContent for a number that was used for something else, and what `effect` raises.
    """
    uuid, actor = effect_uuid(request), actor_on(request)

    def run(_work: Work) -> tuple[int, str]:
        return 303, str(effect(actor, uuid))

    return once(actor, uuid, canonical_bytes([*what, content_of(request.POST)]), run)


def answer_once(
    request: HttpRequest,
    what: Sequence[object],
    effect: Effect,
    *,
    to: str | Callable[[str], str],
    refused: Callable[[Refusal], HttpResponseBase],
) -> HttpResponseBase:
    """`do_once`, and then leads to the address `to`, or to what `to` makes of the body that was kept.

    A refusal is answered by the page `refused` makes of it. What is not there and what is not allowed are raised on: the
    gate answers them.
    """
    try:
        body = do_once(request, what, effect).body
    except (NotThere, NotAllowed):
        raise
    except Refusal as refusal:
        return refused(refusal)
    return HttpResponseRedirect(to if isinstance(to, str) else to(body))


def content_of(form: QueryDict) -> dict[str, list[str]]:
    """What the person sent, without the tokens of the form: what a UUID is bound to."""
    return {key: [str(value) for value in values] for key, values in sorted(form.lists()) if key not in HIDDEN}


def posted_from(page: str, *ids: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Takes only what a form on `page` posts. Whoever comes by GET (a reload, the language switch) is led to that page.

    `ids` are the parts of this address that the page's own address has too.
    """

    def around(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def target(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, **kwargs)
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(reverse(page, kwargs={name: kwargs[name] for name in ids}))
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return target

    return around


def within_limit(request: HttpRequest, bucket: str, limit: int, per: timedelta) -> bool:
    """Whether the address of this request is still within its limit."""
    return allow(bucket, network_of(getattr(request, "origin", "")), limit, per)
