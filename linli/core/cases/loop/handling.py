"""Who handles a case: dispatching, assisting units, returning.

The other effects of actions stand in effects.py, which also says how they are called.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.core.access.public import staffing
from linli.core.cases.loop.given import Act, chosen_unit
from linli.core.cases.models import CaseUnit
from linli.core.cases.reading.units import desk_for
from linli.core.flow.public import drop_requests
from linli.core.platform.public import BadInput


def dispatch(act: Act) -> dict[str, Any]:
    """Gives the case to the unit that handles it, with those that assist.

    Raises BadInput for a unit without an account that may accept it: there the case would wait for nobody.
    """
    case, unit = act.item, chosen_unit(act)
    if not staffing().for_unit("case.accept", unit.id):
        raise BadInput(
            _("Nobody at %s has an account that could accept it; choose another unit, or have an account made.")
            % unit.title,
            field="unit",
        )
    case.handling_unit_id = case.unit_id = unit.id
    case.dispatched_at = act.work.now
    CaseUnit.objects.filter(case_id=case.id, until__isnull=True).update(until=act.work.now)
    assisting = [other.id for other in act.named.units if other.id != unit.id]
    CaseUnit.objects.bulk_create(
        [_part(act, unit.id, "lead"), *(_part(act, unit_id, "assist") for unit_id in assisting)]
    )
    return {"unit": unit.id, "assisting": assisting}


def _part(act: Act, unit_id: int, part: str) -> CaseUnit:
    return CaseUnit(
        home_district=act.item.home_district, case_id=act.item.id, unit_id=unit_id, part=part, since=act.work.now
    )


def add_assisting(act: Act) -> dict[str, Any]:
    """Lets further units assist."""
    there = set(CaseUnit.objects.filter(case_id=act.item.id, until__isnull=True).values_list("unit_id", flat=True))
    fresh = [unit.id for unit in act.named.units if unit.id not in there]
    if not fresh:
        raise BadInput(_("These units take part already."), field="units")
    CaseUnit.objects.bulk_create([_part(act, unit_id, "assist") for unit_id in fresh])
    return {"assisting": fresh}


def assist(act: Act) -> dict[str, Any]:
    """An assisting unit has done its part."""
    actor_unit = act.work.actor.unit_id or 0
    CaseUnit.objects.filter(case_id=act.item.id, unit_id=actor_unit, part="assist", until__isnull=True).update(
        done_at=act.work.now
    )
    return {"unit": actor_unit}


def give_back(act: Act) -> dict[str, Any]:
    """The handling unit returns the case to a unit that the matrix of returns allows."""
    case, target = act.item, chosen_unit(act)
    returned_from = case.handling_unit_id
    case.unit_id = target.id
    case.return_count += 1
    case.dispatched_at = None
    drop_requests(act)
    CaseUnit.objects.filter(case_id=case.id, until__isnull=True).update(until=act.work.now)
    return {"from_unit": returned_from, "to_unit": target.id}


def recall(act: Act) -> dict[str, Any]:
    """The desk takes the case back from a unit that has not accepted it. Of no account for the figure of returned cases."""
    case = act.item
    called_back_from, case.unit_id, case.dispatched_at = case.unit_id, desk_for(case.area_id), None
    CaseUnit.objects.filter(case_id=case.id, until__isnull=True).update(until=act.work.now)
    return {"from_unit": called_back_from}
