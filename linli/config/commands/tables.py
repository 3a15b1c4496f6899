"""What linli can say about itself: who creates and uses which data, the table of transitions, the personal fields."""

from __future__ import annotations

import click

from linli.config.cli import start_django


@click.command(short_help="who creates and who uses which data (U/C matrices)")
@click.option("--format", "form", type=click.Choice(["markdown", "csv"]), default="markdown", show_default=True)
def data_matrix(form: str) -> None:
    """Prints both create/use matrices: subsystem × subject, module × table. More than one creator of a table is a warning."""
    start_django(LINLI_MODE="demo")
    from linli.core.platform.public import data_matrices, matrices_page, matrix_findings

    click.echo("\n".join(matrix.as_csv() for matrix in data_matrices()) if form == "csv" else matrices_page(), nl=False)
    findings = matrix_findings()
    for finding in findings:
        click.echo(f"{'Error' if finding.grave else 'Warning'}: {finding.sentence}", err=True)
    if any(finding.grave for finding in findings):
        raise SystemExit(1)


@click.command(short_help="the table of transitions of a case")
def transitions() -> None:
    """Prints the table of transitions and its diagram in Markdown; docs/case-loop.md holds the same."""
    start_django(LINLI_MODE="demo")
    from linli.core.cases.public import loop_page

    click.echo(loop_page())


@click.command(short_help="every personal field with purpose, class and time")
def personal_data() -> None:
    """Prints the table of personal fields; docs/personal-data.md holds the same."""
    start_django(LINLI_MODE="demo")
    from linli.core.platform.public import personal_data_table

    click.echo(personal_data_table())
