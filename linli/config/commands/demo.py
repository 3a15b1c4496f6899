"""The demo city: made once, then served."""

from __future__ import annotations

from datetime import datetime
from gettext import gettext
from pathlib import Path

import click

from linli.config.start import start_django
from linli.lib.refusal import Sentence
from linli.lib.speech import command, option


@command(short_help="make the demo city and serve it on http://localhost:8000")
@option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/demo"),
    show_default=True,
    help="folder of database and photos; LINLI_HOME does not count here, so that no demo city lands in the home of a real one",
)
@option("--host", default="127.0.0.1", show_default=True)
@option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@option("--seed", default=1, show_default=True, help="another number makes another city")
@option(
    "--anchor",
    type=click.DateTime(["%Y-%m-%d"]),
    help="the day that is “today” when the cases are made; default: today",
)
@option("--fresh", is_flag=True, help="throw the demo city away and make it again")
@option(
    "--play",
    is_flag=False,
    flag_value="60",
    type=click.FloatRange(1, 3600),
    help="people keep working while you look; the number is how many times faster than life, 60 without one",
)
@option("--only-make", is_flag=True, help="make the city, do not serve it")
def demo(
    home: Path,
    host: str,
    port: int,
    seed: int,
    anchor: datetime | None,
    fresh: bool,
    play: float | None,
    only_make: bool,
) -> None:
    """Makes the demo city (a street of 60,000 people, 1,200 cases of the last 90 days) on the embedded database and serves it.

    Needs no service and no root. The passwords are public; the demo's secrets are refused in production.
    """
    import os

    from linli.config.commands.server import refuse_taken_port, run_server

    if not only_make:
        refuse_taken_port(host, port)  # before minutes are spent on the city
    os.environ["LINLI_MODE"] = "demo"
    os.environ["LINLI_HOME"] = str(home.absolute())
    os.environ["LINLI_DATABASE_URL"] = f"sqlite:///{home.absolute()}/linli.sqlite3"
    os.environ["LINLI_PUBLIC_URL"] = f"http://localhost:{port}"
    from linli.demo.run import clock_shift, ensure_demo, print_walk

    def say(line: Sentence) -> None:
        click.echo(line.in_language(gettext))

    ensure_demo(home, seed=seed, anchor=anchor, fresh=fresh, start_django=start_django, say=say)
    if only_make:
        return
    shift = clock_shift(home.absolute())
    os.environ["LINLI_CLOCK_SHIFT"] = str(int(shift.total_seconds()))  # the walk tells it; the server keeps it
    print_walk(f"http://localhost:{port}", click.echo, shift)
    if play:
        os.environ["LINLI_PLAY"] = f"{play},{seed}"
    run_server(host, port, threads=8, workers=1, with_worker=True)
