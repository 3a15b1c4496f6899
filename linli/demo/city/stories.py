"""Turns a category and a place of the demo city into the text of a report. Pure.

The sentences stand in `story_reports.py` and `story_reports_works.py`; this module picks and fills them. The remarks of
a case's further way stand in `story_texts.py`.
"""

import random
from dataclasses import dataclass
from typing import Final

import shapely
from shapely import Point

from linli.demo.city.model import City
from linli.demo.city.story_reports import ENVIRONMENT_REPORTS, Texts
from linli.demo.city.story_reports_works import WORKS_REPORTS

REPORTS: Final[Texts] = {**ENVIRONMENT_REPORTS, **WORKS_REPORTS}
# A degree of latitude is 111 km; good enough to say "near" in words.
_DEGREES_PER_M = 1 / 111_000


@dataclass(frozen=True, slots=True)
class Story:
    """A template: category key, text with `{place}`, and the subject of a fitting photo if one can be drawn."""

    kind: str
    major_code: str
    minor_code: str
    text: str
    photo_subject: str | None

    def told_at(self, place: str) -> str:
        """Return the text with the place filled in."""
        return self.text.format(place=place)


STORIES: tuple[Story, ...] = tuple(
    Story(kind, major, minor, text, subject)
    for (kind, major, minor), (subject, texts) in REPORTS.items()
    for text in texts
)


class Places:
    """Says where a point of the city lies, as people would say it."""

    def __init__(self, city: City) -> None:
        self._roads = [road for road in city.roads if road.name]
        self._road_tree = shapely.STRtree([road.line for road in self._roads])
        self._premises = city.premises
        self._premises_tree = shapely.STRtree([premises.point for premises in city.premises])
        self._compounds = city.compounds
        self._compound_tree = shapely.STRtree([compound.polygon for compound in city.compounds])

    def phrase(self, point: Point, rng: random.Random) -> str:
        """Return a phrase such as 望江大道与桃园路路口东侧; `point` in WGS 84."""
        inside = self._compound_tree.query(point, predicate="intersects")
        if len(inside):
            part = rng.choice(("东门内侧", "北侧健身区", "地面停车位旁", "中心花坛旁", "南侧围墙边", "主出入口处"))
            return self._compounds[int(inside[0])].name + part
        near = [self._roads[int(i)] for i in self._road_tree.query(point.buffer(45 * _DEGREES_PER_M))]
        near = sorted(near, key=lambda road: (road.line.distance(point), road.name))
        crossing = [r for r in near if r.name != near[0].name and r.line.distance(near[0].line) < 3 * _DEGREES_PER_M]
        if crossing:
            knot = shapely.shortest_line(near[0].line, crossing[0].line).centroid
            return f"{near[0].name}与{crossing[0].name}路口{_side(knot, point)}侧"
        shop = self._premises[int(self._premises_tree.nearest(point))]
        if shop.point.distance(point) < 60 * _DEGREES_PER_M:
            return shop.address + shop.name + rng.choice(("门前", "门口人行道", "旁", "对面"))
        road = self._roads[int(self._road_tree.nearest(point))]
        return (
            f"{road.name}{_side(road.line.centroid, point)}段{rng.choice(('路边', '人行道', '公交站旁', '绿化带旁'))}"
        )


def _side(origin: Point, point: Point) -> str:
    dx, dy = point.x - origin.x, point.y - origin.y
    if abs(dx) > abs(dy):
        return "东" if dx > 0 else "西"
    return "北" if dy > 0 else "南"


def draw_story(rng: random.Random) -> Story:
    """Return one story; litter, parking and street order come up more often than broken furniture, as in life."""
    keys = list(REPORTS)
    weights = [{"06": 4, "09": 5, "07": 3, "08": 2}.get(major, 2) if kind == "matter" else 1 for kind, major, _ in keys]
    kind, major, minor = rng.choices(keys, weights)[0]
    subject, texts = REPORTS[kind, major, minor]
    return Story(kind, major, minor, rng.choice(texts), subject)
