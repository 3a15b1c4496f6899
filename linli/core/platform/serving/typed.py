"""What every form of a page sends, as values: the UUID of its effect, and a position in degrees."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from linli.core.platform.saying.refusals import BadInput


def effect_uuid(request: HttpRequest) -> UUID:
    """The UUID of the effect that a form asks for. Raises BadInput when the form lost it."""
    try:
        return UUID(request.POST.get("effect_id", ""))
    except ValueError:
        raise BadInput(
            _("The form has lost its number; load the page again and send it once more."), field="effect_id"
        ) from None


def typed_position(form: QueryDict | dict[str, str]) -> tuple[float | None, float | None]:
    """The fields lon and lat of a form in degrees, None for an empty one; whether they lie on Earth is asked later.

    Raises BadInput for what is no number.
    """
    return _degrees(form, "lon"), _degrees(form, "lat")


def _degrees(form: QueryDict | dict[str, str], field: str) -> float | None:
    words = form.get(field, "").strip()
    try:
        return float(words[:30]) if words else None
    except ValueError:
        raise BadInput(_("Give the position in degrees, as numbers."), field=field) from None
