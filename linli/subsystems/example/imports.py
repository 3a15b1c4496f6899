"""What the example brings in from a file: benches that were seen broken, as somebody has written them down in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _

from linli.core.grids.public import locate_main
from linli.core.platform.public import BadCell, Became, BroughtIn, Import, ImportAsked, ImportColumn, Work
from linli.subsystems.example.models import BenchNote
from linli.subsystems.example.services import note_bench


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One bench of the file, in the area whose grid holds it."""

    code: str
    place: str
    lon: float
    lat: float
    area_id: int


def bench_row(cells: Mapping[str, Any], asked: ImportAsked) -> BenchRow:
    """A bench out of the cells of a row. Raises BadCell for a point that no grid holds."""
    del asked
    lon, lat = cells["lon"], cells["lat"]
    on_earth = abs(lon) <= Decimal(180) and abs(lat) <= Decimal(90)
    grid, _version = locate_main(float(lon), float(lat)) if on_earth else (None, None)
    if grid is None:
        raise BadCell("lon", _("No grid holds this point; mend longitude and latitude."))
    return BenchRow(cells["code"], cells["place"], float(lon), float(lat), grid.area_id)


def keep_benches(work: Work, rows: Sequence[BenchRow], asked: ImportAsked) -> list[Became]:
    """A note for each, and its case."""
    notes = [
        note_bench(
            work.actor, uuid=uuid5(NAMESPACE_URL, f"{asked.import_id}:{row.code}"), place=row.place, lon=row.lon, lat=row.lat
        )
        for row in rows
    ]  # fmt: skip
    return [Became(note.id) for note in notes]


def take_back_benches(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[int, str]:
    """The notes go; what has a photo by now stays."""
    del work, asked
    notes = BenchNote.objects.filter(id__in=[one.subject_id for one in kept])
    stay = list(notes.filter(photo_id__isnull=False).values_list("id", flat=True))
    notes.exclude(id__in=stay).delete()
    return dict.fromkeys(stay, _("Somebody has added a photo since."))


BENCHES = Import(
    code="benches",
    titles={"zh-hans": "长椅", "en": "Benches"},
    explained={
        "zh-hans": "每一行是一张损坏的长椅，导入后成为长椅记录和案卷。",
        "en": "Each row is a broken bench; it becomes a note and a case.",
    },
    permission="example.view",
    columns=(
        ImportColumn(
            code="code", titles={"zh-hans": "长椅编号", "en": "Number"}, kind="code", required=True, aliases=("编号",), example="B-0001"
        ),
        ImportColumn(code="place", titles={"zh-hans": "位置", "en": "Place"}, required=True, most=80, example="河边第三张长椅"),
        ImportColumn(
            code="lon", titles={"zh-hans": "经度", "en": "Longitude"}, kind="decimal", required=True, aliases=("x", "lng"), example="115.005"
        ),
        ImportColumn(code="lat", titles={"zh-hans": "纬度", "en": "Latitude"}, kind="decimal", required=True, aliases=("y",), example="30.005"),
    ),
    row=bench_row,
    reference=lambda row: row.code,
    keep=keep_benches,
    take_back=take_back_benches,
    area=lambda row: row.area_id,
    updates=False,  # a note says what was seen that day
)  # fmt: skip
