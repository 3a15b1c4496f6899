"""Watches writes: whoever inserts into, updates or deletes from a bound table must say so by `work.stands`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.backends.utils import CursorWrapper

from linli.core.platform.writing.standing import standing
from linli.core.platform.writing.work import Work, current_work

TOUCHES = re.compile(
    r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "?(\w+)"?(?:\s+SET\s+(.*?)(?:\s+WHERE\s|$))?', re.S
)
COLUMN = re.compile(r'"(\w+)" = ')


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While it is open, a write that touches a bound table in silence raises AssertionError at its end."""
    bound = {one.model._meta.db_table: one for one in standing()}
    touched: dict[int, set[str]] = {}  # by the write under way
    run, begin, finish = CursorWrapper._execute, Work.__init__, Work._finish  # type: ignore[attr-defined]

    def execute(self: CursorWrapper, sql: str, params: Any, *more: Any) -> Any:
        answer = run(self, sql, params, *more)
        work = current_work()
        found = TOUCHES.match(sql) if work is not None else None
        # A change that met no row is none; an insertion may tell its number only when what it returns is read.
        met = self.cursor.rowcount != 0 or sql.lstrip().startswith("INSERT")
        if found is not None and met and found[1] in bound and _decides(bound[found[1]], found[2]):
            touched[id(work)].add(found[1])
        return answer

    def begun(self: Work, *given: Any) -> None:
        touched[id(self)] = set()
        begin(self, *given)

    def finished(self: Work) -> None:
        said = {model._meta.db_table for model in self._standing}
        silent = touched.pop(id(self)) - said
        assert not silent, f"a write changed {sorted(silent)} and did not call work.stands()"
        finish(self)

    monkeypatch.setattr(CursorWrapper, "_execute", execute)
    monkeypatch.setattr(Work, "__init__", begun)
    monkeypatch.setattr(Work, "_finish", finished)
    yield


def _decides(one: Any, assignments: str | None) -> bool:
    """Whether an UPDATE sets a column that is bound; the others, such as the moment of the last sign-in, decide nothing."""
    if assignments is None:
        return True
    return bool(set(COLUMN.findall(assignments)) & set(one.columns))
