"""What a ledger brings in from files: a row is a record by its code, its values are said with the source "from a file".

The engine (linli/core/exchange) reads, judges and counts. A record that is new is added, one that is there is told what the row says, by
the same rule as a person: nothing that was verified later is replaced. Taking an import back retires what it added and gives back what it
changed, unless somebody has said something since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from linli.core.areas.public import area_tree
from linli.core.grids.public import locate_main
from linli.core.ledger.adding import New, add_many
from linli.core.ledger.history import EFFECTIVE, Standing, holds, standing_before
from linli.core.ledger.keeping import Said, give_back, put, retire
from linli.core.platform.public import (
    BadCell,
    Became,
    BroughtIn,
    Import,
    ImportAsked,
    ImportColumn,
    NotAllowed,
    SealedField,
    Work,
    local_day,
    locked,
)

if TYPE_CHECKING:
    from linli.core.ledger.definition import Kept, Ledger

CODE = {"zh-hans": "编码", "en": "Code"}
AREA = {"zh-hans": "区域代码", "en": "Code of the area"}
LON, LAT = {"zh-hans": "经度", "en": "Longitude"}, {"zh-hans": "纬度", "en": "Latitude"}
AS_OF = {"zh-hans": "截至日期", "en": "As of"}


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record of a file: what it says of the fields that the file has, and as of which day."""

    code: str
    area_id: int
    values: Mapping[str, Any]
    lon: float | None
    lat: float | None
    on: date

    @property
    def key(self) -> tuple[str, str]:
        """By what the record is known: a code counts in its district."""
        return str(area_tree().scope_columns(self.area_id)["home_district"]), self.code


def import_of(ledger: Ledger) -> Import:
    """The declaration that the engine reads."""

    def row(cells: Mapping[str, Any], asked: ImportAsked) -> RecordRow:
        return _row(ledger, cells, asked)

    def keep(work: Work, rows: Sequence[RecordRow], asked: ImportAsked) -> list[Became]:
        return _keep(ledger, work, rows, asked)

    def take_back(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
        return _take_back(ledger, work, kept, asked)

    return Import(
        code=ledger.code.replace("_", "-"), titles=ledger.titles,
        explained={
            "zh-hans": "每一行是一条记录，按编码识别：没有的新增，已有的更新。后来核实过的内容不会被覆盖，而是并列等待裁定。",
            "en": "Each row is a record, known by its code: new ones are added, others updated. "
            "What was verified later is not replaced; both stand until somebody decides.",
        },
        permission=ledger.permission("change"), columns=_columns(ledger), row=row, reference=lambda one: one.code, keep=keep,
        take_back=take_back, area=lambda one: one.area_id,
    )  # fmt: skip


def _columns(ledger: Ledger) -> tuple[ImportColumn, ...]:
    placed = (
        ImportColumn(code="lon", titles=LON, kind="decimal", aliases=("x", "lng")),
        ImportColumn(code="lat", titles=LAT, kind="decimal", aliases=("y",)),
    )
    return (
        ImportColumn(code="code", titles=CODE, kind="code", required=True, most=40),
        *(_column(ledger, kept) for kept in ledger.kept if kept.form is None),
        ImportColumn(code="area", titles=AREA, kind="code", required=not ledger.is_placed),
        *(placed if ledger.is_placed else ()),
        ImportColumn(code="stated_on", titles=AS_OF, kind="day"),
    )


def _column(ledger: Ledger, kept: Kept) -> ImportColumn:
    column, titles = ledger.column(kept), _both(kept.title)
    if column.choices:
        choices = {str(value): _both(words) for value, words in column.flatchoices}
        return ImportColumn(code=kept.name, titles=titles, kind="choice", choices=choices)
    kinds: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
        (models.BooleanField, "yes"), (models.DateField, "day"), (models.DecimalField, "decimal"), (models.IntegerField, "whole"),
    )  # fmt: skip
    kind: Any = next((kind for of, kind in kinds if isinstance(column, of)), "text")
    most = 20 if kept.mask == "phone" else 200 if isinstance(column, SealedField) else column.max_length or 2000
    return ImportColumn(code=kept.name, titles=titles, kind=kind, most=most)


def _both(words: Any) -> dict[str, str]:
    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            said[language] = str(words)
    return said


def _row(ledger: Ledger, cells: Mapping[str, Any], asked: ImportAsked) -> RecordRow:
    lon, lat, on = cells.get("lon"), cells.get("lat"), cells.get("stated_on") or local_day(asked.now)
    if on > local_day(asked.now):
        raise BadCell("stated_on", _("This day has not come yet."))
    if (lon is None) != (lat is None) or (lon is not None and not (abs(lon) <= 180 and abs(lat or 0) <= 85)):
        raise BadCell("lon", _("Give longitude and latitude in degrees, both or none."))
    values = {kept.name: cells[kept.name] for kept in ledger.kept if cells.get(kept.name) is not None}
    for kept in ledger.kept:
        value = values.get(kept.name)
        if isinstance(value, Decimal) and not _fits(ledger.column(kept), value):
            raise BadCell(kept.name, _("This number does not fit; look at its digits."))
        if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= 32_767:
            raise BadCell(kept.name, _("This number does not fit; look at its digits."))
    return RecordRow(
        cells["code"], _area(cells.get("area"), lon, lat), values, None if lon is None else float(lon),
        None if lat is None else float(lat), on,
    )  # fmt: skip


def _fits(column: Any, value: Decimal) -> bool:
    places = column.decimal_places or 0
    return value >= 0 and value == round(value, places) and value < Decimal(10) ** (column.max_digits - places)


