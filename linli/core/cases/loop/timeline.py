"""Adds entries to a case's timeline and binds each into the audit chain of its street. Rows are never changed.

What stands outside an entry and belongs to it is bound by a digest among its facts: the words written with it (`note`),
its files (`files`), and in the first entry the words of the report (`words`). trail.py holds the rows against them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.cases.models import Case, CaseEvent, CaseFile, CaseNote
from linli.core.platform.public import BadInput, StoredFile, Work, insert_rows
from linli.lib.canonical import canonical_bytes

SUBJECT = "case_event"


def new_salt() -> bytes:
    """16 random bytes: with them gone, a digest tells nothing about what it was made of."""
    return secrets.token_bytes(16)


def note_digest(salt: bytes | memoryview, text: str) -> str:
    """SHA-256 over salt and words, hexadecimal: what an entry keeps of the words written with it."""
    return hashlib.sha256(bytes(salt) + text.encode()).hexdigest()


def words_digest(salt: bytes | memoryview, description: str, address: str) -> str:
    """SHA-256 over salt, description and address, hexadecimal: what the first entry keeps of the words of a report."""
    return hashlib.sha256(bytes(salt) + canonical_bytes([description, address])).hexdigest()


def salt_words(case: Case) -> None:
    """Gives a case that is not inserted yet the salt for its words, none when it has no words."""
    case.words_salt = new_salt() if case.description or case.address else None


def bound_from_the_start(case: Case) -> dict[str, Any]:
    """What the first entry binds of a case besides its category: where it is filed, its key, and its words.

    The key is the tracking number, kept as a digest with the case's UUID: it opens the reporter's page, and who changed it
    would lock the reporter out.
    """
    bound: dict[str, Any] = {
        "place": [case.area_id, case.district_id, case.street_id, case.community_id],
        "key": key_digest(case.uuid, case.tracking),
    }
    if case.words_salt is not None:
        bound["words"] = words_digest(case.words_salt, case.description, case.address)
    return bound


def key_digest(uuid: UUID, tracking: str) -> str:
    """SHA-256 over a case's UUID and its tracking number, hexadecimal."""
    return hashlib.sha256(f"{uuid} {tracking}".encode()).hexdigest()


def event_digest(
    *,
    home_district: str,
    case_id: int,
    seq: int,
    uuid: UUID,
    action: str,
    state_from: str,
    state_to: str,
    actor_kind: str,
    actor_id: int | None,
    actor_unit_id: int | None,
    at: datetime,
    facts: dict[str, Any],
) -> bytes:
    """SHA-256 over every column of an event."""
    return hashlib.sha256(
        canonical_bytes(
            [
                home_district,
                case_id,
                seq,
                str(uuid),
                action,
                state_from,
                state_to,
                actor_kind,
                actor_id,
                actor_unit_id,
                at.astimezone(UTC).isoformat(),
                facts,
            ]
        )
    ).digest()


def add_event(
    work: Work,
    case: Case,
    *,
    action: str,
    state_from: str,
    uuid: UUID,
    facts: dict[str, Any] | None = None,
    note: str = "",
    files: list[dict[str, Any]] | None = None,
    drawn_id: int | None = None,
) -> int:
    """Adds the entry `case.seq` of the timeline with its words and files, and its audit record. Gives the event's id.

    With an id that was drawn before, the entry comes at the end of the write. Raises BadInput for a file that is not there.
    """
    actor = work.actor
    facts = dict(facts or {})
    if case.seq == 1:
        facts.update(bound_from_the_start(case))
    salt = new_salt()
    if note:
        facts["note"] = note_digest(salt, note)
    if files:
        facts["files"] = _contents(files)
    columns: dict[str, Any] = {
        "home_district": case.home_district,
        "case_id": case.id,
        "seq": case.seq,
        "uuid": uuid,
        "action": action,
        "state_from": state_from,
        "state_to": str(case.state),
        "actor_kind": actor.kind,
        "actor_id": actor.user_id,
        "actor_unit_id": actor.unit_id,
        "at": work.now,
        "facts": facts,
    }
    event_id = work.insert(CaseEvent, columns, drawn_id=drawn_id)
    if note:
        insert_rows(
            CaseNote,
            [
                {
                    "home_district": case.home_district,
                    "case_id": case.id,
                    "event_id": event_id,
                    "text": note,
                    "salt": salt,
                    "at": work.now,
                }
            ],
        )
    if files:
        insert_rows(
            CaseFile,
            [
                {"home_district": case.home_district, "case_id": case.id, "event_id": event_id, "at": work.now, **file}
                for file in files
            ],
        )
    # The chain belongs to the street that the case was filed under; it is the subject's own, not the actor's.
    work.audit(
        area_tree().audit_chain(case.area_id),
        f"case.{action}",
        SUBJECT,
        event_id,
        {"case": case.id, "seq": case.seq, "from": state_from, "to": str(case.state), **facts},
        subject_digest=event_digest(**columns),
    )
    return event_id


def _contents(files: list[dict[str, Any]]) -> list[list[str]]:
    """Role and SHA-256 of each file as it was received."""
    ids = [file["stored_file_id"] for file in files]
    known = dict(StoredFile.objects.filter(id__in=ids).values_list("id", "sha256"))
    if not known.keys() >= set(ids):  # received more than a week ago and never used, so the clean-up took it
        raise BadInput(_("A photo is not there any more; add it again."), field="photos")
    return [[file["role"], known[file["stored_file_id"]]] for file in files]


def event_digests() -> Iterator[tuple[str, bytes]]:
    """Every event's id and digest as it stands in the database now, for `linli audit verify`."""
    columns = (
        "home_district",
        "case_id",
        "seq",
        "uuid",
        "action",
        "state_from",
        "state_to",
        "actor_kind",
        "actor_id",
        "actor_unit_id",
        "at",
        "facts",
    )
    for id_, *values in CaseEvent.objects.order_by("id").values_list("id", *columns).iterator(chunk_size=5000):
        yield str(id_), event_digest(**dict(zip(columns, values, strict=True)))
