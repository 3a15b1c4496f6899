"""Imports the history of an old system, and takes an import back whole.

A file is read twice: first all of it is parsed, and nothing is written when a row is bad (unless the good ones are
wanted); then it is kept in batches, each in one transaction with its audit records. So a process that dies leaves whole
batches, and the same command goes on where it ended. A dry run does all of it but the commit. mapping.py and
rows.py are the door, categories.py makes the categories, writing.py the rows of a batch.
docs/imports.md says what is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import InterfaceError, OperationalError
from django.db.models import Count
from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.cases.history.categories import Types, categories_by_name, make_catalogue, missing_types
from linli.core.cases.history.mapping import Columns, Mapping, MappingError, check_columns
from linli.core.cases.history.rows import HistoryRow, RowReader
from linli.core.cases.history.times import Reading
from linli.core.cases.history.writing import BatchWriter, Kept
from linli.core.cases.loop.act import act
from linli.core.cases.loop.given import Given
from linli.core.cases.models import CaseEvent, CaseImport, ImportedCase
from linli.core.cases.reading.units import desk_for
from linli.core.flow.public import in_time
from linli.core.grids.public import city_bounds
from linli.core.platform.public import SYSTEM, Refusal, now, rehearse, write
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


class ImportBroken(Refusal):
    """An import stopped between two batches: what it has kept stays and is named, with what can be done."""

    code = "import_broken"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import that was broken off, and how many cases it has kept."""

    import_id: int
    file_name: str
    cases: int


@dataclass
class HistoryReport(Kept):
    """What an import found and did, or would do. `agreeing`, `disagreeing`, `without_due`, `without_flag` count the
    rows taken. `goes_on` is what the same import had kept before it was broken off; `left_open` are other imports of
    the same system that were. `readings` says how times were read, `dropped` how many bad values of a field the mapping
    dropped."""

    rows: int = 0
    errors: list[TableError] = field(default_factory=list)
    columns: Columns | None = None
    zone: ZoneInfo | None = None  # of the clock times of the file
    renamed: tuple[str, ...] = ()
    agreeing: int = 0
    disagreeing: list[Disagreement] = field(default_factory=list)
    without_due: int = 0
    has_flag: bool = False
    without_flag: list[tuple[int, str, bool | None]] = field(default_factory=list)
    late: int = 0
    ambiguous_times: int = 0
    readings: dict[str, Reading] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    types: int = 0
    categories_made: int = 0
    types_without_limit: list[str] = field(default_factory=list)
    goes_on: Unfinished | None = None
    left_open: list[Unfinished] = field(default_factory=list)
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

    Nothing is written when a row is bad and `take_good` is not set: `written` then is False and `errors` says why. With
    `dry_run` everything is done and rolled back, so that a row that could not be kept is found before. A row whose
    reference is here already is left as it is, so a second time changes nothing; one that differs now is named in
    `differing`. `on_progress` gets the rows done after each batch. Raises MappingError, TableError for a file that
    cannot be read at all, Refusal before areas and units are set up, ImportBroken when a batch cannot be kept.
    """
    table = open_table(source)
    report = HistoryReport(
        columns=check_columns(mapping, table.columns),
        renamed=tuple(one.name for one in table.renamed),
        has_flag="in_time" in mapping.fields,
        zone=mapping.zone,
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
    if report.errors and not (take_good or dry_run):
        return report
    with rehearse(SYSTEM) if dry_run else nullcontext():
        report.categories_made, report.types_without_limit = make_catalogue(SYSTEM, mapping, types)
        categories = categories_by_name(mapping)
    writer = BatchWriter(mapping, _area_of(mapping), categories, file_name[:200], _sha256(source), rehearsal=dry_run)
    for one in unfinished_imports(mapping.system):
        if one.import_id == writer.import_id:
            report.goes_on = one
        else:
            report.left_open.append(one)
    _write_all(table, writer, report, on_progress, batch_rows, take_good=take_good)
    report.written = not dry_run
    return report


def _area_of(mapping: Mapping) -> int:
    """The area of rows that no grid holds: the mapping's, else the city."""
    root = area_tree().root()
    if root is None:
        raise Refusal(_("No areas are set up yet; import the area list first."), code="no_areas")
    if mapping.area_code and mapping.area_code not in area_tree().by_code:
        raise MappingError(_("No area in force has the code %s.") % mapping.area_code, field="fixed.area")
    desk_for(root.id)  # refuses before the first row is read
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
    report.ambiguous_times, report.readings = reader.times.ambiguous, reader.times.readings
    report.dropped = dict(reader.dropped)
    report.types = len(types.majors)
    if report.rows == 0:
        raise TableError(2, None, "", _("The file has a header and no rows; give one with rows."))
    return types


