"""What a form of a page sends besides what a person types. The tests of core/forms stand beside it."""

from __future__ import annotations

from uuid import uuid4


def sent(**typed: str) -> dict[str, str]:
    """The fields of a form as it is sent for the first time, with the number of a fresh effect."""
    return {"effect_id": str(uuid4()), **typed}
