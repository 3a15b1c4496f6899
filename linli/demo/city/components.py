"""Places exactly 4,000 components (部件) where they would stand: lamps and trees along roads, signals at crossings.

Categories are those of GB/T 47678.5. A code has 17 digits: district (6), major class (2), minor class (3), running
number (6) within the class. Metres in, metres out; `generate.py` converts.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import shapely
from shapely import LineString, Point, Polygon

from linli.demo.city.frame import DISTRICT_CODE
from linli.demo.city.model import Bridge, ComponentPlan, Compound, Green, GridPlan, Road

Place = Literal["kerb", "carriageway", "crossing", "signals", "park", "compound", "river", "bridge"]


@dataclass(frozen=True, slots=True)
class Sort:
    """One category: how many, where, and how far from the edge of the carriageway (positive is outward)."""

    major_code: str
    minor_code: str
    name: str
    count: int
    place: Place
    offset_m: float = 1.0
    widest_only: bool = False


SORTS: Final = (
    Sort("01", "037", "路灯", 720, "kerb", 0.8),
    Sort("04", "002", "行道树", 860, "kerb", 1.6),
    Sort("03", "005", "垃圾箱", 210, "kerb", 2.4),
    Sort("01", "001", "供水井盖", 150, "carriageway", -2.5),
    Sort("01", "002", "污水井盖", 270, "carriageway", -3.2),
    Sort("01", "003", "雨水井盖", 240, "carriageway", -1.6),
    Sort("01", "004", "雨水箅子", 330, "carriageway", -0.4),
    Sort("01", "005", "电力井盖", 90, "kerb", 1.9),
    Sort("01", "007", "通信井盖", 110, "kerb", 2.2),
    Sort("01", "011", "燃气井盖", 60, "carriageway", -2.0),
    Sort("01", "013", "消防设施", 130, "kerb", 1.2),
    Sort("01", "027", "通信交接箱", 48, "kerb", 2.8),
    Sort("01", "048", "变压器（箱）", 40, "compound"),
    Sort("01", "046", "户外健身设施", 46, "compound"),
    Sort("01", "059", "旧衣物回收箱", 36, "compound"),
    Sort("01", "075", "快递柜", 60, "compound"),
    Sort("01", "054", "充电桩", 44, "compound"),
    Sort("01", "060", "路灯配电箱", 26, "kerb", 2.6, True),
    Sort("01", "070", "水域护栏", 34, "river"),
    Sort("01", "073", "雨污水排放口", 14, "river"),
    Sort("02", "004", "公交站设施", 46, "kerb", 1.4, True),
    Sort("02", "010", "交通标志牌及标线", 90, "kerb", 0.9, True),
    Sort("02", "012", "路名牌", 90, "crossing"),
    Sort("02", "014", "交通信号灯", 56, "signals"),
    Sort("02", "017", "交通护栏", 40, "carriageway", -0.2, True),
    Sort("02", "009", "跨河桥", 4, "bridge"),
    Sort("02", "025", "非机动车停放点", 34, "kerb", 2.0, True),
    Sort("03", "008", "宣传栏", 28, "compound"),
    Sort("03", "001", "公共厕所", 10, "park"),
    Sort("04", "007", "街头座椅", 50, "park"),
    Sort("04", "003", "独立树", 34, "park"),
)


@dataclass(slots=True)
class _Stand:
    point: Point
    road_name: str


def place_components(
    rng: random.Random,
    roads: list[Road],
    bridges: list[Bridge],
    grids: list[GridPlan],
    greens: list[Green],
    compounds: list[Compound],
    river: Polygon,
) -> list[ComponentPlan]:
    """Return one ComponentPlan per piece; each lies in exactly one grid. Raises ValueError if one finds no place."""
    tree = shapely.STRtree([grid.polygon for grid in grids])
    town = shapely.union_all([grid.polygon for grid in grids])
    near = [road for road in roads if road.name and town.intersection(road.line).length > 30.0]
    ground = _Ground(rng, near, bridges, greens, compounds, river)
    placed: list[ComponentPlan] = []
    for sort in SORTS:
        stands = ground.stands(sort)
        made = 0
        while made < sort.count:
            stand = next(stands, None)
            if stand is None:
                raise ValueError(f"no place left for {sort.name}: {made} of {sort.count} stand")
            hits = tree.query(stand.point, predicate="within")
            if len(hits) != 1:
                continue
            made += 1
            code = f"{DISTRICT_CODE[:6]}{sort.major_code}{sort.minor_code}{made:06d}"
            placed.append(
                ComponentPlan(
                    code,
                    "component",
                    sort.major_code,
                    sort.minor_code,
                    sort.name,
                    f"{stand.road_name}{sort.name}{made}",
                    stand.point,
                    grids[int(hits[0])].code,
                    stand.road_name,
                )
            )
    return placed


class _Ground:
    """Knows where components may stand. Every iterator is endless or long enough to be asked past its quota."""

    def __init__(
        self,
        rng: random.Random,
        roads: list[Road],
        bridges: list[Bridge],
        greens: list[Green],
        compounds: list[Compound],
        river: Polygon,
    ) -> None:
        self._rng = rng
        self._roads = roads
        self._bridges = bridges
        self._parks = [green for green in greens if green.kind == "park"]
        self._compounds = compounds
        self._river = river
        self._river_middle = river.centroid
        self._tree = shapely.STRtree([road.line for road in roads])

    def stands(self, sort: Sort) -> Iterator[_Stand]:
        """Return places for `sort`, spread evenly over the town."""
        if sort.place in {"kerb", "carriageway"}:
            return self._along(sort)
        if sort.place in {"crossing", "signals"}:
            return self._crossings(signals=sort.place == "signals")
        if sort.place == "bridge":
            return (_Stand(self._on_bridge(bridge), bridge.name) for bridge in self._bridges)
        if sort.place == "river":
            return self._banks()
        return self._inside(
            [(g.polygon, g.name) for g in self._parks]
            if sort.place == "park"
            else [(c.polygon, c.name) for c in self._compounds]
        )

    def _along(self, sort: Sort) -> Iterator[_Stand]:
        classes = {"main", "secondary"} if sort.widest_only else {"main", "secondary", "minor", "lane"}
        # Wide roads carry more of everything than lanes do.
        weight = {"main": 2.0, "secondary": 1.5, "minor": 1.0, "lane": 0.55}
        roads = [road for road in self._roads if road.road_class in classes]
        total = sum(road.line.length * weight[road.road_class] for road in roads)
        # A good third of the main roads lies outside the street, where no grid takes the piece.
        step = total / (sort.count * 1.9)
        while True:
            self._rng.shuffle(roads)
            for road in roads:
                own = step / weight[road.road_class]
                at = self._rng.uniform(0.0, own)
                side = self._rng.choice((-1.0, 1.0))
                while at < road.line.length:
                    point = _beside(road.line, at, side * (road.width_m / 2 + sort.offset_m))
                    if not (point.within(self._river) or self._on_other_road(point, road)):
                        yield _Stand(point, road.name)
                    side, at = -side, at + own * self._rng.uniform(0.9, 1.1)

    def _on_other_road(self, point: Point, own: Road) -> bool:
        near = self._tree.query(point.buffer(18.0, quad_segs=1))
        return any(
            self._roads[int(i)].line.distance(point) < self._roads[int(i)].width_m / 2
            for i in near
            if self._roads[int(i)].name != own.name
        )

    def _crossings(self, *, signals: bool) -> Iterator[_Stand]:
        wide = [road for road in self._roads if not signals or road.road_class in {"main", "secondary", "minor"}]
        tree = shapely.STRtree([road.line for road in wide])
        corners: list[_Stand] = []
        for i, road in enumerate(wide):
            for j in sorted(int(k) for k in tree.query(road.line, predicate="dwithin", distance=1.0)):
                other = wide[j]
                if j <= i or other.name == road.name or (signals and "main" not in {road.road_class, other.road_class}):
                    continue
                knot = shapely.shortest_line(road.line, other.line).centroid
                reach = math.hypot(road.width_m, other.width_m) / 2 + 3.0
                quarter = self._rng.uniform(0.5, 1.0)
                corners += [
                    _Stand(
                        Point(
                            knot.x + reach * math.cos(quarter + n * math.pi / 2),
                            knot.y + reach * math.sin(quarter + n * math.pi / 2),
                        ),
                        f"{road.name}与{other.name}路口",
                    )
                    for n in range(4 if signals else 2)
                ]
        if not signals:
            self._rng.shuffle(corners)
        return iter(corners)

    def _on_bridge(self, bridge: Bridge) -> Point:
        # The axis of a ring road is the border of the street; a step inwards belongs to one grid.
        at = 0.35 * bridge.line.length
        sides = _beside(bridge.line, at, 5.0), _beside(bridge.line, at, -5.0)
        return min(sides, key=self._river_middle.distance)

    def _banks(self) -> Iterator[_Stand]:
        rim: LineString = self._river.buffer(3.0).exterior
        while True:
            yield _Stand(rim.interpolate(self._rng.random(), normalized=True), "滨江绿道")

    def _inside(self, places: list[tuple[Polygon, str]]) -> Iterator[_Stand]:
        while True:
            order = list(places)
            self._rng.shuffle(order)
            for polygon, name in order:
                west, south, east, north = polygon.bounds
                for _ in range(8):
                    point = Point(self._rng.uniform(west, east), self._rng.uniform(south, north))
                    if polygon.contains(point) and polygon.exterior.distance(point) < 14.0:
                        yield _Stand(point, name)
                        break


def _beside(line: LineString, along_m: float, offset_m: float) -> Point:
    """Return the point `offset_m` to the left (positive) of `line` at `along_m`."""
    foot, ahead = line.interpolate(along_m), line.interpolate(min(along_m + 0.5, line.length))
    back = line.interpolate(max(along_m - 0.5, 0.0))
    dx, dy = ahead.x - back.x, ahead.y - back.y
    length = math.hypot(dx, dy)
    return Point(foot.x - dy / length * offset_m, foot.y + dx / length * offset_m)
