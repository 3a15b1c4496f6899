"""The idempotency protocol over HTTP: every POST carries `Idempotency-Key: <UUID>` and has its effect once.

First answer 201. The same content again 200 with the stored answer, other content 409; claim and effect commit together
(platform `once`). After 180 days, when the claim has expired, `known` recognises the UUID on the record that it made and
answers 200 with what the record is now.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Header

from linli.core.platform.public import Actor, Answer, DifferentContent, Refusal, Work, once, recall
from linli.web.api.answers import as_json, text_answer

Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="A UUID that the client makes for each effect and sends again when it repeats the request.",
    ),
]
Known = Callable[[], Any]
HEADER = "Idempotency-Replayed"


def content_of(request: HttpRequest) -> bytes:
    """What makes two requests the same: method, address and the parsed body, however it was spaced and ordered."""
    body = json.dumps(getattr(request, "parsed_body", None), sort_keys=True, separators=(",", ":"))
    return f"{request.method} {request.path}\n{body}".encode()


def carried_out(
    request: HttpRequest,
    *,
    actor: Actor,
    caller: str,
    key: UUID,
    effect: Callable[[Work], Any],
    known: Known | None = None,
    content: bytes | None = None,
    shown_once: Callable[[Any], Any] | None = None,
) -> HttpResponse:
    """Runs `effect(work) -> body` once for this key and gives 201, or 200 with the answer of the first time.

    `known() -> body | None` answers for a request whose claim has expired; it raises DifferentContent for a record that
    somebody else, or another request, made with this UUID. It is asked only when the effect was refused, so an effect
    that could succeed twice asks by itself (report_case raises AlreadyMade). `shown_once(body)` completes the first answer with
    values that are not kept (a token, a phone number); a repetition does without them. Raises what `effect` raises.
    """
    content = content_of(request) if content is None else content
    bodies: list[Any] = []

    def act(work: Work) -> tuple[int, str]:
        bodies.append(effect(work))
        return 201, as_json(bodies[-1])

    try:
        told = once(actor, caller, key, content, act)
    except (IntegrityError, Refusal) as error:
        if isinstance(error, DifferentContent) or known is None:
            raise
        body = known()
        if body is None:
            raise
        told = Answer(200, as_json(body), replayed=True)
    if not told.replayed and shown_once is not None:
        return text_answer(as_json(shown_once(bodies[-1])), told.status)
    response = text_answer(told.body, 200 if told.replayed else told.status)
    if told.replayed:
        response.headers[HEADER] = "true"
    return response


def answered_before(caller: str, key: UUID, content: bytes) -> HttpResponse | None:
    """The stored answer of a request whose preparation costs much (a photo to decode); None when there is none."""
    told = recall(caller, key, sha256(content).digest())
    if told is None:
        return None
    response = text_answer(told.body, 200)
    response.headers[HEADER] = "true"
    return response


def other_content() -> DifferentContent:
    """The refusal of a UUID that stands on a record which another caller or another request made."""
    return DifferentContent(_("This request id was used for other content before. Send a new id."), field="uuid")
