"""Dividing ground into grids: a proposal and its report out of a ground file. Only publishing writes to the
database; a run reads the grids in force where there is one.

The steps stand in linli/subsystems/division; this module reads options, shows how far the work is, and writes files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.config.commands.adjusting import adjust
from linli.config.commands.comparing import SIZE, Output, compare, grids_in_force, write_page
from linli.config.commands.division_options import changed_rules, file_system_options, weight_option
from linli.config.commands.layers import beats, merge
from linli.config.commands.publishing import publish
from linli.config.commands.supply import supply
from linli.config.start import start_without_site
from linli.lib.bad_rows import refuse_bad_rows
from linli.lib.speech import group, language_option, option, reader_language

if TYPE_CHECKING:
    from linli.algorithms.division.model import Rules
    from linli.subsystems.division.public import Survey

# Presets of the engine that divide ground; beats are made of grids.
LAYERS = ("main", "statistics", "safety")
PROPOSAL_FILE, REPORT_FILE, GROUND_FILE = "proposal.gpkg", "report.html", "ground.gpkg"


@group(short_help="divide ground into grids")
def division() -> None:
    """Grids drawn by the computer: a proposal out of streets and buildings, for a planner to look at, compare and publish.

    \b
    To see it             linli division run --demo
    With ground           linli division run ground.gpkg      (docs/division-ground.md says what the file looks like)
    For another layer     linli division run ground.gpkg --preset statistics
    After changes         linli division adjust division/proposal.gpkg ground.gpkg
    With today's grids    linli division adjust --in-force ground.gpkg
    """


division.add_command(adjust)
division.add_command(beats)
division.add_command(compare)
division.add_command(merge)
division.add_command(publish)
division.add_command(supply)


def rules_of(
    preset: str, low: float | None, target: float | None, high: float | None, unit: str, weights: dict[str, float]
) -> Rules:  # fmt: skip
    """The rules of a preset as the options change them. Without a target, other bounds have theirs in the middle."""
    from linli.algorithms.division.layers import PRESETS

    return changed_rules(replace(PRESETS[preset], unit=unit), low, target, high, weights)


@contextmanager
def progress_bar(labels: dict[str, str]) -> Iterator[Callable[[str, float], None]]:
    """A bar on a terminal, silence elsewhere; gives a function that takes the step and the share of the whole, 0 to 1."""
    from django.utils.translation import gettext as _

    import linli.algorithms.division as engine
    from linli.lib.compiled import is_cold

    err = sys.stderr
    if is_cold(Path(engine.__path__[0])):
        click.echo(_("The engine is being prepared, once after an installation; that takes about a minute."), err=True)
    with click.progressbar(length=1000, file=err, show_eta=False, show_percent=True, hidden=not err.isatty()) as bar:

        def told(step: str, share: float) -> None:
            bar.label = labels.get(step, step)
            bar.update(max(0, round(1000 * share) - bar.pos))

        yield told


def find_ground(ground: Path | None, *, demo: bool | None, output: Path) -> Path:
    """The file to divide: the one that was named, the demo city's (made in `output`), or the one beside the database.

    `demo` is None for a command that has no such option.
    """
    if demo:
        from linli.demo.city import generate_city
        from linli.demo.ground_file import write_ground

        output.mkdir(parents=True, exist_ok=True)
        made = output / GROUND_FILE
        write_ground(generate_city(1), made)
        return made
    if ground is not None:
        return ground
    from django.conf import settings
    from django.utils.translation import gettext as _

    kept = Path(settings.LINLI_HOME) / GROUND_FILE
    if not kept.exists():
        raise click.UsageError(
            (_("Name a ground file.") if demo is None else _("Name a ground file, or say --demo for the demo city."))
            + " "
            + _("There is none at %s either, where `linli demo` keeps one.") % kept
        )
    return kept


def load(path: Path, **options: Any) -> Survey:
    """The ground; bad rows end the command, named one by one."""
    from linli.subsystems.division.public import GroundRefused, load_ground

    try:
        return load_ground(path, **options)
    except GroundRefused as refused:
        refuse_bad_rows([error.fault for error in refused.errors], refused.total, features=True)
        raise


@division.command("run", short_help="divide a community, a street or a city")
@click.argument("ground", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
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
@file_system_options
@option("--take-good", is_flag=True, help="divide although some rows of the file are bad, without them")
@language_option
def run(
    ground: Path | None, demo: bool, output: Path, communities: tuple[str, ...], preset: str, low: float | None,
    target: float | None, high: float | None, unit: str, layer: str | None, seed: int, weights: dict[str, float], language: str | None, **reading: Any,
) -> None:  # fmt: skip
    """Divides the ground of a file into grids: writes a proposal (GeoPackage) and its report (HTML) into a folder.

    GROUND is a GeoPackage, or an extract of OpenStreetMap (.osm.pbf); without it, the file that `linli demo` keeps beside the
    database. The same ground, options and seed give the same grids. Stopped with Ctrl-C it leaves what was there before.
    """
    start_without_site()
    from django.utils.translation import gettext as _
    from django.utils.translation import override

    from linli.core.platform.public import now
    from linli.subsystems.division.proposal.lines import summary_lines
    from linli.subsystems.division.public import (
        divide_ground,
        landing,
        parse_layer_code,
        propose,
        write_proposal,
    )
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
        with landing(output) as half:
            write_proposal(half / PROPOSAL_FILE, proposal)
            write_page(half / REPORT_FILE, page)
        for line in summary_lines(proposal):
            click.echo(line)
        click.echo(_("Proposal: %s") % (output / PROPOSAL_FILE))
        click.echo(_("Report: %s") % (output / REPORT_FILE))
