"""All tables of cases: the catalogue (catalogue_models.py), the cases (case_models.py), their handling
(handling_models.py), imports (history_models.py)."""

from linli.core.cases.case_models import (
    Case,
    CaseEvent,
    CaseFile,
    CaseNote,
    CaseReporter,
    ClockState,
    NumberCounter,
    Source,
    State,
)
from linli.core.cases.catalogue_models import (
    CalendarDay,
    Category,
    CategoryKind,
    FiledHistory,
    FilingCondition,
    LimitUnit,
    OfficeHours,
    ReturnRule,
    RoutingRule,
    StageLimit,
)
from linli.core.cases.handling_models import CaseClock, CaseRequest, CaseUnit, Escalation
from linli.core.cases.history_models import CaseImport, ImportedCase
from linli.core.cases.transitions import OPEN_STATES

__all__ = [
    "OPEN_STATES",
    "CalendarDay",
    "Case",
    "CaseClock",
    "CaseEvent",
    "CaseFile",
    "CaseImport",
    "CaseNote",
    "CaseReporter",
    "CaseRequest",
    "CaseUnit",
    "Category",
    "CategoryKind",
    "ClockState",
    "Escalation",
    "FiledHistory",
    "FilingCondition",
    "ImportedCase",
    "LimitUnit",
    "NumberCounter",
    "OfficeHours",
    "ReturnRule",
    "RoutingRule",
    "Source",
    "StageLimit",
    "State",
]
