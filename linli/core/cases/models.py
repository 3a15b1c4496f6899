"""All tables of cases: the catalogue (catalogue_models.py) and the cases themselves (case_models.py)."""

from linli.core.cases.case_models import (
    OPEN_STATES,
    Case,
    CaseClock,
    CaseEvent,
    CaseFile,
    CaseNote,
    CaseReporter,
    CaseRequest,
    CaseUnit,
    ClockState,
    Escalation,
    NumberCounter,
    Source,
    State,
)
from linli.core.cases.catalogue_models import (
    CalendarDay,
    Category,
    CategoryKind,
    FilingCondition,
    LimitUnit,
    OfficeHours,
    ReturnRule,
    RoutingRule,
    StageLimit,
)

__all__ = [
    "OPEN_STATES", "CalendarDay", "Case", "CaseClock", "CaseEvent", "CaseFile", "CaseNote", "CaseReporter", "CaseRequest",
    "CaseUnit", "Category", "CategoryKind", "ClockState", "Escalation", "FilingCondition", "LimitUnit", "NumberCounter",
    "OfficeHours", "ReturnRule", "RoutingRule", "Source", "StageLimit", "State",
]
