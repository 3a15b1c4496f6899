"""The door of configuration: what a city settles by page, file and API, each change dated, previewed and undone (docs/configuration.md)."""

from linli.core.configuration.files import with_files
from linli.core.configuration.kinds import ConfigField, parse, words_of
from linli.core.configuration.models import ChangeState, ConfigChange, ConfigEntry
from linli.core.configuration.routes import configuration_router
from linli.core.configuration.selectors import (
    Difference,
    Row,
    changes_seen,
    differences,
    find_change,
    history_of,
    holding,
    may_change,
    rows_of,
    tables_for,
)
from linli.core.configuration.services import (
    answer_questions,
    begin_change,
    bring_forward,
    draft_rows,
    drop,
    leave_out,
    look_anew,
    put_in_force,
    undo,
)
from linli.core.configuration.table import (
    ConfigPreview,
    ConfigTable,
    Example,
    Question,
    Seen,
    preview_of,
    tables,
)

__all__ = [
    "ChangeState",
    "ConfigChange",
    "ConfigEntry",
    "ConfigField",
    "ConfigPreview",
    "ConfigTable",
    "Difference",
    "Example",
    "Question",
    "Row",
    "Seen",
    "answer_questions",
    "begin_change",
    "bring_forward",
    "changes_seen",
    "configuration_router",
    "differences",
    "draft_rows",
    "drop",
    "find_change",
    "history_of",
    "holding",
    "leave_out",
    "look_anew",
    "may_change",
    "parse",
    "preview_of",
    "put_in_force",
    "rows_of",
    "tables",
    "tables_for",
    "undo",
    "with_files",
    "words_of",
]
