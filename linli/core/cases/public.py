"""The door of cases: the loop, its catalogue, lists and pages."""

from linli.core.cases.actions import Changed, act
from linli.core.cases.allowed import is_handler, possible
from linli.core.cases.catalogue import Catalogue, CategoryNode, ConditionNode, catalogue, parse_category
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
from linli.core.cases.counts import HomeCounts, home_counts, waiting_count
from linli.core.cases.given import Given
from linli.core.cases.history import (
    Disagreement,
    HistoryReport,
    ImportBroken,
    TakenBack,
    Unfinished,
    import_history,
    take_back_import,
)
from linli.core.cases.history_mapping import Columns, Mapping, MappingError, parse_mapping
from linli.core.cases.indicators import CASE_INDICATORS, IndicatorScope
from linli.core.cases.intake import (
    Report,
    may_report,
    parse_place,
    parse_report,
    report_case,
    solve_on_spot,
)
from linli.core.cases.listed import AnyCase, ListedCase, state_title
from linli.core.cases.loop_page import loop_page
from linli.core.cases.models import (
    OPEN_STATES,
    Case,
    CaseClock,
    CaseEvent,
    CaseFile,
    CaseImport,
    Category,
    Source,
    State,
)
from linli.core.cases.new_grids import CasesMoving, cases_moving
from linli.core.cases.on_map import cases_on_map, nearby_cases
from linli.core.cases.progress import Progress, ProgressStep, goes_on_as, progress_of
from linli.core.cases.reveal import Reporter, reveal_reporter
from linli.core.cases.seeing import find_case, may_view, visible
from linli.core.cases.selectors import (
    CaseFilter,
    CaseFull,
    CasePage,
    case_by_tracking,
    case_full,
    clock_word,
    filtered,
    find_file,
    has_queue,
    late_since,
    list_cases,
)
from linli.core.cases.similar import Similar, similar_cases
from linli.core.cases.suggesting import find_categories, lately_chosen, suggest_categories
from linli.core.cases.transitions import (
    ACTION_TITLES,
    ACTIONS,
    REOPEN_DAYS,
    STAGES,
    TABLE,
    TRANSITIONS,
    Transition,
    rows_in,
)
from linli.core.cases.units import could_handle, return_targets
from linli.core.cases.words import CaseRow, case_row, case_title, category_title, clock_words

__all__ = [
    "ACTIONS",
    "ACTION_TITLES",
    "CASE_INDICATORS",
    "NATIONAL",
    "OPEN_STATES",
    "REOPEN_DAYS",
    "STAGES",
    "TABLE",
    "TRANSITIONS",
    "AnyCase",
    "Case",
    "CaseClock",
    "CaseEvent",
    "CaseFile",
    "CaseFilter",
    "CaseFull",
    "CaseImport",
    "CasePage",
    "CaseRow",
    "CasesMoving",
    "Catalogue",
    "Category",
    "CategoryNode",
    "CategoryRow",
    "Changed",
    "Columns",
    "ConditionNode",
    "ConditionPlan",
    "Disagreement",
    "Given",
    "HistoryReport",
    "HomeCounts",
    "ImportBroken",
    "IndicatorScope",
    "ListedCase",
    "Mapping",
    "MappingError",
    "Progress",
    "ProgressStep",
    "Report",
    "Reporter",
    "Similar",
    "Source",
    "State",
    "TakenBack",
    "Transition",
    "Unfinished",
    "act",
    "add_rule",
    "case_by_tracking",
    "case_full",
    "case_row",
    "case_title",
    "cases_moving",
    "cases_on_map",
    "catalogue",
    "category_title",
    "clock_word",
    "clock_words",
    "closed_in_time",
    "could_handle",
    "filtered",
    "find_case",
    "find_categories",
    "find_file",
    "goes_on_as",
    "has_queue",
    "home_counts",
    "import_history",
    "is_handler",
    "late_since",
    "lately_chosen",
    "list_cases",
    "load_categories",
    "loop_page",
    "may_report",
    "may_view",
    "nearby_cases",
    "parse_category",
    "parse_mapping",
    "parse_place",
    "parse_report",
    "possible",
    "progress_of",
    "report_case",
    "return_targets",
    "reveal_reporter",
    "rows_in",
    "set_calendar_day",
    "set_office_hours",
    "set_up_catalogue",
    "similar_cases",
    "solve_on_spot",
    "state_title",
    "suggest_categories",
    "take_back_import",
    "visible",
    "waiting_count",
]
