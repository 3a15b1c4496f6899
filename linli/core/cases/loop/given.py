"""What comes with an action: parsed words, amounts and ids, and the rows that the ids name.

An id from outside proves nothing. `rows_named` looks each up among what this person may choose for this case, so that the
effects (effects.py, handling.py) see rows and no ids. What is unknown and what is not theirs to see get the same sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.core.access.public import Access, UnitNode, User
from linli.core.cases.models import Case
from linli.core.cases.reading.seeing import may_view
from linli.core.cases.reading.units import checkers_of, could_handle, return_targets
from linli.core.catalogue.public import CategoryNode, ConditionNode, parse_category
from linli.core.flow import public as flow
from linli.core.flow.public import Transition
from linli.core.platform.public import BadInput


@dataclass(frozen=True, slots=True)
class Given(flow.Given):
    """What came with an action, parsed. Only what the table names for the action may be set.

    `rates_anew`: who gives stars may replace those that stand, because they gave them or sent the report.
    """

    condition_id: int | None = None
    category_id: int | None = None
    unit_id: int | None = None
    unit_ids: tuple[int, ...] = ()
    case_id: int | None = None
    checker_id: int | None = None
    found: bool | None = None
    score: int | None = None
    rates_anew: bool = False

    def names(self, row: Transition) -> set[str]:
        """Which of the table's words are given, for an action of this row."""
        unit = "return_to" if "return_to" in row.given else "unit"
        have = {
            "category": self.condition_id is not None or self.category_id is not None,
            unit: self.unit_id is not None,
            "units": self.unit_ids,
            "case": self.case_id is not None,
            "checker": self.checker_id is not None,
            "found": self.found is not None,
            "score": self.score,
        }
        return flow.Given.names(self, row) | {name for name, value in have.items() if value}


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that the ids of an action name. What the action does not take is None or empty."""

    target: Case | None = None
    unit: UnitNode | None = None
    units: tuple[UnitNode, ...] = ()
    category: CategoryNode | None = None
    condition: ConditionNode | None = None
    checker: User | None = None


def rows_named(case: Case, row: Transition, given: Given, who: flow.Who, locked: Mapping[int, Case]) -> Named:
    """The rows behind the ids of an action. `locked` has the row of `given.case_id`, if there is one.

    Raises BadInput naming the field, with one sentence for what is unknown and what this person may not see or choose.
    """
    takes, target = row.given, locked.get(given.case_id or 0)
    category, condition = parse_category(given.category_id, given.condition_id) if "category" in takes else (None, None)
    unit = None
    if "return_to" in takes:
        unit = _among(return_targets(case), given.unit_id, "return_to")
    elif "unit" in takes:
        if given.unit_id is None and case.handling_unit_id is None:
            raise BadInput(
                _("The rules name no unit for this category here; choose the unit that handles it."), field="unit"
            )
        unit = _among(could_handle(case), case.handling_unit_id if given.unit_id is None else given.unit_id, "unit")
    offered = could_handle(case) if given.unit_ids else []
    units = tuple(_among(offered, unit_id, "units") for unit_id in dict.fromkeys(given.unit_ids))
    checker = _checker(case, row.action, given.checker_id) if given.checker_id is not None else None
    return Named(_seen(target, who.access) if "case" in takes else None, unit, units, category, condition, checker)


def _checker(case: Case, action: str, user_id: int) -> User:
    found = next((person for person in checkers_of(case, action) if person.id == user_id), None)
    if found is None:
        raise BadInput(_("This person cannot be asked to look here; choose one of those offered."), field="checker")
    return found


def _seen(target: Case | None, access: Access | None) -> Case:
    if target is None or access is None or not may_view(target, access):
        raise BadInput(_("There is no such case for you to choose; choose one of those offered."), field="case")
    return target


def _among(offered: Iterable[UnitNode], unit_id: int | None, field: str) -> UnitNode:
    found = next((unit for unit in offered if unit.id == unit_id), None)
    if found is None:
        raise BadInput(_("This unit cannot be chosen for this case; choose one of those offered."), field=field)
    return found


Act = flow.Act[Case]
Effect = flow.Effect


def chosen_unit(act: Act) -> UnitNode:
    """The unit of an action that needs one; the door has refused it without."""
    unit: UnitNode | None = act.named.unit
    if unit is None:
        raise ValueError(f"{act.row.action} came past the door without its unit")
    return unit
