"""Runs a command beside a PostgreSQL cluster of its own, gone afterwards: `python -m tools.postgres -- COMMAND …`.

The cluster lives in a temporary folder and listens on a free port of 127.0.0.1 with a random password; a server that
is installed on the machine is not touched. PostgreSQL refuses to run as root, so root runs it as the user `postgres`.
The command finds the address in LINLI_DATABASE_URL. Without a command it prints the address and waits for Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

START_LIMIT_S = 60
# What is lost in a power cut does not matter to tests, and they run in half the time.
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SIZES = ("max_connections=200", "shared_buffers=256MB", "max_wal_size=2GB", "jit=off")


class PostgresError(RuntimeError):
    """The cluster cannot be made; the text says what to do."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster."""

    url: str
    port: int
    programs: Path  # folder of pg_dump and the like, of the same version as the server
    log: Path


def programs() -> Path:
    """The folder of the newest installed PostgreSQL programs, 15 or later. Raises PostgresError when there is none."""
    versions = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    newest = sorted((path for path in versions if path.parent.name.isdigit()), key=lambda path: int(path.parent.name))
    if newest and int(newest[-1].parent.name) >= 15:
        return newest[-1]
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    raise PostgresError("PostgreSQL 15 is not installed; `python3 -m tools.debian` installs it (root or sudo).")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def owner() -> str | None:
    """The user that the server runs as; None for the present one. Raises PostgresError for root without `postgres`."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise PostgresError("There is no user `postgres`; PostgreSQL refuses to run as root.") from None


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """A fresh cluster with an empty database `linli`, stopped and removed at the end. `durable` keeps fsync on."""
    bin_folder, user = programs(), owner()
    home = Path(tempfile.mkdtemp(prefix="linli-postgres-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        password = secrets.token_urlsafe(24)
        password_file, log = home / "password", home / "log"
        password_file.write_text(password)
        if user:
            for path in (home, password_file):
                shutil.chown(path, user, user)
        groups = [user] if user else None
        made = subprocess.run(
            [
                *(
                    bin_folder / "initdb",
                    "-D",
                    home / "base",
                    "-U",
                    "linli",
                    "-E",
                    "UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                ),
                *("--auth=scram-sha-256", f"--pwfile={password_file}"),
            ],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            user=user,
            group=user,
            extra_groups=groups,
        )
        if made.returncode != 0:
            raise PostgresError(f"initdb failed:\n{made.stdout}{made.stderr}")
        port = free_port()
        options = [
            *SIZES,
            *(() if durable else FORGETFUL),
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={home}",
        ]
        with log.open("wb") as sink:
            server = subprocess.Popen(
                [bin_folder / "postgres", "-D", home / "base", "-p", str(port), *(f"--{option}" for option in options)],
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,  # Ctrl-C in the terminal reaches the command first; the server is stopped below
                user=user,
                group=user,
                extra_groups=groups,
            )
        ready = {**os.environ, "PGPASSWORD": password, "PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": "linli"}
        wait_until_ready(server, bin_folder, ready, log)
        subprocess.run([bin_folder / "createdb", "linli"], env=ready, cwd=home, check=True)
        yield Cluster(f"postgresql://linli:{password}@127.0.0.1:{port}/linli", port, bin_folder, log)
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # fast shutdown: open transactions are rolled back
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def wait_until_ready(server: subprocess.Popen[bytes], bin_folder: Path, env: dict[str, str], log: Path) -> None:
    """Returns when the server answers. Raises PostgresError with its log when it does not."""
    end = time.monotonic() + START_LIMIT_S
    while server.poll() is None and time.monotonic() < end:
        answer = subprocess.run([bin_folder / "pg_isready", "-q"], env=env, check=False)
        if answer.returncode == 0:
            return
        time.sleep(0.05)
    raise PostgresError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def stop_on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    """Turns a signal into an exit, so that the cluster is removed."""
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """The command line; its exit code is the command's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--durable", action="store_true", help="keep fsync on, for benchmarks")
    parser.add_argument("command", nargs="*", help="what to run beside it (after --)")
    options = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell's background job began with SIGINT ignored
        signal.signal(number, stop_on_signal)
    try:
        with cluster(durable=options.durable) as running:
            if not options.command:
                print(f"LINLI_DATABASE_URL={running.url}", flush=True)
                signal.pause()
            env = {
                **os.environ,
                "LINLI_DATABASE_URL": running.url,
                "PATH": f"{running.programs}{os.pathsep}{os.environ['PATH']}",
            }
            return subprocess.run(options.command, env=env, check=False).returncode
    except PostgresError as error:
        print(f"No PostgreSQL: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
