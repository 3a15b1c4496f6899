"""`linli division compare`: two proposals side by side; and what a run compares its proposal with.

The other commands of the division stand in division.py; the pages are made in linli/subsystems/division/report.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.config.start import start_without_site
from linli.lib.speech import command, language_option, option

if TYPE_CHECKING:
    from linli.subsystems.division.public import Proposal
    from linli.subsystems.division.publishing.in_force import InForce


class Output(click.Path):
    """Where files are to be written: a path below a folder that is there, so that nobody waits for what cannot be kept."""

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Ends the command where one above it is no folder, or nothing may be written there."""
        path = Path(str(super().convert(value, param, ctx)))
        there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
        if there.is_file():
            there = there.parent if there == path.absolute() else there
        if not there.is_dir() or not os.access(there, os.W_OK):
            self.fail(
                _("nothing can be written to %(path)s, since %(folder)s is no folder that may be written into.")
                % {"path": path, "folder": there},
                param,
                ctx,
            )
        return path


class Size(click.FloatRange):
    """How large a grid may be: a number over 0 that is one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Ends the command for "nan" and "inf", which a range lets through."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no size of a grid.", param, ctx)
        return number


SIZE = Size(min=0, min_open=True)


@command("compare", short_help="set two proposals side by side")
@click.argument("first", metavar="A", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("second", metavar="B", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option(
    "-o",
    "--output",
    type=Output(path_type=Path, dir_okay=False),
    default=Path("comparison.html"),
    show_default=True,
    help="the page to write",
)
@language_option
def compare(first: Path, second: Path, output: Path, language: str | None) -> None:
    """Writes one page (HTML) with the proposals A and B of `linli division run`: maps, measures, what changes its grid.

    Both must lie in one coordinate system and count by the same unit. Needs no database.
    """
    start_without_site()
    from django.utils.translation import gettext as _
    from django.utils.translation import override

    from linli.lib.speech import reader_language
    from linli.subsystems.division.public import landing, read_proposal
    from linli.subsystems.division.report import comparison_page

    language = language or reader_language()
    with override(language):
        page = comparison_page(read_proposal(first), read_proposal(second), language, short_names(first, second))
        with landing(output.parent) as half:
            write_page(half / output.name, page)
        click.echo(_("Report: %s") % output)


def short_names(first: Path, second: Path) -> tuple[str, str]:
    """The names of two files, with their folders where they are called the same."""
    one, other = file_names((first, second))
    return one, other


def file_names(files: Sequence[Path]) -> list[str]:
    """The names of files, with their folders where some are called the same."""
    names = [path.name for path in files]
    return names if len(set(names)) == len(names) else [f"{path.absolute().parent.name}/{path.name}" for path in files]


def write_page(path: Path, page: str) -> None:
    """Writes a page; `landing` makes it come whole, with what belongs to it."""
    path.write_text(page, encoding="utf-8")


def grids_in_force(proposal: Proposal) -> InForce | None:
    """The grids in force at a proposal's buildings; None, with a line on the terminal, where no database can be read.

    A division needs none, and asking must not make one.
    """
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError
    from django.utils.translation import gettext as _

    from linli.subsystems.division.public import in_force_for

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3") and not Path(database["NAME"]).exists():
        return None
    try:
        return in_force_for(proposal)
    except (OperationalError, ProgrammingError) as error:
        reason = str(error).splitlines()[0]
        click.echo(_("The grids in force cannot be read (%s); the report compares with nothing.") % reason, err=True)
        return None
