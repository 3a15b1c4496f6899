"""Writes a `Layer` as a file that others open: GeoPackage, Shapefile as ZIP, GeoJSON, Excel. What `files.py` next door reads back is what
was written; what a format cannot hold is refused and never cut.

Coordinates are longitude and latitude of WGS 84. For layers of our own, in the process.
"""

from __future__ import annotations

import io
import json
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from linli.lib.geo.layer import Layer
from linli.lib.refusal import Refusal
from linli.lib.workbook_writing import Heading, Words, write_table

SYSTEM: Final = "EPSG:4326"
FORMATS: Final = (".gpkg", ".zip", ".geojson", ".xlsx")
ENCODINGS: Final = ("UTF-8", "GBK")
LONGEST_FIELD: Final = 254  # bytes of a text in a DBF
LONGEST_NAME: Final = 10
CELL: Final = 32_000  # a little less than a cell of Excel holds


class CannotHold(Refusal):
    """A format cannot hold a value; the sentence names it and the way out."""


def written(layer: Layer, ending: str, *, encoding: str = "UTF-8") -> bytes:
    """The file. `encoding` is that of the texts of a Shapefile. A layer of 5,000 grids takes about a second. Raises CannotHold."""
    if ending == ".geojson":
        return _geojson(layer)
    if ending == ".xlsx":
        return _workbook(layer)
    with tempfile.TemporaryDirectory() as folder:
        if ending == ".gpkg":
            path = Path(folder) / "layer.gpkg"
            _by_gdal(layer, path, "GPKG", "UTF-8")
            return path.read_bytes()
        _check_fields(layer, encoding)
        _by_gdal(layer, Path(folder) / f"{layer.name}.shp", "ESRI Shapefile", encoding)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, path.name)
        return made.getvalue()


def _geojson(layer: Layer) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": layer.row(place),
            "geometry": None if wkb is None else json.loads(shapely.to_geojson(shapely.from_wkb(wkb))),
        }
        for place, wkb in enumerate(layer.shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _workbook(layer: Layer) -> bytes:
    texts = [
        "" if wkb is None else shapely.to_wkt(shapely.from_wkb(wkb), rounding_precision=-1) for wkb in layer.shapes
    ]
    cells = max(1, -(-max(map(len, texts), default=0) // CELL))
    names = list(layer.columns)
    headings = [Heading(name) for name in (*names, "WKT", *(f"WKT_{number}" for number in range(2, cells + 1)))]
    rows = (
        [*layer.row(place).values(), *(text[start * CELL : (start + 1) * CELL] or None for start in range(cells))]
        for place, text in enumerate(texts)
    )
    made = io.BytesIO()
    write_table(made, headings, rows, Words("TRUE", "FALSE"))
    return made.getvalue()


def _check_fields(layer: Layer, encoding: str) -> None:
    """What a DBF would cut off or write as question marks."""
    for name, values in layer.columns.items():
        for value in values:
            if not isinstance(value, str):
                continue
            try:
                fits = len(value.encode(encoding)) <= LONGEST_FIELD
            except UnicodeEncodeError:
                raise CannotHold(
                    "“%(value)s” (%(column)s) has a character that %(encoding)s does not know; take UTF-8, or GeoPackage.",
                    value=value[:60], column=name, encoding=encoding,
                ) from None  # fmt: skip
            if not fits:
                raise CannotHold(
                    "“%(value)s” (%(column)s) is longer than a Shapefile holds; take GeoPackage.", value=value[:60], column=name
                )  # fmt: skip


def _by_gdal(layer: Layer, path: Path, driver: str, encoding: str) -> None:
    from pyogrio import raw

    shapes = np.empty(len(layer), dtype=object)
    shapes[:] = layer.shapes
    arrays, masks = zip(*map(_array, layer.columns.values()), strict=True)
    kinds = {shape.geom_type for shape in shapely.from_wkb(shapes) if shape is not None}
    kind = kinds.pop() if len(kinds) == 1 else "MultiPolygon" if kinds == {"Polygon", "MultiPolygon"} else "Unknown"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        raw.write(
            str(path), shapes, list(arrays), [name[:LONGEST_NAME] if driver != "GPKG" else name for name in layer.columns],
            field_mask=list(masks), layer=layer.name if driver == "GPKG" else None, driver=driver, geometry_type=kind, crs=SYSTEM,
            encoding=encoding, promote_to_multi=kind == "MultiPolygon",
        )  # fmt: skip


def _array(values: list[Any]) -> tuple[Any, Any]:
    """A column for GDAL: whole numbers, or texts; and which are missing."""
    there = [value for value in values if value is not None]
    missing = np.array([value is None for value in values])
    if there and all(isinstance(value, int) and not isinstance(value, bool) for value in there):
        return np.array([0 if value is None else value for value in values], dtype=np.int64), missing
    array = np.empty(len(values), dtype=object)
    array[:] = [None if value is None else str(value) for value in values]
    return array, None
