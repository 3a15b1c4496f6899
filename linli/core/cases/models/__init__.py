"""All tables of cases: the case and what hangs on it, how it is handled, imports of old systems."""

from linli.core.cases.models.case import (
    Case,
    CaseEvent,
    CaseFile,
    CaseNote,
    CaseReporter,
    NumberCounter,
    Source,
    State,
    source_titles,
)
from linli.core.cases.models.handling import CaseClock, CaseRequest, CaseUnit, Escalation
from linli.core.cases.transitions import OPEN_STATES
from linli.core.flow.public import Tables

# The case is a hot flow: its timeline, clocks and requests have tables of their own.
CASE_TABLES = Tables(
    CaseEvent, CaseNote, CaseFile, CaseClock, CaseRequest, Escalation, "case_id", "handling_unit_id", "case_event"
)

__all__ = [
    "CASE_TABLES",
    "OPEN_STATES",
    "Case",
    "CaseClock",
    "CaseEvent",
    "CaseFile",
    "CaseNote",
    "CaseReporter",
    "CaseRequest",
    "CaseUnit",
    "Escalation",
    "NumberCounter",
    "Source",
    "State",
    "source_titles",
]
