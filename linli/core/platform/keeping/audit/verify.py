"""Recomputes the whole audit trail and says what does not fit: chains, details, heads, roots, rows bound to records.

Found: any field of a record, detail, head, root or bound row that was changed; anything deleted, a tail, a chain or a
whole table included; a detail erased before its time; rows without a record; and, against a root kept elsewhere, a
chain that was recomputed to look right. Not found: changes to what is newer than the last root kept elsewhere, made
by somebody who can write all tables and recompute the hashes. Memory stays flat; everything is read in slices, in one
snapshot.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from django.db.models import Exists, Min, OuterRef
from django.utils.translation import gettext as _

from linli.core.platform.keeping.audit.reading import StoredDetail, StoredRecord, records_of
from linli.core.platform.keeping.audit.roots import heads_of, in_order, root_hash
from linli.core.platform.keeping.audit.snapshot import snapshot
from linli.core.platform.keeping.audit.subjects import subjects
from linli.core.platform.models import AuditDetail, AuditHead, AuditRecord, AuditRoot
from linli.core.platform.writing.chain import CHAIN_START
from linli.core.platform.writing.days import local_today
from linli.core.platform.writing.standing import GONE, KIND, standing

MAX_FINDINGS = 1000
_BUCKETS = 4096
_EXPLAINED_BUCKETS = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit. `kind` is a word, `place` a chain, record, root or subject."""

    kind: str
    place: str
    sentence: str


class _Enough(Exception):
    """So much is wrong that more lines help nobody."""


class _Findings(list[Finding]):
    def add(self, kind: str, place: str, sentence: str) -> None:
        self.append(Finding(kind, place, sentence))
        if len(self) >= MAX_FINDINGS:
            raise _Enough


def verify(root: str | None = None, roots_file: Path | None = None) -> list[Finding]:
    """Checks everything; an empty list means that all fits.

    `root` is a root kept elsewhere (64 hex digits); `roots_file` holds one a line, optionally with its day before it.
    Raises ValueError for a root that is none, naming it. Stops after 1,000 findings. Changes nothing.
    """
    given = _given_roots(root, roots_file)
    findings = _Findings()
    try:
        with snapshot():
            anchors = _check_roots(given, findings)
            bound = _BoundRows()
            for chain in _chains(anchors):
                _check_chain(chain, anchors.get(chain, {}), bound, findings)
            _check_stray_details(findings)
            bound.compare(findings)
            _check_standing(bound.stands, findings)
            for subject in subjects().values():
                for sentence in subject.state_check() if subject.state_check else ():
                    findings.add("state", subject.kind, sentence)
    except _Enough:
        pass
    return list(findings)


