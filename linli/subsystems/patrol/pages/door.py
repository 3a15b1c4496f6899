"""What both groups of pages need: one effect per form, and what the form said."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, QueryDict

from linli.core.access.public import actor_on
from linli.core.platform.public import Actor, Work, effect_uuid, once
from linli.lib.canonical import canonical_bytes


def do_once(request: HttpRequest, what: list[object], effect: Callable[[Actor, UUID], object]) -> str:
    """Runs `effect(actor, uuid)` once for the form's UUID and gives its result as text, also to a form sent again.

    `what` is the content that the UUID is bound to. Raises what `effect` raises, BadInput for a form without its number.
    """
    uuid, actor = effect_uuid(request), actor_on(request)

    def run(_work: Work) -> tuple[int, str]:
        return 303, str(effect(actor, uuid))

    return once(actor, uuid, canonical_bytes(what), run).body


def content_of(form: QueryDict) -> dict[str, list[str]]:
    """What the person sent, without the tokens of the form: what a UUID is bound to."""
    return {key: [str(value) for value in values] for key, values in sorted(form.lists()) if key not in HIDDEN}


HIDDEN = ("csrfmiddlewaretoken", "effect_id")
