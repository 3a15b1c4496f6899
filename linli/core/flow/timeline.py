"""Adds entries to an item's timeline and binds each into the audit chain of its street. Rows are never changed.

What stands outside an entry and belongs to it is bound by a digest among its facts: the words written with it (`note`), its files
(`files`), and in the first entry what the flow binds from the start (`Flow.binds`). trail.py holds the rows against them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.flow.definition import AnyFlow
from linli.core.flow.models import EventRow
from linli.core.platform.public import BadInput, StoredFile, Work, insert_rows
from linli.lib.canonical import canonical_bytes

PLACE = ("area_id", "district_id", "street_id", "community_id")
# Of an item whose timeline did not begin with the engine: it came from before, and nothing was written down then.
UNTOLD = 0
_REST = ("seq", "uuid", "action", "state_from", "state_to", "actor_kind", "actor_id", "actor_unit_id", "at", "facts")


def new_salt() -> bytes:
    """16 random bytes: with them gone, a digest tells nothing about what it was made of."""
    return secrets.token_bytes(16)


def note_digest(salt: bytes | memoryview, text: str) -> str:
    """SHA-256 over salt and words, hexadecimal: what an entry keeps of the words written with it."""
    return hashlib.sha256(bytes(salt) + text.encode()).hexdigest()


def event_digest(columns: Mapping[str, Any]) -> bytes:
    """SHA-256 over every column of an entry, in the order of its table, without its id."""
    values = [_plain(value) for value in columns.values()]
    return hashlib.sha256(canonical_bytes(values)).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value) if isinstance(value, UUID) else value


def add_event(
    flow: AnyFlow,
    work: Work,
    item: Any,
    *,
    action: str,
    state_from: str,
    uuid: UUID,
    facts: dict[str, Any] | None = None,
    note: str = "",
    files: list[dict[str, Any]] | None = None,
) -> int:
    """Adds the entry `item.seq` of the timeline with its words and files, and its audit record. Gives the entry's id.

    Raises BadInput for a file that is not there.
    """
    tables, key = flow.tables, flow.key_of(item.id)
    facts = dict(facts or {})
    if item.seq == 1:
        facts.update(first_facts(flow, item))
    salt = new_salt()
    if note:
        facts["note"] = note_digest(salt, note)
    if files:
        facts["files"] = _contents(files)
    columns = _columns(work, item, key, action, state_from, uuid, facts)
    event_id = work.insert(tables.event, columns)
    hanging = {"home_district": item.home_district, **key, "event_id": event_id}
    if note:
        insert_rows(tables.note, [{**hanging, "text": note, "salt": salt, "at": work.now}])
    if files:
        ended = {"ended_at": item.ended_at} if tables.shared else {}
        insert_rows(tables.file, [{**hanging, **ended, "at": work.now, **file} for file in files])
    # The chain belongs to the street that the item was filed under; it is the subject's own, not the actor's.
    step = {"seq": item.seq, "from": state_from, "to": str(item.state)}
    work.audit(
        area_tree().audit_chain(item.area_id), f"{flow.code}.{action}", tables.subject, event_id,
        {flow.code: item.id, **step, **facts}, subject_digest=event_digest(columns),
    )  # fmt: skip
    return event_id


def first_facts(flow: AnyFlow, item: Any) -> dict[str, Any]:
    """What the first entry binds of an item: where it is filed, and what its flow adds."""
    return {"place": [getattr(item, name) for name in PLACE], **flow.binds(item)}


def _columns(
    work: Work, item: Any, key: dict[str, Any], action: str, state_from: str, uuid: UUID, facts: dict[str, Any]
) -> dict[str, Any]:
    actor = work.actor
    return {
        "home_district": item.home_district,
        **key,
        "seq": item.seq,
        "uuid": uuid,
        "action": action,
        "state_from": state_from,
        "state_to": str(item.state),
        "actor_kind": actor.kind,
        "actor_id": actor.user_id,
        "actor_unit_id": actor.unit_id,
        "at": work.now,
        "facts": facts,
    }


def _contents(files: list[dict[str, Any]]) -> list[list[str]]:
    """Role and SHA-256 of each file as it was received."""
    ids = [file["stored_file_id"] for file in files]
    known = dict(StoredFile.objects.filter(id__in=ids).values_list("id", "sha256"))
    if not known.keys() >= set(ids):  # received more than a week ago and never used, so the clean-up took it
        raise BadInput(_("A photo is not there any more; add it again."), field="photos")
    return [[file["role"], known[file["stored_file_id"]]] for file in files]


def event_digests(model: type[EventRow], *key: str) -> Iterator[tuple[str, bytes]]:
    """Every entry's id and digest as it stands in the database now, for `linli audit verify`. `key`: the columns that name the item."""
    columns = ("home_district", *key, *_REST)
    rows = model._default_manager.order_by("id").values_list("id", *columns)
    for id_, *values in rows.iterator(chunk_size=5000):
        yield str(id_), event_digest(dict(zip(columns, values, strict=True)))
