"""The process that works imports off is killed for real, in the middle of a batch, and begun again: nothing is half done and nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from linli.core.exchange.models import ImportedRow
from linli.core.exchange.public import ImportRun, work_off_imports
from linli.core.platform.public import now, verify
from linli.subsystems.example.models import BenchNote
from tests.city import build_city
from tests.exchange.files import benches
from tests.exchange.test_pages import checked, press
from tests.platform.test_killed_worker import database_url
from tests.web.staff import signed_in


def work_off_and_die(kill_in: int) -> int:
    """The exit code of a process that works off in batches of two and kills itself in one of them."""
    environment = os.environ | {
        "LINLI_DATABASE_URL": database_url(), "LINLI_MODE": "test", "LINLI_HOME": str(settings.LINLI_HOME),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    command = [sys.executable, str(Path(__file__).with_name("worker_to_kill.py")), "2", str(kill_in)]
    return subprocess.run(command, env=environment, check=False, timeout=120, stderr=subprocess.DEVNULL).returncode


def wait_until_it_is_taken_for_dead() -> None:
    ImportRun.objects.update(beat_at=now() - timedelta(minutes=3))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_from_the_pages_killed_twice_goes_on_and_doubles_nothing() -> None:
    client = signed_in(build_city(), "supervisor")
    run_id = checked(client, benches(7))
    assert press(client, run_id, "keep", take="all").status_code == 302
    for kill_in, kept in ((1, 0), (2, 2)):
        assert work_off_and_die(kill_in) == -signal.SIGKILL
        assert (BenchNote.objects.count(), ImportedRow.objects.count()) == (kept, kept)
        assert work_off_imports() == 0, "whoever may be alive still is left alone"
        wait_until_it_is_taken_for_dead()
    assert work_off_imports() == 1
    run = ImportRun.objects.get()
    assert (run.state, run.added, run.rows) == ("brought_in", 7, 7)
    assert ImportedRow.objects.values("reference").distinct().count() == BenchNote.objects.count() == 7
    assert verify() == []
