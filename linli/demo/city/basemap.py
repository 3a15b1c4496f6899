"""Writes the city's own vector base map: one PMTiles file with MVT tiles of zoom 10 to 16, so no map service is needed.

Layers: `land`, `water`, `green`, `landuse`, `building` (polygons), `road` (lines with class, name and bridge) and `place`
(points with class and name). Names are Chinese characters only, so a browser can set them from its own fonts. Grids are
not in here: they change, and the platform draws them from its own tables. What a feature is stands in `map_features.py`.
"""

import gzip
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from linli.demo.city.map_features import LAYERS, MapFeature, map_features
from linli.demo.city.model import City

MIN_ZOOM: Final = 10
MAX_ZOOM: Final = 16
EXTENT: Final = 4096
# Lines and fills reach a little over the edge of a tile, so that their borders do not show as seams.
_BUFFER: Final = 96


@dataclass(frozen=True, slots=True)
class BasemapSummary:
    """What was written: how many tiles, features over all tiles, and bytes of the file."""

    tiles: int
    features: int
    size_bytes: int


def write_basemap(city: City, path: Path) -> BasemapSummary:
    """Write the base map of `city` to `path`, replacing what is there; the same city gives the same tiles.

    About two seconds. Raises OSError if the file cannot be written.
    """
    layers = map_features(city)
    tiles = {
        zxy_to_tileid(zoom, x, y): (data, count)
        for zoom in range(MIN_ZOOM, MAX_ZOOM + 1)
        for (x, y), (data, count) in _tiles_of_zoom(layers, city.extent, zoom).items()
    }
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for tile_id, (data, _) in sorted(tiles.items()):
            # Without a time stamp inside, the same tile stays the same bytes.
            writer.write_tile(tile_id, gzip.compress(data, mtime=0))
        writer.finalize(_header(city), _metadata(city))
    return BasemapSummary(len(tiles), sum(count for _, count in tiles.values()), path.stat().st_size)


def _to_world(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Web Mercator with (0, 0) north-west and (1, 1) south-east, for WGS 84 degrees (N, 2)."""
    x = lonlat[:, 0] / 360.0 + 0.5
    y = 0.5 - np.arctanh(np.sin(np.radians(lonlat[:, 1]))) / (2.0 * math.pi)
    return np.column_stack([x, y])


def _tiles_of_zoom(
    layers: dict[str, list[MapFeature]], extent: tuple[float, float, float, float], zoom: int
) -> dict[tuple[int, int], tuple[bytes, int]]:
    west, south, east, north = extent
    (x0, y0), (x1, y1) = (_to_world(np.array([[west, north], [east, south]])) * 2**zoom).astype(int).tolist()
    scaled = {name: _Scaled(features, zoom) for name, features in layers.items()}
    tiles = {}
    for x in range(x0, x1 + 1):
        for y in range(y0, y1 + 1):
            content = [{"name": name, "features": scaled[name].inside(x, y)} for name in LAYERS]
            content = [layer for layer in content if layer["features"]]
            count = sum(len(layer["features"]) for layer in content)
            if count:
                options = {"y_coord_down": True, "extents": EXTENT}
                tiles[x, y] = (mapbox_vector_tile.encode(content, default_options=options), count)
    return tiles


class _Scaled:
    """The features of one layer that show at one zoom, in units of 1/4096 tile."""

    def __init__(self, features: list[MapFeature], zoom: int) -> None:
        shown = [feature for feature in features if feature.min_zoom <= zoom]
        self._properties = [feature.properties for feature in shown]
        size = EXTENT * 2**zoom
        shapes = shapely.transform(np.array([f.shape for f in shown], dtype=object), lambda c: _to_world(c) * size)
        # A sixteenth of a drawn pixel at the last zoom, half of one before: nobody sees what is lost.
        self._shapes = shapely.simplify(shapes, 1.0 if zoom == MAX_ZOOM else 6.0)
        self._tree = shapely.STRtree(self._shapes)

    def inside(self, x: int, y: int) -> list[dict[str, Any]]:
        """Return the features of tile (x, y), clipped, on whole units and valid, as the encoder wants them."""
        left, top = x * EXTENT, y * EXTENT
        near = np.sort(
            self._tree.query(
                shapely.box(left - _BUFFER, top - _BUFFER, left + EXTENT + _BUFFER, top + EXTENT + _BUFFER)
            )
        )
        features = []
        for i in near.tolist():
            shape = self._shapes[i]
            if shape.geom_type == "Point":
                if not (left <= shape.x < left + EXTENT and top <= shape.y < top + EXTENT):
                    continue
            else:
                shape = shapely.clip_by_rect(
                    shape, left - _BUFFER, top - _BUFFER, left + EXTENT + _BUFFER, top + EXTENT + _BUFFER
                )
            moved = shapely.set_precision(shapely.transform(shape, lambda c: c - [left, top]), 1.0)
            if not moved.is_empty:
                features.append({"geometry": moved, "properties": self._properties[i]})
        return features


def _header(city: City) -> dict[str, Any]:
    west, south, east, north = city.extent
    middle = city.street_polygon.centroid
    return {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": round(west * 1e7),
        "min_lat_e7": round(south * 1e7),
        "max_lon_e7": round(east * 1e7),
        "max_lat_e7": round(north * 1e7),
        "center_zoom": 14,
        "center_lon_e7": round(middle.x * 1e7),
        "center_lat_e7": round(middle.y * 1e7),
    }


def _metadata(city: City) -> dict[str, Any]:
    fields = {
        "road": {"class": "String", "name": "String", "bridge": "Boolean"},
        "place": {"class": "String", "name": "String"},
        "building": {"kind": "String", "levels": "Number"},
        "landuse": {"class": "String"},
        "green": {"class": "String", "name": "String"},
        "water": {"name": "String"},
        "land": {"class": "String"},
    }
    return {
        "name": f"{city.areas[0].name}底图",
        "description": "由种子生成的虚构城市，与真实地点无关",
        "type": "baselayer",
        "vector_layers": [
            {"id": name, "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM, "fields": fields[name]} for name in LAYERS
        ],
    }
