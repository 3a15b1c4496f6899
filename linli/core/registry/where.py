"""Where a point is, in words that people use: a compound, a crossing, a street, a shop. `where_is` is the whole door.

It knows what the deployment has: named streets (streets.py), compounds and premises. Nothing is asked of the network, nothing
of people, and no address of an earlier case is told to anybody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.platform.public import ask
from linli.core.registry.models import Compound, Premises
from linli.core.registry.street_models import StreetPiece
from linli.core.registry.streets import PIECE_M

STREET_M = 80.0
CROSSING_M = 150.0
MEETS_M = 15.0  # axes of streets that end at each other rarely touch
AT_CROSSING_M = 15.0
PREMISES_M = 40.0
COMPOUND_M = 400.0
MOST_ROWS = 600
# Clockwise from north.
DIRECTIONS = (
    gettext_noop("%s m north"), gettext_noop("%s m northeast"), gettext_noop("%s m east"), gettext_noop("%s m southeast"),
    gettext_noop("%s m south"), gettext_noop("%s m southwest"), gettext_noop("%s m west"), gettext_noop("%s m northwest"),
)  # fmt: skip

Point = tuple[float, float]
Segment = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a street in metres east and north of the point asked about."""

    name: str
    segment: Segment

    def away_m(self) -> float:
        return math.dist((0.0, 0.0), _nearest((0.0, 0.0), self.segment))


def where_is(lon: float, lat: float) -> str:
    """Words for a WGS 84 position, in the language of the request: 滨江北路与长安巷路口东 30 米; empty where nothing is known.

    In a compound its name; near a crossing that, with direction and metres; else the street, with a shop or the like beside
    it. At most three statements on indexes, at most 600 rows each.
    """
    compound = _compound(lon, lat)
    if compound:
        return _("in %s") % compound
    pieces = _pieces_around(lon, lat)
    premises = _premises(lon, lat)
    street = min(pieces, key=_Piece.away_m, default=None)
    if street is None or street.away_m() > STREET_M:
        return _("beside %s") % premises if premises else ""
    crossing = _crossing(street.name, pieces)
    if crossing is not None:
        return _at_crossing(street.name, *crossing)
    return _("%(street)s, beside %(place)s") % {"street": street.name, "place": premises} if premises else street.name


def _near(model: type[Model], columns: str, lon: float, lat: float, radius_m: float, more: str = "") -> list[Any]:
    """Columns of the rows whose tile may lie within the radius. By hand: every page of a case without an address asks three times."""
    spans = tile_key_ranges(bounds_around(lon, lat, radius_m))
    ranges = " OR ".join(["tile_key BETWEEN %s AND %s"] * len(spans))
    sql = f"SELECT {columns} FROM {model._meta.db_table} WHERE ({ranges}){more} LIMIT {MOST_ROWS}"  # noqa: S608 - names
    return ask(sql, [bound for span in spans for bound in span])


def _compound(lon: float, lat: float) -> str:
    point = shapely.Point(lon, lat)
    held = " AND retired_at IS NULL AND outline IS NOT NULL"
    for name, outline in _near(Compound, "name, outline", lon, lat, COMPOUND_M, held):
        if shapely.from_wkb(bytes(outline)).contains(point):
            return str(name)
    return ""


def _premises(lon: float, lat: float) -> str:
    rows = _near(Premises, "name, lon, lat", lon, lat, PREMISES_M, " AND retired_at IS NULL")
    found = [(float(distance_m(lon, lat, x, y)), name) for name, x, y in rows]
    away_m, name = min(found, default=(math.inf, ""))
    return str(name) if away_m <= PREMISES_M else ""


def _pieces_around(lon: float, lat: float) -> list[_Piece]:
    north_m, east_m = (
        float(distance_m(lon, lat - 0.005, lon, lat + 0.005)) * 100,
        float(distance_m(lon - 0.005, lat, lon + 0.005, lat)) * 100,
    )

    def flat(x: float, y: float) -> Point:
        return (x - lon) * east_m, (y - lat) * north_m

    radius_m = CROSSING_M + STREET_M + PIECE_M / 2
    values = _near(StreetPiece, "name, lon, lat, to_lon, to_lat", lon, lat, radius_m)
    return [_Piece(name, (flat(x1, y1), flat(x2, y2))) for name, x1, y1, x2, y2 in values]


def _crossing(street: str, pieces: list[_Piece]) -> tuple[str, Point] | None:
    """The crossing of this street that is nearest to the point: the other street's name and its place in metres."""
    near = [piece for piece in pieces if piece.away_m() <= CROSSING_M + MEETS_M]  # both streets pass a crossing
    own = [piece.segment for piece in near if piece.name == street]
    best: tuple[float, str, Point] | None = None
    for piece in near:
        if piece.name == street:
            continue
        for segment in own:
            apart_m, place = meeting(segment, piece.segment)
            away_m = math.hypot(*place)
            if apart_m <= MEETS_M and away_m <= CROSSING_M and (best is None or away_m < best[0]):
                best = (away_m, piece.name, place)
    return (best[1], best[2]) if best else None


def _at_crossing(street: str, other: str, place: Point) -> str:
    words = _("crossing %(one)s / %(other)s") % {"one": street, "other": other}
    away_m = math.hypot(*place)
    if away_m < AT_CROSSING_M:
        return words
    # From the crossing to the point, which is the origin.
    bearing = math.degrees(math.atan2(-place[0], -place[1])) % 360
    offset = _(DIRECTIONS[round(bearing / 45) % 8]) % (
        5 * round(away_m / 5) if away_m < 50 else 10 * round(away_m / 10)
    )
    return _("%(crossing)s, %(offset)s") % {"crossing": words, "offset": offset}


def _nearest(point: Point, segment: Segment) -> Point:
    (x1, y1), (x2, y2) = segment
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    part = 0.0 if square == 0 else max(0.0, min(1.0, ((point[0] - x1) * dx + (point[1] - y1) * dy) / square))
    return x1 + part * dx, y1 + part * dy


def meeting(one: Segment, other: Segment) -> tuple[float, Point]:
    """How far two segments stay apart, and where the first is nearest to the second."""
    (x1, y1), (x2, y2) = one
    (x3, y3), (x4, y4) = other
    turn = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3)
    if turn:
        along = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / turn
        across = ((x3 - x1) * (y2 - y1) - (y3 - y1) * (x2 - x1)) / turn
        if 0 <= along <= 1 and 0 <= across <= 1:
            return 0.0, (x1 + along * (x2 - x1), y1 + along * (y2 - y1))
    ends = [(_nearest(end, one), end) for end in other] + [(end, _nearest(end, other)) for end in one]
    place, counterpart = min(ends, key=lambda pair: math.dist(*pair))
    return math.dist(place, counterpart), place
