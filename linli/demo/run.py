"""The demo city as `linli demo` needs it: there once, whole or not at all, and made again when what makes it has changed.

`making.py` makes it, `walk.py` tells what to look at; neither Django nor the generator is loaded when the city is there already.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as dtime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from linli.demo.making import Order, make_in_child
from linli.demo.walk import print_walk
from linli.lib.chinese_holidays import chinese_exceptions
from linli.lib.refusal import Refusal, Sentence

__all__ = ["DemoRefused", "clock_shift", "ensure_demo", "print_walk"]

MARKER = "demo.json"
CASES, PHOTOS = 1200, 600
PACKAGE = Path(__file__).resolve().parent.parent
# What the made city depends on besides its seed. A change of other code does not make it anew.
MADE_FROM = ("demo/**/*.py", "**/migrations/*.py", "**/descriptor.py", "core/access/roles.py", "core/cases/catalogue_services.py",
             "core/cases/standards/*.csv")  # fmt: skip
ZONE = ZoneInfo("Asia/Shanghai")
PRESENT = dtime(10, 40)  # the middle of a morning: something was done today, and much is under way

Say = Callable[[Sentence], object]


class DemoRefused(Refusal):
    """The demo cannot be made here; the text says what to do."""


def ensure_demo(
    home: Path, *, seed: int, anchor: datetime | None, fresh: bool, start_django: Callable[[], None], say: Say,
    cases: int = CASES, photos: int = PHOTOS,
) -> None:  # fmt: skip
    """Makes the demo city in `home` unless it is there: same seed, same code that makes it, and the anchor if one is given.

    A city that a killed run left half made is thrown away; `fresh` throws a whole one away too, with what was done in it.
    `anchor` is the day that is today in the city (its date counts). Raises DemoRefused for a folder that holds something else.
    """
    home = home.absolute()
    wanted = {"seed": seed, "version": version_digest(), "cases": cases, "photos": photos}
    if anchor is not None:
        wanted["anchor"] = anchor.date().isoformat()
    home.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(home):
        there = _marker(home)
        if not fresh and there is not None and all(there.get(key) == value for key, value in wanted.items()):
            return
        if there is None and home.exists() and any(home.iterdir()):
            raise DemoRefused(
                "%(home)s holds something that is not a demo city. Name another folder with --home.", home=home
            )
        _make(home, wanted, Order(seed, _present(anchor), cases, photos), start_django, say)


def _make(home: Path, wanted: dict[str, Any], order: Order, start_django: Callable[[], None], say: Say) -> None:
    start = time.monotonic()
    half = home.with_name(f".{home.name}.making")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    say(Sentence("Making the demo city (seed %(seed)s) in %(home)s:", {"seed": order.seed, "home": home}))
    ours, theirs = get_context("spawn").Pipe(duplex=False)
    child = get_context("spawn").Process(target=make_in_child, args=(start_django, half, order, theirs))
    child.start()
    theirs.close()
    while True:
        try:
            say(ours.recv())
        except EOFError:
            break
    child.join()
    if child.exitcode != 0:
        raise DemoRefused("The demo city could not be made; the reason stands above.")
    today = order.present.astimezone(ZONE).date().isoformat()
    (half / MARKER).write_text(json.dumps({**wanted, "anchor": today, "present": order.present.isoformat()}, indent=1))
    shutil.rmtree(home, ignore_errors=True)
    half.rename(home)
    made_s = time.monotonic() - start
    say(Sentence("The demo city is made: %(seconds).0f s.", {"seconds": made_s}))
    download_s, work_s = os.environ.get("LINLI_SETUP_DOWNLOAD_S"), os.environ.get("LINLI_SETUP_WORK_S")
    if download_s and work_s:
        say(
            Sentence(
                "First start: %(work).0f s of own work, and %(download).0f s of downloads.",
                {"work": float(work_s) + made_s, "download": float(download_s)},
            )
        )


def version_digest() -> str:
    """A digest of the sources that decide what is made."""
    whole = hashlib.sha256()
    for path in sorted({path for pattern in MADE_FROM for path in PACKAGE.glob(pattern)}):
        whole.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def _present(anchor: datetime | None) -> datetime:
    """The instant that is now in the city: the middle of the anchor's morning, else of the last working day's that has come.

    Nothing lies in the future.
    """
    now = machine_time().replace(second=0, microsecond=0)
    if anchor is not None:
        return min(now, _morning(anchor.date()))
    holidays, _known_until = chinese_exceptions()
    day = now.astimezone(ZONE).date()
    while not holidays.get(day, day.weekday() < 5) or _morning(day) > now:
        day -= timedelta(days=1)
    return _morning(day)


def _morning(day: date) -> datetime:
    return datetime.combine(day, PRESENT, ZONE).astimezone(UTC)


def clock_shift(home: Path) -> timedelta:
    """How far the city's clock is from the machine's when it is served now: it goes on where it stood, and stands unserved.

    So whoever comes back after a weekend finds the morning that they left, not two hundred cases overdue.
    """
    marker = _marker(home) or {}
    stood = datetime.fromisoformat(marker["present"])
    with closing(sqlite3.connect(f"file:{home / 'linli.sqlite3'}?mode=ro", uri=True)) as city:
        (last,) = city.execute("SELECT max(at) FROM platform_audit_record").fetchone()
    if last:
        stood = max(stood, datetime.fromisoformat(last).replace(tzinfo=UTC))
    return timedelta(seconds=round((stood - machine_time()).total_seconds()))


def machine_time() -> datetime:
    """What the machine's own clock shows; everything else in the demo asks the city's."""
    return datetime.now(UTC)


def _marker(home: Path) -> dict[str, Any] | None:
    """What a whole city says about itself."""
    try:
        found = json.loads((home / MARKER).read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    """Two terminals may start the demo at once; the second waits and then finds the city."""
    with home.with_name(f".{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
