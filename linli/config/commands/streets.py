"""`linli streets`: the named streets by which a pin is told as a crossing, out of the base map or from a file of lines."""

from __future__ import annotations

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
    from linli.core.registry.public import lines_of_file, lines_of_map, replace_streets
    from linli.web.base_map import map_file

    source = file or map_file()
    if not source.exists():
        raise click.ClickException(_("%s does not exist. Put a base map there, or name a file of lines.") % source)
    lines = lines_of_file(source, name_column) if file else lines_of_map(source)
    kept = replace_streets(SYSTEM, lines, source=source.name)
    click.echo(_("%(count)s pieces of named streets from %(source)s.") % {"count": kept, "source": source})
    if not kept:
        raise SystemExit(1)
