"""The tests' own PostgreSQL runs beside a command, answers it, and leaves nothing behind, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tools.postgres import PostgresError, cluster, programs

try:
    programs()
except PostgresError as error:  # `make test` installs it; other machines may lack it
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.slow
BESIDE = (sys.executable, "-m", "tools.postgres", "--")


def refuses(url: str) -> bool:
    """Whether nobody answers at the address."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return True
    return False


def test_the_cluster_answers_with_its_password_alone_and_is_gone_afterwards() -> None:
    with cluster() as running:
        with psycopg.connect(running.url) as connection:
            answer = connection.execute("SELECT current_setting('data_directory'), 6 * 7").fetchone()
        assert answer is not None
        assert answer[1] == 42
        home = Path(answer[0]).parent
        assert home.exists()
        assert refuses(running.url.replace(str(urlsplit(running.url).password), "guess"))
    assert refuses(running.url)
    assert not home.exists()


def test_the_exit_code_is_the_commands_own() -> None:
    done = subprocess.run(
        [*BESIDE, "sh", "-c", 'psql "$LINLI_DATABASE_URL" -Atc "SELECT 6 * 7"; exit 7'],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 7
    assert done.stdout.strip() == "42"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("inherited", [signal.SIG_DFL, signal.SIG_IGN])
def test_a_signal_ends_command_and_cluster(end: signal.Signals, inherited: signal.Handlers) -> None:
    """Also where it was started in the background, which leaves SIGINT ignored in some shells."""
    script = 'echo "$LINLI_DATABASE_URL"; exec sleep 60'
    with subprocess.Popen(
        [*BESIDE, "sh", "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, inherited),
    ) as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        os.kill(program.pid, end)
        assert program.wait(30) == 128 + end
    assert refuses(url)
    assert not Path(row[0]).parent.exists()
