"""The door for grid files: any file of places in, parsed rows or named faults out; and for the day from which they are in force.

Nothing is written here; services.py publishes. What the numbers of a file mean and where they lie is judged in ground.py, what lies
wrong among the grids in faults.py.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.ground_faults import Fault as GroundFault
from linli.algorithms.ground_faults import faults_of, mended
from linli.core.areas.public import area_tree
from linli.core.grids.faults import GridRowError, error_of, remark_of
from linli.core.grids.ground import Frame, Told, WrongPlace, check_place, parse_frame, tell_place
from linli.core.grids.meaning import in_words as meaning_words
from linli.core.grids.meaning import proposal
from linli.core.grids.models import GridKind
from linli.core.grids.parents import outlines_of
from linli.core.grids.rows import GridRow
from linli.core.platform.public import BadInput, day_start, in_words, local_today
from linli.lib.geo.files import NoPlaces, mended_words, read_places
from linli.lib.geo.layer import Layer
from linli.lib.spreadsheets import what_happened_to_code, what_is_unseen

CODE_MAX, NAME_MAX = 40, 120
# What offices call the columns. Those of a Shapefile have at most ten letters.
GRID_HEADINGS = {
    heading: column
    for column, headings in {
        "code": "code 代码 编码 编号 网格编码 网格代码 网格编号 bgcode wgbm wgdm 单元网格编码", "name": "name 名称 网格名称 wgmc bgname",
        "name_en": "name_en 英文名 英文名称",
        "area": "area 社区 社区代码 社区编码 所属社区 所属社区代码 所属社区编码 区划代码 sqdm sqbm area_code", "kind": "kind 类型 网格类型 wglx",
        "purpose": "purpose 用途 网格用途", "households": "households 户数 居民户数 hs", "people": "people 人口 人口数 常住人口 rks",
    }.items()
    for heading in headings.split()
}  # fmt: skip
GRID_COLUMNS = ("code", "name", "area", "kind", "purpose", "name_en", "households", "people")
_KIND_WORDS = {"综合": "comprehensive", "综合网格": "comprehensive", "专属": "dedicated", "专属网格": "dedicated", "待开发": "undeveloped",
               "待开发网格": "undeveloped"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """How a file is to be read: which heading is which column ({} = as guessed), what its numbers are ("" = what it says), whether north
    comes first, whether what is safe is mended, and the area of all grids where the file names none."""

    columns: Mapping[str, str] = field(default_factory=dict)
    coordinates: str = ""
    swapped: bool = False
    mend: bool = False
    area: str = ""


@dataclass(frozen=True)
class GridFile:
    """A file that was read: the grids that can be taken, what is wrong (nothing of the file is taken while there is any), what somebody
    should look at, what was put right (codes, and how far a border moved at most), and which columns it has."""

    rows: list[GridRow]
    errors: list[GridRowError]
    remarks: list[GridRowError] = field(default_factory=list)
    mended: tuple[str, ...] = ()
    moved_m: float = 0.0
    total: int = 0
    columns: tuple[str, ...] = ()


class _Bad(Exception):
    def __init__(self, column: str, value: object, mend: str) -> None:
        self.column, self.value, self.mend = column, str(value), mend


def parse_beginning(text: str) -> datetime | None:
    """The instant at which a set of grids begins: midnight of a day such as 2027-01-01, None (at once) for today or "".

    Raises BadInput for what is no day, and for one that is over.
    """
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(_("“%s” is no day; give one such as 2027-01-01.") % text[:40], field="valid_from") from None
    today = local_today()
    if day < today:
        raise BadInput(_("%s is over; grids change today or later.") % day.isoformat(), field="valid_from")
    return None if day == today else day_start(day)


def _quiet(sentence: str) -> None:
    """Tells nobody."""
    del sentence


def guessed_columns(headings: Sequence[str]) -> dict[str, str]:
    """Which heading of a file is which column, by what offices call them."""
    found: dict[str, str] = {}
    for heading in headings:
        column = GRID_HEADINGS.get(heading.strip()) or GRID_HEADINGS.get(heading.strip().lower())
        if column is not None:
            found.setdefault(column, heading)
    return found


def parse_grid_file(
    content: bytes, *, coordinates: str = "", told: Told = _quiet
) -> tuple[list[GridRow], list[GridRowError]]:
    """The grids of a file of places, by its own headings, and what is wrong with it; `told` gets a sentence on what was done."""
    try:
        layer = read_places(io.BytesIO(content))
    except NoPlaces as refused:
        return [], [GridRowError(0, "file", "", in_words(refused.sentence))]
    found = read_grids(layer, Choices(coordinates=coordinates), told=told)
    for remark in found.remarks:
        told(str(remark))
    return found.rows, found.errors


def read_grids(layer: Layer, choices: Choices, *, told: Told = _quiet) -> GridFile:
    """The grids of a layer. Columns: code and area (the code of the community or other area); optional name, kind, purpose, name_en,
    households, people. Every bad feature is named with its number and place: also one outside of the city, and two on the same ground.
    Gaps, pieces and ground outside of the community are remarks."""
    try:
        frame = parse_frame(layer.system, choices.coordinates, swapped=choices.swapped)
    except BadInput as refused:
        return GridFile([], [GridRowError(0, refused.field, "", refused.sentence)])
    for sentence in mended_words(layer):
        told(in_words(sentence))
    if better := proposal(layer, frame):
        told(meaning_words(*better))
    columns = dict(choices.columns) or guessed_columns(tuple(layer.columns))
    rows: list[GridRow] = []
    numbers: dict[str, int] = {}
    errors: list[GridRowError] = []
    for place in range(len(layer)):
        number = layer.places[place]
        try:
            row = _parse_row(layer, place, columns, frame, choices.area)
            if row.code in numbers:
                raise _Bad("code", row.code, _("The code stands already in feature %s.") % numbers[row.code])
            numbers[row.code] = number
            rows.append(row)
        except _Bad as bad:
            errors.append(GridRowError(number, bad.column, bad.value, bad.mend, *_place_of(layer, place, frame)))
    if not rows:
        return GridFile([], errors, total=len(layer))
    tell_place(rows, frame, told)
    given = tuple(column for column, heading in columns.items() if heading in layer.columns)
    return replace(_judged(rows, numbers, errors, choices, len(layer)), columns=given)


def _judged(
    rows: list[GridRow], numbers: dict[str, int], errors: list[GridRowError], choices: Choices, total: int
) -> GridFile:
    """The rows held against each other and against their areas, after what is safe was mended if that was asked for."""
    shapes = shapely.from_wkb(np.array([row.polygon for row in rows], dtype=object))
    changed: tuple[str, ...] = ()
    moved_m = 0.0
    if choices.mend:
        right = mended(shapes)
        shapes, moved_m = right.shapes, right.moved_m
        changed = tuple(rows[place].code for place in right.changed)
        for place in right.changed:
            inside = shapes[place].representative_point()
            rows[place] = replace(rows[place], polygon=shapely.to_wkb(shapes[place]), lon=inside.x, lat=inside.y)
    parents = outlines_of([row.area_id for row in rows])
    wrong: set[str] = set()
    remarks: list[GridRowError] = []
    for fault in faults_of(shapes, parents):
        if _is_error(fault):
            error = error_of(fault, rows, numbers)
            if rows[fault.members[-1]].code not in wrong:
                errors.append(error)
            wrong.add(rows[fault.members[-1]].code)
        else:
            remarks.append(remark_of(fault, rows, numbers))
    return GridFile([row for row in rows if row.code not in wrong], errors, remarks, changed, moved_m, total)


def _is_error(fault: GroundFault) -> bool:
    return fault.kind in ("overlap", "crossing", "antimeridian")


def _place_of(layer: Layer, place: int, frame: Frame) -> tuple[float | None, float | None]:
    """Where a bad feature lies, if that can be said."""
    wkb = layer.shapes[place]
    if wkb is None:
        return None, None
    try:
        middle = frame.to_degrees(shapely.centroid(shapely.from_wkb(wkb)))
    except (WrongPlace, shapely.errors.GEOSException):
        return None, None
    return (float(middle.x), float(middle.y)) if not middle.is_empty else (None, None)


def _parse_row(layer: Layer, place: int, columns: Mapping[str, str], frame: Frame, area_of_all: str) -> GridRow:
    if (broken := layer.broken.get(place)) and broken[0] == "feature":
        raise _Bad("properties", "", _("Give each feature its properties."))
    values = {column: layer.columns[heading][place] for column, heading in columns.items() if heading in layer.columns}
    code = _code(values, "code")
    if not code or len(code) > CODE_MAX:
        raise _Bad("code", code, _("Give a code of at most %s characters.") % CODE_MAX)
    area_code = _code(values, "area") or area_of_all
    area = area_tree().by_code.get(area_code)
    if area is None:
        raise _Bad("area", area_code, _("No area in force has this code; import the areas first."))
    name = str(values.get("name") or code).strip()
    if len(name) > NAME_MAX:
        raise _Bad("name", name, _("Give a name of at most %s characters.") % NAME_MAX)
    if unseen := what_is_unseen(name):
        raise _Bad("name", name, in_words(unseen))
    kind = str(values.get("kind") or "comprehensive").strip()
    kind = _KIND_WORDS.get(kind, kind)
    if kind not in GridKind.values:
        raise _Bad("kind", kind, _("Use one of: %s.") % ", ".join(GridKind.values))
    geometry = _parse_polygon(layer, place, frame)
    inside = geometry.representative_point()
    english = str(values.get("name_en") or "").strip()
    return GridRow(
        code=code,
        polygon=shapely.to_wkb(geometry),
        lon=inside.x,
        lat=inside.y,
        area_id=area.id,
        name=name,
        kind=kind,
        purpose=str(values.get("purpose") or "").strip()[:40],
        names={"en": english} if english else {},
        households=_count(values, "households"),
        people=_count(values, "people"),
    )


def _code(values: Mapping[str, Any], column: str) -> str:
    """A code as text; a whole number that a Shapefile or GeoJSON keeps as a number is its digits."""
    value = values.get(column)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    code = "" if value is None or isinstance(value, bool) else str(value).strip()
    if touched := what_happened_to_code(code):
        raise _Bad(column, code, in_words(touched))
    return code


def _count(values: Mapping[str, Any], column: str) -> int | None:
    value = values.get(column)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise _Bad(column, value, _("Give a number of zero or more, or leave it out.")) from None
    if isinstance(value, bool) or not math.isfinite(value) or value < 0 or value > 10_000_000:
        raise _Bad(column, value, _("Give a number of zero or more, or leave it out."))
    return int(value)


def _parse_polygon(layer: Layer, place: int, frame: Frame) -> Any:
    why = layer.why_broken(place)
    if why is not None:
        raise _Bad("geometry", "", in_words(why))
    shape = shapely.from_wkb(layer.shapes[place])
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise _Bad("geometry", shape.geom_type, _("Give a Polygon or MultiPolygon."))
    try:
        shape = frame.to_degrees(shape)
        check_place(shape)
    except WrongPlace as wrong:
        raise _Bad("geometry", wrong.value, wrong.mend) from None
    return _single(shape)


def _single(shape: Any) -> Any:
    """A multi-polygon of one part as that part: formats that know only one of the two make one of the other."""
    return shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape
