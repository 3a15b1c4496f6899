"""`linli division compare`: two proposals side by side.

The other commands of the division stand in division.py; the pages are made in linli/subsystems/division/report.
"""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click
from django.utils.translation import override

from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command
from linli.subsystems.division.commands.options import Output
from linli.subsystems.division.commands.results import short_names, write_page


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
    from linli.subsystems.division.public import landing, read_proposal
    from linli.subsystems.division.report import comparison_page

    language = language or reader_language()
    with override(language):
        page = comparison_page(read_proposal(first), read_proposal(second), language, short_names(first, second))
        with landing(output.parent) as half:
            write_page(half / output.name, page)
        click.echo(_("Report: %s") % output)
