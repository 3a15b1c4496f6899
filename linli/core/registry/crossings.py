"""Crossings by the names of two streets (滨江北路与长安巷路口): where they meet. where.py next door says of a point which crossing is near."""

from __future__ import annotations

import math
import re
from itertools import product

from django.db.models import Q

from linli.algorithms.distances import distance_m
from linli.algorithms.tile_keys import tile_key, tile_key_range, tile_of_key
from linli.core.registry.street_models import StreetPiece
from linli.core.registry.street_names import STEP_ZOOM, named_streets
from linli.core.registry.streets import PIECE_M
from linli.core.registry.where import MEETS_M, MOST_ROWS, Point, Segment, meeting
from linli.lib.names_by_pinyin import name_rank

# What stands between two streets, and what says that a crossing is meant.
_BETWEEN = re.compile(r"\s*(?:[与和跟、,，/&＆]|\band\b|\s)\s*")
_ENDING = re.compile(r"\s*(?:交叉口|交汇处|交口|路口|crossing)\s*$")
BEST = 3  # streets of each name
MOST_TILES = 24
SAME_M = 60.0  # two carriageways of one street meet another twice at one crossing


def two_streets(words: str) -> tuple[str, str] | None:
    """The names of two streets in what somebody typed; None where there are not two."""
    parts = [part for part in _BETWEEN.split(_ENDING.sub("", words).strip()) if part]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def crossings_named(words: str, most: int) -> list[tuple[str, str, Point]]:
    """Where two streets meet that the words name, the best names first: both names and the place in WGS 84 degrees. One statement at most.

    The streets stand in memory with a point in each tile of about a kilometre; pieces are read only in tiles that both pass.
    """
    asked = two_streets(words)
    if asked is None:
        return []
    streets = named_streets()
    ranked = [
        sorted((rank, name) for name in streets if (rank := name_rank(part, name)) is not None)[:BEST] for part in asked
    ]
    pairs = sorted(
        (first[0] + second[0], first[1], second[1]) for first, second in product(*ranked) if first[1] != second[1]
    )
    common = {(one, other): _tiles(streets[one]) & _tiles(streets[other]) for _rank, one, other in pairs}
    tiles = set().union(*common.values()) if common else set()
    if not tiles:
        return []
    names = {name for pair, shared in common.items() if shared for name in pair}
    near = Q()
    for x, y in sorted(tiles)[:MOST_TILES]:
        near |= Q(tile_key__range=tile_key_range(STEP_ZOOM, x, y))
    rows = StreetPiece.objects.filter(near, name__in=names).order_by("id")
    pieces: dict[str, list[Segment]] = {name: [] for name in names}
    for name, *ends in rows.values_list("name", "lon", "lat", "to_lon", "to_lat")[:MOST_ROWS]:
        pieces[name].append(((ends[0], ends[1]), (ends[2], ends[3])))
    return [
        (one, other, place)
        for _rank, one, other in pairs
        if common[one, other]
        for place in _meetings(pieces[one], pieces[other])
    ][:most]


def _tiles(points: tuple[Point, ...]) -> set[tuple[int, int]]:
    """The tiles that a street passes and those around them: a piece counts to the tile of its middle, a crossing may be at its end."""
    passed = {tile_of_key(tile_key(lon, lat, STEP_ZOOM)) for lon, lat in points}
    return {(x + across, y + down) for x, y in passed for across in (-1, 0, 1) for down in (-1, 0, 1)}


def _meetings(one: list[Segment], other: list[Segment]) -> list[Point]:
    """The places where two streets meet or end at each other, each once."""
    if not one or not other:
        return []
    lon0, lat0 = one[0][0]
    east_m = float(distance_m(lon0 - 0.0005, lat0, lon0 + 0.0005, lat0)) * 1000
    north_m = float(distance_m(lon0, lat0 - 0.0005, lon0, lat0 + 0.0005)) * 1000

    def flat(segment: Segment) -> Segment:
        (x1, y1), (x2, y2) = segment
        return ((x1 - lon0) * east_m, (y1 - lat0) * north_m), ((x2 - lon0) * east_m, (y2 - lat0) * north_m)

    found: list[Point] = []
    others = [flat(segment) for segment in other]
    for first in map(flat, one):
        for second in others:
            if math.dist(first[0], second[0]) > 2 * PIECE_M + MEETS_M:  # a piece is no longer
                continue
            apart_m, (x, y) = meeting(first, second)
            if apart_m <= MEETS_M and all(abs(x - a) > SAME_M or abs(y - b) > SAME_M for a, b in found):
                found.append((x, y))
    return [(lon0 + x / east_m, lat0 + y / north_m) for x, y in found]
