"""What the base map shows of a city, by layer, from which zoom on, and with which properties. WGS 84.

`basemap.py` cuts this into tiles. Order within a layer is drawing order.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely import MultiPolygon, affinity, box
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
        "building": [MapFeature(b.footprint, {"kind": b.kind, "levels": b.levels}, 14) for b in city.buildings]
        + [MapFeature(shape, {"kind": "beyond", "levels": 6}, 14) for shape in _houses_beyond(city)],
        "place": _places(city),
    }


def _houses_beyond(city: City) -> list[BaseGeometry]:
    """Rows of houses in the blocks beyond the street, so that the town goes on where the office's ground ends.

    Nobody lives in them: they are drawn and nothing else. A row follows the longest side of its block.
    """
    east_m = 111_320.0 * math.cos(math.radians(city.extent[1]))
    scale = np.array([east_m, 111_320.0])
    houses: list[BaseGeometry] = []
    for block in city.surroundings:
        plane = shapely.transform(block, lambda degrees: degrees * scale)
        middle, turn = plane.centroid, _turn_of(plane)
        ground = affinity.rotate(shapely.buffer(plane, -22.0), -turn, origin=middle)
        if ground.is_empty:
            continue
        west, south, east, north = ground.bounds
        rows = [
            box(x, y, x + 44.0, y + 13.0) for y in np.arange(south, north, 38.0) for x in np.arange(west, east, 58.0)
        ]
        inside = [row for row, fits in zip(rows, shapely.contains(ground, rows), strict=True) if fits]
        if inside:
            turned = affinity.rotate(MultiPolygon(inside), turn, origin=middle)
            houses += list(shapely.get_parts(shapely.transform(turned, lambda metres: metres / scale)))
    return houses


def _turn_of(plane: BaseGeometry) -> float:
    """The direction of the longest side, in degrees against the clock from east."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(plane))
    sides = np.diff(corners, axis=0)
    across, up = sides[int(np.argmax(np.hypot(sides[:, 0], sides[:, 1])))]
    return math.degrees(math.atan2(up, across))


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
        MapFeature(c.polygon.representative_point(), {"class": "community", "name": c.name}, 12)
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
