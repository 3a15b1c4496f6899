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
MOST_CORNERS = 40
_CORNER = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,5})?)_(-?[0-9]{1,2}(?:\.[0-9]{1,5})?)")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?")
_DISC = re.compile(_CORNER.pattern + r"_([0-9]{1,5})m")


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


def corners(text: str) -> tuple[tuple[float, float], ...] | None:
    """The corners of a polygon as an address has them, 115.41142_32.86376~115.42_32.87~115.41_32.87: 3 to MOST_CORNERS pairs of longitude
    and latitude (WGS 84) with at most five decimals, up to 180 and 85 degrees. No valid text is longer than 21 signs for each."""
    parts = text.split("~", MOST_CORNERS)
    found = [_CORNER.fullmatch(part) for part in parts]
    if not 3 <= len(parts) <= MOST_CORNERS or not all(found):
        return None
    read = tuple((float(one[1]), float(one[2])) for one in found if one)
    return read if all(abs(lon) <= 180 and abs(lat) <= 85 for lon, lat in read) else None


def disc(text: str, most_m: int = 50_000) -> tuple[float, float, int] | None:
    """Longitude, latitude (WGS 84) and radius in metres of a circle as an address has it: 115.41142_32.86376_500m."""
    found = _DISC.fullmatch(text)
    if found is None:
        return None
    lon, lat, radius_m = float(found[1]), float(found[2]), int(found[3])
    return (lon, lat, radius_m) if abs(lon) <= 180 and abs(lat) <= 85 and 1 <= radius_m <= most_m else None


def box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a rectangle in degrees, written as 115.1,30.2,115.3,30.4; None where they are not in that order."""
    parts = text.split(",", 4)
    if len(parts) != 4 or not all(_DEGREES.fullmatch(part) for part in parts):
        return None
    west, south, east, north = (float(part) for part in parts)
    return (west, south, east, north) if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None
