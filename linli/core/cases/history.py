"""Imports the history of an old system, and takes an import back whole.

A file is read twice: first all of it is parsed, and nothing is written when a row is bad (unless the good ones are
wanted); then it is kept in batches, each in one transaction with its audit records. So a process that dies leaves whole
batches, and the same command goes on where it ended. history_mapping.py and history_rows.py are the door,
history_catalogue.py makes the categories, history_writing.py the rows of a batch. docs/imports.md says what is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from uuid import uuid4

from django.utils.translation import gettext as _

from linli.core.access.public import unit_tree
from linli.core.areas.public import area_tree
from linli.core.cases.actions import Given, act
from linli.core.cases.clocks import closed_in_time
from linli.core.cases.history_catalogue import Types, categories_by_name, make_catalogue, missing_types
from linli.core.cases.history_mapping import Columns, Mapping, MappingError, check_columns
from linli.core.cases.history_rows import HistoryRow, RowReader
from linli.core.cases.history_writing import BatchWriter
from linli.core.cases.models import CaseEvent, CaseImport, ImportedCase
from linli.core.grids.public import city_bounds
from linli.core.platform.public import SYSTEM, Refusal, now, write
from linli.lib.tables import Table, TableError, open_table

BATCH_ROWS = 500
UNDO_BATCH_CASES = 100
SHOWN_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A row whose own flag says otherwise than our rule."""

    line: int
    reference: str
    due_at: datetime
    closed_at: datetime | None
    ours: bool | None
    theirs: bool


@dataclass
class HistoryReport:
    """What an import found and did. `agreeing`, `disagreeing`, `without_due`, `without_flag` count the rows taken."""

    rows: int = 0
    errors: list[TableError] = field(default_factory=list)
    columns: Columns | None = None
    renamed: tuple[str, ...] = ()
    agreeing: int = 0
    disagreeing: list[Disagreement] = field(default_factory=list)
    without_due: int = 0
    without_flag: list[tuple[int, str, bool | None]] = field(default_factory=list)
    late: int = 0
    ambiguous_times: int = 0
    without_position: int = 0
    without_grid: int = 0
    words_over: int = 0
    types: int = 0
    categories_made: int = 0
    types_without_limit: list[str] = field(default_factory=list)
    added: int = 0
    unchanged: int = 0
    differing: list[tuple[int, str]] = field(default_factory=list)
    import_id: int | None = None
    written: bool = False


def _quiet(rows_done: int) -> None:
    """Tells nobody."""
    del rows_done


def import_history(
    source: BinaryIO,
    mapping: Mapping,
    *,
    file_name: str,
    take_good: bool = False,
    dry_run: bool = False,
    with_catalogue: bool = False,
    on_progress: Callable[[int], None] = _quiet,
    batch_rows: int = BATCH_ROWS,
) -> HistoryReport:
    """Keeps the rows of a CSV file as cases with source `history`. `source` must be seekable; it is read twice.

    Nothing is written with `dry_run`, or when a row is bad and `take_good` is not set: `written` then is False and
    `errors` says why. A row whose reference is here already is left as it is, so a second time changes nothing; one
    that differs now is named in `differing`. `on_progress` gets the rows done after each batch. Raises MappingError,
    TableError for a file that cannot be read at all, Refusal before areas and units are set up.
    """
    table = open_table(source)
    report = HistoryReport(
        columns=check_columns(mapping, table.columns), renamed=tuple(one.name for one in table.renamed)
    )
    _area_of(mapping)
    types = _look_through(table, mapping, report)
    unknown = [] if with_catalogue else missing_types(mapping, types)
    if unknown:
        raise MappingError(
            _(
                "The catalogue %(standard)s has no category for: %(names)s. "
                "Add them, or have them made with --make-catalogue."
            )
            % {"standard": mapping.standard, "names": ", ".join(unknown[:10])},
            field="catalogue.standard",
        )
    if dry_run or (report.errors and not take_good):
        return report
    report.categories_made, report.types_without_limit = make_catalogue(SYSTEM, mapping, types)
    _write_all(source, table, mapping, report, file_name, on_progress, batch_rows)
    report.written = True
    return report


def _area_of(mapping: Mapping) -> int:
    """The area of rows that no grid holds: the mapping's, else the city."""
    root = area_tree().root()
    if root is None:
        raise Refusal(_("No areas are set up yet; import the area list first."), code="no_areas")
    if mapping.area_code and mapping.area_code not in area_tree().by_code:
        raise MappingError(_("No area in force has the code %s.") % mapping.area_code, field="fixed.area")
    if unit_tree().centre_for(root.id) is None:
        raise Refusal(
            _("No centre is set up yet that could take this report; add the city's units first."), code="no_units"
        )
    return area_tree().by_code[mapping.area_code].id if mapping.area_code else root.id


