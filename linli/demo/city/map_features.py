"""What the base map shows of a city, by layer, from which zoom on, and with which properties. WGS 84.

`basemap.py` cuts this into tiles. Order within a layer is drawing order.
"""

from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely import box
from shapely.geometry.base import BaseGeometry

from linli.demo.city.model import City, RoadClass

LAYERS: Final = ("land", "landuse", "green", "water", "road", "building", "place")
_ROAD_FROM: Final[dict[RoadClass, int]] = {"main": 10, "secondary": 11, "minor": 13, "lane": 14}
_LABELLED_PREMISES: Final = {
    "学校": ("school", 14),
    "医院": ("hospital", 13),
    "农贸市场": ("market", 14),
    "写字楼": ("office_tower", 15),
    "园区": ("industrial_park", 14),
}


@dataclass(frozen=True, slots=True)
class MapFeature:
    """One feature; `min_zoom` is the first zoom that shows it."""

    shape: BaseGeometry
    properties: dict[str, Any]
    min_zoom: int


def map_features(city: City) -> dict[str, list[MapFeature]]:
    """Return the features of every layer in LAYERS, also of an empty one."""
    return {
        "land": [MapFeature(box(*city.extent), {"class": "land"}, 10)],
        "landuse": [MapFeature(shape, {"class": "surroundings"}, 10) for shape in city.surroundings]
        + [MapFeature(p.polygon, {"class": p.land_use}, 12) for p in city.parcels if not p.polygon.is_empty],
        "green": [MapFeature(g.polygon, {"class": g.kind, "name": g.name}, 11) for g in city.greens],
        "water": [MapFeature(city.river.polygon, {"name": city.river.name}, 10)],
        "road": _roads(city),
        "building": [MapFeature(b.footprint, {"kind": b.kind, "levels": b.levels}, 14) for b in city.buildings],
        "place": _places(city),
    }


def _roads(city: City) -> list[MapFeature]:
    order: list[RoadClass] = ["lane", "minor", "secondary", "main"]
    roads = sorted(city.roads, key=lambda road: order.index(road.road_class))
    features = [
        MapFeature(
            road.line, _named({"class": road.road_class, "bridge": False}, road.name), _ROAD_FROM[road.road_class]
        )
        for road in roads
    ]
    bridges = [
        MapFeature(bridge.line, {"class": "main", "bridge": True, "name": bridge.road_name}, 12)
        for bridge in city.bridges
    ]
    return features + bridges


def _named(properties: dict[str, Any], name: str) -> dict[str, Any]:
    return {**properties, "name": name} if name else properties


def _places(city: City) -> list[MapFeature]:
    names = {area.level: area.name for area in city.areas}
    middle = city.street_polygon.representative_point()
    features = [
        MapFeature(middle, {"class": "city", "name": names["city"]}, 10),
        MapFeature(city.street_polygon.centroid, {"class": "street", "name": names["street"]}, 12),
    ]
    features += [
        MapFeature(c.polygon.representative_point(), {"class": "community", "name": c.name}, 13)
        for c in city.communities
    ]
    features += [
        MapFeature(
            city.river.centreline.interpolate(share, normalized=True), {"class": "water", "name": city.river.name}, 13
        )
        for share in (0.28, 0.5, 0.72)
    ]
    features += [MapFeature(b.line.centroid, {"class": "bridge", "name": b.name}, 14) for b in city.bridges]
    features += [
        MapFeature(g.polygon.representative_point(), {"class": "park", "name": g.name}, 14)
        for g in city.greens
        if g.kind == "park"
    ]
    features += [
        MapFeature(p.point, {"class": _LABELLED_PREMISES[p.kind][0], "name": p.name}, _LABELLED_PREMISES[p.kind][1])
        for p in city.premises
        if p.kind in _LABELLED_PREMISES
    ]
    features += [
        MapFeature(shapely.point_on_surface(c.polygon), {"class": "compound", "name": c.name}, 15)
        for c in city.compounds
    ]
    features += [
        MapFeature(p.point, {"class": "shop", "name": p.name}, 16)
        for p in city.premises
        if p.kind not in _LABELLED_PREMISES
    ]
    return features
