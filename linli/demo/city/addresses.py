"""House numbers: odd on one side of a road, even on the other, growing along it, none given twice."""

import shapely
from shapely import Point

from linli.demo.city.layout import StreetLine
from linli.demo.city.model import RoadClass


class Addresses:
    """Knows the named roads and hands out numbers. Metres."""

    def __init__(self, streets: list[StreetLine]) -> None:
        self._streets = [street for street in streets if street.name]
        self._tree = shapely.STRtree([street.line for street in self._streets])
        self._given: set[tuple[str, int]] = set()

    def road_at(self, point: Point) -> StreetLine:
        """Return the road nearest to `point`."""
        return self._streets[int(self._tree.nearest(point))]

    def class_at(self, point: Point, reach_m: float) -> RoadClass | None:
        """Return the class of the nearest road if its edge is within `reach_m` of `point`."""
        street = self.road_at(point)
        near = street.line.distance(point)
        half_m = {"main": 17.0, "secondary": 12.0, "minor": 7.5, "lane": 4.0}[street.road_class]
        return street.road_class if near - half_m <= reach_m else None

    def number_at(self, point: Point) -> tuple[str, str]:
        """Return the name of the nearest road, and a fresh address there such as 望江大道18号."""
        street = self.road_at(point)
        along = street.line.project(point)
        foot, ahead = street.line.interpolate(along), street.line.interpolate(along + 1.0)
        if ahead.equals(foot):
            foot = street.line.interpolate(max(0.0, along - 1.0))
        turn = (ahead.x - foot.x) * (point.y - foot.y) - (ahead.y - foot.y) * (point.x - foot.x)
        number = 2 * int(along / 9.0) + (1 if turn > 0 else 2)
        while (street.name, number) in self._given:
            number += 2
        self._given.add((street.name, number))
        return street.name, f"{street.name}{number}号"
