"""Tables with coordinates: a column of WKT, or two of numbers. Excel and CSV as they are, and as `writing.py` next door writes them:
a shape that is longer than a cell of Excel goes on in the columns beside it."""

from __future__ import annotations

import itertools
from typing import Any, BinaryIO, Final

import shapely

from linli.lib.geo.layer import MOST_FEATURES, MOST_VERTICES, REFUSALS, Layer, Unread
from linli.lib.refusal import Sentence
from linli.lib.tables import Table, TableError, open_table

WKT_WORDS: Final = ("wkt", "geometry", "geom", "the_geom", "shape", "图形", "几何", "坐标串", "范围", "边界")
LON_WORDS: Final = ("lon", "lng", "longitude", "经度", "坐标经度")
LAT_WORDS: Final = ("lat", "latitude", "纬度", "坐标纬度")
X_WORDS: Final = ("x", "x坐标", "坐标x", "横坐标", "东坐标", "east", "easting")
Y_WORDS: Final = ("y", "y坐标", "坐标y", "纵坐标", "北坐标", "north", "northing")
LONGEST: Final = 33_000


def read_table(source: BinaryIO, sheet: str = "") -> Layer:
    """The rows of a table with their shapes. Raises TableError for what is no table, Unread for one without coordinates."""
    table = open_table(source, sheet=sheet, max_field_chars=LONGEST)
    names = {column.strip().lower(): column for column in table.columns}
    wkt = next((names[word] for word in WKT_WORDS if word in names), None)
    pair = next(
        (
            (names[one], names[other])
            for ones, others in ((LON_WORDS, LAT_WORDS), (X_WORDS, Y_WORDS))
            for one in ones
            for other in others
            if one in names and other in names
        ),
        None,
    )
    if wkt is None and pair is None:
        raise Unread("placeless", given=", ".join(table.columns[:12]))
    return _of_wkt(table, wkt) if wkt is not None else _of_pair(table, *pair) if pair else Layer("", (), {}, [])


def read_rows(source: BinaryIO, sheet: str = "") -> Layer:
    """The rows of a table without any shapes. Raises TableError, also for one without rows or with too many."""
    table = open_table(source, sheet=sheet)
    rows: list[dict[str, str]] = []
    places: list[int] = []
    try:
        for line, cells in _rows(table):
            rows.append(cells)
            places.append(line)
        return _layer(table, rows, [None] * len(rows), places, [])
    except Unread as unread:
        raise TableError(1, None, "", Sentence(REFUSALS[unread.word].msgid, unread.params)) from None


def _of_wkt(table: Table, column: str) -> Layer:
    more = list(itertools.takewhile(lambda name: name in table.columns, (f"{column}_{n}" for n in itertools.count(2))))
    rows: list[dict[str, str]] = []
    places: list[int] = []
    shapes: list[bytes | None] = []
    broken: dict[int, tuple[str, dict[str, Any]]] = {}
    heights = vertices = 0
    for line, cells in _rows(table):
        text = "".join(cells.pop(name) for name in (column, *more)).strip()
        shape = None
        try:
            shape = shapely.from_wkt(text) if text else None
        except (shapely.errors.GEOSException, ValueError):
            broken[len(rows)] = ("unread", {})
        if shape is not None and not shape.is_empty:
            heights += bool(shape.has_z)
            vertices += int(shapely.get_num_coordinates(shape))
        if vertices > MOST_VERTICES:
            raise Unread("vertices", given=f"{vertices:,}", most=f"{MOST_VERTICES:,}")
        there = shape is not None and not shape.is_empty
        if not there:
            broken.setdefault(len(rows), ("empty", {}))
        shapes.append(shapely.to_wkb(shapely.force_2d(shape)) if there else None)
        rows.append(cells)
        places.append(line)
    layer = _layer(table, rows, shapes, places, [column, *more])
    layer.broken, layer.mended = broken, {"heights": heights} if heights else {}
    return layer


def _of_pair(table: Table, one: str, other: str) -> Layer:
    rows: list[dict[str, str]] = []
    places: list[int] = []
    shapes: list[bytes | None] = []
    broken: dict[int, tuple[str, dict[str, Any]]] = {}
    for line, cells in _rows(table):
        numbers = []
        for text in (cells[one].strip(), cells[other].strip()):
            try:
                numbers.append(float(text))
            except ValueError:
                broken.setdefault(len(rows), ("number", {"given": text[:30]}) if text else ("empty", {}))
        shapes.append(shapely.to_wkb(shapely.Point(*numbers)) if len(numbers) == 2 else None)
        rows.append(cells)
        places.append(line)
    layer = _layer(table, rows, shapes, places, [one, other])
    layer.broken = broken
    return layer


def _rows(table: Table) -> Any:
    for count, (line, cells) in enumerate(table.rows(), 1):
        if count > MOST_FEATURES:
            raise Unread("many", given=f"{count:,}+", most=f"{MOST_FEATURES:,}")
        yield line, cells


def _layer(
    table: Table, rows: list[dict[str, str]], shapes: list[bytes | None], places: list[int], used: list[str]
) -> Layer:
    if not rows:
        raise Unread("features")
    columns: dict[str, list[Any]] = {
        name: [row.get(name) or None for row in rows] for name in table.columns if name not in used
    }
    return Layer(table.sheet, table.sheets, columns, shapes, places=places, encoding=table.encoding)


__all__ = ["TableError", "read_table"]
