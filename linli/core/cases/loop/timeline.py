"""What the timeline of a case binds of it from the start: its words and the reporter's key. The rest is the engine's (flow/timeline.py)."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from linli.core.cases.models import Case
from linli.core.flow.public import new_salt
from linli.lib.canonical import canonical_bytes


def words_digest(salt: bytes | memoryview, description: str, address: str) -> str:
    """SHA-256 over salt, description and address, hexadecimal: what the first entry keeps of the words of a report."""
    return hashlib.sha256(bytes(salt) + canonical_bytes([description, address])).hexdigest()


def salt_words(case: Case) -> None:
    """Gives a case that is not inserted yet the salt for its words, none when it has no words."""
    case.words_salt = new_salt() if case.description or case.address else None


def bound_from_the_start(case: Case) -> dict[str, Any]:
    """What the first entry binds of a case besides place and category: its key and its words.

    The key is the tracking number, kept as a digest with the case's UUID: it opens the reporter's page, and who changed it
    would lock the reporter out.
    """
    bound: dict[str, Any] = {"key": key_digest(case.uuid, case.tracking)}
    if case.words_salt is not None:
        bound["words"] = words_digest(case.words_salt, case.description, case.address)
    return bound


def key_digest(uuid: UUID, tracking: str) -> str:
    """SHA-256 over a case's UUID and its tracking number, hexadecimal."""
    return hashlib.sha256(f"{uuid} {tracking}".encode()).hexdigest()
