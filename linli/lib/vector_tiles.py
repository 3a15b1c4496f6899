"""Mapbox vector tiles (MVT 2.1) from points and polygons in WGS 84 degrees. Which features belong in a tile is the caller's matter."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Sequence
from typing import Any

import mapbox_vector_tile
import numpy as np
import numpy.typing as npt
import shapely
from mapbox_vector_tile.encoder import on_invalid_geometry_make_valid
from mapbox_vector_tile.Mapbox import vector_tile_pb2

EXTENT = 4096
# Geometry runs on a little beyond the tile, so that borders do not show at its edge.
_MARGIN = 80
_MOVE_TO_ONE = b"\x09"  # the command "move to", once (MVT 2.1, 4.3.1); its parameters are zigzag numbers
_VALUES = {str: "string_value", bool: "bool_value", int: "sint_value", float: "double_value"}
_OPTIONS = {"y_coord_down": True, "extents": EXTENT, "on_invalid_geometry": on_invalid_geometry_make_valid}


def point_tile(
    layer: str,
    zoom: int,
    x: int,
    y: int,
    lons: Sequence[float],
    lats: Sequence[float],
    properties: Sequence[dict[str, Any]],
    ids: Sequence[int] | None = None,
) -> bytes:
    """A tile with one layer of the points that lie in it; `properties` holds one flat dictionary of str, bool, int or float for each.

    `ids` (whole numbers from 0) become the ids of the features. What is None in a dictionary is left out.
    """
    if not properties:
        return b""
    places = _in_tile(np.column_stack([lons, lats]), zoom, x, y)
    inside = np.flatnonzero(np.all((places >= 0) & (places < EXTENT), axis=1))
    if not len(inside):
        return b""
    zigzag = (places[inside].astype(np.int64) << 1).tolist()
    keys, values = dict[str, int](), dict[tuple[type, Any], int]()
    tagged: dict[tuple[tuple[str, Any], ...], bytes] = {}
    made = bytearray(_field(1, layer.encode()))
    for place, (across, down) in zip(inside.tolist(), zigzag, strict=True):
        given = tuple(properties[place].items())
        tags = tagged.get(given)
        if tags is None:
            tags = tagged[given] = _field(2, _tags(given, keys, values)) + b"\x18\x01"  # and the type: a point
        named = b"\x08" + _varint(ids[place]) if ids is not None else b""
        made += _field(2, named + tags + _field(4, _MOVE_TO_ONE + _varint(across) + _varint(down)))
    for key in keys:
        made += _field(3, key.encode())
    for kind, value in values:
        made += _field(4, vector_tile_pb2.tile.value(**{_VALUES[kind]: value}).SerializeToString())
    return _field(3, bytes(made + b"\x28" + _varint(EXTENT) + b"\x78\x02"))


def _tags(given: Sequence[tuple[str, Any]], keys: dict[str, int], values: dict[tuple[type, Any], int]) -> bytes:
    """The numbers of keys and values in turn; what was not there before is added to both."""
    return b"".join(
        _varint(keys.setdefault(key, len(keys))) + _varint(values.setdefault((type(value), value), len(values)))
        for key, value in given
        if value is not None
    )


def _field(number: int, content: bytes) -> bytes:
    """A field of Protocol Buffers whose content has a length. Written here, since its library took half of a full tile's time."""
    return bytes((number << 3 | 2,)) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    if number < 1 << 14:
        return _SHORT[number]
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


_SHORT = [bytes((number,)) if number < 128 else bytes((number & 127 | 128, number >> 7)) for number in range(1 << 14)]


def polygon_tile(layer: str, zoom: int, x: int, y: int, polygons: Any, properties: Sequence[dict[str, Any]]) -> bytes:
    """A tile with one layer of polygons (Shapely's), cut to the tile and simplified to about one pixel of a screen.

    Tiles of several layers put one behind the other are one tile.
    """
    if not properties:
        return b""
    shapes = shapely.transform(np.asarray(polygons, dtype=object), lambda degrees: _in_tile(degrees, zoom, x, y))
    shapes = shapely.clip_by_rect(shapes, -_MARGIN, -_MARGIN, EXTENT + _MARGIN, EXTENT + _MARGIN)
    shapes = shapely.simplify(shapes, 4.0)
    features = [
        {"geometry": shape, "properties": given}
        for shape, given in zip(shapes, properties, strict=True)
        if shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
    ]
    return _encode(layer, features)


def _encode(layer: str, features: list[dict[str, Any]]) -> bytes:
    if not features:
        return b""
    encoded: bytes = mapbox_vector_tile.encode([{"name": layer, "features": features}], default_options=_OPTIONS)
    return encoded


def _in_tile(degrees: npt.NDArray[np.float64], zoom: int, x: int, y: int) -> npt.NDArray[np.float64]:
    """Degrees in the units of a tile, (0, 0) its north-west corner; web Mercator."""
    tiles = 1 << zoom
    column = (degrees[:, 0] + 180.0) / 360.0 * tiles - x
    sine = np.sin(np.radians(np.clip(degrees[:, 1], -85.0511, 85.0511)))
    row = (0.5 - np.arctanh(sine) / (2.0 * math.pi)) * tiles - y
    return np.column_stack([column, row]) * EXTENT


def named_lines(
    content: bytes, layer: str, zoom: int, x: int, y: int
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """The lines of a tile's layer that carry a `name`, each with its vertices in WGS 84 degrees, as exact as the tile is."""
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    found = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}).get(layer, {})
    extent = found.get("extent", EXTENT)
    side = 2**zoom
    for feature in found.get("features", ()):
        name, geometry = feature["properties"].get("name"), feature["geometry"]
        if not name or geometry["type"] not in ("LineString", "MultiLineString"):
            continue
        parts = [geometry["coordinates"]] if geometry["type"] == "LineString" else geometry["coordinates"]
        for part in parts:
            yield str(name), [_degrees((x + px / extent) / side, (y + py / extent) / side) for px, py in part]


def _degrees(across: float, down: float) -> tuple[float, float]:
    """Degrees of a place in the Mercator square, whose sides are 0 to 1 from the north-west corner."""
    return across * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))
