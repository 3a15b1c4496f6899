"""What a command of division leaves: proposals, pages, and what a report compares them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from linli.subsystems.division.public import Proposal
    from linli.subsystems.division.publishing.in_force import InForce

PROPOSAL_FILE, REPORT_FILE = "proposal.gpkg", "report.html"


def short_names(first: Path, second: Path) -> tuple[str, str]:
    """The names of two files, with their folders where they are called the same."""
    one, other = file_names((first, second))
    return one, other


def file_names(files: Sequence[Path]) -> list[str]:
    """The names of files, with their folders where some are called the same."""
    names = [path.name for path in files]
    return names if len(set(names)) == len(names) else [f"{path.absolute().parent.name}/{path.name}" for path in files]


def keep(output: Path, proposal: Proposal, pages: Mapping[str, str], lines: Iterable[str] = ()) -> None:
    """Puts a proposal and its pages, by the names of their files, into a folder, all together or none; then says what it is.

    `lines` are said below the summary.
    """
    from linli.subsystems.division.proposal.lines import summary_lines
    from linli.subsystems.division.public import landing, write_proposal

    with landing(output) as half:
        write_proposal(half / PROPOSAL_FILE, proposal)
        for name, page in pages.items():
            write_page(half / name, page)
    for line in (*summary_lines(proposal), *lines):
        click.echo(line)
    click.echo(_("Proposal: %s") % (output / PROPOSAL_FILE))
    click.echo(_("Report: %s") % (output / REPORT_FILE))


def write_page(path: Path, page: str) -> None:
    """Writes a page; `landing` makes it come whole, with what belongs to it."""
    path.write_text(page, encoding="utf-8")


def grids_in_force(proposal: Proposal) -> InForce | None:
    """The grids in force at a proposal's buildings; None, with a line on the terminal, where no database can be read.

    A division needs none, and asking must not make one.
    """
    from django.conf import settings
    from django.db import OperationalError, ProgrammingError

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
