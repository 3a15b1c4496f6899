"""What a change would have done to what came lately: the preview of its table, over the rows that hold without and with it."""

from __future__ import annotations

from typing import Any

from linli.core.configuration.models import ConfigChange
from linli.core.configuration.selectors import begins_of, holding, with_change
from linli.core.configuration.table import ConfigTable, Seen, preview_of
from linli.core.platform.public import now


def previewed(table: ConfigTable, change: ConfigChange, access: Any) -> Seen | None:
    """What a draft would have done had it been in force; None where nobody looks at this table, or the draft is not settled yet."""
    looks, entries = preview_of(table), {one.key: one.after for one in change.entries.all()}
    if looks is None or not entries or open_questions(table, entries):
        return None
    instant = begins_of(table, None, now())
    there = table.timelines()
    after = with_change(there, entries, instant)
    return looks.compute(holding(there, instant), holding(after, instant), access)


def open_questions(table: ConfigTable, entries: Any) -> set[str]:
    """The questions that rows of a change leave open, and "mend" where a person has to mend one."""
    found: set[str] = set()
    for after in entries.values():
        if table.open_questions is not None and after is not None:
            asked, mend = table.open_questions(after)
            found |= asked | ({"mend"} if mend else set())
    return found
