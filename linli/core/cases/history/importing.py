"""Brings in the history of an old system through linli/core/exchange: what its rows are, what becomes of them, how they are taken back.

mapping.py and rows.py are the door, categories.py makes the categories, writing.py inserts the rows of a batch.
docs/imports.md says what is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.cases.history.categories import Types, categories_by_name, make_catalogue, missing_types
from linli.core.cases.history.mapping import Columns, MappingError, check_columns, parse_mapping
from linli.core.cases.history.mapping import Mapping as HistoryMapping
from linli.core.cases.history.rows import HistoryRow, RowReader
from linli.core.cases.history.writing import HistoryRows
from linli.core.cases.loop.act import act
from linli.core.cases.loop.given import Given
from linli.core.cases.models import Case, CaseEvent
from linli.core.cases.reading.units import desk_for
from linli.core.catalogue.public import CategoryNode
from linli.core.exchange.public import BATCH_ROWS, How, ImportedRow, Reading, TakenBack, bring_in, opened, take_back
from linli.core.exchange.public import Report as ImportReport
from linli.core.flow.public import in_time
from linli.core.grids.public import city_bounds
from linli.core.platform.public import (
    SYSTEM,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    Refusal,
    Work,
    now,
    rehearse,
)
from linli.lib.refusal import Sentence
from linli.lib.tables import Table, TableError

SHOWN_ROWS = 1000
CODE = "history"


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
class HistoryReport(ImportReport):
    """What an import found and did, or would do. `agreeing`, `disagreeing`, `without_due`, `without_flag` count the
    rows taken. `readings` says how times were read, `dropped` how many bad values of a field the mapping dropped."""

    remarks: tuple[Sentence, ...] = ()
    columns: Columns | None = None
    zone: ZoneInfo | None = None  # of the clock times of the file
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

    @property
    def without_position(self) -> int:
        """New cases without a position."""
        return self.counts["without_position"]

    @property
    def without_grid(self) -> int:
        """New cases without a grid."""
        return self.counts["without_grid"]

    @property
    def words_over(self) -> int:
        """New cases so old that their words are not kept."""
        return self.counts["words_over"]


class HistorySource:
    """The rows of an old system as a source of the engine; what it finds besides stands in `report`."""

    code, updates, together = CODE, False, False

    def __init__(self, mapping: HistoryMapping, report: HistoryReport, *, with_catalogue: bool) -> None:
        self.mapping, self.report, self.with_catalogue = mapping, report, with_catalogue
        self.namespace, self.digest = mapping.system, mapping.sha256
        self.area_id, self.types = _area_of(mapping), Types()
        self.categories: dict[str, CategoryNode] = {}
        self.reader: RowReader | None = None
        report.zone, report.has_flag = mapping.zone, "in_time" in mapping.fields

    def check(self, columns: Sequence[str]) -> None:
        """Raises MappingError for a column that is missing, or neither taken nor dropped."""
        self.report.columns = check_columns(self.mapping, columns)

    def read(self, table: Table) -> Iterator[HistoryRow | TableError]:
        """The rows, parsed by the mapping."""
        self.reader = RowReader(self.mapping, now(), self.mapping.bounds or city_bounds())
        return self.reader.rows(table)

    def see(self, row: HistoryRow) -> None:
        """Counts types, and how the old system's flag and our rule agree."""
        self.types.see(row)
        _compare(row, self.mapping.as_of or now(), self.report)

    def seen(self, *, rehearsal: bool) -> None:
        """Makes the missing categories, or refuses."""
        unknown = [] if self.with_catalogue else missing_types(self.mapping, self.types)
        if unknown:
            raise MappingError(
                _(
                    "The catalogue %(standard)s has no category for: %(names)s. "
                    "Add them, or have them made with --make-catalogue."
                )
                % {"standard": self.mapping.standard, "names": ", ".join(unknown[:10])},
                field="catalogue.standard",
            )
        report = self.report
        with rehearse(SYSTEM) if rehearsal else nullcontext():
            report.categories_made, report.types_without_limit = make_catalogue(SYSTEM, self.mapping, self.types)
            self.categories = categories_by_name(self.mapping)

    def keep(self, work: Work, rows: Sequence[HistoryRow], import_id: int) -> tuple[Sequence[Became], Counter[str]]:
        """Inserts cases with their timelines."""
        batch = HistoryRows(self.mapping, self.area_id, self.categories, work, rows, import_id)
        self.districts = [(case.id, case.home_district) for case in batch.insert()]
        return [Became(case_id) for case_id, _district in self.districts], batch.counts

    def filed_in(self, rows: Sequence[HistoryRow], became: Sequence[Became]) -> Sequence[str]:  # noqa: ARG002 - of the engine
        """The district of each case."""
        return [district for _case_id, district in self.districts]

    def first_reading_over(self) -> Iterable[TableError]:
        """Takes over what the reader has counted."""
        if self.reader is not None:
            self.report.ambiguous_times, self.report.readings = self.reader.times.ambiguous, self.reader.times.readings
            self.report.dropped = dict(self.reader.dropped)
        self.report.types = len(self.types.majors)
        return ()

    def notes(self) -> list[str]:
        """What to tell on the page of the import."""
        left_out = self.report.columns.left_out if self.report.columns else ()
        said = [_("Column %s is left out: linli keeps nothing of this kind.") % column for column in left_out]
        if self.report.categories_made:
            said.append(
                _("%s categories are made for types that the catalogue does not have.") % self.report.categories_made
            )
        return said


