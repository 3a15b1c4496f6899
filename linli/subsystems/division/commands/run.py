"""`linli division run`: ground becomes a proposal and its report. What was there stays until all is done."""

from __future__ import annotations

from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import override

from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command
from linli.subsystems.division.commands.ground import find_ground, load, progress_bar
from linli.subsystems.division.commands.options import (
    SIZE,
    Output,
    changed_rules,
    file_system_options,
    outline_options,
    weight_option,
    whole_option,
)
from linli.subsystems.division.commands.results import REPORT_FILE, grids_in_force, keep

if TYPE_CHECKING:
    from linli.algorithms.division.model import Rules

# Presets of the engine that divide ground; beats are made of grids.
LAYERS = ("main", "statistics", "safety")


def rules_of(
    preset: str, low: float | None, target: float | None, high: float | None, unit: str, weights: dict[str, float]
) -> Rules:  # fmt: skip
    """The rules of a preset as the options change them. Without a target, other bounds have theirs in the middle."""
    from linli.algorithms.division.layers import PRESETS

    return changed_rules(replace(PRESETS[preset], unit=unit), low, target, high, weights)


@command("run", short_help="divide a community, a street or a city")
@click.argument("ground", required=False, type=click.Path(path_type=Path, exists=True))
@option("--demo", is_flag=True, help="divide the demo city")
@option(
    "-o",
    "--output",
    type=Output(path_type=Path, file_okay=False),
    default=Path("division"),
    show_default=True,
    help="folder for proposal and report",
)
@option(
    "-c",
    "--community",
    "communities",
    multiple=True,
    metavar="CODE",
    help="only this community (12 digits), or all of this street (9) or district (6); may be repeated",
)
@option(
    "--preset",
    type=click.Choice(LAYERS),
    default="main",
    show_default=True,
    help="what the layer asks: grids of 300 to 500, statistics areas of 80 to 120, safety plots of 500 to 900",
)
@option("--low", type=SIZE, help="smallest grid; default: the preset's")
@option("--target", type=SIZE, help="best size; default: the middle of the bounds")
@option("--high", type=SIZE, help="largest grid; default: the preset's")
@option(
    "--unit",
    type=click.Choice(["households", "people"]),
    default="households",
    show_default=True,
    help="what is counted",
)
@option("--layer", help="code of the layer that the grids are for; default: the preset's name")
@option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="another number tries another way")
@weight_option
@option("--system", default="", metavar="EPSG:CODE", help="projected system to work in; default: by the place")
@outline_options
@file_system_options
@whole_option
@option("--take-good", is_flag=True, help="divide although some rows of the file are bad, without them")
@language_option
def run(
    ground: Path | None, demo: bool, output: Path, communities: tuple[str, ...], preset: str, low: float | None,
    target: float | None, high: float | None, unit: str, layer: str | None, seed: int, weights: dict[str, float], language: str | None, **reading: Any,
) -> None:  # fmt: skip
    """Divides the ground of a file into grids: writes a proposal (GeoPackage) and its report (HTML) into a folder.

    GROUND is a GeoPackage, Shapefiles in a ZIP or a folder, or an extract of OpenStreetMap (.osm.pbf); without it, the file that `linli demo` keeps beside the
    database. The same ground, options and seed give the same grids. Stopped with Ctrl-C it leaves what was there before.
    """
    from linli.core.platform.public import now
    from linli.subsystems.division.public import divide_ground, parse_layer_code, propose
    from linli.subsystems.division.report import report_page

    language = language or reader_language()
    with override(language):
        layer = parse_layer_code(layer or preset)
        rules = rules_of(preset, low, target, high, unit, weights)
        survey = load(
            find_ground(ground, demo=demo, output=output), unit=unit, communities=communities, **reading
        )  # fmt: skip
        labels = {
            "parcels": _("Parcels"),
            "divide": _("Dividing"),
            "polygons": _("Drawing"),
            "report": _("Writing the report"),
        }
        with progress_bar(labels) as told:
            divided = divide_ground(survey, rules, seed, told)
            proposal = propose(
                divided, layer=layer, communities=communities, made_at=now().isoformat(timespec="seconds"), progress=told
            )  # fmt: skip
            told("report", 1.0)
            page = report_page(proposal, grids_in_force(proposal), language)
        keep(output, proposal, {REPORT_FILE: page})
