"""Nothing but the clock itself asks what time it is on the machine: all of linli can be held still, and the demo's clock moved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import linli
from linli.core.platform.clock import local_today, now, shift_clock
from linli.core.platform.public import clock_at

PACKAGE = Path(linli.__file__).parent
ASKS = re.compile(
    r"datetime\.now\(|utcnow\(|date\.today\(|timezone\.now\(|localdate\(\)|localtime\(\)|time\.time\(\)|\{% now |auto_now(_add)?=|CURRENT_TIMESTAMP"
)
# The clock, and what stands outside a city: the machine's own time when the demo is made, and how long something took.
MAY = {"core/platform/clock.py", "demo/run.py", "demo/walk.py"}


def test_only_the_clock_asks_the_machine() -> None:
    files = [path for kind in ("*.py", "*.html", "*.txt") for path in PACKAGE.rglob(kind)]
    assert len(files) > 200
    asking = {path.relative_to(PACKAGE).as_posix() for path in files if ASKS.search(path.read_text(encoding="utf-8"))}
    assert asking - MAY == set()


def test_a_moved_clock_moves_the_day_and_a_held_one_stands() -> None:
    before = now()
    try:
        shift_clock(timedelta(days=-3))
        assert timedelta(days=-3) <= now() - before < timedelta(days=-3, minutes=1)
        with clock_at(datetime(2026, 3, 31, 16, 30, tzinfo=UTC)):
            assert now() == datetime(2026, 3, 31, 16, 30, tzinfo=UTC)
            assert local_today().isoformat() == "2026-04-01"  # it is past midnight in the city's zone
    finally:
        shift_clock(timedelta(0))
