"""`linli streets`: the named streets by which a pin is told as a crossing, out of the base map or from a file of lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from linli.config.commands.language import spoken
from linli.lib.speech import group, option


@group(short_help="load the names of streets")
def streets() -> None:
    """The named streets of the city."""


@streets.command("import", short_help="load named streets from the base map or a file")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--name-column", default="name", show_default=True, help="column of the file that holds the name")
@spoken
def streets_import(file: Path | None, name_column: str) -> None:
    """Replaces the named streets by those of FILE, or without one by those of the base map (LINLI_HOME/basemap.pmtiles).

    FILE is GeoJSON, GeoPackage or Shapefile with lines; without a coordinate system of its own it is taken as WGS 84.
    With them a pin on the map answers with a crossing instead of coordinates.
    """
    from django.utils.translation import gettext as _

    from linli.core.platform.public import SYSTEM
    from linli.core.registry.public import replace_streets
    from linli.web.base_map import map_file

    source = file or map_file()
    if not source.exists():
        raise click.ClickException(_("%s does not exist. Put a base map there, or name a file of lines.") % source)
    lines = _lines_of_file(source, name_column) if file else _lines_of_map(source)
    kept = replace_streets(SYSTEM, lines, source=source.name)
    click.echo(_("%(count)s pieces of named streets from %(source)s.") % {"count": kept, "source": source})
    if not kept:
        raise SystemExit(1)


def _lines_of_file(file: Path, name_column: str) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    import numpy as np
    import shapely
    from django.utils.translation import gettext as _
    from pyogrio import raw
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyproj import Transformer

    try:
        meta, _ids, geometries, columns = raw.read(file, columns=[name_column])
    except (DataSourceError, DataLayerError) as error:
        raise click.ClickException(_("%(file)s cannot be read: %(reason)s") % {"file": file, "reason": error}) from None
    if name_column not in list(meta["fields"]):
        raise click.ClickException(
            _("%(file)s has no column %(column)r; name the right one with --name-column.")
            % {"file": file, "column": name_column}
        )
    to_wgs84 = Transformer.from_crs(meta["crs"] or "EPSG:4326", "EPSG:4326", always_xy=True)
    for wkb, name in zip(geometries, columns[0], strict=True):
        for part in shapely.get_parts(shapely.from_wkb(wkb)) if wkb is not None else ():
            if isinstance(part, shapely.LineString) and name:
                xs, ys = to_wgs84.transform(*np.asarray(part.coords)[:, :2].T)
                yield str(name), list(zip(map(float, xs), map(float, ys), strict=True))


def _lines_of_map(file: Path) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """The layer `road` of the deepest zoom, where lines are drawn most exactly."""
    from pmtiles.reader import MmapSource, Reader, all_tiles

    from linli.lib.vector_tiles import named_lines

    with file.open("rb") as opened:
        source = MmapSource(opened)  # type: ignore[no-untyped-call]
        deepest = Reader(source).header()["max_zoom"]  # type: ignore[no-untyped-call]
        for (zoom, x, y), content in all_tiles(source):  # type: ignore[no-untyped-call]
            if zoom == deepest:
                yield from named_lines(content, "road", zoom, x, y)
