"""The secrets without which the keys of persons do not open: one slot each, in a file outside the database and its backups.

A slot is made with a person and overwritten with zeros when the person is forgotten. There is no backup of this file, only
a mirror (LINLI_KEY_MIRROR, a folder on another disk or machine) that is written at the same time: a backup would
remember what was to be forgotten, a mirror forgets with it. `sealing/envelope.py` wraps keys with what stands here.

The file: a head of 64 bytes, then slots of 64: 32 random bytes, and 32 of their SHA-256. A zeroed slot is never used again.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from linli.core.platform.saying.refusals import Refusal

_log = logging.getLogger("linli.keys")
_SLOT = 64
_HEAD = b"linli person keys 1\n".ljust(_SLOT, b"\0")
_EMPTY = bytes(_SLOT)
_NAME = "person-keys.bin"
_READ_SLOTS = 4096


class KeyStoreTrouble(Refusal):
    """The file of secrets or its mirror cannot be used; nothing was changed (HTTP 503)."""

    status = 503
    code = "key_store"


class Forgotten(LookupError):
    """The secret of this slot was destroyed, so nothing that was sealed under it opens again."""


class KeyStore:
    """The file in `folder` and, where there is one, its mirror. Threads and processes may use it side by side."""

    def __init__(self, folder: Path, mirror: Path | None) -> None:
        self.path = folder / _NAME
        self.mirror = mirror / _NAME if mirror else None

    def exists(self) -> bool:
        """Whether somebody has a secret here yet."""
        return self.path.exists()

    def new(self) -> tuple[int, bytes]:
        """A new secret and its slot, durable on return. Raises KeyStoreTrouble and then keeps nothing to use.

        A mirror that is away stops nobody; it is noted in the log, and the mirror gets what it lacks with the next new secret.
        """
        secret = os.urandom(32)
        record = secret + hashlib.sha256(secret).digest()
        with self._open(self.path, make=True) as file:
            size = max(os.fstat(file).st_size, _SLOT)
            slot = -(-size // _SLOT) - 1  # a slot that was cut off is left behind
            self._into_mirror(file, size, slot, record)
            _write(file, slot, record)
        return slot, secret

    def secret(self, slot: int) -> bytes:
        """The secret of a slot. Raises Forgotten when it was destroyed, KeyStoreTrouble when file or slot are not there."""
        with self._open(self.path, lock=False) as file:
            record = os.pread(file, _SLOT, (slot + 1) * _SLOT)
        if record == _EMPTY:
            raise Forgotten(slot)
        if slot < 0 or len(record) < _SLOT or hashlib.sha256(record[:32]).digest() != record[32:]:
            raise KeyStoreTrouble(
                _("The key of a person is missing in %s; bring the file back from its mirror.") % self.path
            )
        return record[:32]

    def destroy(self, slots: list[int]) -> None:
        """Overwrites slots with zeros, in the mirror first, and returns when both are on the disk. Twice is once.

        Raises KeyStoreTrouble when one of the two cannot be written; try again then, until it returns.
        """
        with self._open(self.path) as file:
            size = os.fstat(file).st_size
            kept = [slot for slot in slots if 0 <= slot < size // _SLOT - 1]
            if self.mirror is not None:
                self._follow(file, self.mirror, size)  # so that no hole of zeros stands where somebody's secret belongs
                for slot in kept:
                    self._put(self.mirror, slot, _EMPTY)
            for slot in kept:
                _write(file, slot, _EMPTY)

    def destroyed(self) -> Iterator[int]:
        """The slots that were destroyed, in order."""
        if not self.exists():
            return
        with self._open(self.path, lock=False) as file:
            first = 0
            while part := os.pread(file, _SLOT * _READ_SLOTS, (first + 1) * _SLOT):
                for number in range(len(part) // _SLOT):
                    if part[number * _SLOT : (number + 1) * _SLOT] == _EMPTY:
                        yield first + number
                first += _READ_SLOTS

    def mirror_again(self) -> int:
        """Writes the mirror anew, slot for slot, for a mirror that is new or was away; gives the number of slots."""
        if self.mirror is None:
            raise KeyStoreTrouble(_("LINLI_KEY_MIRROR names no folder to mirror the keys of persons into."))
        with self._open(self.path, make=True) as file:
            size = max(os.fstat(file).st_size, _SLOT)
            self._copy(file, self.mirror, 0, size)
        return size // _SLOT - 1

    def mirror_lacks(self) -> int:
        """How many slots the mirror is behind, for the gauges; 0 without a mirror."""
        if self.mirror is None or not self.path.exists():
            return 0
        there = self.mirror.stat().st_size if self.mirror.exists() else _SLOT
        return max(self.path.stat().st_size - there, 0) // _SLOT

    def _into_mirror(self, file: int, size: int, slot: int, record: bytes) -> None:
        if self.mirror is None:
            return
        try:
            self._follow(file, self.mirror, size)
            self._put(self.mirror, slot, record)
        except KeyStoreTrouble as trouble:
            _log.error("The mirror of the keys of persons is behind: %s", trouble)

    def _follow(self, file: int, mirror: Path, size: int) -> None:
        """Brings a mirror that is shorter than the file up to it, so that a slot means the same in both."""
        there = mirror.stat().st_size if mirror.exists() else 0
        if there < size:
            self._copy(file, mirror, there // _SLOT * _SLOT, size)

    def _copy(self, file: int, mirror: Path, start: int, end: int) -> None:
        with self._open(mirror, make=True) as copy:
            for at in range(start, end, _SLOT * _READ_SLOTS):
                os.pwrite(copy, os.pread(file, min(_SLOT * _READ_SLOTS, end - at), at), at)
            os.fsync(copy)

    def _put(self, path: Path, slot: int, record: bytes) -> None:
        with self._open(path, make=True) as file:
            _write(file, slot, record)

    @contextmanager
    def _open(self, path: Path, *, make: bool = False, lock: bool = True) -> Iterator[int]:
        """The file, alone with `lock`; made with its head where it may be. Raises KeyStoreTrouble for what the disk refuses."""
        try:
            if make:
                # The folder of the mirror is not made: where the other disk is not mounted, nothing may look like a mirror.
                if path == self.path:
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            else:
                file = os.open(path, os.O_RDWR if lock else os.O_RDONLY)
            try:
                if lock:
                    fcntl.flock(file, fcntl.LOCK_EX)
                if make and os.fstat(file).st_size == 0:
                    os.pwrite(file, _HEAD, 0)
                yield file
            finally:
                os.close(file)
        except OSError as error:
            raise KeyStoreTrouble(
                _("The keys of persons at %(path)s cannot be used (%(error)s); look after the disk.")
                % {"path": path, "error": error.strerror or error}
            ) from error


def _write(file: int, slot: int, record: bytes) -> None:
    os.pwrite(file, record, (slot + 1) * _SLOT)
    os.fdatasync(file)


def key_store() -> KeyStore:
    """The store of this deployment."""
    return KeyStore(settings.LINLI_HOME / "keys", settings.LINLI_KEY_MIRROR)
