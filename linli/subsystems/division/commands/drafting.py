"""`linli division draft`: a proposal becomes a draft that planners edit by hand, with its buildings, so that every measure is counted.

The other commands of the division stand in division.py; what a draft is stands in linli/subsystems/division/drafts.
"""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click
from django.utils.translation import override

from linli.lib.speech import language_option, option, reader_language
from linli.subsystems.division.commands.engine import command


@command("draft", short_help="make a draft to be edited by hand of a proposal")
@click.argument("proposal_file", metavar="PROPOSAL", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--area", required=True, help="code of the street or community that is edited")
@option("--layer", default="", help="code of the layer; default: the one that the proposal was made for")
@option("--name", default="", help="name of the draft; default: that of the area")
@option("--by", "username", default="", help="sign-in name of whoever begins it")
@language_option
def draft(proposal_file: Path, area: str, layer: str, name: str, username: str, *, language: str | None) -> None:
    """Makes a draft of the grids and buildings that a PROPOSAL has in an area. Grids that stay essentially the same keep code and name.

    It changes nothing that is in force; whoever may publish grids there edits and publishes it.
    """
    from linli.core.access.public import actor_named
    from linli.core.platform.public import refuse_missing_database
    from linli.subsystems.division.drafts.services import begin_draft
    from linli.subsystems.division.public import draft_parts, read_proposal

    with override(language or reader_language()):
        refuse_missing_database()
        proposal, actor = read_proposal(proposal_file), actor_named(username)
        found, rows, sites = draft_parts(proposal, layer, area)
        made = begin_draft(
            actor, access=None, layer=found, area_code=area, name=name, rows=rows, sites=sites,
            low=proposal.run.rules.low, high=proposal.run.rules.high,
        )  # fmt: skip
        click.echo(
            _("Draft %(id)d: %(grids)d grids, %(buildings)d buildings. Nothing in force has changed.")
            % {"id": made.id, "grids": len(rows), "buildings": len(sites)}
        )
