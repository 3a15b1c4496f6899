"""The named streets in memory, to be found by name: `named_streets` is the whole door; where.py next door asks the table by place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import F, Min

from linli.algorithms.tile_keys import KEY_ZOOM
from linli.core.platform.public import Versioned
from linli.core.registry.street_models import StreetPiece

STEP_ZOOM = 15  # tiles of about one kilometre

Point = tuple[float, float]


def _load() -> dict[str, tuple[Point, ...]]:
    step = F("tile_key").bitrightshift(2 * (KEY_ZOOM - STEP_ZOOM))
    firsts = StreetPiece.objects.annotate(step=step).values("name", "step").annotate(first=Min("id")).values("first")
    found: dict[str, list[Point]] = defaultdict(list)
    rows = StreetPiece.objects.filter(id__in=firsts).order_by("id")
    for name, lon, lat in rows.values_list("name", "lon", "lat").iterator():
        found[name].append((lon, lat))
    return {name: tuple(points) for name, points in found.items()}


_streets = Versioned(_load, "streets")


def named_streets() -> Mapping[str, tuple[Point, ...]]:
    """Every named street with points on it, one in each tile of about a kilometre that it passes, in WGS 84 degrees.

    Streets of one name in two places are one entry. Shared and read-only; a statement only after streets were loaded anew.
    """
    return _streets.get()
