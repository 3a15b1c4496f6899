"""Who handles a case: dispatching, assisting units, returning, and the two-step requests for extension and shelving.

The other effects of actions stand in effects.py, which also says how they are called.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.core.access.public import staffing
from linli.core.cases.loop import clocks
from linli.core.cases.loop.given import Act, Effect, chosen_unit
from linli.core.cases.models import CaseRequest, CaseUnit
from linli.core.cases.reading.units import desk_for
from linli.core.platform.public import BadInput, Refusal

EXTENSION_MAX = 60


def dispatch(act: Act) -> dict[str, Any]:
    """Gives the case to the unit that handles it, with those that assist.

    Raises BadInput for a unit without an account that may accept it: there the case would wait for nobody.
    """
    case, unit = act.case, chosen_unit(act)
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
        home_district=act.case.home_district, case_id=act.case.id, unit_id=unit_id, part=part, since=act.work.now
    )


def add_assisting(act: Act) -> dict[str, Any]:
    """Lets further units assist."""
    there = set(CaseUnit.objects.filter(case_id=act.case.id, until__isnull=True).values_list("unit_id", flat=True))
    fresh = [unit.id for unit in act.named.units if unit.id not in there]
    if not fresh:
        raise BadInput(_("These units take part already."), field="units")
    CaseUnit.objects.bulk_create([_part(act, unit_id, "assist") for unit_id in fresh])
    return {"assisting": fresh}


def assist(act: Act) -> dict[str, Any]:
    """An assisting unit has done its part."""
    actor_unit = act.work.actor.unit_id or 0
    CaseUnit.objects.filter(case_id=act.case.id, unit_id=actor_unit, part="assist", until__isnull=True).update(
        done_at=act.work.now
    )
    return {"unit": actor_unit}


def give_back(act: Act) -> dict[str, Any]:
    """The handling unit returns the case to a unit that the matrix of returns allows."""
    case, target = act.case, chosen_unit(act)
    returned_from = case.handling_unit_id
    case.unit_id = target.id
    case.return_count += 1
    case.dispatched_at = None
    drop_requests(act)
    CaseUnit.objects.filter(case_id=case.id, until__isnull=True).update(until=act.work.now)
    return {"from_unit": returned_from, "to_unit": target.id}


def recall(act: Act) -> dict[str, Any]:
    """The desk takes the case back from a unit that has not accepted it. Of no account for the figure of returned cases."""
    case = act.case
    called_back_from, case.unit_id, case.dispatched_at = case.unit_id, desk_for(case.area_id), None
    CaseUnit.objects.filter(case_id=case.id, until__isnull=True).update(until=act.work.now)
    return {"from_unit": called_back_from}


def ask(kind: str) -> Effect:
    """The effect of asking for an extension or for shelving: one open request of a kind."""

    def effect(act: Act) -> dict[str, Any]:
        if CaseRequest.objects.filter(case_id=act.case.id, kind=kind, decided_at__isnull=True).exists():
            raise Refusal(_("This was asked for already and is not decided yet."), code="asked_already")
        amount = act.given.amount
        if kind == "extension" and (amount is None or not 0 < amount <= EXTENSION_MAX):
            raise BadInput(_("Give more than zero and at most %s.") % EXTENSION_MAX, field="amount")
        CaseRequest.objects.create(
            home_district=act.case.home_district,
            case_id=act.case.id,
            kind=kind,
            amount=amount,
            asked_at=act.work.now,
            asked_by_id=act.work.actor.user_id or 0,
        )
        return {"amount": str(amount)} if amount is not None else {}

    return effect


def decide(kind: str, *, granted: bool) -> Effect:
    """The effect of granting or refusing a request, by somebody else than who asked."""

    def effect(act: Act) -> dict[str, Any]:
        request = CaseRequest.objects.filter(case_id=act.case.id, kind=kind, decided_at__isnull=True).first()
        if request is None:
            raise Refusal(_("Nobody asked for this, so there is nothing to decide."), code="nothing_asked")
        if request.asked_by_id == act.work.actor.user_id:
            raise Refusal(_("Who asked does not decide."), code="own_request")
        request.granted, request.decided_at, request.decided_by_id = granted, act.work.now, act.work.actor.user_id
        if granted and kind == "extension":
            request.amount = act.given.amount or request.amount
            if request.amount is None or not 0 < request.amount <= EXTENSION_MAX:
                raise BadInput(_("Give more than zero and at most %s.") % EXTENSION_MAX, field="amount")
            clocks.extend(act.case, "handle", request.amount)
        request.save()
        return {"amount": str(request.amount)} if request.amount is not None else {}

    return effect


def drop_requests(act: Act) -> None:
    """Closes open requests, since what they asked for is over."""
    CaseRequest.objects.filter(case_id=act.case.id, decided_at__isnull=True).update(
        decided_at=act.work.now, decided_by_id=act.work.actor.user_id, granted=False
    )
