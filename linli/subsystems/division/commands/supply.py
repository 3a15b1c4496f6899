"""`linli division supply`: service areas of substations, with a second source for each.

The other commands of the division stand in division.py; the plan is made in linli/algorithms/supply, files are read and written
in linli/subsystems/division.
"""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
from django.utils.translation import override

from linli.lib.bad_rows import refuse_bad_rows
from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command
from linli.subsystems.division.commands.ground import load, progress_bar
from linli.subsystems.division.commands.options import Output, file_system_options
from linli.subsystems.division.commands.results import write_page

SUPPLY_FILE, SUPPLY_PAGE = "supply.gpkg", "supply.html"


def parse_places(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> list[tuple[float, float]]:
    """LON,LAT pairs."""
    places = []
    for one in given:
        try:
            lon, lat = (float(part) for part in one.split(","))
        except ValueError:
            raise click.BadParameter(_("%r: give longitude and latitude, such as 116.39,39.91.") % one) from None
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise click.BadParameter(_("%r is no place on the earth; longitude comes first.") % one)
        places.append((lon, lat))
    return places


@command("supply", short_help="service areas of substations, with a second source each")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@option(
    "--ground",
    type=click.Path(path_type=Path, exists=True),
    help="ground file whose buildings are the customers, where FILE has none",
)
@option("-o", "--output", type=Output(path_type=Path, file_okay=False), default=Path("supply"), show_default=True)
@option(
    "-c",
    "--community",
    "communities",
    multiple=True,
    metavar="CODE",
    help="only this part of the ground; may be repeated",
)
@option("--household-kw", type=click.FloatRange(min=0, min_open=True), default=2.0, show_default=True)
@option(
    "--cells", type=click.Choice(["block", "parcel"]), default="block", show_default=True, help="areas are unions of"
)
@option("--side-m", type=click.FloatRange(min=0), default=100.0, show_default=True, help="squares of customers")
@option("--radius-m", type=float, default=3000.0, show_default=True, help="supply radius")
@option("--emergency-radius-m", type=float, default=5000.0, show_default=True, help="radius of a second source")
@option("--utilisation", type=float, default=1.0, show_default=True, help="share of capacity in normal operation")
@option("--emergency-utilisation", type=float, default=1.0, show_default=True, help="the same while a neighbour is out")
@option("--balance-m", type=float, default=500.0, show_default=True, help="metres that an even utilisation is worth")
@option(
    "--fault", "faults", multiple=True, metavar="LON,LAT", callback=parse_places, help="what is known of this place"
)
@file_system_options
@language_option
def supply(
    file: Path, ground: Path | None, output: Path, communities: tuple[str, ...], household_kw: float, cells: Any, side_m: float,
    faults: list[tuple[float, float]], file_system: str, coordinates: Any, language: str | None, **rules: Any,
) -> None:  # fmt: skip
    """Draws the service areas of the substations in FILE, and says who steps in when one of them is out.

    FILE is a GeoPackage with the layer substations (points with code, capacity_kw, optional growth), optional feeders (points or
    lines with code, substation, capacity_kw) and customers (points with code, demand_kw). Writes a GeoPackage with areas,
    substations, customers, groups and findings, and a report (HTML), into a folder.
    """
    import numpy as np
    import shapely

    from linli.algorithms.supply.faults import locate_fault
    from linli.algorithms.supply.model import SupplyRules
    from linli.algorithms.supply.plan import plan_supply
    from linli.algorithms.supply.report import supply_report
    from linli.subsystems.division.ground.projection import to_plane
    from linli.subsystems.division.public import GroundRefused, landing
    from linli.subsystems.division.report.supply import supply_page
    from linli.subsystems.division.supply.files import load_supply, write_supply
    from linli.subsystems.division.supply.lines import fault_line, supply_lines

    try:
        wanted = SupplyRules(**rules)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    language = language or reader_language()
    with override(language):
        reading = {"file_system": file_system, "coordinates": coordinates}
        survey = None if ground is None else load(ground, communities=communities, **reading)
        try:
            with progress_bar({}) as told:
                loaded = load_supply(
                    file, survey=survey, kw_per_unit=household_kw, side_m=side_m, unit=cells, progress=told, **reading
                )  # fmt: skip
        except GroundRefused as refused:
            refuse_bad_rows([error.fault for error in refused.errors], refused.total, features=True)
            raise
        plan = plan_supply(loaded.customers, loaded.cells, loaded.sources, wanted)
        report = supply_report(plan)
        findings = (*loaded.findings, *plan.findings)
        page = supply_page(
            plan, report, findings, source=file.name, language=language, survey=survey, names=loaded.names
        )
        with landing(output) as half:
            write_supply(half / SUPPLY_FILE, plan, report, loaded.system, findings)
            write_page(half / SUPPLY_PAGE, page)
        for line in supply_lines(report, findings):
            click.echo(line)
        for lon, lat in faults:
            place = to_plane(np.array([shapely.Point(lon, lat)], dtype=object), loaded.system)[0]
            click.echo(fault_line(f"{lon:g}, {lat:g}", locate_fault(plan, place.x, place.y)))
        click.echo(_("Plan: %s") % (output / SUPPLY_FILE))
        click.echo(_("Report: %s") % (output / SUPPLY_PAGE))