def history_source(document: bytes, asked: ImportAsked) -> HistorySource:
    """The source for pages and `linli import history`: categories that are missing are made."""
    del asked
    return HistorySource(parse_mapping(document), HistoryReport(), with_catalogue=True)


def import_history(
    source: BinaryIO,
    mapping: HistoryMapping,
    *,
    file_name: str,
    take_good: bool = False,
    dry_run: bool = False,
    with_catalogue: bool = False,
    on_progress: Callable[[int], None] = lambda _rows: None,
    on_error: Callable[[TableError], None] | None = None,
    batch_rows: int = BATCH_ROWS,
    sheet: str = "",
) -> HistoryReport:
    """Keeps the rows of a file, CSV or a workbook, as cases with source `history`. `source` must be seekable; it is read twice.

    What is promised stands at `bring_in`. `on_progress` gets the rows done after each batch, `on_error` every bad row. Raises
    MappingError, TableError for a file that cannot be read at all, Refusal before areas and units are set up, ImportBroken when a batch
    cannot be kept.
    """
    report = HistoryReport()
    if on_error is not None:
        report.faults.pass_on_to(on_error)

    def progress(reading: str, rows: int) -> None:
        if reading == "keep":
            on_progress(rows)

    how = How(take_good=take_good, dry_run=dry_run, on_progress=progress, batch_rows=batch_rows)
    given = opened(source, file_name, sheet=sheet)
    report.remarks = given.table.remarks
    bring_in(HistorySource(mapping, report, with_catalogue=with_catalogue), given, report, how)
    return report


def _area_of(mapping: HistoryMapping) -> int:
    """The area of rows that no grid holds: the mapping's, else the city."""
    root = area_tree().root()
    if root is None:
        raise Refusal(_("No areas are set up yet; import the area list first."), code="no_areas")
    if mapping.area_code and mapping.area_code not in area_tree().by_code:
        raise MappingError(_("No area in force has the code %s.") % mapping.area_code, field="fixed.area")
    desk_for(root.id)  # refuses before the first row is read
    return area_tree().by_code[mapping.area_code].id if mapping.area_code else root.id


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


def take_back_cases(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """Cases that an import made become void with an entry in their timeline; nothing is deleted. Those that people have acted on stay,
    unless they are meant too."""
    del work
    ids = [one.subject_id for one in kept]
    areas = Case.objects.filter(id__in=ids).values_list("id", "area_id")
    stay = {
        id_: _("It lies in an area that is not yours.")
        for id_, area_id in areas
        if not asked.may("case.import", area_id)
    }
    touched = set() if asked.also_worked_on else set(_worked_on(ids))
    stay |= dict.fromkeys(touched - stay.keys(), _("People have acted on this case since."))
    void = set(Case.objects.filter(id__in=ids, state="void").values_list("id", flat=True))
    for case_id in ids:
        if case_id not in stay and case_id not in void:
            act(SYSTEM, case_id, "take_back", Given(), uuid=uuid4())
    return stay


def _worked_on(case_ids: object) -> list[int]:
    touched = CaseEvent.objects.filter(case_id__in=case_ids).exclude(actor_kind="system")  # type: ignore[misc]
    return list(touched.order_by("case_id").values_list("case_id", flat=True).distinct())


HISTORY = Import(
    code=CODE,
    titles={"zh-hans": "旧系统的案卷", "en": "Cases of an old system"},
    explained={
        "zh-hans": "把旧系统的历史案卷连同办理过程导入。需要一个对照文件，说明旧系统的列和用词。",
        "en": "Brings in the cases of an old system with their timelines, by a mapping file that says what its columns and words mean.",
    },
    permission="case.import",
    source=history_source,
    take_back=take_back_cases,
)


def take_back_import(
    import_id: int, *, also_worked_on: bool = False, on_progress: Callable[[int], None] = lambda _rows: None
) -> TakenBack:
    """Takes an import of history back whole (`take_back`). Refused when people have acted on some of the cases since, unless
    `also_worked_on`."""
    rows = ImportedRow.objects.filter(run_id=import_id, run__code=CODE, ended_at__isnull=True)
    worked_on = [] if also_worked_on else _worked_on(rows.values("subject_id"))[:SHOWN_ROWS]
    if worked_on:
        raise Refusal(
            _(
                "People have acted on %(count)s of these cases since (%(cases)s); say that they are to be taken back too."
            )
            % {"count": len(worked_on), "cases": ", ".join(map(str, worked_on[:10]))},
            code="worked_on",
        )
    return take_back(import_id, also_worked_on=also_worked_on, on_progress=on_progress)
