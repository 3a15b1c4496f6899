"""The door for grid files: GeoJSON in, parsed rows or named errors out; and for the day from which they are in force.

Nothing is written here; services.py publishes. What the numbers of a file mean and where they lie is judged in ground.py.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.grids.ground import (
    OVERLAP_SHARE,
    Frame,
    Told,
    WrongPlace,
    check_place,
    overlaps,
    parse_frame,
    tell_place,
)
from linli.core.grids.models import GridKind
from linli.core.grids.rows import GridRow
from linli.core.platform.public import BadInput, day_start, in_words, local_today
from linli.lib.encoding import NoText, decoded
from linli.lib.faults import Fault
from linli.lib.spreadsheets import what_happened_to_code, what_is_unseen

CODE_MAX, NAME_MAX = 40, 120
# What Chinese offices call the properties.
GRID_HEADINGS = {
    heading: column
    for column, headings in {
        "code": "代码 编码 编号 网格编码 网格代码 网格编号", "name": "名称 网格名称", "name_en": "英文名 英文名称",
        "area": "社区 社区代码 社区编码 所属社区 所属社区代码 区划代码", "kind": "类型 网格类型", "purpose": "用途",
        "households": "户数 居民户数", "people": "人口 人口数 常住人口",
    }.items()
    for heading in headings.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GridRowError:
    """What is wrong with one feature: its number in the file (0: the file itself), the column, the value, the mend."""

    number: int
    column: str
    value: str
    mend: str

    def __str__(self) -> str:
        if self.number == 0:
            return _("The file cannot be read as grids. %s") % self.mend
        return _("Feature %(number)s, %(column)s: “%(value)s”. %(mend)s") % {
            "number": self.number,
            "column": self.column,
            "value": self.value[:60],
            "mend": self.mend,
        }

    @property
    def fault(self) -> Fault:
        """The same in four parts."""
        return Fault(self.number, self.column, self.value, self.mend)


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


def parse_grid_file(
    content: bytes, *, coordinates: str = "", told: Told = _quiet
) -> tuple[list[GridRow], list[GridRowError]]:
    """Parses a GeoJSON FeatureCollection of Polygons or MultiPolygons.

    Properties: code, area (the code of the community or other area), name; optional kind, purpose, name_en, households,
    people. Coordinates are WGS 84 degrees, or what the member `crs` names or `coordinates` says (gcj02, bd09, cgcs2000);
    `told` gets a sentence on what was done with them and where the grids lie. Every bad feature is reported with its
    number: also one outside of the city and two on the same ground. Gaps are not judged.
    """
    try:
        features, frame = _open(content, coordinates)
    except _Bad as bad:
        return [], [GridRowError(0, bad.column, bad.value, bad.mend)]
    rows: list[GridRow] = []
    errors: list[GridRowError] = []
    seen: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        try:
            row = _parse_feature(feature, frame)
            if row.code in seen:
                raise _Bad("code", row.code, _("The code stands already in feature %s.") % seen[row.code])
            seen[row.code] = number
            rows.append(row)
        except _Bad as bad:
            errors.append(GridRowError(number, bad.column, bad.value, bad.mend))
    if rows:
        tell_place(rows, frame, told)
        doubled = _overlap_errors(rows, seen, told)
        errors += doubled.values()
        rows = [row for row in rows if row.code not in doubled]
    return rows, errors


def _open(content: bytes, coordinates: str) -> tuple[list[Any], Frame]:
    """The features of a file and what its numbers mean."""
    try:
        document = json.loads(decoded(content))
    except NoText:
        raise _Bad("file", "", _("Give a GeoJSON file in UTF-8, UTF-16 or GBK.")) from None
    except json.JSONDecodeError as error:
        raise _Bad(
            "file", "",
            _("Give a GeoJSON file; this is no JSON from line %(line)s, column %(column)s on.")
            % {"line": error.lineno, "column": error.colno},
        ) from None  # fmt: skip
    except (ValueError, RecursionError):
        raise _Bad("file", "", _("Give a GeoJSON file in UTF-8, UTF-16 or GBK.")) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise _Bad("features", "", _("The file holds no features; give a FeatureCollection with one feature per grid."))
    try:
        return features, parse_frame(document.get("crs"), coordinates)
    except BadInput as refused:
        raise _Bad(refused.field, "", refused.sentence) from None


def _overlap_errors(rows: list[GridRow], numbers: dict[str, int], told: Told) -> dict[str, GridRowError]:
    """Grids by their code that share more ground with an earlier one than slivers of a border.

    Slivers are told and no error, for a point there has one grid all the same.
    """
    errors: dict[str, GridRowError] = {}
    slivers: list[float] = []
    for one, other, shared_m2, share in overlaps(rows):
        if share <= OVERLAP_SHARE:
            slivers.append(shared_m2)
            continue
        mend = _(
            "It shares %(area)s m² with grid %(other)s, %(share)s %% of the smaller one; draw each place into one grid only."
        )
        parts = {"area": f"{shared_m2:,.0f}", "other": rows[one].code, "share": f"{100 * share:.0f}"}
        code = rows[other].code
        errors.setdefault(code, GridRowError(numbers[code], "geometry", code, mend % parts))
    if slivers:
        told(
            _("%(count)s pairs of grids overlap at their border, by %(most)s m² at most; a place there belongs to the grid whose code comes first.")
            % {"count": len(slivers), "most": f"{max(slivers):,.0f}"}
        )  # fmt: skip
    return errors


def _parse_feature(feature: Any, frame: Frame) -> GridRow:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _Bad("properties", "", _("Give each feature its properties."))
    properties = {
        **properties,
        **{GRID_HEADINGS[key]: value for key, value in properties.items() if key in GRID_HEADINGS},
    }
    code = _code(properties, "code")
    if not code or len(code) > CODE_MAX:
        raise _Bad("code", code, _("Give a code of at most %s characters.") % CODE_MAX)
    area_code = _code(properties, "area")
    area = area_tree().by_code.get(area_code)
    if area is None:
        raise _Bad("area", area_code, _("No area in force has this code; import the areas first."))
    name = str(properties.get("name") or code).strip()
    if len(name) > NAME_MAX:
        raise _Bad("name", name, _("Give a name of at most %s characters.") % NAME_MAX)
    if unseen := what_is_unseen(name):
        raise _Bad("name", name, in_words(unseen))
    kind = str(properties.get("kind") or "comprehensive")
    if kind not in GridKind.values:
        raise _Bad("kind", kind, _("Use one of: %s.") % ", ".join(GridKind.values))
    geometry = _parse_polygon(feature.get("geometry"), frame)
    inside = geometry.representative_point()
    english = str(properties.get("name_en") or "").strip()
    return GridRow(
        code=code,
        polygon=shapely.to_wkb(geometry),
        lon=inside.x,
        lat=inside.y,
        area_id=area.id,
        name=name,
        kind=kind,
        purpose=str(properties.get("purpose") or "")[:40],
        names={"en": english} if english else {},
        households=_count(properties, "households"),
        people=_count(properties, "people"),
    )


def _code(properties: dict[str, Any], column: str) -> str:
    code = str(properties.get(column) or "").strip()
    if touched := what_happened_to_code(code):
        raise _Bad(column, code, in_words(touched))
    return code


def _count(properties: dict[str, Any], column: str) -> int | None:
    value = properties.get(column)
    if value is None or value == "":
        return None
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or value < 0
        or value > 10_000_000
    ):
        raise _Bad(column, value, _("Give a number of zero or more, or leave it out."))
    return int(value)


def _parse_polygon(geometry: Any, frame: Frame) -> Any:
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise _Bad(
            "geometry", geometry.get("type") if isinstance(geometry, dict) else "", _("Give a Polygon or MultiPolygon.")
        )
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise _Bad("geometry", str(error)[:60], _("Draw this polygon again; its coordinates cannot be read.")) from None
    shape = shapely.force_2d(shape)
    if shape.is_empty:
        raise _Bad("geometry", "", _("Draw this polygon again; it is empty."))
    try:
        shape = frame.to_degrees(shape)
        check_place(shape)
    except WrongPlace as wrong:
        raise _Bad("geometry", wrong.value, wrong.mend) from None
    if not shape.is_valid:
        raise _Bad("geometry", shapely.is_valid_reason(shape), _("Draw this polygon again; its border crosses itself."))
    return shape
