"""Brings in a file. It is read twice: first all of it is parsed, and nothing is kept when a row is bad (unless the good ones are wanted);
then it is kept in batches, each in one transaction with its audit records.

So a process that dies leaves whole batches, and the same import goes on where it ended. A dry run does all of it but the commit. What a row
is says its source; batches.py keeps the rows of one transaction, taking_back.py undoes an import. docs/imports.md says what is promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from django.db import InterfaceError, OperationalError
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linli.core.exchange.batches import BatchKeeper, File, Kept, unfinished_runs
from linli.core.exchange.folder import sha256_of
from linli.core.exchange.source import Source
from linli.core.exchange.told import Faults, cause_of
from linli.core.platform.public import SYSTEM, Actor, Import, Refusal, sentences
from linli.lib.tables import Table, TableError, open_table

BATCH_ROWS = 500


class ImportBroken(Refusal):
    """An import stopped between two batches: `kept` rows of the import `import_id` stay, None where there are none."""

    code = "import_broken"
    import_id: int | None = None
    kept = 0


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An import that was broken off, and how many rows it has kept."""

    import_id: int
    file_name: str
    kept: int


@dataclass
class Report(Kept):
    """What an import found and did, or would do. `goes_on` is what the same import had kept before it was broken off; `left_open` are
    others of the same kind and namespace that were. `good` are the rows that could be read."""

    rows: int = 0
    faults: Faults = field(default_factory=Faults)
    goes_on: Unfinished | None = None
    left_open: list[Unfinished] = field(default_factory=list)
    import_id: int | None = None
    written: bool = False

    @property
    def errors(self) -> list[TableError]:
        """The first thousand rows that cannot be taken."""
        return self.faults.first


@dataclass(frozen=True)
class How:
    """How a file is brought in. `on_progress` gets the reading ("check" or "keep") and the rows done after each batch; an exception
    that it raises ends the run between two batches. `import_id` is that of a run from the pages."""

    take_good: bool = False
    dry_run: bool = False
    actor: Actor = SYSTEM
    import_id: int | None = None
    on_progress: Callable[[str, int], None] = lambda _reading, _rows: None
    batch_rows: int = BATCH_ROWS


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened: as a table, or for a source that reads it by itself as an empty one."""

    table: Table
    file: File


def opened(content: BinaryIO, file_name: str, *, sheet: str = "") -> Opened:
    """Opens a seekable file as a table, CSV or a workbook (`open_table`). Raises TableError for one that is none."""
    sha256 = sha256_of(content)
    return Opened(open_table(content, sheet=sheet), File(file_name, sha256))


def bring_in(source: Source, given: Opened, report: Report, how: How) -> None:
    """Reads and keeps the rows of a file, and writes what it found into `report`. The table is read twice.

    Nothing is kept when a row is bad and `take_good` is not set: `report.written` then is False and its faults say why. With `dry_run`
    everything is done and rolled back, so that a row that could not be kept is found before. What is here already is left as it is, so a second
    time changes nothing. Raises TableError for a file without rows or with a quotation mark that is never closed, what the source raises,
    ImportBroken when a batch cannot be kept.
    """
    table = given.table
    source.check(table.columns)
    _look_through(table, source, report, how)
    for fault in source.first_reading_over():
        report.faults.add(fault)
    if report.faults.count and not (how.take_good or how.dry_run):
        return
    source.seen(rehearsal=how.dry_run)
    keeper = BatchKeeper(source, given.file, how.actor, rehearsal=how.dry_run, import_id=how.import_id)
    for one in unfinished(source.code, source.namespace):
        if one.import_id == keeper.import_id:
            report.goes_on = one if one.kept else None
        else:
            report.left_open.append(one)
    _keep_all(table, keeper, report, how)
    report.written = not how.dry_run


def _look_through(table: Table, source: Source, report: Report, how: How) -> None:
    """The first reading: what is wrong, and what the source wants to know of the good rows."""
    for row in source.read(table):
        report.rows += 1
        if isinstance(row, TableError):
            report.faults.add(row)
        else:
            source.see(row)
        if report.rows % BATCH_ROWS == 0:
            how.on_progress("check", report.rows)
    if report.rows == 0:
        raise TableError(2, None, "", _("The file has a header and no rows; give one with rows."))


def unfinished(code: str, namespace: str = "") -> list[Unfinished]:
    """The imports of a kind and namespace that were broken off, or are under way in another process."""
    rows = (
        unfinished_runs(code)
        .filter(namespace=namespace)
        .annotate(kept=Count("imported", filter=Q(imported__ended_at__isnull=True)))
    )
    return [Unfinished(*one) for one in rows.values_list("id", "file_name", "kept")]


def _keep_all(table: Table, keeper: BatchKeeper, report: Report, how: How) -> None:
    """The second reading, in batches."""
    done = 0
    batch_rows = Import.most_together + 1 if keeper.source.together else how.batch_rows
    for batch in _batches(keeper.source.read(table), batch_rows):
        good = [row for row in batch if not isinstance(row, TableError)]
        if good:
            _keep_batch(keeper, good, report, take_good=how.take_good)
        done += len(batch)
        how.on_progress("keep", done)
    keeper.finish(report.added)
    report.import_id = keeper.import_id


def _keep_batch(keeper: BatchKeeper, rows: list[Any], report: Report, *, take_good: bool) -> None:
    """Keeps a batch. When that fails its rows are tried one by one: a dry run names those to blame, an import that takes
    the good ones goes on without them, any other is broken off with a sentence."""
    try:
        report.count(keeper.keep(rows))
    except Exception as error:
        in_trouble = isinstance(error, OperationalError | InterfaceError)  # the database is; no row is to blame
        faults = [] if in_trouble else list(keeper.unkeepable(rows))
        if in_trouble or not (keeper.rehearsal or (take_good and 0 < len(faults) < len(rows))):
            raise _broken(keeper, report, faults[0][0] if faults else rows[0], error) from error
        for row, why in faults or [(rows[0], error)]:
            report.faults.add(
                TableError(row.line, None, row.reference, _("This row cannot be kept (%s).") % cause_of(why))
            )
        to_blame = {row.line for row, _why in faults}
        good = [row for row in rows if row.line not in to_blame]
        if faults and good:
            _keep_batch(keeper, good, report, take_good=False)


def _broken(keeper: BatchKeeper, report: Report, row: Any, error: Exception) -> ImportBroken:
    """What an import that stops has kept, and what can be done now."""
    said = [
        _("Line %(line)s, %(reference)s: this line and those kept together with it cannot be kept (%(cause)s).")
        % {"line": row.line, "reference": row.reference, "cause": cause_of(error)}
    ]
    kept = report.added + report.changed + (report.goes_on.kept if report.goes_on else 0)
    begun = bool(kept and keeper.import_id and not keeper.rehearsal)
    if begun:
        said.append(
            _(
                "Import %(id)s is broken off with %(count)s rows; it can go on, also without such rows, or be taken back."
            )
            % {"id": keeper.import_id, "count": kept}
        )
    else:
        said.append(_("No row was kept."))
    broken = ImportBroken(sentences(said))
    broken.import_id, broken.kept = (keeper.import_id, kept) if begun else (None, 0)
    return broken


def _batches(rows: Iterator[Any], batch_rows: int) -> Iterator[list[Any]]:
    while batch := list(islice(rows, batch_rows)):
        yield batch
