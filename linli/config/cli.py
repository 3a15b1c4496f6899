"""The `linli` command: what an operator types. Each group of commands stands in linli/config/commands/; this file starts Django.

A wrong setting or a refusal ends with one sentence and exit code 2, never with a traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

import click

from linli import __version__
from linli.config.speech import Group, Option
from linli.lib.refusal import Refusal

HELP = """linli (邻里): community grid service management, from a resident's report to the archived case.

\b
To look at it        linli demo
To run it            linli migrate, then linli serve (and linli worker beside it on PostgreSQL)
To fill it           linli areas import, linli grids import, linli cases import
To draw grids        linli division run
To keep it safe      linli backup, linli restore, linli audit verify, linli keys

Settings come from the environment (LINLI_DATABASE_URL, LINLI_HOME, LINLI_SECRET_KEY, …); docs/operations.md lists them.
Without any, `linli demo` makes a demo city in ./var/demo and serves it on http://localhost:8000.
"""

GROUPS: dict[str, str] = {
    "demo": "linli.config.commands.demo",
    "migrate": "linli.config.commands.server",
    "serve": "linli.config.commands.server",
    "worker": "linli.config.commands.server",
    "backup": "linli.config.commands.safety",
    "restore": "linli.config.commands.safety",
    "files": "linli.config.commands.safety",
    "audit": "linli.config.commands.safety",
    "keys": "linli.config.commands.safety",
    "messages": "linli.config.commands.safety",
    "areas": "linli.config.commands.imports",
    "grids": "linli.config.commands.imports",
    "cases": "linli.config.commands.imports",
    "streets": "linli.config.commands.streets",
    "division": "linli.config.commands.division",
    "users": "linli.config.commands.people",
    "calendar": "linli.config.commands.calendar",
    "data-matrix": "linli.config.commands.tables",
    "transitions": "linli.config.commands.tables",
    "personal-data": "linli.config.commands.tables",
}


class Commands(Group):
    """Finds commands by name and loads their module only then, so that `linli --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        module = GROUPS.get(cmd_name)
        if module is None:
            return None
        found = getattr(__import__(module, fromlist=["_"]), cmd_name.replace("-", "_"))
        assert isinstance(found, click.Command)  # noqa: S101 - for the type checker; the table above says so
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            rows = [
                (name, (self.get_command(ctx, name) or click.Command("")).get_short_help_str(90)) for name in GROUPS
            ]
            formatter.write_dl(rows)


@click.command(
    cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}
)
@click.version_option(__version__, prog_name="linli", cls=Option, help="Show the version and exit.")
def linli() -> None:
    """The entry; its text is HELP."""


def start_django(**environment: str) -> None:
    """Loads settings and models; `environment` gives defaults for LINLI_ variables. Safe to call twice."""
    for name, value in environment.items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    home = demo_home()
    if home is not None:
        from linli.demo.run import clock_shift

        os.environ.setdefault("LINLI_CLOCK_SHIFT", str(int(clock_shift(home).total_seconds())))
    import django
    from django.core.exceptions import ImproperlyConfigured

    from linli.config.environment import SettingError

    try:
        django.setup()
    except (SettingError, ImproperlyConfigured) as error:
        raise click.UsageError(sentence_of(error)) from None


def demo_home() -> Path | None:
    """The folder of the demo city that this process works in: whatever writes there writes at the city's time. None elsewhere."""
    home = Path(os.environ.get("LINLI_HOME", "var").strip()).absolute()
    if os.environ.get("LINLI_MODE", "").strip() != "demo":
        return None
    from linli.demo.run import is_demo_home

    return home if is_demo_home(home) else None


class NoDatabase(Refusal):
    """The embedded database that the command needs is not there."""


def refuse_missing_database() -> None:
    """Raises NoDatabase before a connection would leave an empty file where the embedded database should be."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    name = str(database["NAME"])
    kept_in_memory = name.startswith((":memory:", "file:"))
    if database["ENGINE"].endswith("sqlite3") and not kept_in_memory and not Path(name).exists():
        raise NoDatabase(
            "There is no database at %(place)s yet: run `linli migrate`, or look at LINLI_HOME and LINLI_DATABASE_URL.",
            place=name,
        )


def missing_tables(error: Exception) -> str:
    """What to do when a command finds no database, or one without tables; empty for any other error."""
    said = str(error)
    signs = ("unable to open database file", "no such table", "does not exist")
    if not type(error).__module__.startswith("django.db") or not any(sign in said for sign in signs):
        return ""
    home = os.environ.get("LINLI_HOME", "var")
    return "\n" + _("Run `linli migrate` first, or look at LINLI_HOME (now %s) and LINLI_DATABASE_URL.") % home


def sentence_of(error: Exception) -> str:
    """What an error says, in the reader's language where it is a sentence of ours.

    A refusal of core keeps the sentence that it was raised with; its text would be translated anew, when its language is over.
    """
    return error.in_language(_) if isinstance(error, Refusal) else str(getattr(error, "sentence", error))


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
