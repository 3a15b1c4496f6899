"""The `linli` command: what an operator types. commands/ holds the core's; a department's stand in its own folder.

A wrong setting or a refusal ends with one sentence and exit code 2, never with a traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from importlib import import_module
from keyword import iskeyword

import click

from linli import __version__
from linli.config.commands import COMMANDS
from linli.config.start import sentence_of, start_without_site
from linli.lib.speech import Group, Option

HELP = """linli (邻里): community grid service management, from a resident's report to the archived case.

\b
To look at it        linli demo
To run it            linli migrate, then linli serve (and linli worker beside it on PostgreSQL)
To fill it           linli setup says what a city needs, in order, with the commands to type
To look after it     linli doctor says what is missing or does not fit together
To keep it safe      linli backup, linli restore, linli audit verify, linli keys

Settings come from the environment (LINLI_DATABASE_URL, LINLI_HOME, LINLI_SECRET_KEY, …); docs/operations.md lists them.
Without any, `linli demo` makes a demo city in ./var/demo and serves it on http://localhost:8000.
"""


class Commands(Group):
    """Finds commands by name and loads their module only then. Those of the core answer before Django is there; a
    department's are told by its descriptor, so whoever asks for one, or for all, starts Django."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*COMMANDS, *_of_departments()[0]]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = COMMANDS.get(cmd_name)
        if module is not None:
            name = cmd_name.replace("-", "_")
            found = getattr(import_module(module), f"{name}_" if iskeyword(name) else name)
        else:
            brought, wrong = _of_departments()
            if wrong:
                raise wrong
            if cmd_name not in brought:
                return None
            path, _dot, name = brought[cmd_name].rpartition(".")
            found = getattr(import_module(path), name)
        assert isinstance(found, click.Command)  # noqa: S101 - for the type checker; a test asks every one
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            rows = [
                (name, (self.get_command(ctx, name) or click.Command("")).get_short_help_str(90))
                for name in self.list_commands(ctx)
            ]
            formatter.write_dl(rows)
        wrong = _of_departments()[1]
        if wrong:
            formatter.write_paragraph()
            formatter.write_text(_("What departments bring is not listed: %s") % wrong.message)


def _of_departments() -> tuple[Mapping[str, str], click.UsageError | None]:
    """The commands of the installed departments, name → dotted path; or none, and the setting that is wrong."""
    try:
        start_without_site()
    except click.UsageError as wrong:
        return {}, wrong
    from linli.core.platform.public import department_commands

    return department_commands(), None


@click.command(
    cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.version_option(__version__, prog_name="linli", cls=Option, help="Show the version and exit.")
def linli() -> None:
    """The entry; its text is HELP."""


def missing_tables(error: Exception) -> str:
    """What to do when a command finds no database, or one without tables; empty for any other error."""
    said = str(error)
    signs = ("unable to open database file", "no such table", "does not exist")
    if not type(error).__module__.startswith("django.db") or not any(sign in said for sign in signs):
        return ""
    home = os.environ.get("LINLI_HOME", "var")
    return "\n" + _("Run `linli migrate` first, or look at LINLI_HOME (now %s) and LINLI_DATABASE_URL.") % home


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line. Refusals become one sentence and exit code 2."""
    try:
        linli.main(args=list(arguments) if arguments is not None else None, prog_name="linli", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(_("Stopped."), err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except Exception as error:
        if type(error).__module__.startswith(("linli.", "django.db.utils", "psycopg")):
            click.echo(f"linli: {sentence_of(error)}{missing_tables(error)}", err=True)
            sys.exit(2)
        raise


if __name__ == "__main__":
    main()
