"""`linli division merge` and `linli division beats`: one set of grids for several layers, and whole grids joined to beats.

The other commands of the division stand in division.py; the steps in linli/subsystems/division/proposal/layers.py.
"""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.utils.translation import override

from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command
from linli.subsystems.division.commands.ground import progress_bar
from linli.subsystems.division.commands.options import SIZE, Output
from linli.subsystems.division.commands.results import REPORT_FILE, file_names, grids_in_force, keep

if TYPE_CHECKING:
    from linli.algorithms.division.model import Progress
    from linli.subsystems.division.public import Proposal

FOLDER = Output(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@command("merge", short_help="one set of grids for several layers")
@click.argument("files", metavar="A.gpkg B.gpkg …", nargs=-1, required=True, type=FILE)
@option("-o", "--output", type=FOLDER, default=Path("merged"), show_default=True, help="folder for proposal and report")
@option(
    "-w",
    "--weight",
    "weights",
    multiple=True,
    type=SIZE,
    help="how much a layer counts, one for each file in their order; default: all the same",
)
@option("--low", type=SIZE, help="smallest common grid; default: what most layers can live with")
@option("--target", type=SIZE, help="best size of a common grid")
@option("--high", type=SIZE, help="largest common grid; default: what most layers can live with")
@option("--layer", default="merged", show_default=True, help="code of the layer that the grids are for")
@option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="another number tries another way")
@language_option
def merge(
    files: tuple[Path, ...], output: Path, weights: tuple[float, ...], low: float | None, target: float | None, high: float | None,
    layer: str, seed: int, language: str | None,
) -> None:  # fmt: skip
    """Proposes the one set of grids that serves several layers best (三网合一), and says what each layer gives up.

    The files are proposals of `linli division run`, one for each layer, of the same ground: that of the first counts. The same
    files, options and seed give the same grids. Needs no database.
    """
    if len(files) < 2:
        raise click.UsageError(_("Name at least two proposals, one for each layer."))
    if weights and len(weights) != len(files):
        raise click.UsageError(
            _("%(weights)s weights for %(files)s files: give one for each file.")
            % {"weights": len(weights), "files": len(files)}
        )

    def make(proposals: list[Proposal], made_at: str, told: Progress) -> Proposal:
        from linli.subsystems.division.public import Wish, merge_proposals, parse_layer_code

        return merge_proposals(
            proposals, names=file_names(files), weights=weights or [1.0] * len(files), wish=Wish(low, target, high),
            layer=parse_layer_code(layer), seed=seed, made_at=made_at, progress=told,
        )  # fmt: skip

    _write(files, output, language, make)


@command("beats", short_help="join whole grids to beats")
@click.argument("proposal", metavar="PROPOSAL", type=FILE)
@option("-o", "--output", type=FOLDER, default=Path("beats"), show_default=True, help="folder for proposal and report")
@option("--low", type=SIZE, default=1200, show_default=True, help="smallest beat")
@option("--target", type=SIZE, help="best size; default: the middle of the bounds")
@option("--high", type=SIZE, default=2500, show_default=True, help="largest beat")
@option("--layer", default="beats", show_default=True, help="code of the layer that the beats are for")
@option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="another number tries another way")
@language_option
def beats(
    proposal: Path, output: Path, low: float, target: float | None, high: float, layer: str, seed: int, language: str | None
) -> None:  # fmt: skip
    """Joins whole grids of a proposal to beats, each inside one community and within bounds, counted in the proposal's unit.

    PROPOSAL is a file of `linli division run`; the beats are written as a proposal of their own. Needs no database.
    """

    def make(proposals: list[Proposal], made_at: str, told: Progress) -> Proposal:
        from linli.algorithms.division.layers import BEATS, PRESETS
        from linli.subsystems.division.proposal.bounds import with_bounds
        from linli.subsystems.division.public import parse_layer_code, propose_beats

        rules = with_bounds(PRESETS[BEATS], low, target, high)
        return propose_beats(
            proposals[0], rules, layer=parse_layer_code(layer), seed=seed, made_at=made_at, progress=told
        )

    _write((proposal,), output, language, make)


def _write(
    files: tuple[Path, ...], output: Path, language: str | None, make: Callable[[list[Proposal], str, Progress], Proposal]
) -> None:  # fmt: skip
    """Reads proposals, makes one of them, and writes it with its report; stopped on the way, it leaves what was there."""
    from linli.core.platform.public import now
    from linli.subsystems.division.public import read_proposal
    from linli.subsystems.division.report import report_page

    language = language or reader_language()
    labels = {"parcels": "Parcels", "divide": "Dividing", "polygons": "Drawing", "report": "Writing the report"}
    with override(language):
        with progress_bar({step: _(label) for step, label in labels.items()}) as told:
            made = make([read_proposal(path) for path in files], now().isoformat(timespec="seconds"), told)
            told("report", 1.0)
            page = report_page(made, grids_in_force(made), language)
        keep(output, made, {REPORT_FILE: page})