def _given_roots(root: str | None, roots_file: Path | None) -> list[tuple[str, str]]:
    lines = [root] if root else []
    if roots_file is not None:
        lines += [line for line in roots_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    given = []
    for line in lines:
        *day, text = line.split()
        if len(text) != 64 or set(text.lower()) - set("0123456789abcdef") or len(day) > 1:
            raise ValueError(
                _("%r is no root; give 64 hexadecimal digits, with the day before them if you like.") % line
            )
        given.append((day[0] if day else "", text.lower()))
    return given


Anchors = dict[str, dict[int, bytes]]


def _check_roots(given: Sequence[tuple[str, str]], findings: _Findings) -> Anchors:
    """Checks the roots' own chain; answers the heads that the newest and the given roots vouch for."""
    wanted = {text: day for day, text in given}
    anchors: Anchors = {}
    chain, lost = in_order(AuditRoot.objects.all())
    for stored in lost:
        findings.add(
            "root",
            f"root {stored.day}",
            _("Does not continue the root before it; a root was removed, added or changed."),
        )
    for stored in sorted((*chain, *lost), key=lambda root: root.day):
        place = f"root {stored.day}"
        if root_hash(stored.day, stored.previous, stored.heads) != stored.root:
            findings.add("root", place, _("Its hash does not fit its heads; the row was changed."))
        if stored.root in wanted:
            day = wanted.pop(stored.root)
            if day and day != stored.day.isoformat():
                findings.add("root", place, _("The root kept elsewhere is for %s.") % day)
            _anchor(stored, anchors, findings)
    for stored in chain[-1:] or lost[-1:]:
        _anchor(stored, anchors, findings)
    for text, day in wanted.items():
        findings.add("root", f"root {day or text[:12]}", _("The root kept elsewhere is not in the database any more."))
    return anchors


def _anchor(stored: AuditRoot, anchors: Anchors, findings: _Findings) -> None:
    try:
        for chain, seq, value in heads_of(stored.heads):
            anchors.setdefault(chain, {})[seq] = bytes.fromhex(value)
    except (ValueError, TypeError):
        findings.add("root", f"root {stored.day}", _("Its list of heads cannot be read; the row was changed."))


def _chains(anchors: Anchors) -> Iterator[str]:
    """Every chain that a head, a record or a root knows, without reading all records."""
    known = set(AuditHead.objects.values_list("chain", flat=True)) | set(anchors)
    after = ""
    while True:
        found = AuditRecord.objects.filter(chain__gt=after).aggregate(first=Min("chain"))["first"]
        if found is None:
            break
        known.add(found)
        after = found
    yield from sorted(known)


def _check_chain(chain: str, anchors: dict[int, bytes], bound: _BoundRows, findings: _Findings) -> None:
    head = AuditHead.objects.filter(chain=chain).first()
    seq, previous = 0, CHAIN_START
    for record, detail in records_of(chain):
        place = f"{chain}:{record.seq}"
        if record.seq != seq + 1:
            findings.add(
                "record",
                place,
                _("The records between %(first)s and %(last)s are missing.") % {"first": seq, "last": record.seq},
            )
        if record.previous != previous:
            findings.add("record", place, _("Does not continue the record before it."))
        if not record.fits():
            findings.add("record", place, _("Its hash does not fit its fields; the record was changed."))
        if anchors.get(record.seq, record.hash) != record.hash:
            findings.add("root", place, _("A root vouches for another hash here; the chain was recomputed."))
        _check_detail(place, record, detail, findings)
        bound.add_record(record)
        seq, previous = record.seq, record.hash
    if head is None:
        if seq:
            findings.add("head", chain, _("The chain has no head; it was removed."))
    elif (head.seq, bytes(head.hash)) != (seq, previous):
        findings.add(
            "head",
            chain,
            _("The head stands at %(head)s and does not fit the last record, %(last)s.")
            % {"head": head.seq, "last": seq},
        )
    for anchored in sorted(anchors):
        if anchored > seq:
            findings.add(
                "root", f"{chain}:{anchored}", _("A root vouches for this record, but the chain ends at %s.") % seq
            )


def _check_detail(place: str, record: StoredRecord, detail: StoredDetail | None, findings: _Findings) -> None:
    if detail is not None:
        for sentence in detail.misfits(record):
            findings.add("detail", place, sentence)
    elif record.keep_until is None or record.keep_until >= local_today():
        findings.add("detail", place, _("Its detail is gone, though it is to be kept until %s.") % record.keep_until)


def _check_stray_details(findings: _Findings) -> None:
    record = AuditRecord.objects.filter(chain=OuterRef("chain"), seq=OuterRef("seq"))
    for chain, seq in AuditDetail.objects.filter(~Exists(record)).values_list("chain", "seq")[:MAX_FINDINGS]:
        findings.add(
            "detail", f"{chain}:{seq}", _("A detail without a record; the record was removed or never written.")
        )


def _check_standing(said: dict[tuple[str, str], bytes], findings: _Findings) -> None:
    """Holds the rows that decide rights, money or time against the newest record of each."""
    known = {one.kind: one.model._meta.db_table for one in standing()}
    once = {f"{KIND}{one.was}" for one in standing() if one.was}
    for kind in sorted({kind for kind, _id in said} - known.keys() - once):
        findings.add(
            "standing", kind, _("Records are bound to rows of this table, but no installed part can recompute them.")
        )
    for one in standing():
        for subject_id, digest in one.digests():
            recorded = said.pop((one.kind, subject_id), GONE)
            if recorded != digest and not (one.whole and recorded == GONE and not one.model._base_manager.exists()):
                words = (
                    _("Rows of this table were changed, added or removed behind linli's back.") if one.whole
                    else _("This row was added behind linli's back.") if recorded == GONE
                    else _("This row was changed behind linli's back.")
                )  # fmt: skip
                findings.add("standing", f"{one.model._meta.db_table} {subject_id}", words)
    for (kind, subject_id), digest in sorted(said.items()):
        if digest != GONE and kind in known:
            findings.add("standing", f"{known[kind]} {subject_id}", _("This row was removed behind linli's back."))


class _BoundRows:
    """Compares two multisets of (kind, subject, digest), records and live rows, in memory that does not grow with them.

    Each pair is hashed with a key of this run into the sum of its bucket; equal sums mean equal multisets. Only the
    buckets that differ are read again in full, to name the subjects.
    """

    def __init__(self) -> None:
        self.stands: dict[tuple[str, str], bytes] = {}  # what the newest record says of each row that stands
        self._key = os.urandom(32)
        self._sums: dict[str, list[int]] = {}

    def add_record(self, record: StoredRecord) -> None:
        """Counts in what a record binds; of rows that stand its successor says more."""
        if record.subject_kind.startswith(KIND):
            self.stands[record.subject_kind, record.subject_id] = record.subject_digest
        elif record.subject_digest:
            self._add(record.subject_kind, record.subject_id, record.subject_digest, 1)

    def compare(self, findings: _Findings) -> None:
        known = subjects()
        for kind in sorted(set(self._sums) - set(known)):
            findings.add(
                "subject", kind, _("Records are bound to rows of this kind, but no installed part can recompute them.")
            )
        for kind, subject in known.items():
            for subject_id, digest in subject.digests():
                self._add(kind, subject_id, digest, -1)
            different = [index for index, total in enumerate(self._sums.get(kind, [])) if total]
            if different:
                self._explain(kind, set(different[:_EXPLAINED_BUCKETS]), findings)
                if len(different) > _EXPLAINED_BUCKETS:
                    findings.add(
                        "subject",
                        kind,
                        _("%(count)s of %(all)s parts of these rows do not fit.")
                        % {"count": len(different), "all": _BUCKETS},
                    )

    def _add(self, kind: str, subject_id: str, digest: bytes, sign: int) -> None:
        sums = self._sums.get(kind)
        if sums is None:
            sums = self._sums[kind] = [0] * _BUCKETS
        index = self._bucket(subject_id)
        pair = blake2b(f"{subject_id}\0".encode() + digest, key=self._key, digest_size=32).digest()
        # Without a modulus: a sum of keyed hashes that is zero by chance is out of reach, and Python's numbers grow.
        sums[index] += sign * int.from_bytes(pair, "big")

    def _bucket(self, subject_id: str) -> int:
        return int.from_bytes(blake2b(subject_id.encode(), key=self._key, digest_size=4).digest(), "big") % _BUCKETS

    def _explain(self, kind: str, buckets: set[int], findings: _Findings) -> None:
        balance: Counter[tuple[str, bytes]] = Counter()
        for chain in AuditHead.objects.order_by("chain").values_list("chain", flat=True):
            for record, _detail in records_of(chain):
                if record.subject_kind == kind and record.subject_digest and self._bucket(record.subject_id) in buckets:
                    balance[record.subject_id, record.subject_digest] += 1
        for subject_id, digest in subjects()[kind].digests():
            if self._bucket(subject_id) in buckets:
                balance[subject_id, digest] -= 1
        changed = {subject_id for (subject_id, _digest), count in balance.items() if count}
        for subject_id in sorted(changed):
            recorded = sum(max(count, 0) for (own, _digest), count in balance.items() if own == subject_id)
            live = sum(max(-count, 0) for (own, _digest), count in balance.items() if own == subject_id)
            findings.add(
                "subject", f"{kind} {subject_id}",
                _("%(recorded)s recorded rows are changed or gone, %(live)s rows stand there that no record knows.")
                % {"recorded": recorded, "live": live},
            )  # fmt: skip
