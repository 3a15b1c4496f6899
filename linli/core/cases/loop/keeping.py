"""The row of a case: its category as it is now, what finds it, and the columns that are worth naming when it is inserted.

Intake, the loop and the import of history all write cases by these; none of them knows the others.
"""

from __future__ import annotations

from typing import Any

from django.db.models.base import ModelState

from linli.core.cases.models import Case
from linli.core.cases.reading.rules import RULES
from linli.core.catalogue.public import CategoryNode, ConditionNode
from linli.core.flow.public import limit_in_force
from linli.core.platform.public import insert_rows
from linli.lib.bigrams import index_text


def keep_category(case: Case, category: CategoryNode | None, condition: ConditionNode | None) -> None:
    """Writes category, condition and limit on the case as they are now."""
    case.standard = category.standard if category else ""
    case.kind = category.kind if category else ""
    case.category_code = category.code if category else ""
    case.category_name = category.name if category else ""
    case.condition_text = condition.text if condition else ""
    case.closing_text = condition.closing_text if condition else ""
    case.limit_amount = condition.limit_amount if condition else None
    case.limit_unit = condition.limit_unit if condition else ""
    cap_urgent_limit(case)


# What a unit of a limit is in hours, for comparing a limit with the cap of what is urgent.
HOURS_IN = {"urgent_hour": 1, "work_hour": 1, "work_day": 8, "calendar_day": 24}


def cap_urgent_limit(case: Case) -> None:
    """A case that was reported as urgent is handled round the clock, and within the hours that the city allows for that."""
    most = limit_in_force(RULES, "handle").urgent_hours
    if case.urgency != "urgent" or most is None or case.limit_amount is None:
        return
    case.limit_amount = min(case.limit_amount * HOURS_IN[case.limit_unit], most)
    case.limit_unit = "urgent_hour"


def category_facts(case: Case) -> dict[str, Any]:
    """Category and limit on the case as facts for its timeline; nothing when it has no category yet."""
    if not case.category_code:
        return {}
    return {
        "standard": case.standard,
        "kind": case.kind,
        "code": case.category_code,
        "limit": None if case.limit_amount is None else str(case.limit_amount),
        "limit_unit": case.limit_unit,
    }


def search_tokens(case: Case) -> str:
    """What full-text search finds the case by. Not the tracking number: reading/matching.py finds it, only whole and by its own index."""
    return index_text(f"{case.number} {case.category_name} {case.description} {case.address} {case.source_reference}")


_BEGINNING = {field.attname: field.get_default() for field in Case._meta.concrete_fields}
_COLUMNS = tuple(name for field in Case._meta.concrete_fields if (name := field.attname) != "id")
# A field without a default begins with nothing, which the insert leaves out as well.
_DEFAULTS = {
    field.attname: field.get_default()
    for field in Case._meta.concrete_fields
    if (field.null or field.has_default()) and not (field.has_default() and callable(field.default))
}


def new_case(**columns: Any) -> Case:
    """A case that is not inserted yet. What Django does to make one takes a twentieth of a report, and finds only defaults."""
    case = Case.__new__(Case)
    case.__dict__.update(_BEGINNING)
    case.__dict__.update(columns, _state=ModelState())
    return case


def case_columns(case: Case) -> dict[str, Any]:
    """The columns of a new case that differ from their defaults: a third of sixty."""
    values = case.__dict__
    return {name: value for name in _COLUMNS if (value := values[name]) != _DEFAULTS.get(name, ...)}


def insert_case(case: Case) -> None:
    """Inserts a case that is made of another one; a report goes through report_case."""
    case.id = insert_rows(Case, [case_columns(case)])[0]
