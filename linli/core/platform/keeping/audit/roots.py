"""The daily root: one hash over the heads of all chains, printed and kept where the database's keepers cannot reach it.

Whoever holds a root can show later that nothing before it was changed, not even by somebody who recomputed every hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from linli.core.platform.keeping.audit.reading import last_act_of_people
from linli.core.platform.models import AuditHead, AuditRoot
from linli.core.platform.saying.refusals import Refusal
from linli.core.platform.writing.actor import SYSTEM
from linli.core.platform.writing.days import local_day
from linli.core.platform.writing.jobs.registry import Handler
from linli.core.platform.writing.work import Work, write
from linli.lib.canonical import canonical_bytes

FIRST_PREVIOUS = "0" * 64
QUIET = timedelta(days=7)


def root_hash(day: date, previous: str, heads: str) -> str:
    """SHA-256 (hex) over the day, the root before, and the heads' canonical text."""
    return sha256(canonical_bytes(["linli-root-1", day.isoformat(), previous, heads])).hexdigest()


def heads_of(text: str) -> list[tuple[str, int, str]]:
    """(chain, seq, hash in hex) out of a root's `heads`. Raises ValueError when the text is none."""
    parsed = json.loads(text)
    if not isinstance(parsed, list):
        raise ValueError("heads is no list")
    return [(str(chain), int(seq), str(value)) for chain, seq, value in parsed]


class WrongDay(Refusal):
    """A root that is not made, because the day cannot be right; the sentence says why and what to do."""

    code = "wrong_day"


def make_root(day: date) -> AuditRoot:
    """Makes the root named `day` over all heads as they are now. A day keeps its first root: twice changes nothing.

    Raises WrongDay for a day more than a week after everything that people did: then the clock is wrong, and its root
    would stand before all later ones. A root that was made under such a clock all the same stays where it is, and the
    days go on behind it in the order in which they are made.
    """
    made = AuditRoot.objects.filter(day=day).first()
    if made is not None:
        return made
    _refuse_far_days(day)
    try:
        with write(SYSTEM) as work:
            heads = canonical_bytes(
                [[head.chain, head.seq, bytes(head.hash).hex()] for head in AuditHead.objects.order_by("chain")]
            ).decode()
            previous = in_order(AuditRoot.objects.all())[0][-1:]
            before = previous[0].root if previous else FIRST_PREVIOUS
            return AuditRoot.objects.create(
                day=day, at=work.now, previous=before, heads=heads, root=root_hash(day, before, heads)
            )
    except IntegrityError:
        # Another process made it, or the one before it, at the same moment.
        return AuditRoot.objects.filter(day=day).first() or make_root(day)


def in_order(roots: Iterable[AuditRoot]) -> tuple[list[AuditRoot], list[AuditRoot]]:
    """The roots as each continues the one before, and those that continue none of them (removed, added or changed)."""
    by_previous = {root.previous: root for root in sorted(roots, key=lambda root: root.day, reverse=True)}
    lost = {root.day: root for root in roots}
    chain, at = [], FIRST_PREVIOUS
    while (following := by_previous.pop(at, None)) is not None:
        chain.append(following)
        del lost[following.day]
        at = following.root
    return chain, sorted(lost.values(), key=lambda root: root.day)


def clock_runs_ahead(instant: datetime) -> bool:
    """Whether an instant lies more than a week after everything that people did, as under a clock that is wrong.

    So does the end of a quiet week; then nothing is lost by waiting until somebody is back.
    """
    newest = last_act_of_people()
    return newest is not None and instant > newest + QUIET


def unless_clock_runs_ahead(handler: Handler) -> Handler:
    """Around the handler of a job that erases: under a clock that runs ahead it does nothing, since what is gone does not
    come back when the clock is right again."""

    @wraps(handler)
    def careful(work: Work, payload: dict[str, Any]) -> None:
        if not clock_runs_ahead(work.now):
            handler(work, payload)

    return careful


def _refuse_far_days(day: date) -> None:
    newest = last_act_of_people()
    if newest is not None and day > local_day(newest + QUIET):
        raise WrongDay(
            _(
                "Nobody has done anything since %(newest)s, so %(day)s is no day for a root. "
                "Look at the clock of this machine."
            )
            % {"newest": local_day(newest), "day": day}
        )
