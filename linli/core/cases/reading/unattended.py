"""Open cases that nobody could take the next step on: a desk or unit whose last account left, or that never had one.

Intake keeps new reports away from such desks (intake/placing.py); this finds what stands at one all the same, for the alarm on
the pages of who can mend it and for /metrics.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from linli.core.access.public import Access, Grant, Staffing, Unit, staffing, unit_tree
from linli.core.areas.public import area_tree
from linli.core.cases.models import OPEN_STATES, Case
from linli.core.cases.transitions import TRANSITIONS
from linli.core.flow.public import Transition

# What moves a case on. Somebody must hold one of those that its state allows.
STEPS = frozenset(
    {
        "file", "confirm", "dispatch", "accept", "hand_over", "resume", "send_to_verify", "verify_pass", "close",
    }
)  # fmt: skip
MOVES: dict[str, list[Transition]] = {
    state: [row for row in TRANSITIONS if row.state == state and row.action in STEPS] for state in OPEN_STATES
}
# Who is told: who can make accounts, who answers for the work of others, and who sees a street or more.
TOLD = ("access.delegate", "case.supervise", "case.dispatch")
ABOVE = ("city", "district", "street")


@dataclass(frozen=True, slots=True)
class UnattendedUnit:
    """A unit with open cases that nobody may take on.

    `filed_in` are the areas that these cases are filed under, `areas` those and all that contain them.
    """

    unit_id: int
    code: str
    title: str
    cases: int
    filed_in: frozenset[int]
    areas: frozenset[int]


def unattended_units() -> list[UnattendedUnit]:
    """All of them, most cases first; two or three statements over the open cases, whatever their number of units."""
    groups = (
        Case.objects.filter(state__in=OPEN_STATES)
        .order_by()
        .values_list("unit_id", "handling_unit_id", "state", "area_id", "street_id", "district_id")
        .annotate(cases=Count("id"))
    )
    staff = staffing()
    counts: dict[int, int] = {}
    filed_in: dict[int, set[int]] = {}
    areas: dict[int, set[int]] = {}
    for unit_id, handling_unit_id, state, area_id, street_id, district_id, cases in groups:
        if _somebody(staff, state, area_id, unit_id, handling_unit_id):
            continue
        counts[unit_id] = counts.get(unit_id, 0) + cases
        filed_in.setdefault(unit_id, set()).add(area_id)
        around = {node.id for node in area_tree().ancestors(area_id)}
        areas.setdefault(unit_id, set()).update(around | {one for one in (area_id, street_id, district_id) if one})
    names = _names(set(counts))
    found = [
        UnattendedUnit(
            unit_id, *names.get(unit_id, ("", "")), cases, frozenset(filed_in[unit_id]), frozenset(areas[unit_id])
        )
        for unit_id, cases in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.cases, one.code))


def _somebody(staff: Staffing, state: str, area_id: int, unit_id: int, handling_unit_id: int | None) -> bool:
    for row in MOVES[state]:
        permission = f"case.{row.action}"
        if "area" in row.who and staff.in_area(permission, area_id):
            return True
        if "handling_unit" in row.who and unit_id == handling_unit_id and staff.for_unit(permission, unit_id):
            return True
    return False


def _names(unit_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Code and title of units, also of those that are retired."""
    nodes = unit_tree().nodes
    names = {unit_id: (nodes[unit_id].code, nodes[unit_id].title) for unit_id in unit_ids if unit_id in nodes}
    missing = unit_ids - names.keys()
    return (
        names | {unit.id: (unit.code, unit.title) for unit in Unit.objects.filter(id__in=missing)} if missing else names
    )


def unattended_for(access: Access) -> list[UnattendedUnit]:
    """What a person is told of it: where their areas contain such cases, or cases are filed under an area above theirs.

    For anybody else nothing is asked.
    """
    tree = area_tree()
    tops = {grant.area_id for grant in access.grants if grant.unit_id is None and _is_told(grant)}
    if not tops:
        return []
    above = {node.id for top in tops for node in tree.ancestors(top)}
    return [one for one in unattended_units() if one.areas & tops or one.filed_in & above]


def _is_told(grant: Grant) -> bool:
    node = area_tree().nodes.get(grant.area_id)
    sees = node is not None and node.level in ABOVE and "case.view" in grant.permissions
    return sees or not grant.permissions.isdisjoint(TOLD)


def unattended_gauges() -> dict[str, tuple[str, float]]:
    """The gauges of /metrics."""
    found = unattended_units()
    return {
        "linli_unattended_units": ("Units with open cases that no active account may take on", float(len(found))),
        "linli_unattended_cases": (
            "Open cases that no active account may take on",
            float(sum(one.cases for one in found)),
        ),
    }
