"""How much time a stage of a case has: by its condition for handling, by the city's limits of stages for the rest."""

from __future__ import annotations

from decimal import Decimal

from linli.algorithms.office_calendar import ClockUnit
from linli.core.cases.models import Case
from linli.core.cases.reading.listed import is_urgent
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import FALLBACK_SHARE


def stage_limit(case: Case, stage: str) -> tuple[Decimal, str, Decimal] | None:
    """Amount, unit and amber share of a stage for this case; None when neither stage nor condition sets a limit."""
    row = catalogue().stages.get(stage)
    share = row.amber_share if row else FALLBACK_SHARE
    if stage != "handle" and row and row.urgent_hours is not None and is_urgent(case):
        return row.urgent_hours, ClockUnit.URGENT_HOUR, share
    if stage == "handle":
        return (case.limit_amount, case.limit_unit, share) if case.limit_amount is not None else None
    return (row.amount, row.unit, share) if row and row.amount is not None else None