def _compare(row: HistoryRow, as_of: datetime, report: HistoryReport) -> None:
    ours = in_time(row.due_at, row.closed_at, as_of)
    report.late += ours is False
    if row.due_at is None:
        report.without_due += 1
    elif not report.has_flag:
        return
    elif row.flag is None:
        report.without_flag.append((row.line, row.reference, ours))
    elif ours is row.flag or (ours is None and row.flag):
        # An open case that is not late yet has no answer with us; the old system calls it in time.
        report.agreeing += 1
    else:
        report.disagreeing.append(Disagreement(row.line, row.reference, row.due_at, row.closed_at, ours, row.flag))


def unfinished_imports(system: str) -> list[Unfinished]:
    """The imports of a system that were broken off, or are under way in another process."""
    rows = CaseImport.objects.filter(system=system, finished_at__isnull=True, taken_back_at__isnull=True)
    counted = rows.annotate(kept=Count("cases")).order_by("id").values_list("id", "file_name", "kept")
    return [Unfinished(*one) for one in counted]


def _sha256(source: BinaryIO) -> str:
    source.seek(0)
    digest = hashlib.sha256()
    for chunk in iter(lambda: source.read(1 << 20), b""):
        digest.update(chunk)
    return digest.hexdigest()


def _write_all(
    table: Table,
    writer: BatchWriter,
    report: HistoryReport,
    on_progress: Callable[[int], None],
    batch_rows: int,
    *,
    take_good: bool,
) -> None:
    """The second reading, in batches."""
    reader = RowReader(writer.mapping, now(), writer.mapping.bounds or city_bounds())
    done = 0
    for batch in _batches(reader.rows(table), batch_rows):
        _keep_batch(writer, [row for row in batch if isinstance(row, HistoryRow)], report, take_good=take_good)
        done += len(batch)
        on_progress(done)
    writer.finish(report.added)
    report.import_id = writer.import_id


def _keep_batch(writer: BatchWriter, rows: list[HistoryRow], report: HistoryReport, *, take_good: bool) -> None:
    """Keeps a batch. When that fails its rows are tried one by one: a dry run names those to blame, an import that takes
    the good ones goes on without them, any other is broken off with a sentence."""
    try:
        report.count(writer.keep(rows))
    except Exception as error:
        in_trouble = isinstance(error, OperationalError | InterfaceError)  # the database is; no row is to blame
        faults = [] if in_trouble else list(writer.unkeepable(rows))
        if in_trouble or not (writer.rehearsal or (take_good and 0 < len(faults) < len(rows))):
            raise _broken(writer, report, faults[0][0] if faults else rows[0], error) from error
        report.errors += [_fault(row, why) for row, why in faults] or [_fault(rows[0], error)]
        to_blame = {row.line for row, _why in faults}
        good = [row for row in rows if row.line not in to_blame]
        if faults and good:
            _keep_batch(writer, good, report, take_good=False)


def _cause(error: Exception) -> str:
    return error.sentence if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"[:200]


def _fault(row: HistoryRow, error: Exception) -> TableError:
    return TableError(row.line, None, row.reference, _("This row cannot be kept (%s).") % _cause(error))


def _broken(writer: BatchWriter, report: HistoryReport, row: HistoryRow, error: Exception) -> ImportBroken:
    """What an import that stops has kept, and what can be done now."""
    said = [
        _("Line %(line)s, %(reference)s: this line and those kept together with it cannot be kept (%(cause)s).")
        % {"line": row.line, "reference": row.reference, "cause": _cause(error)}
    ]
    if writer.rehearsal or not writer.import_id:
        said.append(_("No case was kept."))
    else:
        said.append(
            _(
                "Import %(id)s is broken off with %(count)s cases. The same command goes on with it, with --take-good also "
                "without rows that cannot be kept; `linli cases import-undo %(id)s` takes it back."
            )
            % {"id": writer.import_id, "count": report.added + (report.goes_on.cases if report.goes_on else 0)}
        )
    return ImportBroken(" ".join(said))


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
