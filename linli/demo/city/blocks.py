"""Builds on the blocks of a layout: parcels, compounds, buildings with homes and people, shops and institutions.

Records are those of `model.py`, still in metres; `generate.py` converts them. Homes are handed out so that every
comprehensive grid has 300 to 500 of them. One home in five stands empty and just under two people live in the
others, which is what makes about 60,000 people out of that many homes.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import shapely
from shapely import Point, Polygon

from linli.demo.city import footprints, names
from linli.demo.city.addresses import Addresses
from linli.demo.city.layout import Block, Layout
from linli.demo.city.model import Building, BuildingKind, Compound, CompoundKind, Green, LandUse, Parcel, Premises
from linli.demo.city.streets import WIDTH_M

_SHOP_SHARE: Final = {"main": 0.42, "secondary": 0.55, "minor": 0.38, "lane": 0.05}
_HOMES_PER_LEVEL: Final = {"towers": 4, "slabs": 2, "work_unit_housing": 3, "old_town": 1}
_USUAL_LEVELS: Final = {"towers": 18, "slabs": 6, "work_unit_housing": 5, "old_town": 3}


@dataclass(slots=True)
class _House:
    footprint: Polygon
    style: CompoundKind
    compound: Compound
    units: int


@dataclass(slots=True)
class Builder:
    """Fills grids one after another and keeps what it built. Not for reuse after a city is done."""

    layout: Layout
    rng: random.Random
    addresses: Addresses
    parcels: list[Parcel] = field(default_factory=list)
    greens: list[Green] = field(default_factory=list)
    compounds: list[Compound] = field(default_factory=list)
    buildings: list[Building] = field(default_factory=list)
    premises: list[Premises] = field(default_factory=list)
    _streets: shapely.STRtree | None = None
    _surfaces: list[Polygon] = field(default_factory=list)
    _compound_names: names.CompoundNames | None = None

    def __post_init__(self) -> None:
        self._surfaces = [
            street.line.buffer(WIDTH_M[street.road_class] / 2 + 3.5, quad_segs=3) for street in self.layout.streets
        ]
        self._streets = shapely.STRtree(self._surfaces)
        self._compound_names = names.CompoundNames(self.rng)

    def ground(self, block: Polygon) -> Polygon:
        """Return the part of `block` that can be built on: without streets, water and bank."""
        assert self._streets is not None  # noqa: S101 - set in __post_init__
        near = [self._surfaces[int(i)] for i in self._streets.query(block)]
        free = block.difference(shapely.union_all([*near, self.layout.skeleton.corridor]))
        return footprints.largest(free.buffer(-1.0, join_style="mitre"))

    def build_grid(self, grid_code: str, community_code: str, blocks: Sequence[Block]) -> tuple[int, int]:
        """Build everything in one grid and return its homes and people."""
        first_building = len(self.buildings)
        houses: list[_House] = []
        for block in blocks:
            ground = self.ground(block.polygon)
            if block.use == "park":
                self.greens.append(Green(block.place_name, "park", ground))
                continue
            self.parcels.append(Parcel(block.use, ground, grid_code))
            if block.use == "residential":
                houses += self._housing(block, ground, grid_code, community_code)
            elif block.use != "undeveloped":
                self._institution(block.use, block.place_name, ground, grid_code)
        if houses:
            self._settle(houses, grid_code)
        built = self.buildings[first_building:]
        return sum(b.households for b in built), sum(b.people for b in built)

    def _housing(self, block: Block, ground: Polygon, grid_code: str, community_code: str) -> list[_House]:
        rest = self._shop_fronts(ground, grid_code)
        big = rest.area > 21_000 and self.rng.random() < 0.6
        parts = footprints.halves(rest, self.rng.uniform(0.42, 0.58)) if big else (rest,)
        houses: list[_House] = []
        for i, part in enumerate(parts):
            style = block.style
            if i == 1 and style != "old_town" and self.rng.random() < 0.5:
                style = self.rng.choice(("slabs", "work_unit_housing", "towers"))
            shapes = self._home_shapes(part, style)
            if not shapes:
                continue
            compound = self._compound(part, style, grid_code, community_code)
            for shape in shapes:
                long_m = max(shape.minimum_rotated_rectangle.length / 2 - 11.0, 1.0)
                units = 1 if style in {"towers", "old_town"} else max(1, round(long_m / 15.0))
                houses.append(_House(shape, style, compound, units))
        return houses

    def _home_shapes(self, part: Polygon, style: CompoundKind) -> list[Polygon]:
        free = footprints.largest(part.buffer(-3.5))
        if free.is_empty:
            return []
        rng = self.rng
        if style == "towers":
            shapes = footprints.towers(free, rng, step_m=rng.uniform(44.0, 54.0))
            if len(shapes) >= 3:
                return shapes
        if style == "old_town":
            shapes = footprints.rows(
                free, rng, depth_m=9.0, step_m=13.2, length_m=(8.0, 17.0), gap_m=(0.8, 3.0), wobble_m=0.9
            )
            return [shape for shape in shapes if rng.random() > 0.07]
        step_m = rng.uniform(22.0, 25.0) if style == "work_unit_housing" else rng.uniform(25.5, 30.0)
        return footprints.rows(
            free, rng, depth_m=rng.uniform(10.8, 12.6), step_m=step_m, length_m=(30.0, 60.0), gap_m=(7.0, 12.0)
        )

    def _compound(self, part: Polygon, style: CompoundKind, grid_code: str, community_code: str) -> Compound:
        assert self._compound_names is not None  # noqa: S101 - set in __post_init__
        road_name, address = self.addresses.number_at(part.exterior.interpolate(self.rng.random(), normalized=True))
        managed = style == "towers" or (style == "slabs" and self.rng.random() < 0.75)
        running = sum(compound.community_code == community_code for compound in self.compounds) + 1
        compound = Compound(
            code=f"{community_code}C{running:03d}",
            name=self._compound_names.take(style, road_name),
            kind=style,
            property_manager=names.property_firm(self.rng) if managed else None,
            community_code=community_code,
            grid_code=grid_code,
            address=address,
            polygon=part,
        )
        self.compounds.append(compound)
        return compound

    def _settle(self, houses: list[_House], grid_code: str) -> None:
        """Hand the grid's homes to its houses, by what each holds, and give each its levels and people."""
        homes = 300 + int(200 * self.rng.betavariate(1.0, 8.0))
        room = [
            house.units * _HOMES_PER_LEVEL[house.style] * _USUAL_LEVELS[house.style] * self.rng.uniform(0.85, 1.15)
            for house in houses
        ]
        exact, given, owed = sum(room), 0, 0.0
        numbers: dict[str, int] = {}
        for house, share in zip(houses, room, strict=True):
            owed += homes * share / exact
            mine = round(owed) - given
            given += mine
            per_level = house.units * _HOMES_PER_LEVEL[house.style]
            levels = max(-(-mine // per_level), 2 if house.style == "old_town" else 3)
            number = numbers[house.compound.code] = numbers.get(house.compound.code, 0) + 1
            people = round(mine * self.rng.uniform(0.74, 0.86) * self.rng.uniform(1.82, 2.08))
            label = f"{number}号" if house.style == "old_town" else f"{number}栋"
            self._add(
                grid_code,
                house.compound.name + label,
                "residential",
                house.footprint,
                levels=levels,
                address=house.compound.address + label,
                compound=house.compound.code,
                units=house.units,
                households=mine,
                people=people,
            )

    def _add(
        self,
        grid_code: str,
        name: str,
        kind: BuildingKind,
        footprint: Polygon,
        *,
        levels: int,
        address: str,
        compound: str | None = None,
        units: int = 1,
        households: int = 0,
        people: int = 0,
    ) -> Building:
        last = self.buildings[-1] if self.buildings else None
        running = int(last.code[15:]) + 1 if last is not None and last.grid_code == grid_code else 1
        building = Building(
            f"{grid_code}{running:03d}",
            name,
            kind,
            compound,
            grid_code,
            address,
            footprint,
            levels,
            units,
            households,
            people,
        )
        self.buildings.append(building)
        return building

    def _shop_fronts(self, ground: Polygon, grid_code: str) -> Polygon:
        """Line the busy edges of `ground` with shops and return what is left for housing."""
        corners = shapely.get_coordinates(ground.simplify(2.5).exterior)
        made: list[Polygon] = []
        for start, end in itertools.pairwise(corners):
            middle = Point(*((start + end) / 2))
            facing = self.addresses.class_at(middle, 9.0)
            if facing is None or middle.distance(Point(*start)) < 20.0 or self.rng.random() > _SHOP_SHARE[facing]:
                continue
            fresh = [
                shape
                for shape in footprints.shop_front(ground, start, end, self.rng)
                if all(shape.distance(other) > 2.0 for other in made)
            ]
            made += self._open_shops(fresh, grid_code)
        if not made:
            return ground
        return footprints.largest(ground.difference(shapely.union_all([s.buffer(4.5, quad_segs=1) for s in made])))

    def _open_shops(self, shapes: list[Polygon], grid_code: str) -> list[Polygon]:
        for shape in shapes:
            corners = shapely.get_coordinates(shape)
            front, length = corners[1] - corners[0], float(shapely.LineString(corners[:2]).length)
            doors = max(1, int(length / self.rng.uniform(9.0, 13.0)))
            building: Building | None = None
            for door in range(doors):
                point = Point(*(corners[0] + front * (door + 0.5) / doors))
                road_name, address = self.addresses.number_at(point)
                if building is None:
                    levels = self.rng.choice((1, 2, 2, 2, 3))
                    building = self._add(
                        grid_code, f"{address}沿街商铺", "shops", shape, levels=levels, address=address
                    )
                kind, name = names.shop(self.rng)
                self._open(kind, name, building, road_name, address, point)
        return shapes

    def _open(self, kind: str, name: str, building: Building, road_name: str, address: str, point: Point) -> None:
        running = len(self.premises) + 1
        self.premises.append(
            Premises(f"P{running:05d}", kind, name, building.code, building.grid_code, road_name, address, point)
        )

    def _institution(self, use: LandUse | str, name: str, ground: Polygon, grid_code: str) -> None:
        free = footprints.largest(ground.buffer(-5.0))
        rng = self.rng
        if use == "school":
            site, field_ground = footprints.halves(free, 0.58)
            self.parcels.append(
                Parcel("sports_field", footprints.largest(field_ground.buffer(-6.0).buffer(2.0)), grid_code)
            )
            shapes, levels = (
                footprints.rows(site, rng, depth_m=14.0, step_m=33.0, length_m=(46.0, 70.0), gap_m=(9.0, 14.0)),
                5,
            )
        elif use == "hospital":
            shapes, levels = (
                footprints.rows(free, rng, depth_m=20.0, step_m=42.0, length_m=(60.0, 88.0), gap_m=(12.0, 18.0)),
                9,
            )
        elif use == "market":
            free = footprints.largest(self._shop_fronts(ground, grid_code).buffer(-5.0))
            shapes, levels = footprints.centred(free, 92.0, 60.0), 2
        elif use == "office_tower":
            sides = footprints.halves(free, 0.5)
            shapes, levels = [shape for side in sides for shape in footprints.centred(side, 52.0, 38.0)], 22
        else:
            shapes, levels = (
                footprints.rows(free, rng, depth_m=30.0, step_m=46.0, length_m=(56.0, 84.0), gap_m=(14.0, 20.0)),
                2,
            )
        road_name, address = self.addresses.number_at(ground.representative_point())
        for number, shape in enumerate(shapes, 1):
            label = name if len(shapes) == 1 else f"{name}{number}号楼"
            building = self._add(
                grid_code,
                label,
                cast(BuildingKind, use),
                shape,
                levels=max(1, levels + rng.randint(-1, 1)),
                address=address,
            )
            kind = {"school": "学校", "hospital": "医院", "market": "农贸市场", "office_tower": "写字楼"}.get(
                use, "园区"
            )
            if number == 1:
                self._open(kind, name, building, road_name, address, shape.centroid)
            if use in {"office_tower", "industrial_park"}:
                self._open("企业", names.firm(rng, use), building, road_name, address, shape.representative_point())
