"""What a program asks for, parsed at the door: how many, after what, where, when, in which coordinate system.

Every fault is a BadInput that names the parameter; routes.py answers it with 400, as the standard has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linli.algorithms.coordinates import Bounds
from linli.core.platform.public import BadInput, day_start
from linli.lib.outside import day, instant, whole_number
from linli.web.ogc.geometry import CRS84, SYSTEMS, Crs

DEFAULT_LIMIT, MOST = 1000, 10_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
OPEN = ("", "..")


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, both included; None: without an end on that side."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question for features. `boxes` are in degrees, none of them: everywhere; `span` None: whenever."""

    limit: int = DEFAULT_LIMIT
    cursor: str = ""
    crs: Crs = CRS84
    boxes: tuple[Bounds, ...] = ()
    span: Span | None = None

    @property
    def whole(self) -> bool:
        """Whether it is the first page of everything."""
        return not (self.cursor or self.boxes or self.span)


def parse_asked(given: Mapping[str, str]) -> Asked:
    """A question out of the parameters of an address. Raises BadInput naming the parameter."""
    bbox_crs = parse_crs(given, "bbox-crs")
    return Asked(
        limit=_limit(given["limit"]) if "limit" in given else DEFAULT_LIMIT,
        cursor=given.get("cursor", ""),
        crs=parse_crs(given),
        boxes=_boxes(given["bbox"], bbox_crs) if "bbox" in given else (),
        span=_span(given["datetime"]) if "datetime" in given else None,
    )


def parse_crs(given: Mapping[str, str], name: str = "crs") -> Crs:
    """The coordinate system that a parameter names by its URI; CRS84 without one. Raises BadInput."""
    if name not in given:
        return CRS84
    found = SYSTEMS.get(given[name])
    if found is None:
        raise BadInput(_("Give one of these coordinate systems: %s.") % ", ".join(SYSTEMS), field=name)
    return found


def _limit(text: str) -> int:
    """What is beyond the maximum is the maximum and no error (/req/core/fc-limit-response-1)."""
    found = MOST if re.fullmatch(r"[0-9]{20,400}", text) else whole_number(text)
    if not found:
        raise BadInput(_("Give a whole number from 1 to %s.") % MOST, field="limit")
    return min(found, MOST)


def _boxes(text: str, crs: Crs) -> tuple[Bounds, ...]:
    """One box, or two on both sides of ±180° when west lies east of east. Heights of a box of six numbers count for nothing."""
    parts = text.split(",")
    if len(parts) not in (4, 6):
        raise BadInput(
            _("Give four numbers, or six with heights, with commas between; these are %s.") % len(parts), field="bbox"
        )
    if not all(_NUMBER.fullmatch(part) for part in parts):
        raise BadInput(_("Give numbers such as 115.01, with commas between."), field="bbox")
    numbers = [float(part) for part in parts]
    low, high = numbers[:2], numbers[len(parts) // 2 :][:2]
    west, south, east, north = (*low[::-1], *high[::-1]) if crs.lat_first else (*low, *high)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise BadInput(
            _("Latitude comes first in this coordinate system, at most 90 degrees; longitude follows, at most 180.")
            if crs.lat_first
            else _(
                "Longitude comes first in this coordinate system, at most 180 degrees; latitude follows, at most 90."
            ),
            field="bbox",
        )
    if south > north:
        raise BadInput(
            _("The south of the box lies north of its north; give the lower left corner first."), field="bbox"
        )
    if west > east:
        return Bounds(-180.0, south, east, north), Bounds(west, south, 180.0, north)
    return (Bounds(west, south, east, north),)


def _span(text: str) -> Span:
    """An instant, a day of the city, or an interval of them, open on one side with `..` or nothing."""
    parts = text.split("/")
    if len(parts) > 2 or all(part in OPEN for part in parts):
        raise _no_time()
    (start, first_end), (last_start, end) = _moment(parts[0]), _moment(parts[-1])
    if len(parts) == 1:
        return Span(start, first_end)
    if start is not None and last_start is not None and start > last_start:
        raise BadInput(_("The interval ends before it begins."), field="datetime")
    return Span(start, end)


def _moment(text: str) -> tuple[datetime | None, datetime | None]:
    """The first and the last instant of what is written; None and None for an open end."""
    if text in OPEN:
        return None, None
    found = instant(text) if re.match(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", text, re.ASCII) else None
    if found is not None:
        return found, found
    whole = day(text)
    if whole is None:
        raise _no_time()
    return day_start(whole), day_start(whole + timedelta(days=1)) - timedelta(microseconds=1)


def _no_time() -> BadInput:
    return BadInput(
        _("Give an instant such as 2026-11-21T14:05:00Z or an interval such as 2026-11-01T00:00:00Z/.., from 1900 to 2199."),
        field="datetime",
    )  # fmt: skip
