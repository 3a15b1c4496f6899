"""Who does something: the actor that every write and every audit record names.

`work.py` opens a write for an actor; the area `access` makes actors from signed-in users and from residents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["user", "resident", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting party of one request or job. `origin` is the client's address, `name` the name as shown that day."""

    kind: ActorKind
    user_id: int | None = None
    unit_id: int | None = None
    origin: str = ""
    request_id: str = ""
    name: str = ""


SYSTEM = Actor(kind="system")
