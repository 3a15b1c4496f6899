"""The list of cases as a list of the desk: what is exported, the views that are kept. Its page keeps its own look and reader.

Reading stands in reading/selectors.py, since cases have hand-made indexes and ways to see; filters.py parses the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.core.access.public import Access
from linli.core.cases.loop.flow import CASE
from linli.core.cases.pages.filters import KEYS, MOST_SHAPE, MOST_WORDS, parse_filter
from linli.core.cases.public import CaseRow, filtered, list_cases, visible
from linli.core.cases.reading.listed import AnyCase
from linli.core.cases.reading.words import case_rows_of
from linli.core.desk.public import Asked, Column, List, OwnFilter, Page, page_at
from linli.core.flow.public import bulk_step
from linli.core.platform.public import now


class Line(NamedTuple):
    """A case as its columns are read, and as it is said."""

    case: AnyCase
    row: CaseRow


def lines_of(_access: Access, cases: Sequence[AnyCase]) -> list[Line]:
    """Cases with the words of their rows."""
    return [Line(*pair) for pair in zip(cases, case_rows_of(cases, now()), strict=True)]


def read(access: Access, asked: Asked, count: int) -> Page[Line]:
    """One page, as the page of cases reads it."""
    page = list_cases(access, parse_filter(asked.query).filter, cursor=asked.cursor, rows_per_page=count)
    return Page(lines_of(access, page.rows), page.next_cursor)


def narrowed(access: Access, asked: Asked) -> QuerySet[Any]:
    """The cases that the filters leave."""
    return filtered(access, parse_filter(asked.query).filter)


def said(code: str, words: str) -> str:
    """What the chip of a filter says."""
    return next((chip.words for chip in parse_filter({code: words}).chips), "")


CASES = List[Line](
    code="cases",
    title=gettext_lazy("Cases"),
    permission="case.view",
    rows=visible,
    reader=read,
    narrow=narrowed,
    id_of=lambda line: line.case.id,
    complete=lines_of,
    bulk=tuple(
        bulk_step(CASE, action) for action in ("dispatch", "accept", "urge", "supervise", "instruct", "archive")
    ),
    address=lambda line: page_at("case", line.case.id),
    columns=(
        Column("number", gettext_lazy("Number"), lambda line: line.case.number),
        Column("category", gettext_lazy("Category"), lambda line: line.row.category),
        Column("matter", pgettext_lazy("column", "Matter"), lambda line: line.case.description),
        Column("place", gettext_lazy("Place"), lambda line: line.case.address),
        Column("grid", gettext_lazy("Grid"), lambda line: line.row.grid),
        Column("state", gettext_lazy("State"), lambda line: line.row.state_word, code_of=lambda line: line.case.state),
        Column("unit", gettext_lazy("With"), lambda line: line.row.unit),
        Column("due", pgettext_lazy("column", "Due"), lambda line: line.case.due_at, kind=datetime),
        Column("left", gettext_lazy("Clock"), lambda line: line.row.left),
        Column("reported", pgettext_lazy("column", "Reported"), lambda line: line.case.reported_at, kind=datetime),
        Column("closed", gettext_lazy("Closed"), lambda line: line.case.closed_at, kind=datetime),
    ),
    filters=tuple(
        OwnFilter(key, key, said, most_chars=MOST_SHAPE if key == "within" else MOST_WORDS)
        for key in KEYS
        if key != "at"
    ),
)
