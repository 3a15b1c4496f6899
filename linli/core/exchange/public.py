"""The door of exchange: bringing files in. A package declares what can be brought in by the slot `imports` of its descriptor."""

from linli.core.exchange.batches import File, Kept, unfinished_runs
from linli.core.exchange.declared import DeclaredSource, may_in
from linli.core.exchange.engine import (
    BATCH_ROWS,
    How,
    ImportBroken,
    Opened,
    Report,
    Unfinished,
    bring_in,
    opened,
    unfinished,
)
from linli.core.exchange.folder import MAX_BYTES, bad_rows_file, map_file, sha256_of
from linli.core.exchange.ground import NotGround, choices_of, first_values, read_ground, understood
from linli.core.exchange.left_out import is_left_out
from linli.core.exchange.mapping import BadMapping, chosen_of, guessed, parse_mapping
from linli.core.exchange.models import ImportedRow, ImportRun, RunState
from linli.core.exchange.source import Source
from linli.core.exchange.steps import (
    FIRST_ROWS,
    SentTable,
    ask_undo,
    bring_in_rows,
    choose_anew,
    choose_columns,
    choose_layer,
    declaration,
    declared_for,
    find_run,
    give_up,
    open_to,
    receive,
    runs_seen,
)
from linli.core.exchange.taking_back import TakenBack, declaration_of, take_back
from linli.core.exchange.template import hint, template_workbook
from linli.core.exchange.times import END_OF_DAY, Reading, TimeReader, UnreadTime
from linli.core.exchange.told import Faults, fault_of
from linli.core.exchange.working import work_off_imports

__all__ = [
    "BATCH_ROWS",
    "END_OF_DAY",
    "FIRST_ROWS",
    "MAX_BYTES",
    "BadMapping",
    "DeclaredSource",
    "Faults",
    "File",
    "How",
    "ImportBroken",
    "ImportRun",
    "ImportedRow",
    "Kept",
    "NotGround",
    "Opened",
    "Reading",
    "Report",
    "RunState",
    "SentTable",
    "Source",
    "TakenBack",
    "TimeReader",
    "Unfinished",
    "UnreadTime",
    "ask_undo",
    "bad_rows_file",
    "bring_in",
    "bring_in_rows",
    "choices_of",
    "choose_anew",
    "choose_columns",
    "choose_layer",
    "chosen_of",
    "declaration",
    "declaration_of",
    "declared_for",
    "fault_of",
    "find_run",
    "first_values",
    "give_up",
    "guessed",
    "hint",
    "is_left_out",
    "map_file",
    "may_in",
    "open_to",
    "opened",
    "parse_mapping",
    "read_ground",
    "receive",
    "runs_seen",
    "sha256_of",
    "take_back",
    "template_workbook",
    "understood",
    "unfinished",
    "unfinished_runs",
    "work_off_imports",
]
