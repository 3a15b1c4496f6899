"""The sealed part of a message: address and parameters, both personal, as one encrypted text."""

from __future__ import annotations

import json
from typing import Any

from linli.core.platform.canonical import canonical

_PURPOSE = "message"


def sealed_envelope(to: str, params: dict[str, Any]) -> str:
    """Seals the address and the parameters of a message."""
    from linli.core.platform.crypto import seal

    return str(seal(canonical({"to": to, "params": params}), _PURPOSE))


def open_envelope(envelope: str) -> tuple[str, dict[str, Any]]:
    """Address and parameters out of `sealed_envelope`'s text."""
    from linli.core.platform.crypto import unseal

    content = json.loads(unseal(envelope, _PURPOSE))
    return content["to"], content["params"]
