"""Appends records to the audit chains at the end of a write, and defines what is hashed.

verify.py recomputes the same hashes with the functions here. The head of a chain is the one row that all writes of a
street share, so it is locked after everything else is done and held only for the last statement or two.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections

from linli.core.platform.models import AuditDetail, AuditHead, AuditRecord
from linli.core.platform.writing.actor import Actor
from linli.core.platform.writing.days import local_day
from linli.core.platform.writing.locks import FOR_UPDATE, for_update
from linli.core.platform.writing.rows import Waiting, insert_rows, insert_together, without_transaction
from linli.lib.canonical import canonical_bytes

CHAIN_START = bytes(32)
DEFAULT_KEEP_DAYS = 3 * 365

_RECORD_COLUMNS = (
    "chain", "seq", "at", "actor_kind", "actor_id", "action", "subject_kind", "subject_id",
    "digest", "subject_digest", "keep_until", "previous", "hash",
)  # fmt: skip
_DETAIL_COLUMNS = (
    "chain", "seq", "salt", "content", "origin", "actor_name", "unit_id", "request_id", "keep_until",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a write wants recorded, before it has a place in a chain."""

    chain: str
    action: str
    subject_kind: str
    subject_id: str
    content: str  # canonical JSON
    subject_digest: bytes
    keep_days: int


def detail_digest(
    salt: bytes, content: str, origin: str, actor_name: str, unit_id: int | None, request_id: str
) -> bytes:
    """Binds a detail to its record. The salt (16 random bytes) goes with it, so nobody can try guesses."""
    return sha256(salt + canonical_bytes([content, origin, actor_name, unit_id, request_id])).digest()


def record_hash(
    *,
    chain: str,
    seq: int,
    at: datetime,
    actor_kind: str,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    digest: bytes,
    subject_digest: bytes,
    keep_until: date,
    previous: bytes,
) -> bytes:
    """SHA-256 over every column of a record and the hash of its predecessor (32 zero bytes for the first)."""
    before, after = _around_seq(
        chain=chain, at=at, actor_kind=actor_kind, actor_id=actor_id, action=action, subject_kind=subject_kind,
        subject_id=subject_id, digest=digest, subject_digest=subject_digest, keep_until=keep_until,
    )  # fmt: skip
    return sha256(f'{before}{seq}{after}{previous.hex()}"]'.encode()).digest()


def _around_seq(
    *,
    chain: str,
    at: datetime,
    actor_kind: str,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject_id: str,
    digest: bytes,
    subject_digest: bytes,
    keep_until: date,
) -> tuple[str, str]:
    """The canonical JSON that is hashed, without the two values that only the locked head tells: it is one list, and
    seq stands between the two parts, the hexadecimal hash of the predecessor and `"]` at the end."""
    at_us = (at - _EPOCH) // timedelta(microseconds=1)
    before = canonical_bytes(["linli-audit-1", chain]).decode()
    after = canonical_bytes(
        [
            at_us, actor_kind, actor_id, action, subject_kind, subject_id,
            digest.hex(), subject_digest.hex(), keep_until.isoformat(),
        ]
    ).decode()  # fmt: skip
    return f"{before[:-1]},", f',{after[1:-1]},"'


def append(entries: Sequence[Entry], actor: Actor, at: datetime, waiting: Sequence[Waiting] = ()) -> None:
    """Locks the heads of the entries' chains in sorted order and appends. Must be the last thing before commit.

    `waiting` rows of the same write ride along with the statement that locks, to save their round trips.
    """
    if len(entries) == 1 and connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        _append_one(entries[0], actor, at, waiting)
        return
    heads = _lock_heads(sorted({entry.chain for entry in entries}), waiting)
    records: list[tuple[Any, ...]] = []
    details: list[tuple[Any, ...]] = []
    for entry in entries:
        seq, previous = heads[entry.chain]
        seq += 1
        record, detail = _columns(entry, actor, at)
        own = record_hash(chain=entry.chain, seq=seq, previous=previous, **record)
        records.append((entry.chain, seq, *record.values(), previous, own))
        details.append((entry.chain, seq, *detail))
        heads[entry.chain] = (seq, own)
    rows = [Waiting(AuditRecord, _RECORD_COLUMNS, records), Waiting(AuditDetail, _DETAIL_COLUMNS, details)]
    for chain, (seq, own) in heads.items():
        insert_together(rows, _MOVE_HEAD, [seq, own, chain])
        rows = []


