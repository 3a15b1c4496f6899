"""Reads a chain in slices for verify.py, leniently: a value that cannot be read counts as changed and stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.translation import gettext as _

from linli.core.platform.models import AuditHead, AuditRecord
from linli.core.platform.writing.chain import detail_digest, record_hash

SLICE = 2000


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it stands in the database."""

    chain: str
    seq: int
    at: datetime | None
    actor_kind: str
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: str
    digest: bytes
    subject_digest: bytes
    keep_until: date | None
    previous: bytes
    hash: bytes

    def fits(self) -> bool:
        """Whether the hash is that of the fields."""
        if self.at is None or self.keep_until is None:
            return False
        return self.hash == record_hash(
            chain=self.chain, seq=self.seq, at=self.at, actor_kind=self.actor_kind, actor_id=self.actor_id,
            action=self.action, subject_kind=self.subject_kind, subject_id=self.subject_id, digest=self.digest,
            subject_digest=self.subject_digest, keep_until=self.keep_until, previous=self.previous,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredDetail:
    """A detail as it stands in the database."""

    salt: bytes
    content: str
    origin: str
    actor_name: str
    unit_id: int | None
    request_id: str
    keep_until: date | None

    def misfits(self, record: StoredRecord) -> Iterator[str]:
        """A sentence for each thing that does not fit the record."""
        own = detail_digest(self.salt, self.content, self.origin, self.actor_name, self.unit_id, self.request_id)
        if own != record.digest:
            yield _("Its detail does not fit the record's digest; the detail was changed.")
        if self.keep_until != record.keep_until:
            yield _("Its detail says to be kept until %(own)s, the record says %(day)s.") % {
                "own": self.keep_until, "day": record.keep_until,
            }  # fmt: skip


def records_of(chain: str) -> Iterator[tuple[StoredRecord, StoredDetail | None]]:
    """The chain's records by seq, each with its detail or None; one statement per 2,000."""
    connection = connections[DEFAULT_DB_ALIAS]
    # SQLite would convert dates while it fetches and stop at one that was tampered with; as text they come through.
    text = " || ''" if connection.vendor == "sqlite" else ""
    select = (
        f"SELECT r.chain, r.seq, r.at{text}, r.actor_kind, r.actor_id, r.action, r.subject_kind, r.subject_id, "  # noqa: S608
        f"r.digest, r.subject_digest, r.keep_until{text}, r.previous, r.hash, d.salt, d.content, d.origin, "
        f"d.actor_name, d.unit_id, d.request_id, d.keep_until{text} FROM platform_audit_record r "
        "LEFT JOIN platform_audit_detail d ON d.chain = r.chain AND d.seq = r.seq WHERE r.chain = %s AND r.seq > %s "
        f"ORDER BY r.seq LIMIT {SLICE}"
    )
    after = -(2**62)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(select, [chain, after])
            rows = cursor.fetchall()
        for row in rows:
            yield _record(*row[:13]), None if row[13] is None else _detail(*row[13:])
        if len(rows) < SLICE:
            return
        after = rows[-1][1]


def last_act_of_people() -> datetime | None:
    """When somebody of the staff or a resident last did something that was recorded; None before anybody has.

    What linli does by itself does not count: under a clock that is wrong it is the first to act. One short look at the end of
    each chain.
    """
    chains = AuditHead.objects.exclude(chain="platform").values_list("chain", flat=True)
    by_people = AuditRecord.objects.exclude(actor_kind="system").order_by("-seq")
    found = [by_people.filter(chain=chain).values_list("at", flat=True).first() for chain in chains]
    return max((at for at in found if at is not None), default=None)


def _record(chain: str, seq: int, at: Any, *rest: Any) -> StoredRecord:
    return StoredRecord(
        chain, seq, _instant(at), rest[0], rest[1], rest[2], rest[3], rest[4],
        _blob(rest[5]), _blob(rest[6]), _day(rest[7]), _blob(rest[8]), _blob(rest[9]),
    )  # fmt: skip


def _detail(
    salt: Any, content: str, origin: str, actor_name: str, unit_id: int | None, request_id: str, keep_until: Any
) -> StoredDetail:
    return StoredDetail(_blob(salt), content, origin, actor_name, unit_id, request_id, _day(keep_until))


def _blob(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else b"not bytes"


def _instant(value: Any) -> datetime | None:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        except ValueError:
            return None
    return value if isinstance(value, datetime) else None


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None
