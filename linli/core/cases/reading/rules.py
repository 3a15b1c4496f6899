"""The rules of the case: who stands how to it, what keeps somebody from a step, what is offered and whom it waits for.

The table itself stands in transitions.py. Here it is only read; what happens at a step stands in loop/.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access
from linli.core.cases.models import CASE_TABLES, Case, CaseUnit, State
from linli.core.cases.reading.listed import is_urgent
from linli.core.cases.reading.seeing import may_view, visible
from linli.core.cases.transitions import (
    ACTION_TITLES,
    ENDED_STATES,
    NEXT_STEPS,
    PAGE_ORDER,
    QUEUE_STEPS,
    REOPEN_DAYS,
    STAGE_TITLES,
    TRANSITIONS,
    WAYS_BACK,
)
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import (
    TOP_LEVEL,
    Duty,
    Given,
    Relation,
    Rules,
    Stage,
    Transition,
    TwoStep,
    Who,
    by_system,
    in_area,
)
from linli.core.flow.public import lacking as lacking_of
from linli.core.flow.public import possible as possible_of
from linli.core.flow.public import waiting as waiting_of
from linli.core.platform.public import now
from linli.core.staff.public import works_in_grids

EXTENSION_MAX = Decimal(60)
# Somebody goes and looks at the place.
LOOKS = ("confirm", "verify_pass")


def _handling(case: Case, permission: str, who: Who) -> bool:
    return (
        who.access is not None
        and case.unit_id == case.handling_unit_id
        and who.access.may_for_unit(permission, case.handling_unit_id)
    )


def _assisting(case: Case, permission: str, who: Who) -> bool:
    # Asked of the database only for who holds the permission through a unit at all; once for a case object, since a page
    # asks for each action in turn. Whoever acts gets the case anew, under its lock.
    units = who.access.units_with(permission) if who.access is not None else []
    if not units:
        return False
    if "assisting" not in case.__dict__:
        rows = CaseUnit.objects.filter(case_id=case.id, part="assist", until__isnull=True)
        case.__dict__["assisting"] = list(rows.values_list("unit_id", flat=True))
    return not set(units).isdisjoint(case.__dict__["assisting"])


def _assisted(permission: str, access: Access) -> Q:
    units = access.units_with(permission)
    parts = CaseUnit.objects.filter(part="assist", until__isnull=True, unit_id__in=units)
    return Q(id__in=parts.values("case_id"))


RELATIONS = {
    "area": in_area(),
    "handling_unit": Relation(
        _("the handling unit"),
        _handling,
        lambda permission, access: Q(unit_id=F("handling_unit_id"), handling_unit_id__in=access.units_with(permission)),
    ),
    "assisting_unit": Relation(_("an assisting unit"), _assisting, _assisted),
    "reporter": Relation(
        _("who holds the tracking number"),
        lambda case, _permission, who: bool(who.key) and who.key == case.tracking,
        asks=False,
    ),
    "system": by_system(),
}


def is_handler(case: Case, access: Access | None) -> bool:
    """Whether somebody handled this case, or belongs to the unit that handles it (监督、指挥分离)."""
    if access is None:
        return False
    if case.handled_by_id is not None and access.user_id == case.handled_by_id:
        return True
    return access.unit_id is not None and access.unit_id == case.handling_unit_id


def _handled(access: Access) -> Q:
    mine = Q(handled_by_id=access.user_id)
    return mine if access.unit_id is None else mine | Q(handling_unit_id=access.unit_id)


def _sensible(case: Case, rows: list[Transition], _who: Who) -> list[Transition]:
    """Reopening needs its time, passing and closing in one step the city's leave, escalating a level above."""
    in_time = case.closed_at is not None and now() <= case.closed_at + timedelta(days=REOPEN_DAYS)
    return [
        row
        for row in rows
        if (row.action != "reopen" or in_time)
        and (row.action != "pass_and_close" or catalogue().may_pass_and_close())
        and (row.action != "escalate" or case.escalation_level < TOP_LEVEL)
    ]


def _asked(action: str, access: Access) -> Q:
    """Whoever is asked by name to look has it, and nobody else; with no name, who works in grids is asked for their own."""
    unnamed = Q(checker_id__isnull=True)
    if action in LOOKS and works_in_grids(access.user_id):
        unnamed &= Q(worker_id=access.user_id)
    return unnamed | Q(checker_id=access.user_id)


RULES: Rules[Case] = Rules(
    code="case",
    title=_("case"),
    model=Case,
    states=State,
    transitions=TRANSITIONS,
    titles=ACTION_TITLES,
    relations=RELATIONS,
    not_there=_("There is no such case."),
    visible=visible,
    may_view=may_view,
    ended=("closed", *ENDED_STATES),
    duties={
        "handler": Duty(
            _("Who handled a case does not verify it; somebody else has to."), "handler_verifies", is_handler, _handled
        )
    },
    stages={
        "file": Stage(STAGE_TITLES["file"], Decimal(2), "work_hour", urgent_hours=Decimal("0.5")),
        "confirm": Stage(STAGE_TITLES["confirm"], Decimal(24), "urgent_hour", urgent_hours=Decimal(1)),
        "dispatch": Stage(STAGE_TITLES["dispatch"], Decimal(1), "work_hour", urgent_hours=Decimal("0.5")),
        "handle": Stage(STAGE_TITLES["handle"], urgent_hours=Decimal(4), per_unit=True),
        "verify": Stage(STAGE_TITLES["verify"], Decimal(2), "urgent_hour", urgent_hours=Decimal(2)),
        "close": Stage(STAGE_TITLES["close"], Decimal(2), "work_hour", urgent_hours=Decimal(2)),
    },
    urgent=is_urgent,
    two_steps=(
        TwoStep("extension", "ask_extension", "grant_extension", "deny_extension", EXTENSION_MAX, extends="handle"),
        TwoStep("shelving", "ask_shelving", "grant_shelving", "deny_shelving"),
    ),
    tables=CASE_TABLES,
    needed={
        "category": _("Choose the category and its condition."),
        "unit": _("Choose the unit."),
        "return_to": _("Choose to whom it goes back."),
        "units": _("Choose the assisting units."),
        "case": _("Choose the case it belongs to."),
        "checker": _("Choose who goes to look."),
        "found": _("Say whether it was found on the spot."),
        "score": _("Give one to five stars."),
    },
    # What the note of an action is for, where that is not what was done.
    notes={
        "hand_over": _("Say what was done."),
        "assist": _("Say what was done."),
        "split": _("Describe the second problem."),
        "comment": _("Write the comment."),
        "urge": _("Say what is asked."),
        "supervise": _("Say what is asked."),
        "instruct": _("Write the instruction."),
    },
    waiting=QUEUE_STEPS,
    order=PAGE_ORDER,
    next_steps=NEXT_STEPS,
    ways_back=WAYS_BACK,
    sensible=_sensible,
    asked=_asked,
)


def possible(case: Case, access: Access | None, tracking: str = "") -> list[Transition]:
    """The rows of the table that hold for this person and this case now, in page order."""
    return possible_of(RULES, case, Who(access, tracking))


def waiting_filter(access: Access) -> Q:
    """What waits for this person: cases in a state where the table lets them do the next step, in their areas or units."""
    return waiting_of(RULES, access)


def lacking(row: Transition, given: Given) -> dict[str, str]:
    """What an action needs and was not given, in the order of the form, each with its sentence."""
    return lacking_of(row, given, RULES.needed, RULES.notes)