def _columns(entry: Entry, actor: Actor, at: datetime) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """What the record (by column) and its detail say, in the order of the columns, without chain, seq and hashes."""
    salt = os.urandom(16)
    keep_until = local_day(at + timedelta(days=entry.keep_days))
    record = {
        "at": at, "actor_kind": actor.kind, "actor_id": actor.user_id, "action": entry.action,
        "subject_kind": entry.subject_kind, "subject_id": entry.subject_id,
        "digest": detail_digest(salt, entry.content, actor.origin, actor.name, actor.unit_id, actor.request_id),
        "subject_digest": entry.subject_digest, "keep_until": keep_until,
    }  # fmt: skip
    return record, (
        salt, entry.content, actor.origin, actor.name, actor.unit_id, actor.request_id, keep_until
    )  # fmt: skip


# PostgreSQL locks the head, hashes and inserts in one statement, so that writes of a street wait for no round trip of
# each other. What is hashed is the text of `_around_seq`.
_APPEND_ONE = f"""
WITH head AS (SELECT chain, seq + 1 AS seq, hash AS previous FROM platform_audit_head WHERE chain = %s{FOR_UPDATE}),
made AS (SELECT chain, seq, previous,
  sha256(convert_to(%s::text || seq || %s::text || encode(previous, 'hex') || '"]', 'UTF8')) AS hash FROM head),
record AS (INSERT INTO platform_audit_record ({", ".join(_RECORD_COLUMNS)})
  SELECT chain, seq, %s::timestamptz, %s, %s::bigint, %s, %s, %s, %s::bytea, %s::bytea, %s::date, previous, hash
  FROM made),
detail AS (INSERT INTO platform_audit_detail ({", ".join(_DETAIL_COLUMNS)})
  SELECT chain, seq, %s::bytea, %s, %s, %s, %s::bigint, %s, %s::date FROM made)
UPDATE platform_audit_head AS kept SET seq = made.seq, hash = made.hash FROM made WHERE kept.chain = made.chain
RETURNING kept.seq
""".strip()  # noqa: S608 - names of columns


# The same as a whole transaction: without a head the record's empty columns refuse everything that the statement inserts.
_APPEND_ALONE = _APPEND_ONE.replace("FROM made),\ndetail", "FROM (SELECT 1) AS one LEFT JOIN made ON true),\ndetail")


def _append_one(entry: Entry, actor: Actor, at: datetime, waiting: Sequence[Waiting]) -> None:
    record, detail = _columns(entry, actor, at)
    parameters = [entry.chain, *_around_seq(chain=entry.chain, **record), *record.values(), *detail]
    with without_transaction() as alone:
        if alone:
            try:
                insert_together(waiting, _APPEND_ALONE, parameters)
                return
            except IntegrityError as error:
                if "platform_audit_record" not in str(error):
                    raise
    if alone or not insert_together(waiting, _APPEND_ONE, parameters):
        _begin_chains([entry.chain])
        insert_together(waiting if alone else (), _APPEND_ONE, parameters)


_MOVE_HEAD = "UPDATE platform_audit_head SET seq = %s, hash = %s WHERE chain = %s"


def _lock_heads(chains: Sequence[str], waiting: Sequence[Waiting]) -> dict[str, tuple[int, bytes]]:
    """Seq and hash of each chain's head, locked until commit; a chain that is new begins here."""
    found = _select_heads(chains, waiting)
    missing = [chain for chain in chains if chain not in found]
    if missing:
        _begin_chains(missing)
        found.update(_select_heads(missing, ()))
    return found


def _begin_chains(chains: Sequence[str]) -> None:
    """Two writes may begin a chain at once: the second waits here for the first and then finds its head."""
    insert_rows(
        AuditHead, [(chain, 0, CHAIN_START) for chain in chains], columns=("chain", "seq", "hash"),
        ignore_taken=("chain",),
    )  # fmt: skip


def _select_heads(chains: Sequence[str], waiting: Sequence[Waiting]) -> dict[str, tuple[int, bytes]]:
    marks = ", ".join(["%s"] * len(chains))
    found = insert_together(
        waiting,
        f"SELECT chain, seq, hash FROM platform_audit_head WHERE chain IN ({marks}) ORDER BY chain{for_update()}",  # noqa: S608 - marks only
        chains,
    )
    return {chain: (seq, bytes(value)) for chain, seq, value in found}
