"""The effect of `escalate`, which every flow may use: by hand, or by the job of the late clocks (tasks.py)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.core.flow import clocks
from linli.core.flow.definition import Act
from linli.core.flow.parts import TOP_LEVEL
from linli.core.platform.public import Refusal


def escalate(act: Act[Any]) -> dict[str, Any]:
    """Raises an item by one level. By hand it counts as told for the running clock, so that the job does not tell it again."""
    flow, item = act.flow, act.item
    if item.escalation_level >= TOP_LEVEL:
        raise Refusal(_("The %s is at the highest level already.") % flow.title, code="top_level")
    item.escalation_level += 1
    clock = clocks.open_clock(flow, item) if act.relation != "system" else None
    if clock is not None:
        flow.tables.escalation._default_manager.get_or_create(
            home_district=item.home_district,
            clock_id=clock.id,  # type: ignore[attr-defined]
            level=item.escalation_level,
            defaults={**flow.key_of(item.id), "at": act.work.now},
        )
    return {"level": item.escalation_level}
