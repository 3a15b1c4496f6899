"""Nothing but the clock itself asks what time it is on the machine: all of linli can be held still, and the demo's clock moved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.utils.translation import override

from linli.core.platform.public import clock_at, day_start, local_day, local_today, moment_words
from linli.core.platform.writing.clock import now, shift_clock

from .walk import PACKAGE, sources

ASKS = re.compile(
    r"datetime\.now\(|utcnow\(|date\.today\(|timezone\.now\(|localdate\(\)|localtime\(\)|time\.time\(\)|\{% now |auto_now(_add)?=|CURRENT_TIMESTAMP"
)
# The clock, and what stands outside a city: the machine's own time when the demo is made, how long something took, and until when
# a session lives, which Django dates by the machine.
MAY = {"core/platform/writing/clock.py", "core/access/session_store.py", "demo/run.py", "demo/walk.py"}


def test_only_the_clock_asks_the_machine() -> None:
    files = [path for kind in ("*.py", "*.html", "*.txt") for path in sources(kind)]
    assert len(files) > 200
    asking = {path.relative_to(PACKAGE).as_posix() for path in files if ASKS.search(path.read_text(encoding="utf-8"))}
    assert asking - MAY == set()


# Which day it is, is asked of core/platform/writing/days.py: the day of an instant in UTC is another one for eight hours of each.
ASKS_THE_DAY = re.compile(
    r"ZoneInfo\(settings\.TIME_ZONE\)|timezone\.(localtime|localdate|make_aware|get_(current|default)_timezone)\b|"
    r"\b(now\(\)|now|instant)\.date\(\)"
)
# The demo builds its own city, in its own zone, by days of that zone.
MAY_ASK_THE_DAY = {"core/platform/writing/days.py", "demo/staff.py"}


def test_only_one_place_knows_the_days_of_the_city() -> None:
    files = sources()
    asking = {
        path.relative_to(PACKAGE).as_posix() for path in files if ASKS_THE_DAY.search(path.read_text(encoding="utf-8"))
    }
    assert asking - MAY_ASK_THE_DAY == set()
    assert "core/platform/writing/days.py" in asking


def test_a_day_of_the_city_begins_at_its_midnight() -> None:
    late, early = datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 31, 16, tzinfo=UTC)
    assert [local_day(late).day, local_day(early).day] == [31, 1]
    assert day_start(local_day(early)) == early
    new_year = datetime(2026, 12, 31, 16, 5, tzinfo=UTC)
    with override("zh-hans"):
        assert moment_words(new_year, late) == "2027年1月1日 00:05"
        assert moment_words(new_year, new_year) == "1月1日 00:05"
        assert moment_words(new_year, new_year, with_year=True) == "2027年1月1日 00:05"
    assert moment_words(None) == ""


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
