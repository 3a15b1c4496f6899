"""Whose export is written next: two at a time in the whole city, so that one long list holds up nobody, and in turns between people.

First comes who has none being written, among those whoever was served longest ago, and of one person what was asked for first.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import F

from linli.core.desk.models import Export
from linli.core.platform.public import SYSTEM, locked, now, write

State = Export.State
OPEN = (State.WAITING, State.RUNNING)
MOST_AT_ONCE = 2
SILENCE = timedelta(minutes=2)  # after which a process that writes is taken for dead


def claim() -> Export | None:
    """Takes the next export under a token of our own; None where nothing waits or enough are being written already."""
    with write(SYSTEM):
        # The lock on all of them lets one process choose at a time, so that there are never more than so many.
        due = _next(list(locked(Export.objects.filter(state__in=OPEN).order_by("id"))), now())
        if due is None:
            return None
        Export.objects.filter(id=due.id).update(
            state=State.RUNNING,
            token=uuid4().hex,
            attempts=F("attempts") + 1,
            beat_at=now(),
            rows_done=0,
            rows_all=None,
        )
        due.refresh_from_db()
    return due


def waits_or_is_left(at: datetime) -> bool:
    """Whether one more process is wanted: something waits or was left, and not enough are at work."""
    return _next(list(Export.objects.filter(state__in=OPEN).order_by("id")), at) is not None


def _next(open_ones: list[Export], at: datetime) -> Export | None:
    silent = at - SILENCE
    alive = [one for one in open_ones if one.state == State.RUNNING and one.beat_at and one.beat_at >= silent]
    if len(alive) >= MOST_AT_ONCE:
        return None
    due = [one for one in open_ones if one not in alive]
    if not due:
        return None
    of_owner = Counter(one.owner_id for one in alive)
    served = dict(
        Export.objects.filter(owner_id__in={one.owner_id for one in due}, beat_at__isnull=False)
        .order_by("beat_at")
        .values_list("owner_id", "beat_at")
    )
    return min(due, key=lambda one: (of_owner[one.owner_id], str(served.get(one.owner_id, "")), one.id))
