"""Turns a category and a place of the demo city into the text of a report. Pure.

The sentences stand in `story_reports.py` and `story_reports_works.py`, what people say around them in `story_texts.py`; this
module picks and fills them. What is answered on a case's further way stands in `remarks.py`.
"""

import random
from dataclasses import dataclass
from typing import Final

import shapely
from shapely import Point

from linli.demo.city.model import City
from linli.demo.city.remarks import GROUPS, Group
from linli.demo.city.story_reports import ENVIRONMENT_REPORTS, Texts
from linli.demo.city.story_reports_works import WORKS_REPORTS
from linli.demo.city.story_texts import CLOSINGS, OPENINGS, PLACED_LAST, VARIANTS

REPORTS: Final[Texts] = {**ENVIRONMENT_REPORTS, **WORKS_REPORTS}
# Of a hundred reports, so many begin with the place, and so many end with it; the others leave it to the field for the address.
PLACE_FIRST, PLACE_LAST = 24, 16
CROSSINGS = 0.4
# A degree of latitude is 111 km; good enough to say "near" in words.
_DEGREES_PER_M = 1 / 111_000


@dataclass(frozen=True, slots=True)
class Story:
    """A template: category key, text with `{place}`, and the group of `remarks.py` that says what is answered and drawn."""

    kind: str
    major_code: str
    minor_code: str
    text: str
    group: str

    @property
    def words(self) -> Group:
        """What may be said on its way."""
        return GROUPS[self.group]

    @property
    def photo_subject(self) -> str | None:
        """The subject of a drawing that shows it, if one can be drawn."""
        return GROUPS[self.group].photo

    def told_at(self, place: str, source: str, rng: random.Random) -> str:
        """Return the text as somebody of that source tells it at that place."""
        before, after = self.text.split("{place}")
        matter = _varied(after, rng)
        chance = rng.uniform(0, 100)
        if chance < PLACE_FIRST:
            return before + place + matter + rng.choice(CLOSINGS[source])
        opening = before or rng.choice(OPENINGS[source])
        told = opening + ("这里" if before else "") + matter
        if chance < PLACE_FIRST + PLACE_LAST:
            last = rng.choice(PLACED_LAST).format(place=place)
            return told[:-1] + last + "。" if last.startswith("（") else told + last
        return told + rng.choice(CLOSINGS[source])


def _varied(text: str, rng: random.Random) -> str:
    """The text with the first words that `VARIANTS` knows said in one of its ways."""
    for ways in VARIANTS:
        if ways[0] in text:
            return text.replace(ways[0], rng.choice(ways), 1)
    return text


STORIES: tuple[Story, ...] = tuple(
    Story(kind, major, minor, text, group) for (kind, major, minor), (group, texts) in REPORTS.items() for text in texts
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
        shop = self._premises[int(self._premises_tree.nearest(point))]
        known = shop.point.distance(point) < 60 * _DEGREES_PER_M
        # Most places have several names: people say the shop that they know as often as the crossing.
        if crossing and (not known or rng.random() < CROSSINGS):
            knot = shapely.shortest_line(near[0].line, crossing[0].line).centroid
            corner = rng.choice(
                (f"路口{_side(knot, point)}侧", "路口", f"交叉口{_side(knot, point)}侧", "路口公交站旁")
            )
            return f"{near[0].name}与{crossing[0].name}{corner}"
        if known:
            name = rng.choice((shop.address + shop.name, shop.name, shop.address))
            return name + rng.choice(("门前", "门口人行道", "旁", "对面", "斜对面"))
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
    group, texts = REPORTS[kind, major, minor]
    return Story(kind, major, minor, rng.choice(texts), group)
