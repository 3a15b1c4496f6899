"""Reads of places and things: what stands near a point."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_range, tile_key_ranges
from linli.core.access.public import Access, restrict
from linli.core.registry.models import Component


@dataclass(frozen=True, slots=True)
class Near:
    """A component near a point."""

    id: int
    code: str
    name: str
    lon: float
    lat: float
    distance_m: float


def near_filter(lon: float, lat: float, radius_m: float) -> Q:
    """A filter on `tile_key` that holds every point within the radius and few others; ranges of a b-tree index."""
    wanted = Q()
    for low, high in tile_key_ranges(bounds_around(lon, lat, radius_m)):
        wanted |= Q(tile_key__gte=low, tile_key__lte=high)
    return wanted


def components_near(lon: float, lat: float, radius_m: float = 60, limit: int = 40) -> list[Near]:
    """The components in use within the radius (metres), nearest first."""
    rows = Component.objects.filter(near_filter(lon, lat, radius_m), retired_at__isnull=True).values_list(
        "id", "code", "name", "lon", "lat"
    )[:2000]
    found = [Near(*row, distance_m=float(distance_m(lon, lat, row[3], row[4]))) for row in rows]
    return sorted((near for near in found if near.distance_m <= radius_m), key=lambda near: near.distance_m)[:limit]


def components_in_tile(
    access: Access, zoom: int, x: int, y: int, *, most: int = 5000
) -> list[tuple[str, str, str, float, float]] | None:
    """Code, name, class (大类), longitude and latitude of the components in use in a map tile that this person may see; None when
    there are more than `most`."""
    low, high = tile_key_range(zoom, x, y)
    seen = components_for(access).filter(tile_key__gte=low, tile_key__lte=high)
    found = list(seen.values_list("code", "name", "major_code", "lon", "lat")[: most + 1])
    return found if len(found) <= most else None


def components_for(access: Access) -> QuerySet[Component]:
    """The components in use that this person may see."""
    return restrict(access, "registry.view", Component.objects.filter(retired_at__isnull=True))
