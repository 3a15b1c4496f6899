"""The door for grid files: GeoJSON in, parsed rows or named errors out; and for the day from which they are in force.

Nothing is written here; services.py publishes.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from django.conf import settings
from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.grids.models import GridKind
from linli.core.grids.rows import GridRow
from linli.core.platform.public import BadInput, now

CODE_MAX, NAME_MAX = 40, 120


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


class _Bad(Exception):
    def __init__(self, column: str, value: object, mend: str) -> None:
        self.column, self.value, self.mend = column, str(value), mend


def parse_beginning(text: str) -> datetime | None:
    """The instant at which a set of grids begins: midnight of a day such as 2027-01-01, None (at once) for today or "".

    Raises BadInput for what is no day, and for one that is over.
    """
    if not text.strip():
        return None
    zone = ZoneInfo(settings.TIME_ZONE)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(_("“%s” is no day; give one such as 2027-01-01.") % text[:40], field="valid_from") from None
    today = now().astimezone(zone).date()
    if day < today:
        raise BadInput(_("%s is over; grids change today or later.") % day.isoformat(), field="valid_from")
    return None if day == today else datetime.combine(day, time(), zone)


def parse_grid_file(content: bytes) -> tuple[list[GridRow], list[GridRowError]]:
    """Parses a GeoJSON FeatureCollection of Polygons or MultiPolygons in WGS 84.

    Properties: code, area (the code of the community or other area), name; optional kind, purpose, name_en, households,
    people. Every bad feature is reported with its number; overlap and gaps are not judged here.
    """
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError) as error:
        return [], [GridRowError(0, "file", str(error)[:60], _("Give a GeoJSON file in UTF-8."))]
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        return [], [
            GridRowError(
                0, "features", "", _("The file holds no features; give a FeatureCollection with one feature per grid.")
            )
        ]
    rows: list[GridRow] = []
    errors: list[GridRowError] = []
    seen: dict[str, int] = {}
    for number, feature in enumerate(features, 1):
        try:
            row = _parse_feature(feature)
            if row.code in seen:
                raise _Bad("code", row.code, _("The code stands already in feature %s.") % seen[row.code])
            seen[row.code] = number
            rows.append(row)
        except _Bad as bad:
            errors.append(GridRowError(number, bad.column, bad.value, bad.mend))
    return rows, errors


def _parse_feature(feature: Any) -> GridRow:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise _Bad("properties", "", _("Give each feature its properties."))
    code = str(properties.get("code") or "").strip()
    if not code or len(code) > CODE_MAX:
        raise _Bad("code", code, _("Give a code of at most %s characters.") % CODE_MAX)
    area_code = str(properties.get("area") or "").strip()
    area = area_tree().by_code.get(area_code)
    if area is None:
        raise _Bad("area", area_code, _("No area in force has this code; import the areas first."))
    name = str(properties.get("name") or code).strip()
    if len(name) > NAME_MAX:
        raise _Bad("name", name, _("Give a name of at most %s characters.") % NAME_MAX)
    kind = str(properties.get("kind") or "comprehensive")
    if kind not in GridKind.values:
        raise _Bad("kind", kind, _("Use one of: %s.") % ", ".join(GridKind.values))
    geometry = _parse_polygon(feature.get("geometry"))
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


def _parse_polygon(geometry: Any) -> Any:
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
    west, south, east, north = shape.bounds
    if (
        not all(map(math.isfinite, (west, south, east, north)))
        or west < -180
        or east > 180
        or south < -90
        or north > 90
    ):
        raise _Bad(
            "geometry",
            f"{west}, {south}, {east}, {north}",
            _("Give WGS 84 degrees, longitude first; these lie outside the world. Are they swapped or in metres?"),
        )
    if not shape.is_valid:
        raise _Bad("geometry", shapely.is_valid_reason(shape), _("Draw this polygon again; its border crosses itself."))
    return shape