def _look_through(table: Table, mapping: Mapping, report: HistoryReport) -> Types:
    """The first reading: errors, types, and how the old system's flag and our rule agree."""
    types = Types()
    reader = RowReader(mapping, now(), mapping.bounds or city_bounds())
    for row in reader.rows(table):
        report.rows += 1
        if isinstance(row, TableError):
            report.errors.append(row)
            continue
        types.see(row)
        _compare(row, mapping.as_of or reader.now, report)
    report.ambiguous_times = reader.ambiguous
    report.types = len(types.majors)
    if report.rows == 0:
        raise TableError(2, None, "", _("The file has a header and no rows; give one with rows."))
    return types


def _compare(row: HistoryRow, as_of: datetime, report: HistoryReport) -> None:
    ours = closed_in_time(row.due_at, row.closed_at, as_of)
    report.late += ours is False
    if row.due_at is None:
        report.without_due += 1
    elif row.flag is None:
        report.without_flag.append((row.line, row.reference, ours))
    elif ours is row.flag or (ours is None and row.flag):
        # An open case that is not late yet has no answer with us; the old system calls it in time.
        report.agreeing += 1
    else:
        report.disagreeing.append(Disagreement(row.line, row.reference, row.due_at, row.closed_at, ours, row.flag))


def _write_all(
    source: BinaryIO,
    table: Table,
    mapping: Mapping,
    report: HistoryReport,
    file_name: str,
    on_progress: Callable[[int], None],
    batch_rows: int,
) -> None:
    """The second reading, in batches."""
    source.seek(0)
    file_sha256 = hashlib.sha256()
    for chunk in iter(lambda: source.read(1 << 20), b""):
        file_sha256.update(chunk)
    writer = BatchWriter(
        mapping, _area_of(mapping), categories_by_name(mapping), file_name[:200], file_sha256.hexdigest()
    )
    reader = RowReader(mapping, now(), mapping.bounds or city_bounds())
    done = 0
    for batch in _batches(reader.rows(table), batch_rows):
        writer.keep([row for row in batch if isinstance(row, HistoryRow)])
        done += len(batch)
        on_progress(done)
    writer.finish()
    report.added, report.unchanged, report.differing = writer.added, writer.unchanged, writer.differing
    report.without_position, report.without_grid = writer.without_position, writer.without_grid
    report.words_over, report.import_id = writer.words_over, writer.import_id


def _batches(rows: Iterator[HistoryRow | TableError], batch_rows: int) -> Iterator[list[HistoryRow | TableError]]:
    while batch := list(islice(rows, batch_rows)):
        yield batch


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking an import back did."""

    cases: int
    already: int


def take_back_import(
    import_id: int, *, also_worked_on: bool = False, on_progress: Callable[[int], None] = _quiet
) -> TakenBack:
    """Takes an import back whole: its cases become void with an entry in their timeline; nothing is deleted.

    Their references are free again, so that a mended file can be imported. Refused when people have acted on some of
    the cases since, unless `also_worked_on`. Works in batches; broken off, it is called again and goes on. Calling it
    twice changes nothing the second time. Categories that the import made stay.
    """
    found = CaseImport.objects.filter(id=import_id).first()
    if found is None:
        raise Refusal(_("There is no import %s.") % import_id, code="not_found")
    rows = ImportedCase.objects.filter(case_import=found, taken_back_at__isnull=True)
    if not also_worked_on:
        _refuse_worked_on(rows.values_list("case_id", flat=True))
    already = ImportedCase.objects.filter(case_import=found, taken_back_at__isnull=False).count()
    done = 0
    while batch := list(rows.order_by("id").values_list("id", "case_id")[:UNDO_BATCH_CASES]):
        with write(SYSTEM) as work:
            for _id, case_id in batch:
                _take_back_case(case_id)
            ImportedCase.objects.filter(id__in=[id_ for id_, _case in batch]).update(taken_back_at=work.now)
        done += len(batch)
        on_progress(done)
    if found.taken_back_at is None:
        with write(SYSTEM) as work:
            CaseImport.objects.filter(id=found.id).update(taken_back_at=work.now)
            work.audit("city", "cases.import_undo", "case_import", found.id, {"cases": done + already})
    return TakenBack(done, already)


def _take_back_case(case_id: int) -> None:
    from linli.core.cases.models import Case

    if not Case.objects.filter(id=case_id, state="void").exists():
        act(SYSTEM, case_id, "take_back", Given(), uuid=uuid4())


def _refuse_worked_on(case_ids: object) -> None:
    touched = CaseEvent.objects.filter(case_id__in=case_ids).exclude(actor_kind="system")  # type: ignore[misc]
    worked_on = list(touched.order_by("case_id").values_list("case_id", flat=True).distinct()[:SHOWN_ROWS])
    if worked_on:
        raise Refusal(
            _(
                "People have acted on %(count)s of these cases since (%(cases)s); say that they are to be taken back too."
            )
            % {"count": len(worked_on), "cases": ", ".join(map(str, worked_on[:10]))},
            code="worked_on",
        )
