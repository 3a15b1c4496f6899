"""GeoJSON and KML: the two formats of places that are text. Both are read here and not by GDAL, which knows neither GBK nor which
feature of a file is the broken one."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
import shapely

from linli.lib.encoding import NoText, decoded
from linli.lib.geo.layer import MOST_FEATURES, MOST_VERTICES, Layer, Unread, joined_columns
from linli.lib.outside import whole_number

_SAID_ENCODING: Final = re.compile(r"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", re.IGNORECASE)
_DECLARES: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """The text of a file. Raises Unread."""
    try:
        return decoded(content)
    except NoText as error:
        raise Unread("text", line=error.line) from None
    except (UnicodeError, ValueError):
        raise Unread("text", line=1) from None


def read_geojson(text: str) -> Layer:
    """The features of a collection, or of one feature alone. Raises Unread."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unread("json", line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):
        raise Unread("damaged") from None
    if isinstance(document, dict) and document.get("type") == "Feature":
        document = {"features": [document], "crs": document.get("crs")}
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise Unread("features")
    if len(features) > MOST_FEATURES:
        raise Unread("many", given=len(features), most=MOST_FEATURES)
    rows: list[dict[str, Any]] = []
    made = _Shapes()
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            made.broken[len(rows)] = ("feature", {})
            rows.append({})
            made.shapes.append(None)
            continue
        rows.append({str(name)[:200]: _plain(value) for name, value in properties.items()})
        made.add_json(feature.get("geometry"))
    layer = Layer("", ("",), joined_columns(rows), made.shapes, _system_of(document.get("crs")))
    layer.broken, layer.mended = made.broken, made.mended
    return layer


