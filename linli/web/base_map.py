"""The ground that maps are drawn on: tiles of the city's own PMTiles file, or the address of a tile server that is configured.

The file is LINLI_HOME/basemap.pmtiles; the demo city makes one, a city brings its own (docs/operations.md). Anybody may
read it: pages of residents draw the same map.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression

TILES = "/map/base/{z}/{x}/{y}.mvt"
MAX_ZOOM = 24


def map_file() -> Path:
    """Where the base map of this deployment lies."""
    return Path(settings.LINLI_HOME) / "basemap.pmtiles"


@lru_cache(maxsize=2)
def _open(path: str, changed_ns: int) -> tuple[Any, Any]:  # noqa: ARG001 - a new file is opened anew
    """The reader and the header of a file; the map stays open as long as it is in use."""
    with Path(path).open("rb") as file:
        try:
            reader = Reader(MmapSource(file))  # type: ignore[no-untyped-call]
        except (OSError, ValueError):
            return None, None
    return reader, reader.header()  # type: ignore[no-untyped-call]


def base_settings() -> dict[str, object]:
    """What a map needs to know about its ground: the keys `base`, `base_kind`, `base_max_zoom` of data-map."""
    address = settings.LINLI_TILE_URL
    if address:
        raster = address.split("?")[0].endswith((".png", ".jpg", ".jpeg", ".webp"))
        return {"base": address, "base_kind": "raster" if raster else "vector"}
    file = map_file()
    if not file.exists():
        return {"base": ""}
    header = _open(str(file), file.stat().st_mtime_ns)[1]
    return {"base": TILES, "base_max_zoom": header["max_zoom"]} if header else {"base": ""}


def base_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the base map; 204 where it has none, 404 for a tile that cannot be."""
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        return HttpResponse(status=404)
    file = map_file()
    try:
        changed_ns = file.stat().st_mtime_ns
    except FileNotFoundError:
        return HttpResponse(status=204)
    etag = f'"{changed_ns:x}-{z}-{x}-{y}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    reader, header = _open(str(file), changed_ns)
    tile = reader.get(z, x, y) if reader else None
    if not tile:
        return HttpResponse(status=204, headers={"Cache-Control": "public, max-age=3600"})
    response = HttpResponse(content_type="application/vnd.mapbox-vector-tile")
    if header["tile_compression"] == Compression.GZIP:
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.headers["Content-Encoding"] = "gzip"
        else:
            tile = gzip.decompress(tile)
    response.content = tile
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Vary"] = "Accept-Encoding"
    return response
