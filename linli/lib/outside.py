"""Numbers, days, instants and points in text from outside: addresses, cursors, forms. None for everything that is none.

`isdigit` takes `²`, `int` takes `1_000`, Bengali digits and raises beyond 4,300 of them, `fromisoformat` takes weeks and an
instant that no database can hold. So pages and selectors read such text here and nowhere else
(tests/house/test_outside_text.py).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

LARGEST_ID = 2**63 - 1
FIRST_YEAR, LAST_YEAR = 1900, 2199
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,19}")
_POINT = re.compile(
    r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?),(-?[0-9]{1,2}(?:\.[0-9]{1,15})?)(?:,([0-9]{1,2}(?:\.[0-9]{1,4})?))?"
)


def whole_number(text: str, most: int = LARGEST_ID) -> int | None:
    """A whole number from 0 to `most`, written in ASCII digits and nothing else."""
    found = int(text) if _DIGITS.fullmatch(text) else None
    return found if found is not None and found <= most else None


def day(text: str) -> date | None:
    """A day written as 2026-11-21, from 1900 to 2199."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def instant(text: str) -> datetime | None:
    """An instant with its offset, such as 2026-11-21T14:05:00+08:00, from 1900 to 2199; in UTC."""
    try:
        found = datetime.fromisoformat(text)
        found = found.astimezone(UTC) if found.tzinfo is not None else None  # type: ignore[assignment]
    except (ValueError, OverflowError):
        return None
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def map_point(text: str, usual_zoom: float = 16) -> tuple[float, float, float] | None:
    """Longitude, latitude (WGS 84) and zoom of a place on a map, written as 115.41142,32.86376 or 115.41142,32.86376,17.

    None beyond 180 and 85 degrees, where maps end, and outside the zooms 2 to 20.
    """
    found = _POINT.fullmatch(text)
    if found is None:
        return None
    lon, lat, zoom = float(found[1]), float(found[2]), float(found[3] or usual_zoom)
    return (lon, lat, zoom) if abs(lon) <= 180 and abs(lat) <= 85 and 2 <= zoom <= 20 else None
