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
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as dtime
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from linli.demo.making import Order, make_in_child
from linli.demo.walk import print_walk
from linli.lib.chinese_holidays import chinese_exceptions
from linli.lib.refusal import Refusal, Sentence

__all__ = ["DemoRefused", "clock_shift", "ensure_demo", "is_demo_home", "keep_clock", "print_walk"]

MARKER, CLOCK = "demo.json", "clock.json"
BEAT = timedelta(seconds=5)  # between two notes of how far the clock of a city that is served has come
CASES, PHOTOS = 1200, 600
PACKAGE = Path(__file__).resolve().parent.parent
# What the made city depends on besides its seed. A change of other code does not make it anew.
MADE_FROM = ("demo/**/*.py", "subsystems/*/demo.py", "**/migrations/*.py", "**/descriptor.py", "core/access/roles.py", "core/catalogue/services.py",
             "core/catalogue/standards/*.csv")  # fmt: skip
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
        if there is not None and not fresh and there.get("version") != wanted["version"]:
            say(Sentence("The code changed since this demo city was made, so it is made anew."))
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
    """How far the city's clock is from the machine's now, in whole seconds: it goes on where it stood, and stands unserved.

    So whoever comes back after a weekend finds the morning that they left, not two hundred cases overdue. A command beside
    the server that runs gets the server's clock. It never goes back.
    """
    marker, now = _marker(home) or {}, machine_time()
    stood = [datetime.fromisoformat(marker["present"]), *_last_record(home)]
    try:
        beat = json.loads((home / CLOCK).read_text())
        until, shift = datetime.fromisoformat(beat["until"]), timedelta(seconds=beat["shift_s"])
    except (OSError, ValueError):
        pass  # it was never served
    else:
        served = now <= until <= now + 2 * BEAT
        stood.append((now if served else until) + shift)
    return timedelta(seconds=ceil((max(stood) - now).total_seconds()))


def _last_record(home: Path) -> list[datetime]:
    if not (home / "linli.sqlite3").exists():
        return []
    with closing(sqlite3.connect(f"file:{home / 'linli.sqlite3'}?mode=ro", uri=True)) as city:
        try:
            (last,) = city.execute("SELECT max(at) FROM platform_audit_record").fetchone()
        except sqlite3.OperationalError:  # it is being brought back from a backup
            return []
    return [datetime.fromisoformat(last).replace(tzinfo=UTC)] if last else []


def is_demo_home(home: Path) -> bool:
    """Whether a whole demo city stands there."""
    return "present" in (_marker(home) or {})


def keep_clock(home: Path, shift: timedelta) -> None:
    """Notes from now on, as long as this process lives, how far the city's clock has come; `clock_shift` reads it.

    Each note reaches a little ahead, so that a killed server's city begins again seconds later, never earlier.
    """

    def beat() -> None:
        note = {"until": (machine_time() + 2 * BEAT).isoformat(), "shift_s": int(shift.total_seconds())}
        half = home / f".{CLOCK}"
        half.write_text(json.dumps(note))
        half.replace(home / CLOCK)

    def go_on() -> None:
        while True:
            time.sleep(BEAT.total_seconds())
            with suppress(OSError):  # the city is being thrown away, or the disk is full: the next note may succeed
                beat()

    beat()
    threading.Thread(target=go_on, name="demo-clock", daemon=True).start()


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
