"""What linli can say about itself: who creates and uses which data, the table of transitions, the personal fields, its words."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click

from linli.config.start import start_without_site
from linli.lib.speech import command, option

to_file = option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="write into this file instead of printing, such as the page in docs/",
)


def put(page: str, file: Path | None) -> None:
    """Prints a page, or replaces a file with it; the same page again changes nothing."""
    if file is None:
        click.echo(page, nl=False)
    else:
        file.write_text(page, encoding="utf-8")
        click.echo(_("%s is written.") % file)


@command(short_help="who creates and who uses which data (U/C matrices)")
@option("--format", "form", type=click.Choice(["markdown", "csv"]), default="markdown", show_default=True)
@to_file
def data_matrix(form: str, file: Path | None) -> None:
    """Prints both create/use matrices: subsystem × subject, module × table. More than one creator of a table is a warning."""
    start_without_site()
    from linli.core.platform.public import data_matrices, matrices_page, matrix_findings

    put("\n".join(matrix.as_csv() for matrix in data_matrices()) if form == "csv" else matrices_page(), file)
    findings = matrix_findings()
    for finding in findings:
        said = _("Error: {message}") if finding.grave else _("Warning: {message}")
        click.echo(said.format(message=finding.sentence), err=True)
    if any(finding.grave for finding in findings):
        raise SystemExit(1)


@command(short_help="the table of transitions of a flow")
@click.argument("flow", default="case")
@to_file
def transitions(flow: str, file: Path | None) -> None:
    """Prints the table of transitions of FLOW (default: case) and its diagram in Markdown; docs/case-loop.md holds that of the case."""
    start_without_site()
    from linli.core.flow.public import flow_page, flows

    if flow not in flows():
        raise click.BadParameter(
            _("There is no such flow; there are: {flows}.").format(flows=", ".join(flows())), param_hint="FLOW"
        )
    put(flow_page(flows()[flow]), file)


@command(short_help="every personal field with purpose, class and time")
@to_file
def personal_data(file: Path | None) -> None:
    """Prints the table of personal fields; docs/personal-data.md holds the same."""
    start_without_site()
    from linli.core.platform.public import personal_data_table

    put(personal_data_table(), file)


@command(short_help="the words of the house, the core's and those of the departments")
@to_file
def glossary(file: Path | None) -> None:
    """Prints the words of the departments; with --write it puts them below the core's, which stand in that file.

    A word that stands twice, one Chinese word for two things, one name with two Chinese words, or a name that the code does not
    have is an error.
    """
    start_without_site()
    from linli.config.glossary import MARK, department_pages, findings, whole_page, words_of
    from linli.core.platform.public import subsystems

    departments = department_pages(one.code for one in subsystems())
    core = file.read_text(encoding="utf-8") if file is not None and file.exists() else ""
    put(whole_page(core, departments) if file else whole_page("", departments).partition(MARK)[2].lstrip(), file)
    words = [
        *words_of(core.partition(MARK)[0]),
        *(word for code, page in departments.items() for word in words_of(page, code)),
    ]
    wrong = findings(words)
    for sentence in wrong:
        click.echo(_("Error: {message}").format(message=sentence), err=True)
    if wrong:
        raise SystemExit(1)


@command(short_help="what a city's departments do, and where it is in linli")
@to_file
def coverage(file: Path | None) -> None:
    """Prints what the departments of a city do, function by function, with page, command or API route; docs/coverage.md holds the same."""
    start_without_site()
    from linli.config.coverage import coverage_page
    from linli.core.platform.public import Cover, parts

    put(coverage_page(parts(Cover)), file)
