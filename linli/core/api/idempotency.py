"""The idempotency protocol over HTTP: every POST carries `Idempotency-Key: <UUID>` and has its effect once.

First answer 201. The same content again 200 with the stored answer, other content 409; claim and effect commit together
(platform `once`). Content begins with method and address, so what one door answered no other gives away.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header

from linli.core.api.answers import as_json, text_answer
from linli.core.platform.public import Actor, Work, once, recall

Key = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="A UUID that the client makes for each effect and sends again when it repeats the request.",
    ),
]
HEADER = "Idempotency-Replayed"


def content_of(request: HttpRequest) -> bytes:
    """What makes two requests the same: method, address and the parsed body, however it was spaced and ordered."""
    body = json.dumps(getattr(request, "parsed_body", None), sort_keys=True, separators=(",", ":"))
    return f"{request.method} {request.path}\n{body}".encode()


def carried_out(
    request: HttpRequest,
    *,
    actor: Actor,
    key: UUID,
    effect: Callable[[Work], Any],
    content: bytes | None = None,
    shown_once: Callable[[Any], Any] | None = None,
) -> HttpResponse:
    """Runs `effect(work) -> body` once for this key and gives 201, or 200 with the answer of the first time.

    `shown_once(body)` completes the first answer with values that are not kept (a token, a phone number); a repetition
    does without them. Raises what `effect` raises.
    """
    content = content_of(request) if content is None else content
    bodies: list[Any] = []

    def act(work: Work) -> tuple[int, str]:
        bodies.append(effect(work))
        return 201, as_json(bodies[-1])

    told = once(actor, key, content, act)
    if not told.replayed and shown_once is not None:
        return text_answer(as_json(shown_once(bodies[-1])), told.status)
    response = text_answer(told.body, 200 if told.replayed else told.status)
    if told.replayed:
        response.headers[HEADER] = "true"
    return response


def answered_before(actor: Actor, key: UUID, content: bytes) -> HttpResponse | None:
    """The stored answer of a request whose preparation costs much (a photo to decode); None when there is none."""
    told = recall(actor, key, sha256(content).digest())
    if told is None:
        return None
    response = text_answer(told.body, 200)
    response.headers[HEADER] = "true"
    return response
