"""Who stands in for whom, from day to day. Few rows, in memory, so that whoever asks what waits for a person asks no table.

It is not passed on: whoever stands in for somebody who stands in for a third does nothing for the third. What it means for an item
says the engine (linli.core.flow).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.access.models import StandIn, User
from linli.core.platform.public import Actor, BadInput, Versioned, Work, bump, local_day, local_today, write

LONGEST_DAYS = 366


class Cover(NamedTuple):
    """Who stands in for whom, and when."""

    user_id: int
    stand_in_id: int
    first_day: date
    last_day: date

    def holds(self, day: date) -> bool:
        """Whether it is so on a day."""
        return self.first_day <= day <= self.last_day


def _load() -> tuple[Cover, ...]:
    rows = StandIn.objects.filter(ended_at__isnull=True, last_day__gte=local_today() - timedelta(days=1)).order_by("id")
    return tuple(Cover(*row) for row in rows.values_list("user_id", "stand_in_id", "first_day", "last_day"))


_covers = Versioned(_load, "stand_ins")


def covered_by(user_id: int) -> tuple[int, ...]:
    """For whom somebody stands in today, in the order of their ids."""
    covers = _covers.get()
    if not covers:
        return ()
    today = local_today()
    return tuple(sorted({one.user_id for one in covers if one.stand_in_id == user_id and one.holds(today)}))


def stand_ins_of(user_ids: Iterable[int]) -> set[int]:
    """Who stands in for any of these people today."""
    asked, today = set(user_ids), local_today()
    return {one.stand_in_id for one in _covers.get() if one.user_id in asked and one.holds(today)}


def stand_ins_seen(user_id: int) -> QuerySet[StandIn]:
    """Who stands in for somebody and for whom they do, today or later, the next first."""
    rows = StandIn.objects.filter(ended_at__isnull=True, last_day__gte=local_today())
    return (
        rows.filter(Q(user_id=user_id) | Q(stand_in_id=user_id))
        .select_related("user", "stand_in")
        .order_by("first_day", "id")
    )


def begin_stand_in(
    actor: Actor,
    *,
    user_id: int,
    stand_in_id: int,
    first_day: date,
    last_day: date,
    flow: str = "",
    item_id: int | None = None,
) -> StandIn:
    """Lets somebody stand in for a colleague; `flow` and `item_id` say what made it, which then ends it. Twice makes two rows.

    Who may arrange it asks the caller. Raises BadInput for oneself, for somebody who left, and for days that cannot be meant.
    """
    if user_id == stand_in_id:
        raise BadInput(_("Nobody stands in for themself; choose a colleague."), field="stand_in")
    if not 0 <= (last_day - first_day).days < LONGEST_DAYS:
        raise BadInput(_("The last day lies before the first, or more than a year after it."), field="last_day")
    if not User.objects.filter(id=stand_in_id, is_active=True).exists():
        raise BadInput(_("This account is closed; choose a colleague who is there."), field="stand_in")
    with write(actor) as work:
        row = StandIn.objects.create(
            user_id=user_id, stand_in_id=stand_in_id, first_day=first_day, last_day=last_day, made_by_id=work.actor.user_id,
            source_flow=flow, source_id=item_id,
        )  # fmt: skip
        days = [first_day.isoformat(), last_day.isoformat()]
        _changed(work, "begin", user_id, {"stand_in": stand_in_id, "days": days, "flow": flow, "item": item_id})
    return row


def end_stand_in(actor: Actor, rows: QuerySet[StandIn], *, last_day: date | None = None) -> int:
    """Ends some at once, or lets `last_day` be their last; gives how many. Twice does nothing more."""
    with write(actor) as work:
        found = list(rows.filter(ended_at__isnull=True, last_day__gt=last_day or date.min))
        for one in found:
            if last_day is not None and last_day >= one.first_day:
                one.last_day = last_day
            else:
                one.ended_at = work.now
            one.save(update_fields=["last_day", "ended_at"])
            _changed(
                work,
                "end",
                one.user_id,
                {"stand_in": one.stand_in_id, "last_day": str(last_day or local_day(work.now))},
            )
    return len(found)


def of_item(flow: str, item_id: int) -> QuerySet[StandIn]:
    """Those that an item made."""
    return StandIn.objects.filter(source_flow=flow, source_id=item_id)


def _changed(work: Work, what: str, user_id: int, facts: dict[str, object]) -> None:
    work.audit("platform", f"stand_in.{what}", "user", user_id, facts)
    bump("stand_ins")
