"""Tries whether a backup comes back: restores it into an empty place of its own, with every check, and removes that again.

The real restore runs, in a process of its own with a home and a database of its own; what it says is what a person would
read on the day it counts. `linli restore --rehearse` and a weekly job (housekeeping.py) use it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from linli.core.platform.keeping.backup import BackupRefused
from linli.core.platform.writing.work import SYSTEM, write


@dataclass(frozen=True)
class Rehearsal:
    """How it went: whether everything came back whole, and what the restore said."""

    source: Path
    whole: bool
    said: str


def newest_backup() -> Path:
    """The newest backup in the folder LINLI_BACKUPS. Raises BackupRefused when there is no folder or nothing in it."""
    folder = settings.LINLI_BACKUPS
    if folder is None:
        raise BackupRefused(_("Name a backup, or the folder that the nightly ones lie in as LINLI_BACKUPS."))
    found = sorted(folder.glob("*.tar"), key=lambda path: path.stat().st_mtime) if folder.is_dir() else []
    if not found:
        raise BackupRefused(_("There is no backup (*.tar) in the folder %s.") % folder)
    return found[-1]


def rehearse_restore(source: Path) -> Rehearsal:
    """Restores `source` beside this deployment and removes it again; one audit line says how it went.

    Needs room for the whole deployment once more, under LINLI_HOME. Raises BackupRefused when no place can be made.
    """
    settings.LINLI_HOME.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=settings.LINLI_HOME) as folder,
        _empty_database(Path(folder)) as url,
    ):
        own = {"LINLI_HOME": folder, "LINLI_DATABASE_URL": url, "LINLI_BACKUPS": ""}
        ended = subprocess.run(  # noqa: S603 - our own program
            [*settings.LINLI_COMMAND, "restore", str(source.absolute())],
            env={**os.environ, **own}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    said = (ended.stdout + ended.stderr).strip()
    with write(SYSTEM) as work:
        work.audit("platform", "backup.rehearse", "backup", source.name, {"whole": ended.returncode == 0})
    return Rehearsal(source, ended.returncode == 0, said)


@contextmanager
def _empty_database(folder: Path) -> Iterator[str]:
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder}/rehearsal.sqlite3"
        return
    name = f"linli_rehearsal_{token_hex(6)}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    except DatabaseError as error:
        raise BackupRefused(
            _("No database can be made to rehearse in (%s); give the role CREATEDB, or rehearse on another machine.")
            % str(error).strip()
        ) from None
    try:
        yield _address_of(name)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _address_of(name: str) -> str:
    at: dict[str, Any] = connection.settings_dict
    user = quote(str(at["USER"]), safe="")
    password = quote(str(at["PASSWORD"]), safe="")
    host = str(at["HOST"]) or "localhost"
    return f"postgresql://{user}:{password}@{host}:{at['PORT'] or 5432}/{name}"
