"""One value, one text: the canonical JSON that digests and stored contents are made of.

Keys are sorted, no spaces, Unicode as it is; instants are ISO 8601 in UTC with microseconds. The audit chain and the
idempotency claims hash this text, so changing a rule here makes old hashes wrong.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from uuid import UUID


def _plain(value: object) -> object:
    """Asked for everything that is not one of JSON's own types."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError(f"{value!r} has no time zone; give an aware datetime.")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, set | frozenset):
        return sorted(value)
    # Texts that gettext translates lazily become the text of the language that is active.
    if hasattr(value, "__html__") or type(value).__name__ == "__proxy__":
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot stand in an audit content, event or job; make it JSON first.")


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain
).encode


def canonical(value: object) -> str:
    """The canonical JSON text of `value`. Raises TypeError for a type without a rule, ValueError for NaN, infinity."""
    return _encode(value)
