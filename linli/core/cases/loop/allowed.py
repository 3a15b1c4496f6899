"""Who may do what on a case now: the relations of the table held against a person, and the rows that a page offers.

act.py asks here before it acts; pages, lists and the API ask here what to offer. Who may see a case stands in reading/seeing.py.
"""

from __future__ import annotations

from datetime import timedelta

from linli.core.access.public import Access
from linli.core.cases.models import Case, CaseUnit
from linli.core.cases.reading.seeing import requests_of
from linli.core.cases.transitions import ACTIONS, REOPEN_DAYS, TOP_LEVEL, TRANSITIONS, Relation, Transition, rows_in
from linli.core.catalogue.public import catalogue
from linli.core.platform.public import now

# In which relations the table lets anybody do an action, in whatever state.
RELATIONS: dict[str, tuple[Relation, ...]] = {
    action: tuple(dict.fromkeys(one for row in TRANSITIONS if row.action == action for one in row.who))
    for action in ACTIONS
}
DECISIONS = {
    "grant_extension": "extension",
    "deny_extension": "extension",
    "grant_shelving": "shelving",
    "deny_shelving": "shelving",
}


def relations_of(
    case: Case, row: Transition, access: Access | None, tracking: str, *, system: bool = False
) -> list[Relation]:
    """Which of the relations that the row asks for hold."""
    return [relation for relation in row.who if _holds(case, row.action, relation, access, tracking, system=system)]


def relation_of(
    case: Case, action: str, access: Access | None, tracking: str, *, system: bool = False
) -> Relation | None:
    """The first relation in which somebody could ever do this action to this case, whatever its state; None: a stranger."""
    asked = RELATIONS.get(action, ())
    return next((one for one in asked if _holds(case, action, one, access, tracking, system=system)), None)


def _holds(case: Case, action: str, relation: Relation, access: Access | None, tracking: str, *, system: bool) -> bool:
    permission = f"case.{action}"
    if relation == "system":
        return system
    if relation == "reporter":
        return bool(tracking) and tracking == case.tracking
    if access is None:
        return False
    if relation == "area":
        return access.may_in_area(permission, case.area_id)
    if relation == "handling_unit":
        return case.unit_id == case.handling_unit_id and access.may_for_unit(permission, case.handling_unit_id)
    # Asked of the database only for who holds the permission through a unit at all; once for a case object, since a page
    # asks for each action in turn. Whoever acts gets the case anew, under its lock.
    if not any(permission in grant.permissions and grant.unit_id is not None for grant in access.grants):
        return False
    if "assisting" not in case.__dict__:
        units = CaseUnit.objects.filter(case_id=case.id, part="assist", until__isnull=True)
        case.__dict__["assisting"] = list(units.values_list("unit_id", flat=True))
    return any(access.may_for_unit(permission, unit_id) for unit_id in case.__dict__["assisting"])


def is_handler(case: Case, access: Access | None) -> bool:
    """Whether somebody handled this case, or belongs to the unit that handles it (监督、指挥分离)."""
    if access is None:
        return False
    if case.handled_by_id is not None and access.user_id == case.handled_by_id:
        return True
    return access.unit_id is not None and access.unit_id == case.handling_unit_id


def possible(case: Case, access: Access | None, tracking: str = "") -> list[Transition]:
    """The rows of the table that this person may do on this case now, in page order."""
    rows = [
        row
        for row in rows_in(case.state)
        if relations_of(case, row, access, tracking) and not (row.not_by_handler and is_handler(case, access))
    ]
    return _that_make_sense(case, rows, access)


def _that_make_sense(case: Case, rows: list[Transition], access: Access | None) -> list[Transition]:
    """The rows that a page should offer of those the table allows: a decision needs an open request of
    somebody else, reopening its time.
    """
    asked: set[str] = set()
    if any(row.action in DECISIONS for row in rows):
        asker = access.user_id if access else None
        open_requests = [one for one in requests_of(case) if one.decided_at is None and one.asked_by_id != asker]
        asked = {request.kind for request in open_requests}
    in_time = case.closed_at is not None and now() <= case.closed_at + timedelta(days=REOPEN_DAYS)
    return [
        row
        for row in rows
        if (row.action not in DECISIONS or DECISIONS[row.action] in asked)
        and (row.action != "reopen" or in_time)
        and (row.action != "pass_and_close" or catalogue().may_pass_and_close())
        and (row.action != "escalate" or case.escalation_level < TOP_LEVEL)
    ]
