"""How much time handling a case has: by its condition. The limits of the other stages are the flow's, or the city's."""

from __future__ import annotations

from decimal import Decimal

from linli.core.cases.models import Case


def limit_of_condition(case: Case, _stage: str) -> tuple[Decimal, str] | None:
    """Amount and unit of handling for this case; None while it has no condition. The only stage without a limit of its own."""
    return (case.limit_amount, case.limit_unit) if case.limit_amount is not None else None
