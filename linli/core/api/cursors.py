"""Cursors of the API's lists: opaque to callers, bound to the order of the list, refused when they cannot be read.

Inside stands what the list's own page gave (the last id, the last code), so pages stay where they are while rows are added.
"""

from __future__ import annotations

import base64
import binascii
import re

from django.utils.translation import gettext as _

from linli.core.platform.public import BadInput

MAX_LENGTH = 120


def cursor_of(order: str, place: str) -> str:
    """The cursor after `place`; empty at the end."""
    return base64.urlsafe_b64encode(f"{order} {place}".encode()).decode().rstrip("=") if place else ""


def place_of(order: str, cursor: str, pattern: str) -> str:
    """What stands in a cursor, which must be of this order and match `pattern` wholly. Raises BadInput."""
    if not cursor:
        return ""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        text = ""
    found, _space, place = text.partition(" ")
    if found != order or not re.fullmatch(pattern, place, re.ASCII):
        raise BadInput(
            _("This cursor does not belong to this list; take `next` of the page before, with the same filters."),
            field="cursor",
        )
    return place
