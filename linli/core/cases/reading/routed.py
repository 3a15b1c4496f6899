"""Why a case is with its unit: the rule that decided, as it held then; and the rule that a re-routing by hand would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.algorithms.timelines import Values, key_of
from linli.core.access.public import unit_tree
from linli.core.areas.public import area_tree
from linli.core.cases.models import Case
from linli.core.catalogue.public import RULES, Place, catalogue, deciding, is_office_time, rule_values, rules_at


@dataclass(frozen=True, slots=True)
class Routed:
    """What the rules said at `instant`: the rule (None: none fitted), its key, the id of its unit, and whether the case went elsewhere."""

    instant: datetime
    rule: Values | None
    key: str
    unit_id: int | None
    went_elsewhere: bool


def routed(case: Case) -> Routed:
    """Why a case is where it is. One statement."""
    instant = case.filed_at or case.reported_at
    known = catalogue()
    node = known.by_code.get((case.standard, case.kind, case.category_code))
    place = (
        Place(case.standard, case.kind, case.category_code, node.major_code if node else case.category_code[:2])
        if case.category_code
        else None
    )
    office = "office" if is_office_time(known.calendar, instant) else "off"
    chain = [one.id for one in area_tree().ancestors(case.area_id)]
    found = deciding(rules_at(instant), place, chain, office)
    elsewhere = case.handling_unit_id is not None and (found is None or found.unit_id != case.handling_unit_id)
    if found is None:
        return Routed(instant, None, "", None, elsewhere)
    areas = area_tree().nodes
    area = areas[found.area_id].code if found.area_id in areas else ""
    unit = unit_tree().nodes.get(found.unit_id)
    values = rule_values(
        found.standard,
        found.kind,
        found.major_code,
        found.code,
        area,
        found.hours,
        unit.code if unit else str(found.unit_id),
    )
    return Routed(instant, values, key_of(values, RULES.key), found.unit_id, elsewhere)


def as_rule(case: Case) -> dict[str, str]:
    """The rule that would have sent a case where people sent it: its category, in its area, to its unit. Empty without a category or unit."""
    unit = unit_tree().nodes.get(case.handling_unit_id or 0)
    area = area_tree().nodes.get(case.area_id)
    if unit is None or area is None or not case.category_code:
        return {}
    return {"category": f"{case.kind}:{case.category_code}", "area": area.code, "unit": unit.code}
