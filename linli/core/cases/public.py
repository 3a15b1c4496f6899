"""The door of cases: intake, the loop, lists, figures, imports of history."""

from linli.core.cases.history.importing import (
    Disagreement,
    HistoryReport,
    import_history,
    take_back_import,
)
from linli.core.cases.history.mapping import Columns, Mapping, MappingError, parse_mapping
from linli.core.cases.intake.learning import lately_chosen
from linli.core.cases.intake.placing import OutsideCity, check_inside, parse_place, served_title
from linli.core.cases.intake.report import Report, may_report, parse_report, report_case, solve_on_spot
from linli.core.cases.intake.reveal import Reporter, reporter_ticket, reveal_purposes, reveal_reporter
from linli.core.cases.intake.similar import Similar, similar_cases
from linli.core.cases.loop.act import act
from linli.core.cases.loop.flow import CASE
from linli.core.cases.loop.given import Given
from linli.core.cases.loop.new_grids import CasesMoving, cases_moving
from linli.core.cases.models import (
    OPEN_STATES,
    Case,
    CaseClock,
    CaseEvent,
    CaseFile,
    Source,
    State,
    source_titles,
)
from linli.core.cases.reading.by_area import counts_by_area, counts_by_day
from linli.core.cases.reading.counts import HomeCounts, home_counts, waiting_count
from linli.core.cases.reading.indicators import CASE_INDICATORS, IndicatorScope
from linli.core.cases.reading.listed import AnyCase, CaseOnMap, ListedCase, is_unplaced, state_title
from linli.core.cases.reading.on_map import (
    CLOCK_WORDS,
    MOST_DAYS,
    bounded,
    cases_in_tile,
    cases_in_view,
    counts_in_tile,
    crowds_in_tile,
    nearby_cases,
    version_of_cases,
)
from linli.core.cases.reading.progress import Answer, OwnReport, Progress, ProgressStep, goes_on_as, progress_of
from linli.core.cases.reading.routed import Routed, as_rule, routed
from linli.core.cases.reading.rules import is_handler, possible
from linli.core.cases.reading.seeing import alike_seen, find_case, ids_seen, may_view, visible
from linli.core.cases.reading.selectors import (
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
from linli.core.cases.reading.unattended import UnattendedUnit, unattended_for
from linli.core.cases.reading.units import checkers_of, could_handle, return_targets
from linli.core.cases.reading.words import CaseRow, Titles, case_rows_of, case_title, category_title, clock_words
from linli.core.cases.transitions import (
    ACTION_TITLES,
    ACTIONS,
    NEXT_STEPS,
    REOPEN_DAYS,
    STAGES,
    TABLE,
    TRANSITIONS,
    UNSATISFIED,
    WAYS_BACK,
)

__all__ = [
    "ACTIONS",
    "ACTION_TITLES",
    "CASE",
    "CASE_INDICATORS",
    "CLOCK_WORDS",
    "MOST_DAYS",
    "NEXT_STEPS",
    "OPEN_STATES",
    "REOPEN_DAYS",
    "STAGES",
    "TABLE",
    "TRANSITIONS",
    "UNSATISFIED",
    "WAYS_BACK",
    "Answer",
    "AnyCase",
    "Case",
    "CaseClock",
    "CaseEvent",
    "CaseFile",
    "CaseFilter",
    "CaseFull",
    "CaseOnMap",
    "CasePage",
    "CaseRow",
    "CasesMoving",
    "Columns",
    "Disagreement",
    "Given",
    "HistoryReport",
    "HomeCounts",
    "IndicatorScope",
    "ListedCase",
    "Mapping",
    "MappingError",
    "OutsideCity",
    "OwnReport",
    "Progress",
    "ProgressStep",
    "Report",
    "Reporter",
    "Routed",
    "Similar",
    "Source",
    "State",
    "Titles",
    "UnattendedUnit",
    "act",
    "alike_seen",
    "as_rule",
    "bounded",
    "case_by_tracking",
    "case_full",
    "case_rows_of",
    "case_title",
    "cases_in_tile",
    "cases_in_view",
    "cases_moving",
    "category_title",
    "check_inside",
    "checkers_of",
    "clock_word",
    "clock_words",
    "could_handle",
    "counts_by_area",
    "counts_by_day",
    "counts_in_tile",
    "crowds_in_tile",
    "filtered",
    "find_case",
    "find_file",
    "goes_on_as",
    "has_queue",
    "home_counts",
    "ids_seen",
    "import_history",
    "is_handler",
    "is_unplaced",
    "late_since",
    "lately_chosen",
    "list_cases",
    "may_report",
    "may_view",
    "nearby_cases",
    "parse_mapping",
    "parse_place",
    "parse_report",
    "possible",
    "progress_of",
    "report_case",
    "reporter_ticket",
    "return_targets",
    "reveal_purposes",
    "reveal_reporter",
    "routed",
    "served_title",
    "similar_cases",
    "solve_on_spot",
    "source_titles",
    "state_title",
    "take_back_import",
    "unattended_for",
    "version_of_cases",
    "visible",
    "waiting_count",
]
