"""The daily root: one hash over the heads of all chains, printed and kept where the database's keepers cannot reach it.

Whoever holds a root can show later that nothing before it was changed, not even by somebody who recomputed every hash.
"""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

from django.db import IntegrityError

from linli.core.platform.actor import SYSTEM
from linli.core.platform.models import AuditHead, AuditRoot
from linli.core.platform.work import write
from linli.lib.canonical import canonical_bytes

FIRST_PREVIOUS = "0" * 64


def root_hash(day: date, previous: str, heads: str) -> str:
    """SHA-256 (hex) over the day, the root before, and the heads' canonical text."""
    return sha256(canonical_bytes(["linli-root-1", day.isoformat(), previous, heads])).hexdigest()


def heads_of(text: str) -> list[tuple[str, int, str]]:
    """(chain, seq, hash in hex) out of a root's `heads`. Raises ValueError when the text is none."""
    parsed = json.loads(text)
    if not isinstance(parsed, list):
        raise ValueError("heads is no list")
    return [(str(chain), int(seq), str(value)) for chain, seq, value in parsed]


def make_root(day: date) -> AuditRoot:
    """Makes the root named `day` over all heads as they are now. A day keeps its first root: twice changes nothing."""
    made = AuditRoot.objects.filter(day=day).first()
    if made is not None:
        return made
    try:
        with write(SYSTEM) as work:
            last = AuditRoot.objects.order_by("-day").first()
            if last is not None and last.day > day:
                raise ValueError(f"There is a root for {last.day} already; {day} lies before it.")
            heads = canonical_bytes(
                [[head.chain, head.seq, bytes(head.hash).hex()] for head in AuditHead.objects.order_by("chain")]
            ).decode()
            previous = last.root if last else FIRST_PREVIOUS
            return AuditRoot.objects.create(
                day=day, at=work.now, previous=previous, heads=heads, root=root_hash(day, previous, heads)
            )
    except IntegrityError:
        # Another process made it at the same moment.
        return AuditRoot.objects.get(day=day)
