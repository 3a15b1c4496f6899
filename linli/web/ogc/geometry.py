"""Coordinate systems of answers and questions, and shapes as GeoJSON in them: who names a system gets its axes in its order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from linli.algorithms.coordinates import Bounds


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate system in degrees by its URI. `lat_first`: its first axis is latitude."""

    uri: str
    lat_first: bool


# CGCS2000 (EPSG:4490) is taken as WGS 84 everywhere in linli: they differ by centimetres.
CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", lat_first=False)
SYSTEMS = {
    one.uri: one
    for one in (
        CRS84,
        Crs("http://www.opengis.net/def/crs/EPSG/0/4326", lat_first=True),
        Crs("http://www.opengis.net/def/crs/EPSG/0/4490", lat_first=True),
    )
}


def shapes_as_geojson(shapes: Any, crs: Crs) -> list[str]:
    """The GeoJSON text of each shape of an array (lon/lat degrees) in a system; outer rings run against the clock."""
    shapes = shapely.orient_polygons(shapes, exterior_cw=False)
    if crs.lat_first:
        shapes = shapely.transform(shapes, lambda pairs: pairs[:, ::-1])
    return [str(text) for text in shapely.to_geojson(shapes)]


def shape_of(geojson: Any) -> Any:
    """A shape out of a GeoJSON geometry."""
    return shapely.from_geojson(json.dumps(geojson))


def touching(shapes: Any, boxes: Sequence[Bounds]) -> Any:
    """Which shapes of an array meet one of the boxes, their borders included."""
    return shapely.intersects(shapes, shapely.union_all([shapely.box(*box) for box in boxes]))
