"""Where named streets are read from: a file of lines that GDAL opens, or the base map. `streets` next door keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from linli.core.platform.public import BadInput
from linli.core.registry.streets import Line


def lines_of_file(file: Path, name_column: str) -> Iterator[Line]:
    """The lines of a GeoJSON, GeoPackage or Shapefile with their names; without a system of its own it is taken as WGS 84.

    Raises BadInput for a file that cannot be read, and for one without the column, naming those that it has.
    """
    import numpy as np  # with what stands below: only who reads a file loads it
    import shapely
    from pyproj import Transformer

    from linli.lib.geo.databases import NoDatabase, read_arrays, shaped_layers

    try:
        read = read_arrays(file, next(iter(shaped_layers(file)), ""))
    except NoDatabase as error:
        raise BadInput(
            _("%(file)s cannot be read: %(reason)s") % {"file": file, "reason": error}, field="file"
        ) from None
    if name_column not in read.columns:
        raise BadInput(
            _("%(file)s has no column “%(column)s”; name one of these with --name-column: %(columns)s.")
            % {"file": file, "column": name_column, "columns": ", ".join(read.columns) or "–"},
            field="name_column",
        )
    to_wgs84 = Transformer.from_crs(read.system or "EPSG:4326", "EPSG:4326", always_xy=True)
    shapes = [None] * len(read.ids) if read.shapes is None else read.shapes
    for wkb, name in zip(shapes, read.columns[name_column], strict=True):
        for part in shapely.get_parts(shapely.from_wkb(wkb)) if wkb is not None else ():
            if isinstance(part, shapely.LineString) and name:
                xs, ys = to_wgs84.transform(*np.asarray(part.coords)[:, :2].T)
                yield str(name), list(zip(map(float, xs), map(float, ys), strict=True))


def lines_of_map(file: Path) -> Iterator[Line]:
    """The named lines of the layer `road` of a base map (PMTiles) at its deepest zoom, where they are drawn most exactly."""
    from pmtiles.reader import MmapSource, Reader, all_tiles

    from linli.lib.vector_tiles import named_lines

    with file.open("rb") as opened:
        source = MmapSource(opened)  # type: ignore[no-untyped-call]
        deepest = Reader(source).header()["max_zoom"]  # type: ignore[no-untyped-call]
        for (zoom, x, y), content in all_tiles(source):  # type: ignore[no-untyped-call]
            if zoom == deepest:
                yield from named_lines(content, "road", zoom, x, y)
