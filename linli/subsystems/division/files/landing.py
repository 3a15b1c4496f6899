"""The files of one command come into their folder all together or not at all.

`geopackage` next door writes single files with it, commands a proposal with its report. Two that write into one folder at the same
time each land whole, the later one last.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.utils.translation import gettext as _

from linli.core.platform.public import BadInput

PREFIX = ".linli-writing-"
STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def landing(folder: Path) -> Iterator[Path]:
    """Gives an empty folder inside `folder`; the files that stand in it when the block ends well come into `folder` at once.

    If the block or one of the renames fails, all is as it was and nothing is left. Ctrl-C waits while files are renamed, which takes
    no time. What a killed process left is swept up by the next one. Inside of another landing that one counts. Raises BadInput for
    a folder that nothing can be written into, OSError.
    """
    if folder.name.startswith(PREFIX):
        yield folder
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            _sweep(folder)
            half = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
            alive = _lock(half)
    except OSError as error:
        raise BadInput(
            _("Nothing can be written into the folder %(folder)s (%(reason)s); name another one.")
            % {"folder": folder, "reason": error.strerror},
            field="output",
        ) from None
    try:
        yield half
        made = sorted(half.iterdir())
        for one in made:
            _sync(one)
        with _locked(folder), _stops_held_back():
            _rename_all(made, folder, Path(tempfile.mkdtemp(dir=half)))
    finally:
        shutil.rmtree(half, ignore_errors=True)
        os.close(alive)


def _rename_all(made: list[Path], folder: Path, kept: Path) -> None:
    """Puts files into a folder; if one cannot come, those that did are exchanged for what was there, which `kept` holds meanwhile."""
    came: list[str] = []
    try:
        for one in made:
            there = folder / one.name
            if there.exists():
                _keep(there, kept / one.name)
            os.replace(one, there)
            came.append(one.name)
    except BaseException:
        for name in came:
            if (kept / name).exists():
                os.replace(kept / name, folder / name)
            else:
                (folder / name).unlink()
        raise


def _keep(there: Path, kept: Path) -> None:
    """A second name for a file, or a copy where the file system knows no second names."""
    try:
        os.link(there, kept)
    except OSError:
        shutil.copy2(there, kept)


@contextmanager
def _stops_held_back() -> Iterator[None]:
    """Ctrl-C and a polite kill wait until the block is through. Only the main thread is ever stopped by them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []
    before = {stop: signal.signal(stop, lambda number, _frame: held.append(number)) for stop in STOPS}
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
        for number in dict.fromkeys(held):
            signal.raise_signal(number)


def _sweep(folder: Path) -> None:
    """Removes what killed processes left: the folders that nobody holds a lock on."""
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            place = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
            finally:
                os.close(place)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; where the file system knows no locks, without one."""
    place = _lock(folder)
    try:
        yield
    finally:
        os.close(place)


def _lock(folder: Path) -> int:
    """Waits for the lock on a folder; it is held until the number that this gives is closed."""
    place = os.open(folder, os.O_RDONLY)
    with suppress(OSError):
        fcntl.flock(place, fcntl.LOCK_EX)
    return place


def _sync(path: Path) -> None:
    """Waits until a file is on the disk, so that a power cut leaves the old one or the new one."""
    with path.open("rb") as whole:
        os.fsync(whole.fileno())
