"""`linli division adjust`: a division meets the ground of today, and as little as possible of it changes.

The other commands of the division stand in division.py; what an adjustment does, in linli/subsystems/division/proposal/adjusting.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
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
from linli.subsystems.division.commands.results import (
    PROPOSAL_FILE,
    REPORT_FILE,
    grids_in_force,
    keep,
    short_names,
)

if TYPE_CHECKING:
    from linli.subsystems.division.public import Proposal
    from linli.subsystems.division.publishing.in_force import InForce

COMPARISON_FILE = "comparison.html"
SHOWN_HANDOVERS = 20


@command("adjust", short_help="bring a division up to the ground of today with few moves")
@click.argument("proposal_file", metavar="[PROPOSAL]", required=False, type=click.Path(path_type=Path, exists=True))
@click.argument("ground", required=False, type=click.Path(path_type=Path, exists=True))
@option(
    "--in-force", is_flag=True, help="begin with the grids in force, wherever they came from; then name GROUND alone"
)
@option("--layer", default="main", show_default=True, help="with --in-force: the layer whose grids are adjusted")
@option(
    "--unit",
    type=click.Choice(("households", "people")),
    default="households",
    show_default=True,
    help="with --in-force: what sizes count",
)
@option(
    "-o",
    "--output",
    type=Output(path_type=Path, file_okay=False),
    default=Path("adjusted"),
    show_default=True,
    help="folder for proposal, report and comparison",
)
@option("--low", type=SIZE, help="smallest grid; default: as in the proposal")
@option("--target", type=SIZE, help="best size; default: as in the proposal, or the middle of other bounds")
@option("--high", type=SIZE, help="largest grid; default: as in the proposal")
@weight_option
@option("--seed", type=click.IntRange(min=0), help="another number tries another way; default: as in the proposal")
@option("--afresh", is_flag=True, help="divide the whole ground afresh; grids that stay the same keep their codes")
@outline_options
@file_system_options
@whole_option
@option("--take-good", is_flag=True, help="adjust although some rows of the file are bad, without them")
@language_option
def adjust(
    proposal_file: Path | None, ground: Path | None, output: Path, layer: str, unit: str, low: float | None,
    target: float | None, high: float | None, weights: dict[str, float], seed: int | None, language: str | None, *,
    in_force: bool, afresh: bool, **reading: Any,
) -> None:  # fmt: skip
    """Adjusts a PROPOSAL of `linli division run` to the GROUND of today: new estates, demolition, corrected households.

    Only grids that left their bounds change, with the neighbours they need; every grid that stays keeps code and name.
    Written are the next proposal, its report (who moves from which worker to which) and a comparison with the one before;
    `linli division publish` makes it the grids in force. GROUND is as in `run`. Stopped with Ctrl-C it leaves what was there.
    With --in-force the grids in force are adjusted, also those that came from a file or were drawn by hand; the report then
    shows what changes beside them.
    """
    if in_force:
        if ground is not None:
            raise click.UsageError(_("With --in-force name GROUND alone, without a proposal."))
        proposal_file, ground = None, proposal_file
    elif proposal_file is None or proposal_file.is_dir():
        raise click.UsageError(_("Name the PROPOSAL to adjust, or give --in-force."))

    from linli.algorithms.division.model import Rules
    from linli.core.platform.public import now
    from linli.subsystems.division.public import adjust_ground, proposal_in_force, read_proposal
    from linli.subsystems.division.report import comparison_page, report_page

    language = language or reader_language()
    with override(language):
        found = find_ground(ground, demo=None, output=output)
        if proposal_file is None:
            rules = changed_rules(replace(Rules(), unit=unit), low, target, high, weights)
            survey = load(found, unit=unit, communities=(), system="", **reading)
            before, digest = proposal_in_force(survey, rules, layer), ""
        else:
            before, digest = read_proposal(proposal_file), hashlib.sha256(proposal_file.read_bytes()).hexdigest()
            told_by = before.run
            rules = changed_rules(told_by.rules, low, target, high, weights)
            survey = load(
                found, unit=told_by.rules.unit, communities=told_by.communities, system=told_by.system, **reading
            )
        labels = {
            "parcels": _("Parcels"),
            "divide": _("Adjusting"),
            "polygons": _("Drawing"),
            "report": _("Writing the report"),
        }
        with progress_bar(labels) as told:
            proposal = adjust_ground(
                before, survey, rules, before.run.seed if seed is None else seed, afresh=afresh, based_on=digest,
                made_at=now().isoformat(timespec="seconds"), progress=told,
            )  # fmt: skip
            told("report", 1.0)
            standing = grids_in_force(proposal)
            page = report_page(proposal, standing, language)
            pages = {REPORT_FILE: page}
            if proposal_file is not None:
                names = short_names(proposal_file, output / PROPOSAL_FILE)
                pages[COMPARISON_FILE] = comparison_page(before, proposal, language, names)
        keep(output, proposal, pages, _handover_lines(proposal, standing))
        if COMPARISON_FILE in pages:
            click.echo(_("Beside the one before: %s") % (output / COMPARISON_FILE))


def _handover_lines(proposal: Proposal, in_force: InForce | None) -> Iterator[str]:
    """Who would give buildings to whom, were the proposal published; nothing where no grids are in force."""
    from linli.subsystems.division.report.summary import hands_changed

    if in_force is None:
        return
    unit = _("households") if proposal.run.rules.unit == "households" else _("people")
    changed = hands_changed(proposal, in_force)
    handovers = changed.handovers
    yield _("%(buildings)d buildings with %(load)s %(unit)s come into another grid.") % {
        "buildings": changed.buildings, "load": f"{changed.load:.0f}", "unit": unit,
    }  # fmt: skip
    for one in handovers[:SHOWN_HANDOVERS]:
        yield "  " + _("%(before)s → %(after)s: %(buildings)d buildings, %(load)s %(unit)s") % {
            "before": one.before or _("nobody"), "after": one.after or _("nobody"), "buildings": one.buildings,
            "load": f"{one.load:.0f}", "unit": unit,
        }  # fmt: skip
    if len(handovers) > SHOWN_HANDOVERS:
        yield "  " + _("… and %d more") % (len(handovers) - SHOWN_HANDOVERS)
