"""Where the files of imports from the pages lie: LINLI_HOME/imports, by the UUID of their run, until nobody needs them. No backup takes them."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO
from uuid import UUID

from django.conf import settings

from linli.core.platform.public import StorageFull

MAX_BYTES = 50 * 1024 * 1024
RESERVED_BYTES = 200 * 1024 * 1024  # left free for the database
STRAY = timedelta(hours=1)


def folder() -> Path:
    """The folder; made when it is missing."""
    path = Path(settings.LINLI_HOME) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def table_file(uuid: UUID) -> Path:
    """The file that a person sent."""
    return folder() / f"{uuid}.table"


def bad_rows_file(uuid: UUID) -> Path:
    """The rows that cannot be taken, with the reason."""
    return folder() / f"{uuid}.bad"


def map_file(uuid: UUID) -> Path:
    """What a file of ground would change, as GeoJSON for the map of its page."""
    return folder() / f"{uuid}.map"


def sha256_of(content: IO[bytes]) -> str:
    """The digest of a file, hexadecimal; leaves it at its beginning."""
    content.seek(0)
    digest = hashlib.sha256()
    for chunk in iter(lambda: content.read(1 << 20), b""):
        digest.update(chunk)
    content.seek(0)
    return digest.hexdigest()


def keep_table(uuid: UUID, content: BinaryIO) -> None:
    """Keeps what was sent. Twice is once. Raises StorageFull and then keeps nothing."""
    content.seek(0)
    written(table_file(uuid), lambda file: shutil.copyfileobj(content, file))


def written(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Writes a file that only we may read, whole or not at all. Raises StorageFull."""
    part = path.with_suffix(path.suffix + ".part")
    try:
        if shutil.disk_usage(path.parent).free < RESERVED_BYTES + MAX_BYTES:
            raise StorageFull
        part.touch(mode=0o600)
        with part.open("wb") as file:
            write(file)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from error
        raise


def forget(uuid: UUID | None, *, table_only: bool = False) -> None:
    """Deletes what was sent, and unless told otherwise the bad rows too. Twice is once."""
    if uuid is not None:
        table_file(uuid).unlink(missing_ok=True)
        if not table_only:
            bad_rows_file(uuid).unlink(missing_ok=True)
            map_file(uuid).unlink(missing_ok=True)


def forget_strays(known: Iterable[str], at: datetime) -> int:
    """Deletes files whose names nobody knows and that have lain there for an hour; answers how many."""
    names, gone = set(known), 0
    for path in folder().iterdir():
        if path.name not in names and path.stat().st_mtime < (at - STRAY).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone
