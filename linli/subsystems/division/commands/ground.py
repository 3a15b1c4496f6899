"""The ground that a command divides: which file it is, what is wrong with its rows, and how far the work on it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.lib.bad_rows import refuse_bad_rows
from linli.subsystems.division.ground.sample import write_sample

if TYPE_CHECKING:
    from linli.subsystems.division.public import Survey

# `linli demo` keeps a file of this name beside its database.
GROUND_FILE = "ground.gpkg"


@contextmanager
def progress_bar(labels: dict[str, str]) -> Iterator[Callable[[str, float], None]]:
    """A bar on a terminal, silence elsewhere; gives a function that takes the step and the share of the whole, 0 to 1."""
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
        output.mkdir(parents=True, exist_ok=True)
        return write_sample(output / GROUND_FILE)
    if ground is not None:
        return ground
    from django.conf import settings

    kept = Path(settings.LINLI_HOME) / GROUND_FILE
    if not kept.exists():
        raise click.UsageError(
            (_("Name a ground file.") if demo is None else _("Name a ground file, or say --demo for the demo city."))
            + " "
            + _("There is none at %s either, where `linli demo` keeps one.") % kept
        )
    return kept


def load(
    path: Path, *, outlines: Path | None = None, outlines_layer: str = "", code_column: str = "", name_column: str = "", **options: Any
) -> Survey:  # fmt: skip
    """The ground, with the communities of the file `outlines` where one is named; bad rows end the command, named one by one."""
    from linli.subsystems.division.public import GroundRefused, OutlineFile, load_ground

    if outlines is None and (outlines_layer or code_column or name_column):
        raise click.UsageError(_("--communities-layer, --code-column and --name-column go with --communities."))
    if outlines is not None and options.get("whole"):
        raise click.UsageError(_("Give either --communities or --whole."))
    named = None if outlines is None else OutlineFile(outlines, outlines_layer, code_column, name_column)
    try:
        return load_ground(path, outlines=named, **options)
    except GroundRefused as refused:
        refuse_bad_rows([error.fault for error in refused.errors], refused.total, features=True)
        raise
