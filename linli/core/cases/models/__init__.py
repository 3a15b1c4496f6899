"""All tables of cases: the case and what hangs on it, how it is handled, imports of old systems."""

from linli.core.cases.models.case import (
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
from linli.core.cases.models.handling import CaseClock, CaseRequest, CaseUnit, Escalation
from linli.core.cases.models.history import CaseImport, ImportedCase
from linli.core.cases.transitions import OPEN_STATES

__all__ = [
    "OPEN_STATES",
    "Case",
    "CaseClock",
    "CaseEvent",
    "CaseFile",
    "CaseImport",
    "CaseNote",
    "CaseReporter",
    "CaseRequest",
    "CaseUnit",
    "ClockState",
    "Escalation",
    "ImportedCase",
    "NumberCounter",
    "Source",
    "State",
]
