"""What both groups of pages need: who acts, the UUID of the effect, one effect per form, and numbers out of forms."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from linli.core.access.public import access_on
from linli.core.platform.public import Actor, BadInput, Work, once
from linli.lib.canonical import canonical_bytes


def actor_of(request: HttpRequest) -> Actor:
    """The person behind a request as the doer of a write."""
    return access_on(request).actor(getattr(request, "origin", ""), getattr(request, "request_id", ""))


def do_once(request: HttpRequest, what: list[object], effect: Callable[[Actor, UUID], object]) -> str:
    """Runs `effect(actor, uuid)` once for the form's UUID and gives its result as text, also to a form sent again.

    `what` is the content that the UUID is bound to. Raises what `effect` raises, BadInput for a form without its number.
    """
    try:
        uuid = UUID(request.POST.get("effect_id", ""))
    except ValueError:
        raise BadInput(
            _("The form has lost its number; load the page again and send it once more."), field="effect_id"
        ) from None
    actor = actor_of(request)

    def run(_work: Work) -> tuple[int, str]:
        return 303, str(effect(actor, uuid))

    return once(actor, uuid, canonical_bytes(what), run).body


def degrees(words: str, field: str) -> float | None:
    """Degrees as typed, None for an empty field. Raises BadInput."""
    words = words.strip()
    if not words:
        return None
    try:
        return float(words[:30])
    except ValueError:
        raise BadInput(_("Give the position in degrees, as numbers."), field=field) from None


def position(form: QueryDict) -> tuple[float | None, float | None]:
    """The fields lon and lat of a form."""
    return degrees(form.get("lon", ""), "lon"), degrees(form.get("lat", ""), "lat")


def content_of(form: QueryDict) -> dict[str, list[str]]:
    """What the person sent, without the tokens of the form: what a UUID is bound to."""
    return {key: [str(value) for value in values] for key, values in sorted(form.lists()) if key not in HIDDEN}


HIDDEN = ("csrfmiddlewaretoken", "effect_id")