def _plain(value: Any) -> Any:
    """A value as a cell: lists and objects as their JSON, what is no number as nothing."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _system_of(member: Any) -> str:
    """What `crs` names; "?" when it is there and names nothing."""
    if member is None:
        return ""
    properties = member.get("properties") if isinstance(member, dict) else None
    name = (properties.get("name") or properties.get("code")) if isinstance(properties, dict) else None
    if not isinstance(name, str | int) or isinstance(name, bool):
        return "?"
    return f"EPSG:{name}" if whole_number(str(name)) is not None else str(name)


class _Shapes:
    """Shapes as they come, with why some have none and what was mended."""

    def __init__(self) -> None:
        self.shapes: list[bytes | None] = []
        self.broken: dict[int, tuple[str, dict[str, Any]]] = {}
        self.mended: dict[str, int] = {}
        self._vertices = 0

    def add_json(self, geometry: Any) -> None:
        """One more, as GeoJSON has it."""
        if geometry is None:
            self.add(None)
            return
        if not isinstance(geometry, dict) or not isinstance(geometry.get("type"), str):
            self._refuse("unread")
            return
        made = _Made()
        try:
            shape = made.shape(geometry)
        except (shapely.errors.GEOSException, ValueError, TypeError, RecursionError, KeyError, OverflowError):
            self._refuse("nowhere" if made.nowhere else "unread")
            return
        if made.heights:
            self.mended["heights"] = self.mended.get("heights", 0) + 1
        self.add(shape, made.closed)

    def add(self, shape: Any, closed: int = 0) -> None:
        """One more shape, or none."""
        if shape is None or shape.is_empty:
            self._refuse("empty")
            return
        self._vertices += int(shapely.get_num_coordinates(shape))
        if self._vertices > MOST_VERTICES:
            raise Unread("vertices", given=f"{self._vertices:,}+", most=f"{MOST_VERTICES:,}")
        if closed:
            self.mended["closed"] = self.mended.get("closed", 0) + 1
        self.shapes.append(shapely.to_wkb(shape))

    def _refuse(self, word: str) -> None:
        self.broken[len(self.shapes)] = (word, {})
        self.shapes.append(None)


class _Made:
    """A shape out of GeoJSON, by arrays: a text of each geometry for GEOS would cost three times as much."""

    def __init__(self) -> None:
        self.closed = 0
        self.heights = self.nowhere = False

    def shape(self, geometry: dict[str, Any]) -> Any:
        """The shape. Raises ValueError and others for what is none."""
        kind = geometry["type"]
        if kind == "GeometryCollection":
            return shapely.GeometryCollection([self.shape(one) for one in geometry["geometries"]])
        return self._of(kind, geometry["coordinates"])

    def _of(self, kind: str, given: Any) -> Any:
        if not isinstance(given, list):
            raise ValueError("no coordinates")
        if kind.startswith("Multi"):
            parts = [self._of(kind.removeprefix("Multi"), one) for one in given]
            return _MULTI[kind](parts)
        if not given:
            return None
        if kind == "Point":
            return shapely.Point(self._points([given])[0])
        if kind == "LineString":
            return shapely.LineString(self._points(given))
        if kind != "Polygon":
            raise ValueError("unknown kind")
        shell, *holes = [self._ring(ring) for ring in given]
        return shapely.Polygon(shell, holes)

    def _ring(self, given: Any) -> Any:
        ring = self._points(given)
        if len(ring) >= 3 and (ring[0] != ring[-1]).any():
            self.closed += 1
        return ring

    def _points(self, given: Any) -> Any:
        points = np.array(given, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] < 2:
            raise ValueError("no coordinates")
        self.heights |= points.shape[1] > 2
        points = points[:, :2]
        if not np.isfinite(points).all():
            self.nowhere = True
            raise ValueError("no number")
        return points


_MULTI: Final = {
    "MultiPoint": shapely.MultiPoint,
    "MultiLineString": shapely.MultiLineString,
    "MultiPolygon": shapely.MultiPolygon,
}


def read_kml(text: str) -> Layer:
    """The placemarks of a KML with their names and extended data, from whatever folder. Raises Unread."""
    if _DECLARES.search(text):
        raise Unread("entities")
    try:
        root = ElementTree.fromstring(_SAID_ENCODING.sub(r"\1", text, count=1))  # noqa: S314 - no entities, see above
    except ElementTree.ParseError as error:
        raise Unread("xml", line=error.position[0]) from None
    except (ValueError, RecursionError):
        raise Unread("damaged") from None
    marks = [element for element in root.iter() if _tag(element) == "Placemark"]
    if not marks:
        raise Unread("placemarks")
    if len(marks) > MOST_FEATURES:
        raise Unread("many", given=len(marks), most=MOST_FEATURES)
    rows: list[dict[str, Any]] = []
    made = _Shapes()
    for mark in marks:
        rows.append(_values(mark))
        try:
            shapes = _shapes_of(mark)
        except (ValueError, shapely.errors.GEOSException):
            made.broken[len(made.shapes)] = ("unread", {})
            made.shapes.append(None)
            continue
        if _is_high(mark):
            made.mended["heights"] = made.mended.get("heights", 0) + 1
        made.add(_one(shapes))
    return Layer("", ("",), joined_columns(rows), made.shapes, "EPSG:4326", broken=made.broken, mended=made.mended)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _values(mark: ElementTree.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in mark.iter():
        tag = _tag(child)
        if tag == "name" and child in list(mark):
            found.setdefault("name", (child.text or "").strip())
        elif tag == "SimpleData" and child.get("name"):
            found[str(child.get("name"))[:200]] = (child.text or "").strip()
        elif tag == "Data" and child.get("name"):
            value = next((one.text for one in child if _tag(one) == "value"), "")
            found[str(child.get("name"))[:200]] = (value or "").strip()
    return found


def _shapes_of(element: ElementTree.Element) -> list[Any]:
    """The shapes directly in a placemark or a collection of shapes."""
    found = []
    for child in element:
        tag = _tag(child)
        if tag == "MultiGeometry":
            found += _shapes_of(child)
        elif tag == "Polygon":
            outer = [_ring(one) for one in child if _tag(one) == "outerBoundaryIs"]
            inner = [_ring(one) for one in child if _tag(one) == "innerBoundaryIs"]
            if outer and outer[0]:
                found.append(shapely.Polygon(outer[0], inner))
        elif tag in ("LineString", "LinearRing"):
            found.append(shapely.LineString(_coordinates(child)))
        elif tag == "Point":
            found += [shapely.Point(point) for point in _coordinates(child)[:1]]
    return found


def _ring(boundary: ElementTree.Element) -> list[tuple[float, ...]]:
    return _coordinates(boundary)


def _coordinates(element: ElementTree.Element) -> list[tuple[float, ...]]:
    found = _numbers(next((one.text for one in element.iter() if _tag(one) == "coordinates"), ""))
    if any(len(point) < 2 for point in found):
        raise ValueError("no coordinates")
    return [point[:2] for point in found]


def _numbers(text: str | None) -> list[tuple[float, ...]]:
    """Longitude, latitude and perhaps height of each point. Raises ValueError for what is no number."""
    return [tuple(map(float, point.split(",")[:3])) for point in re.sub(r"\s*,\s*", ",", text or "").split()]


def _is_high(mark: ElementTree.Element) -> bool:
    """Whether a placemark says a height other than zero, which most programs write for none."""
    texts = (one.text for one in mark.iter() if _tag(one) == "coordinates")
    return any(point[2:] not in ((), (0.0,)) for text in texts for point in _numbers(text))


def _one(shapes: list[Any]) -> Any:
    """One shape of several: a multi-polygon of polygons, else what they are together."""
    if len(shapes) <= 1:
        return shapes[0] if shapes else None
    kinds = {shape.geom_type for shape in shapes}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(shapes)
    return shapely.MultiPoint(shapes) if kinds == {"Point"} else shapely.GeometryCollection(shapes)
