"""`linli setup` and `linli doctor`: what a city needs before it can work, and what is wrong in one that runs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from linli.config.commands.language import spoken
from linli.lib.speech import command, option


@command("setup", short_help="what this city needs before it can work, in order")
@option(
    "--examples",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="write an example file for each step into this folder",
)
@spoken
def setup(folder: Path | None) -> None:
    """Says for each step what it is for, what is there, what lacks, and what to type. Exit code 1 while something lacks without which
    work stands still.
    """
    from django.utils.translation import gettext as _

    from linli.core.setup.public import examples, steps_of

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in examples().items():
            if (folder / name).exists():
                raise click.ClickException(_("%s is there already; choose another folder.") % (folder / name))
            (folder / name).write_bytes(source.read_bytes())
            click.echo(folder / name)
        return
    states = steps_of(None)
    for number, one in enumerate(states, 1):
        mark = "✓" if one.done else "✗" if one.stands_still else "…"
        click.echo(f"{mark} {number}. {one.title}" + (f": {one.there}" if one.there else ""))
        click.echo(f"     {one.explained}")
        for lack in one.lacks:
            click.echo(f"   - {lack.words}")
        named = iter(one.step.examples)
        for line in (
            *one.step.typed,
            *(f"linli import {code} {next(named, code + '.csv')}" for code in one.step.imports),
        ):
            click.echo(f"     $ {line}")
    if any(one.stands_still for one in states):
        raise SystemExit(1)


@command("doctor", short_help="what is wrong in this running city")
@option("--json", "as_json", is_flag=True, help="print the findings as JSON, for monitoring")
@option(
    "--seconds", type=click.IntRange(1, 600), default=20, show_default=True, help="begin no further check after so long"
)
@spoken
def doctor(seconds: int, *, as_json: bool) -> None:
    """Prints a sentence for each thing that is missing or does not fit together.

    Exit code 0: nothing; 1: something should be mended; 2: work stands still somewhere, or a check could not look.
    """
    from django.utils.translation import gettext as _

    from linli.core.setup.public import findings_of

    found = list(findings_of(None, seconds=seconds))
    code = 2 if any(one.grave or one.broken for one in found) else 1 if found else 0
    if as_json:
        rows = [
            {"check": one.check, "title": one.title, "words": one.words, "grave": one.grave, "broken": one.broken}
            for one in found
        ]
        click.echo(json.dumps({"code": code, "findings": rows}, ensure_ascii=False, indent=1))
    else:
        for one in found:
            click.echo(f"{'✗' if one.grave or one.broken else '…'} {one.title}: {one.words}")
        if not found:
            click.echo(_("Nothing is wrong."))
    raise SystemExit(code)
