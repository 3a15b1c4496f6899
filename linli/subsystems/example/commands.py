"""The example's command, `linli benches`: told by the descriptor, found when somebody types it. Django has started by then."""

from __future__ import annotations

import click
from django.utils.translation import override

from linli.core.platform.public import refuse_missing_database
from linli.lib.speech import command, language_option, reader_language
from linli.subsystems.example.selectors import places


@command(short_help="list the benches that were noted")
@language_option
def benches(language: str | None) -> None:
    """Lists where benches were noted, the last one first."""
    with override(language or reader_language()):
        refuse_missing_database()
        for place in places():
            click.echo(place)