def _area(code: str | None, lon: Decimal | None, lat: Decimal | None) -> int:
    if code:
        node = area_tree().by_code.get(code)
        if node is None:
            raise BadCell("area", _("There is no area with this code."))
        return node.id
    grid = locate_main(float(lon), float(lat))[0] if lon is not None and lat is not None else None
    if grid is None:
        raise BadCell("area", _("Say in which area it lies, or give a point that lies in a grid."))
    return grid.area_id


def _keep(ledger: Ledger, work: Work, rows: Sequence[RecordRow], asked: ImportAsked) -> list[Became]:
    there = _there(ledger, rows, asked)
    held = holds(ledger, [one.id for one in there.values()]) if there else {}
    became: dict[str, Became] = {}
    fresh: dict[date, list[RecordRow]] = {}
    for row in rows:
        record = there.get(row.key)
        if record is None:
            fresh.setdefault(row.on, []).append(row)
            continue
        # Two codes of a file may have become one record: what the first said counts for the second.
        became[row.code] = _told(ledger, work, record, row, held.pop(record.id, None), asked)
    for on, some in sorted(fresh.items()):
        news = [New(row.area_id, row.values, row.code, row.lon, row.lat) for row in some]
        made = add_many(work.actor, ledger, news, Said("import", on, batch_id=asked.import_id or None))
        became |= {one.code: Became(one.id, "added") for one in made}
    return [became[row.code] for row in rows]


def _there(ledger: Ledger, rows: Sequence[RecordRow], asked: ImportAsked) -> dict[tuple[str, str], Any]:
    """The records that are there under these codes in these districts, locked; of one that was merged the one that it goes on as.

    Raises NotAllowed for one in an area that is not the person's: the row names an area of theirs, the record lies in another.
    """
    wanted, model = {row.key for row in rows}, ledger.model._default_manager
    found = locked(model.filter(code__in=[row.code for row in rows]).order_by("id"))
    there = {(one.home_district, one.code): one for one in found if (one.home_district, one.code) in wanted}
    into = {one.merged_into_id for one in there.values()} - {None}
    known = {one.id: one for one in there.values()}
    known |= {one.id: one for one in locked(model.filter(id__in=into - known.keys()).order_by("id"))}
    there = {key: known.get(one.merged_into_id, one) for key, one in there.items()}
    for one in there.values():
        if not asked.may(ledger.permission("change"), one.area_id):
            raise NotAllowed(
                _("The record %s lies in an area that is not yours; take its row out of the file.") % one.code
            )
    return there


def _told(
    ledger: Ledger, work: Work, record: Any, row: RecordRow, held: Mapping[str, Standing] | None, asked: ImportAsked
) -> Became:
    """Tells a record that is there what the row says; one that was retired is in use again."""
    before = record.seq
    if record.retired_at is not None:
        retire(work.actor, ledger, record.id, back=True)
        record.refresh_from_db()
    done = put(ledger, work, record, row.values, Said("import", row.on, batch_id=asked.import_id or None), held=held)
    changed = bool(done.taken or done.beside) or record.seq != before
    return Became(record.id, "changed" if changed else "here", str(before))


def _take_back(ledger: Ledger, work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    why: dict[int, str] = {}
    ids = [one.subject_id for one in kept]
    records = {one.id: one for one in locked(ledger.model._default_manager.filter(id__in=ids).order_by("id"))}
    held = holds(ledger, ids)
    for one in kept:
        record = records[one.subject_id]
        if not asked.may(ledger.permission("change"), record.area_id):
            why[record.id] = _("It lies in an area that is not yours.")
        elif record.merged_into_id is not None:
            why[record.id] = _("It was merged into another one since.")
        elif one.what == "added":
            if record.seq > 1 and not asked.also_worked_on:
                why[record.id] = _("Somebody has said something about it since.")
            else:
                retire(work.actor, ledger, record.id)
        elif not _give_back(ledger, work, record, held.get(record.id, {}), asked):
            why[record.id] = _("Somebody has said something about it since.")
        elif record.retired_at is None and _took_up_again(ledger, record.id, int(one.before or 0) + 1):
            retire(work.actor, ledger, record.id)
    return why


def _took_up_again(ledger: Ledger, record_id: int, seq: int) -> bool:
    """Whether the import has taken the record up again, by the first thing that it did to it."""
    rows = ledger.values._default_manager.filter(ledger=ledger.code, record_id=record_id, seq=seq, act="restore")
    return bool(rows.exists())


def _give_back(
    ledger: Ledger, work: Work, record: Any, held: Mapping[str, Standing], asked: ImportAsked
) -> bool:  # fmt: skip
    """Gives back the values of the fields that the import has set; False where somebody has said another since."""
    rows = ledger.values._default_manager.filter(ledger=ledger.code, record_id=record.id)
    mine = rows.filter(batch_id=asked.import_id, state__in=(*EFFECTIVE, "disputed"))
    seqs = dict(mine.order_by("-seq").values_list("field", "seq"))  # the first thing that it said of each field
    still = [name for name in seqs if name in held and _is_mine(held[name], asked.import_id)]
    if len(still) < len(seqs) and not asked.also_worked_on:
        return False
    if still:
        earlier = standing_before(ledger, record.id, {name: seqs[name] for name in still})
        give_back(ledger, work, record, held, earlier, act="undo")
    return True


def _is_mine(standing: Standing, import_id: int) -> bool:
    """Whether the newest of what stands there is what the import has said."""
    newest = standing.beside[-1] if standing.beside else standing.row
    return newest is not None and newest.batch_id == import_id
