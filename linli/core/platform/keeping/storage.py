"""The storage port: where received bytes and their derivatives lie, by the SHA-256 of their content.

`files.py` next door is the only user. The local implementation keeps them under LINLI_HOME/files; another one (an
object store) needs these six methods with the same failure behaviour, and nothing else of linli changes.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from linli.core.platform.saying.refusals import Refusal

Tree = Literal["received", "derived"]
TREES: tuple[Tree, ...] = ("received", "derived")
# Left free for the database, which must be able to record what was acknowledged.
RESERVED_BYTES = 200 * 1024 * 1024
# Files of people without account stop earlier, so that the staff can still work and make room.
STRANGERS_LEAVE_BYTES = 1024 * 1024 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StorageFull(Refusal):
    """There is no room for the file (HTTP 507); nothing was kept of it."""

    status = 507
    code = "disk_full"

    def __init__(self) -> None:
        super().__init__(
            _("The server's disk is full, so the file was not saved. Tell the office, then send it again.")
        )


class Storage(Protocol):
    """Keeps contents by tree and SHA-256. Every method may raise OSError when the medium fails."""

    def put(self, tree: Tree, sha256: str, content: bytes) -> None:
        """Keeps `content`, durable on return. Twice is the same as once, and what had rotted meanwhile is written anew.

        Raises StorageFull and then keeps nothing.
        """

    def open(self, tree: Tree, sha256: str) -> BinaryIO:
        """The content from its start; seekable. Raises FileNotFoundError."""

    def remove_unless_newer(self, tree: Tree, sha256: str, cutoff: datetime) -> bool:
        """Removes a content last put before `cutoff`; False when it is absent or newer."""

    def last_put_before(self, tree: Tree, cutoff: datetime) -> Iterator[str]:
        """The SHA-256 of contents last put before `cutoff`, streamed, in no order."""

    def contents(self, tree: Tree) -> Iterator[str]:
        """The SHA-256 of all contents, streamed, in no order; what is put meanwhile may be among them."""

    def free_bytes(self) -> int:
        """How much room there is."""


class LocalStorage:
    """The port over a local folder: `<root>/<tree>/aa/bb/<sha256>`. Written beside, synced, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, tree: Tree, sha256: str, content: bytes) -> None:
        """See Storage."""
        path = self._path(tree, sha256)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if self.free_bytes() < RESERVED_BYTES + len(content):
                raise StorageFull
            with self._lock(exclusive=False):
                if path.exists() and path.stat().st_size == len(content) and path.read_bytes() == content:
                    os.utime(path)
                else:
                    self._write(path, content)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFull from error
            raise

    def open(self, tree: Tree, sha256: str) -> BinaryIO:
        """See Storage."""
        return self._path(tree, sha256).open("rb")

    def remove_unless_newer(self, tree: Tree, sha256: str, cutoff: datetime) -> bool:
        """See Storage."""
        path = self._path(tree, sha256)
        with self._lock(exclusive=True):
            try:
                if path.stat().st_mtime >= cutoff.timestamp():
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        return True

    def last_put_before(self, tree: Tree, cutoff: datetime) -> Iterator[str]:
        """See Storage. What a process left half written when it was killed is removed on the way."""
        for path in self._files(tree):
            try:
                if path.stat().st_mtime >= cutoff.timestamp():
                    continue
            except FileNotFoundError:  # Renamed by the process that wrote it.
                continue
            if _SHA256.fullmatch(path.name):
                yield path.name
            elif path.name.startswith(".part-"):
                path.unlink(missing_ok=True)

    def contents(self, tree: Tree) -> Iterator[str]:
        """See Storage."""
        return (path.name for path in self._files(tree) if _SHA256.fullmatch(path.name))

    def free_bytes(self) -> int:
        """See Storage."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def _path(self, tree: Tree, sha256: str) -> Path:
        if tree not in TREES or not _SHA256.fullmatch(sha256):
            raise ValueError(f"There is no place for {tree!r} {sha256!r}.")
        return self.root / tree / sha256[:2] / sha256[2:4] / sha256

    def _files(self, tree: Tree) -> Iterator[Path]:
        for folder, _folders, names in os.walk(self.root / tree):
            yield from (Path(folder) / name for name in names)

    def _write(self, path: Path, content: bytes) -> None:
        handle, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # The rename itself must survive a power cut.
        finally:
            os.close(folder)

    @contextmanager
    def _lock(self, *, exclusive: bool) -> Iterator[None]:
        """Puts go side by side; a removal stands alone, so that it never takes what was put again a moment before."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield


def storage() -> Storage:
    """The storage of this deployment."""
    return LocalStorage(Path(settings.LINLI_HOME) / "files")
