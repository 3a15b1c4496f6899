"""A rehearsal runs the real restore beside the deployment, says what it would say, and leaves nothing."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from linli.core.platform.keeping import housekeeping
from linli.core.platform.models import AuditRecord, StoredFile
from linli.core.platform.public import (
    SYSTEM,
    BackupRefused,
    check_files,
    make_backup,
    newest_backup,
    receive_photo,
    rehearse_restore,
    write,
)
from linli.core.platform.writing.jobs.registry import periods
from tests.platform.test_backup import photo, rot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_HOME = tmp_path / "home"
    settings.LINLI_COMMAND = [sys.executable, "-m", "linli.config.cli"]
    return tmp_path / "home"


def databases() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database")
        return int(cursor.fetchone()[0])


@pytest.mark.slow
def test_a_rehearsal_restores_everything_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    receive_photo(photo(1))
    with write(SYSTEM) as work:
        work.audit("city", "test.thing", "thing", 1, {})
    target = tmp_path / "linli.tar"
    make_backup(target)
    before = databases(), sorted(home.rglob("*")), StoredFile.objects.count()
    went = rehearse_restore(target)
    assert went.whole, went.said
    assert "3" in went.said  # files
    assert (databases(), sorted(home.rglob("*")), StoredFile.objects.count()) == before
    assert AuditRecord.objects.filter(action="backup.rehearse").count() == 1
    assert _metric("linli_backup_rehearsed") == 1
    content = target.read_bytes()
    place = content.index(b"database.")
    target.write_bytes(content[: place + 2048] + b"?" + content[place + 2049 :])
    assert not rehearse_restore(target).whole
    assert _metric("linli_backup_rehearsed") == 0
    assert (databases(), sorted(home.rglob("*")), StoredFile.objects.count()) == before


def _metric(name: str) -> float:
    text = Client().get("/metrics").content.decode()
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} ")))


def test_metrics_tell_how_many_files_are_lost(home: Path) -> None:
    assert _metric("linli_files_not_whole") == -1
    assert _metric("linli_backup_rehearsed") == -1
    receive_photo(photo(1))
    check_files()
    assert _metric("linli_files_not_whole") == 0
    rot(home, "received")
    check_files()
    assert _metric("linli_files_not_whole") == 1


def test_the_newest_backup_of_the_folder_is_taken(tmp_path: Path, settings: Any) -> None:
    with translation.override("en"):
        settings.LINLI_BACKUPS = None
        with pytest.raises(BackupRefused, match="LINLI_BACKUPS"):
            newest_backup()
        settings.LINLI_BACKUPS = tmp_path
        with pytest.raises(BackupRefused, match="no backup"):
            newest_backup()
        for age, name in enumerate(("b.tar", "c.tar", "a.tar", "z.tar.part")):
            (tmp_path / name).write_bytes(b"x")
            at = time.time() - 100 * age
            os.utime(tmp_path / name, (at, at))
        assert newest_backup() == tmp_path / "b.tar"


def test_both_looks_are_jobs_that_start_a_process_of_their_own(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    started: list[tuple[str, ...]] = []
    monkeypatch.setattr(housekeeping, "start_apart", lambda *words: started.append(words))
    assert {"check_stored_files", "rehearse_newest_backup"} <= set(periods())
    settings.LINLI_BACKUPS = None
    with write(SYSTEM) as work:
        housekeeping.check_stored_files(work, {})
        housekeeping.rehearse_newest_backup(work, {})
    assert started == [("files", "check")]
    settings.LINLI_BACKUPS = Path("/srv/backup")
    with write(SYSTEM) as work:
        housekeeping.rehearse_newest_backup(work, {})
    assert started[1:] == [("restore", "--rehearse")]
