"""Files of places as offices send them, good and bad, made in memory."""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio import raw

SQUARE = shapely.box(87.6, 43.8, 87.61, 43.81)
NAME = "乙社区第一网格"


def geojson(*shapes: Any, crs: str = "", **properties: Any) -> bytes:
    """A collection with a feature for each shape, or for each geometry as it stands."""
    features = [
        {
            "type": "Feature", "properties": {"code": f"G{number}", "name": NAME} | properties,
            "geometry": json.loads(shapely.to_geojson(shape)) if isinstance(shape, shapely.Geometry) else shape,
        }
        for number, shape in enumerate(shapes, 1)
    ]  # fmt: skip
    member = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    return json.dumps({"type": "FeatureCollection", "features": features, **member}, ensure_ascii=False).encode()


def written(
    driver: str, shapes: list[Any], *, crs: str | None = "EPSG:4490", encoding: str | None = None, **columns: list[Any]
) -> dict[str, bytes]:
    """The files that GDAL writes for a layer, by name."""
    values = columns or {"code": [f"G{n}" for n in range(1, len(shapes) + 1)], "name": [NAME] * len(shapes)}
    arrays = [np.array(value, dtype=object if isinstance(value[0], str) else None) for value in values.values()]
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    three = any(shape is not None and shape.has_z for shape in shapes)
    kind = (kinds.pop() if len(kinds) == 1 else "Unknown") + (" Z" if three and not kinds else "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("layer.gpkg" if driver == "GPKG" else "layer.shp")
        given = np.array([None if one is None else shapely.to_wkb(one) for one in shapes], dtype=object)
        raw.write(str(path), given, arrays, list(values), driver=driver, geometry_type=kind, crs=crs, encoding=encoding)
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


def zipped(files: dict[str, bytes]) -> bytes:
    """The files as an archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def shapefile(
    shapes: list[Any],
    *,
    without: tuple[str, ...] = (),
    crs: str | None = "EPSG:4490",
    encoding: str = "GBK",
    **columns: list[Any],
) -> bytes:
    """A Shapefile as ZIP."""
    files = written("ESRI Shapefile", shapes, crs=crs, encoding=encoding, **columns)
    return zipped({name: content for name, content in files.items() if not name.endswith(without or (" ",))})


def kml(*polygons: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>', values: str = "") -> str:
    """Placemarks with a polygon each, its coordinates as they stand in the file."""
    marks = "".join(
        f"<Placemark><name>{NAME}</name><ExtendedData><Data name='code'><value>G{number}</value></Data>{values}</ExtendedData>"
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{polygon}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for number, polygon in enumerate(polygons, 1)
    )
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>{marks}</Folder></Document></kml>'


KML_SQUARE = "87.6,43.8,5 87.61,43.8,5 87.61,43.81,5 87.6,43.81,5 87.6,43.8,5"


def with_a_lying_size(archive: bytes, size: int) -> bytes:
    """The archive, whose directory says another size of its first file."""
    at = archive.index(b"PK\x01\x02") + 24
    return archive[:at] + struct.pack("<I", size) + archive[at + 4 :]
