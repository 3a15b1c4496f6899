"""Adds rows to the history of records and binds those of each act into the audit chain of the street."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from linli.core.areas.public import area_tree
from linli.core.platform.public import Work, insert_rows
from linli.lib.canonical import canonical_bytes

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

SUBJECT = "ledger_value"
# What all rows of one act share, and what each says; bound in this order.
SHARED = (
    "home_district", "ledger", "record_id", "seq", "act", "source", "known_at", "actor_kind", "actor_id", "actor_unit_id", "batch_id",
)  # fmt: skip
OWN = ("field", "state", "stated_on", "digest")


def digest_of(text: str, salt: bytes | memoryview | None) -> str:
    """SHA-256 over salt and text, hexadecimal: what the chain keeps of a value."""
    return hashlib.sha256(bytes(salt or b"") + text.encode()).hexdigest()


def act_digest(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """SHA-256 over the rows of one act, in the order of their fields."""
    ordered = sorted(rows, key=lambda row: str(row["field"]))
    shared = [_plain(ordered[0][name]) for name in SHARED]
    return hashlib.sha256(canonical_bytes([shared, [[_plain(row[name]) for name in OWN] for row in ordered]])).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, str) else value


def value_row(
    ledger: Ledger,
    work: Work,
    record: Any,
    name: str,
    text: str,
    *,
    act: str,
    state: str,
    source: str,
    stated_on: date,
    batch_id: int | None = None,
) -> dict[str, Any]:
    """A row of the history of the act that `record.seq` counts; what is personal stands sealed."""
    kept = ledger.by_name.get(name)
    hidden = kept is not None and ledger.is_personal(kept) and text != ""
    salt = secrets.token_bytes(16) if hidden else None
    return {
        "home_district": record.home_district, "ledger": ledger.code, "record_id": record.id, "seq": record.seq, "field": name,
        "act": act, "state": state, "value": "" if hidden else text, "sealed": text if hidden else None, "salt": salt,
        "digest": digest_of(text, salt), "source": source, "stated_on": stated_on, "known_at": work.now,
        "actor_kind": work.actor.kind, "actor_id": work.actor.user_id, "actor_unit_id": work.actor.unit_id, "batch_id": batch_id,
    }  # fmt: skip


def add_rows(ledger: Ledger, work: Work, record_area: int, acts: Iterable[list[dict[str, Any]]]) -> None:
    """Inserts the rows of some acts on records of one street, and binds each act. One statement for some thousand rows."""
    found = [rows for rows in acts if rows]
    insert_rows(ledger.values, [row for rows in found for row in rows])
    chain = area_tree().audit_chain(record_area)
    for rows in found:
        first = rows[0]
        work.audit(
            chain, f"{ledger.code}.{first['act']}", SUBJECT, f"{ledger.code}:{first['record_id']}:{first['seq']}",
            {ledger.code: first["record_id"], "seq": first["seq"], "fields": [row["field"] for row in rows if row["field"]]},
            subject_digest=act_digest(rows),
        )  # fmt: skip
