"""The door of cases: the loop, its catalogue, lists and pages."""

from linli.core.cases.actions import Changed, Given, act, is_handler, may_view, possible
from linli.core.cases.catalogue import Catalogue, CategoryNode, ConditionNode, catalogue
from linli.core.cases.catalogue_services import (
    NATIONAL,
    CategoryRow,
    ConditionPlan,
    add_rule,
    load_categories,
    set_calendar_day,
    set_office_hours,
    set_up_catalogue,
)
from linli.core.cases.clocks import closed_in_time
from linli.core.cases.effects import REOPEN_DAYS, return_targets
from linli.core.cases.intake import Report, Similar, parse_category, parse_report, report_case, similar_cases, solve_on_spot
from linli.core.cases.models import OPEN_STATES, Case, CaseClock, CaseEvent, CaseFile, Category, Source, State
from linli.core.cases.selectors import (
    CaseFilter,
    CaseFull,
    CasePage,
    HomeCounts,
    case_by_tracking,
    case_full,
    cases_on_map,
    clock_word,
    filtered,
    find_case,
    home_counts,
    late_since,
    list_cases,
    nearby_cases,
    visible,
)
from linli.core.cases.transitions import ACTION_TITLES, ACTIONS, STAGES, TABLE, TRANSITIONS, Transition, rows_in

__all__ = [
    "ACTIONS", "ACTION_TITLES", "NATIONAL", "OPEN_STATES", "REOPEN_DAYS", "STAGES", "TABLE", "TRANSITIONS", "Case", "CaseClock",
    "CaseEvent", "CaseFile", "CaseFilter", "CaseFull", "CasePage", "Catalogue", "Category", "CategoryNode", "CategoryRow", "Changed",
    "ConditionNode", "ConditionPlan", "Given", "HomeCounts", "Report", "Similar", "Source", "State", "Transition", "act", "add_rule",
    "case_by_tracking", "case_full", "cases_on_map", "catalogue", "clock_word", "closed_in_time", "filtered", "find_case", "home_counts",
    "is_handler", "late_since", "list_cases", "load_categories", "may_view", "nearby_cases", "parse_category", "parse_report", "possible",
    "report_case", "return_targets", "rows_in", "set_calendar_day", "set_office_hours", "set_up_catalogue", "similar_cases",
    "solve_on_spot", "visible",
]
