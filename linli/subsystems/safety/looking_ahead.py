"""The job that looks ahead: what ends soon in safety files, plans that end, drills that are due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid5

from linli.core.flow.public import Flow, act
from linli.core.platform.public import SYSTEM, Work, local_day, periodic, value_of
from linli.subsystems.safety.file_settings import DAYS_BEFORE
from linli.subsystems.safety.files.flow import FILE_ENTRY
from linli.subsystems.safety.plans.drills import call_drill
from linli.subsystems.safety.plans.flow import IN_FORCE, PLAN
from linli.subsystems.safety.records import EmergencyPlan, FileEntry

MOST_AT_ONCE = 500


@periodic("safety.look_ahead", every=timedelta(hours=1))
def look_ahead(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Has asked for what ends within the days that the city chose, and calls for drills that are due by then; 500 of each an hour.
    Running it again asks for nothing twice."""
    until = local_day(work.now) + timedelta(days=int(value_of(DAYS_BEFORE)))
    for entry in FileEntry.objects.filter(state="held", valid_until__lte=until).order_by("valid_until")[:MOST_AT_ONCE]:
        _remind(FILE_ENTRY, entry)
    for plan in EmergencyPlan.objects.filter(state="in_force", valid_until__lte=until).order_by("valid_until")[
        :MOST_AT_ONCE
    ]:
        _remind(PLAN, plan)
    due = EmergencyPlan.objects.filter(state__in=IN_FORCE, drill_on__lte=until).exclude(drills__state="due")
    for plan in due.order_by("drill_on", "id")[:MOST_AT_ONCE]:
        call_drill(plan)


def _remind(flow: Flow[Any], item: Any) -> None:
    act(flow, SYSTEM, item.id, "remind", flow.given(), uuid=uuid5(item.uuid, f"ends {item.valid_until} {item.seq}"))
