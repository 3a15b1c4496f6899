"""`linli division outages`: which switches bring supply back when a line of a medium-voltage network is out.

The plans are made in linli/algorithms/supply/restoration.py; the network is read and told in linli/subsystems/division/supply.
"""

from __future__ import annotations

import csv
import sys
from gettext import gettext as _
from pathlib import Path

import click
from django.utils.translation import override

from linli.lib.bad_rows import refuse_bad_rows
from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command

SHOWN = 40


@command("outages", short_help="which switches bring supply back when a line is out")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@option("--line", "lines", multiple=True, metavar="CODE", help="only when this one is out; may be repeated")
@option("--openings", type=click.IntRange(0, 3), default=2, show_default=True, help="switches opened at most")
@option("--lowest-pu", type=click.FloatRange(0.5, 1.5), default=0.9, show_default=True, help="lowest voltage allowed")
@option("--highest-pu", type=click.FloatRange(0.5, 1.5), default=1.1, show_default=True, help="highest voltage allowed")
@option(
    "--loading",
    type=click.FloatRange(0.1, 3),
    default=1.0,
    show_default=True,
    help="current allowed, as a share of the rating",
)
@option(
    "--table",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.csv",
    help="write every outage into this file",
)
@language_option
def outages(
    file: Path, lines: tuple[str, ...], openings: int, lowest_pu: float, highest_pu: float, loading: float, table: Path | None,
    language: str | None,
) -> None:  # fmt: skip
    """Takes out each line of the network in FILE in turn, and says what is lost and which switches bring how much back.

    FILE is a workbook with the sheets nodes, lines, transformers, three_winding and switches, or a folder of CSV files with these
    names. Those that lose most for good come first.
    """
    from linli.algorithms.supply.power_flow import NotRadialError
    from linli.algorithms.supply.restoration import Limits, Restoration, normal_state, restore
    from linli.subsystems.division.supply.network_files import NetworkRefused, load_network
    from linli.subsystems.division.supply.outage_lines import outage_line, state_lines

    if not lowest_pu < highest_pu:
        raise click.UsageError(_("The lowest voltage must be below the highest."))
    limits = Limits(lowest_pu, highest_pu, loading)
    with override(language or reader_language()):
        try:
            network = load_network(file)
        except NetworkRefused as refused:
            refuse_bad_rows(refused.faults, refused.total)
            raise
        unknown = [code for code in lines if code not in network.branch_codes]
        if unknown:
            raise click.UsageError(_("There is no branch %s.") % ", ".join(unknown))
        try:
            before = normal_state(network, limits)
        except NotRadialError as error:
            raise click.ClickException(
                _("These make a loop or join two sources, and only radial operation is computed: %s. Open one of them.")
                % ", ".join(error.codes)
            ) from None
        for line in state_lines(network, before):
            click.echo(line)
        numbers = [network.branch(code) for code in lines] or [int(one) for one in network.closed.nonzero()[0]]
        with click.progressbar(length=len(numbers), file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            found: list[Restoration] = []
            for number in numbers:
                found.append(restore(network, number, limits, openings, before))
                bar.update(1)
        found.sort(key=lambda one: one.plan.restored_kw - one.lost_kw)
        for one in found[:SHOWN]:
            click.echo(outage_line(network, one))
        if len(found) > SHOWN:
            click.echo(_("… and %d more, which lose less; --table writes them all.") % (len(found) - SHOWN))
        if table is not None:
            with table.open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.writer(out)
                writer.writerow([_("Out"), _("Lost kW"), _("Back kW"), _("Close"), _("Open"), _("In words")])
                for one in found:
                    names = [
                        " ".join(network.branch_codes[branch] for branch in branches)
                        for branches in (one.plan.close, one.plan.open)
                    ]
                    writer.writerow(
                        [
                            network.branch_codes[one.out],
                            f"{one.lost_kw:.1f}",
                            f"{one.plan.restored_kw:.1f}",
                            *names,
                            outage_line(network, one),
                        ]
                    )
            click.echo(_("Table: %s") % table)
