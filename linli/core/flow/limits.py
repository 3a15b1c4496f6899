"""How long a stage may take: what its flow says, or what the city chose instead from a day on.

One table keeps what was chosen (`StageLimit` of the catalogue), one function reads it, for every flow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.office_calendar import ClockUnit
from linli.core.catalogue.public import LimitUnit, catalogue, keep_stage_limit
from linli.core.flow.definition import AnyFlow, AnyRules
from linli.core.platform.public import Actor, BadInput, NotThere, local_today

MOST = Decimal(1000)
SHARES = (Decimal("0.10"), Decimal("0.99"))
LAST_YEARS = 2


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a stage may take. `since` is the day from which the city chose it, None for what the flow says."""

    amount: Decimal | None
    unit: str
    urgent_hours: Decimal | None
    amber_share: Decimal
    since: date | None = None


def usual_limit(flow: AnyRules, stage: str) -> Limit:
    """What the flow says."""
    plan = flow.stages[stage]
    return Limit(plan.amount, plan.unit, plan.urgent_hours, plan.amber_share)


def limit_in_force(flow: AnyRules, stage: str, day: date | None = None) -> Limit:
    """What holds on a day (default: today). From memory."""
    chosen, usual = catalogue().limit_of(flow.code, stage, day), usual_limit(flow, stage)
    if chosen is None or not chosen.unit:
        return usual
    return Limit(
        chosen.amount if usual.amount is not None else None, chosen.unit, chosen.urgent_hours, chosen.amber_share, chosen.valid_from
    )  # fmt: skip


def limit_to_come(flow: AnyRules, stage: str) -> Limit | None:
    """What holds from the next day on for which something was chosen, `since` that day; None when nothing was."""
    today = local_today()
    later = [row.valid_from for row in catalogue().limits.get((flow.code, stage), ()) if row.valid_from > today]
    return replace(limit_in_force(flow, stage, min(later)), since=min(later)) if later else None


def limit_of_item(flow: AnyFlow, item: Any, stage: str) -> tuple[Decimal, str, Decimal] | None:
    """Amount, unit and amber share of a stage for an item; None when it has no limit."""
    limit = limit_in_force(flow, stage)
    if limit.amount is None:
        own = flow.limit(item, stage)
        return None if own is None else (*own, limit.amber_share)
    if limit.urgent_hours is not None and flow.urgent is not None and flow.urgent(item):
        return limit.urgent_hours, ClockUnit.URGENT_HOUR, limit.amber_share
    return limit.amount, limit.unit, limit.amber_share


def may_be_chosen(flow: AnyRules, stage: str) -> bool:
    """Whether a city may choose the limit of a stage: not where each item names the day by which it asks for it."""
    return flow.stages[stage].until is None


def set_limit(
    actor: Actor,
    flow: AnyFlow,
    stage: str,
    *,
    valid_from: date,
    amount: Decimal | None = None,
    unit: str = "",
    urgent_hours: Decimal | None = None,
    amber_share: Decimal | None = None,
) -> bool:
    """Lets a limit hold from today or a later day on; clocks that run are computed anew then. False when that stands there so.

    Raises NotThere for no such stage, BadInput for what cannot be meant. Who may choose is asked by the page.
    """
    plan = flow.stages.get(stage)
    if plan is None or not may_be_chosen(flow, stage):
        raise NotThere(_("There is no such stage."))
    _check_day(valid_from)
    if plan.amount is not None:
        _check_amount("amount", amount)
    if unit not in LimitUnit.values:
        raise BadInput(_("Choose a unit."), field="unit")
    if urgent_hours is not None:
        _check_amount("urgent_hours", urgent_hours)
    share = plan.amber_share if amber_share is None else amber_share
    if not SHARES[0] <= share <= SHARES[1] or share != round(share, 2):
        raise BadInput(_("Give a share from 10 to 99 percent."), field="amber_share")
    return keep_stage_limit(
        actor, flow=flow.code, stage=stage, valid_from=valid_from, amount=amount if plan.amount is not None else None, unit=unit,
        urgent_hours=urgent_hours if flow.urgent is not None else None, amber_share=share,
    )  # fmt: skip


def set_usual_limit(actor: Actor, flow: AnyFlow, stage: str, *, valid_from: date) -> bool:
    """Lets what the flow says hold again from a day on. False when it does."""
    if stage not in flow.stages:
        raise NotThere(_("There is no such stage."))
    _check_day(valid_from)
    chosen = catalogue().limits.get((flow.code, stage), [])
    if not chosen or (not chosen[0].unit and chosen[0].valid_from <= valid_from):
        return False
    return keep_stage_limit(actor, flow=flow.code, stage=stage, valid_from=valid_from)


def _check_day(day: date) -> None:
    today = local_today()
    if day < today:
        raise BadInput(_("A limit begins today or on a later day; what was late is not told anew."), field="valid_from")
    if day.year > today.year + LAST_YEARS:
        raise BadInput(_("Choose a day within two years."), field="valid_from")


def _check_amount(field: str, amount: Decimal | None) -> None:
    if amount is None or not 0 < amount < MOST or amount != round(amount, 3):
        raise BadInput(
            _("Give a number above zero and below 1000, with at most three digits after the point."), field=field
        )
