"""`linli division publish`: a proposal becomes a version of a layer, after it has said what that changes.

The other commands of the division stand in division.py; what publishing does is worked out in linli/subsystems/division.
"""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click
from django.utils.translation import override

from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command


@command("publish", short_help="make a proposal the grids in force, at once or from a day on")
@click.argument("proposal_file", metavar="PROPOSAL", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--layer", default="", help="code of the layer; default: the one that the proposal was made for")
@option("--layer-name", default="", help="name of the layer when it is made; default: its code")
@option(
    "--from", "from_day", default="", metavar="DAY", help="in force from that day on, as 2027-01-01; default: at once"
)
@option("--dry-run", is_flag=True, help="only say what would change")
@option("--yes", is_flag=True, help="do not ask")
@option("--reason", default="", help="why; it stands in the version")
@option("--by", "username", default="", help="sign-in name of whoever decided it; it stands in the version")
@language_option
def publish(
    proposal_file: Path, layer: str, layer_name: str, from_day: str, reason: str, username: str, *, dry_run: bool, yes: bool,
    language: str | None,
) -> None:  # fmt: skip
    """Publishes a PROPOSAL of `linli division run` as a new version of a layer, through the service that an import uses.

    It says first which grids are added, changed and retired, which open cases change their grid and what changes hands
    between workers, and asks. Grids that stay essentially the same keep code, name and worker. Communities that the
    proposal does not divide keep their grids. A second time changes nothing.
    """
    from linli.core.access.public import actor_named
    from linli.core.grids.public import check_beginning, parse_beginning
    from linli.core.platform.public import now, refuse_missing_database
    from linli.subsystems.division.public import plan_publication, publish_plan, read_proposal
    from linli.subsystems.division.publishing.lines import plan_lines, result_lines

    with override(language or reader_language()):
        refuse_missing_database()
        begins, actor = parse_beginning(from_day), actor_named(username)
        plan = plan_publication(read_proposal(proposal_file), layer)
        if plan.change is not None:
            # Before anything is promised; publishing asks again, since somebody may publish in between.
            moment = now()
            check_beginning(plan.change, begins or moment, moment)
        for line in plan_lines(plan, begins):
            click.echo(line)
        if dry_run or not plan.is_new:
            return
        if not yes:
            click.confirm(_("Publish?"), abort=True)
        done = publish_plan(
            actor, plan, source=proposal_file.name, valid_from=begins, layer_name=layer_name, reason=reason[:200]
        )
        for line in result_lines(done, begins):
            click.echo(line)
