"""`compiled`: functions for inner loops, compiled by numba on first use and kept on disk.

numba looks only at a function's own file when it decides whether what it kept is still good, and not at the files that
the function calls into; stale code crashes. Here the folder is named after all sources of the function's package, so that
any edit or upgrade begins a new one, and the one before goes. Functions call into their own package only.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "compiled-"
config: Any = numba.config  # its attributes are made while it is imported


def digest(package: Path) -> str:
    """Sixteen hexadecimal digits that stand for all Python sources under a folder, their names and what is in them."""
    whole = sha256()
    for path in sorted(package.rglob("*.py")):
        whole.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


def kept_in(package: Path, places: Sequence[Path]) -> Path | None:
    """The folder for the compiled functions of these sources: in the first place that can be written, or none.

    Folders of earlier sources are removed from that place.
    """
    name = PREFIX + digest(package)
    for place in places:
        try:
            (place / name).mkdir(parents=True, exist_ok=True)
            (place / name / "writable").touch()
        except OSError:
            continue
        for old in place.glob(f"{PREFIX}*"):
            if old.name != name:
                shutil.rmtree(old, ignore_errors=True)
        return place / name
    return None


@cache
def folder_of(package: Path) -> Path | None:
    """Where the functions of a package are kept: beside the sources, else with the user, else nowhere."""
    places = [package / "__pycache__"]
    with suppress(RuntimeError):  # a user without a home
        places.append(Path.home() / ".cache" / "linli")
    return kept_in(package, places)


def is_cold(package: Path) -> bool:
    """Whether nothing of a package is compiled yet, so that its first use will take long."""
    folder = config.CACHE_DIR or folder_of(package)
    return not (folder and any(Path(folder).rglob("*.nbc")))


def compiled(function: F) -> F:
    """Compile a function for one core; it must be plain loops over arrays and numbers.

    Dividing by zero gives infinity or no number, as in NumPy. A folder named in NUMBA_CACHE_DIR is used as it is.
    """
    before = config.CACHE_DIR
    folder = before or folder_of(Path(function.__code__.co_filename).parent)
    config.CACHE_DIR = str(folder or "")
    try:
        made: Any = numba.njit(cache=bool(folder), nogil=True, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = before
    return cast(F, made)
