"""Making the tables, serving, working off jobs."""

from __future__ import annotations

import os
import signal
import socket
import threading
from datetime import timedelta
from gettext import gettext as _

import click

from linli.config.start import demo_home, on_database, start_django
from linli.lib.speech import command, option


def set_up_city(*, national: bool = True) -> None:
    """Brings tables, roles, the default catalogue and the forms of departments up to date. Idempotent."""
    from django.core.management import call_command

    from linli.core.access.public import sync_roles
    from linli.core.catalogue.public import set_up_catalogue
    from linli.core.forms.public import acquaint_all, bring_forms
    from linli.core.ledger.public import adopt_all
    from linli.core.platform.public import bind_what_stands

    call_command("migrate", verbosity=0, interactive=False)
    bind_what_stands()
    sync_roles()
    set_up_catalogue(national=national)
    adopt_all()
    bring_forms()
    acquaint_all()


@command(short_help="make or update the tables, the roles and the default catalogue")
@option(
    "--no-national-catalogue", is_flag=True, help="leave out the categories of GB/T 47678.5 (for a city with its own)"
)
def migrate(no_national_catalogue: bool) -> None:
    """Makes or updates the tables, the roles and the catalogue every city starts with. Running it again changes nothing."""
    start_django()
    from django.conf import settings

    settings.LINLI_HOME.mkdir(parents=True, exist_ok=True)
    set_up_city(national=not no_national_catalogue)
    click.echo(_("Tables, roles and catalogue are up to date."))


def refuse_taken_port(host: str, port: int) -> None:
    """Ends with a sentence when nothing can listen there. Granian would share the port, and two servers answer in turn."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that just ended is no other server
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                _("Cannot serve on %(host)s:%(port)s: %(reason)s. Stop what serves there, or name another with --port.")
                % {"host": host, "port": port, "reason": error.strerror}
            ) from None


def run_server(host: str, port: int, *, threads: int, workers: int, with_worker: bool) -> None:
    """Serves until stopped. With the embedded database one process does everything; jobs run in threads inside it."""
    from granian.constants import Interfaces
    from granian.server import Server

    refuse_taken_port(host, port)
    os.environ["LINLI_WORKER_INSIDE"] = "1" if with_worker else ""
    os.environ["LINLI_REQUEST_THREADS"] = str(threads)
    home = demo_home()
    if home is not None:
        from linli.demo.run import keep_clock

        keep_clock(home, timedelta(seconds=int(os.environ["LINLI_CLOCK_SHIFT"])))
    Server(
        "linli.config.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=workers, blocking_threads=threads,
        websockets=False, log_access=False, respawn_failed_workers=True,
    ).serve()  # fmt: skip


@command(short_help="serve the pages and the API")
@option("--host", default="127.0.0.1", show_default=True)
@option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@option(
    "--threads", default=8, show_default=True, type=click.IntRange(1, 64), help="requests at a time in each process"
)
@option("--workers", default=0, type=click.IntRange(0, 64), help="processes; default: one, on PostgreSQL one per core")
@option(
    "--worker/--no-worker",
    "with_worker",
    default=None,
    help="work off jobs inside; default: yes with the embedded database",
)
def serve(host: str, port: int, threads: int, workers: int, with_worker: bool | None) -> None:
    """Serves the pages and the API. Put a proxy with TLS in front (docs/operations.md)."""
    refuse_taken_port(host, port)
    on_database()
    from django.db import connection

    embedded = connection.vendor == "sqlite"
    if embedded and workers > 1:
        raise click.UsageError(
            _("The embedded database takes one process; use PostgreSQL for more (docs/operations.md).")
        )
    run_server(
        host, port, threads=threads, workers=workers or (1 if embedded else os.cpu_count() or 1),
        with_worker=embedded if with_worker is None else with_worker,
    )  # fmt: skip


@command(short_help="work off jobs and send messages (beside `serve` on PostgreSQL)")
@option("--threads", default=2, show_default=True, type=click.IntRange(1, 32))
def worker(threads: int) -> None:
    """Works off jobs and sends messages until it is stopped; several may run. With the embedded database `serve` does it."""
    on_database()
    from linli.core.platform.public import run_worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    click.echo(_("Working off jobs; Ctrl-C ends."))
    run_worker(threads=threads, stop=stop)
