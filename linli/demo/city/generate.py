"""Makes the demo city: `generate_city(seed)` and nothing else.

It calls `layout.py` for ground and streets, `blocks.py` for what is built, `components.py` for what stands along the
roads, gives everything its code and name, and turns metres into WGS 84 once, at the end. No clock, no I/O.
"""

import dataclasses
import random
from typing import Any, Final, TypeVar

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from linli.demo.city import frame, names
from linli.demo.city.addresses import Addresses
from linli.demo.city.blocks import Builder
from linli.demo.city.components import place_components
from linli.demo.city.footprints import largest
from linli.demo.city.layout import Block, Layout, build_layout, grid_polygon, west_to_east
from linli.demo.city.model import (
    AreaPlan,
    Bridge,
    City,
    Community,
    DedicatedTo,
    Green,
    GridKind,
    GridPlan,
    River,
    Road,
)
from linli.demo.city.streets import BANK_ROAD_WIDTH_M, WIDTH_M

RIVER_NAME: Final = "云溪河"
_BRIDGES: Final = {"环城西路": "西环桥", "环城东路": "东环桥", "望江大道": "望江大桥", "文昌路": "文昌大桥"}
R = TypeVar("R")


def generate_city(seed: int) -> City:
    """Return the city of `seed`; the same seed gives an equal city on every call. About three seconds."""
    rng = random.Random(f"linli-demo-city-{seed}")
    layout = build_layout(rng)
    builder = Builder(layout, rng, Addresses(layout.streets))
    grids, communities = _grids_and_communities(layout, builder)
    roads, bridges = _roads(layout), _bridges(layout)
    builder.greens.extend(_embankments(layout))
    outline = shapely.coverage_union_all([grid.polygon for grid in grids])
    components = place_components(rng, roads, bridges, grids, builder.greens, builder.compounds, layout.skeleton.river)
    to_lonlat = frame.to_lonlat
    return City(
        seed=seed,
        areas=_areas(),
        street_code=frame.STREET_CODE,
        street_polygon=to_lonlat(outline),
        extent=to_lonlat(layout.skeleton.extent).bounds,
        river=_converted([River(RIVER_NAME, layout.skeleton.river_centre, layout.skeleton.river)])[0],
        bridges=_converted(bridges),
        communities=_converted(communities),
        grids=_converted(grids),
        roads=_converted(roads),
        greens=_converted(builder.greens),
        parcels=_converted(builder.parcels),
        surroundings=tuple(to_lonlat(shape) for shape in _surroundings(layout)),
        compounds=_converted(builder.compounds),
        buildings=_converted(builder.buildings),
        premises=_converted(builder.premises),
        components=_converted(components),
    )


def _converted(records: list[R]) -> tuple[R, ...]:
    """Return frozen records with every geometry in WGS 84."""
    done = []
    for record in records:
        plain: Any = record
        shapes = {f.name: getattr(plain, f.name) for f in dataclasses.fields(plain)}
        turned = {name: frame.to_lonlat(shape) for name, shape in shapes.items() if isinstance(shape, BaseGeometry)}
        done.append(dataclasses.replace(plain, **turned))
    return tuple(done)


def _areas() -> tuple[AreaPlan, ...]:
    return (
        AreaPlan(frame.CITY_CODE, frame.CITY_NAME, "city", None),
        AreaPlan(frame.DISTRICT_CODE, frame.DISTRICT_NAME, "district", frame.CITY_CODE),
        AreaPlan(frame.STREET_CODE, frame.STREET_NAME, "street", frame.DISTRICT_CODE),
    )


def _community_names(middles_y: list[float]) -> list[str]:
    """Return a name per community: four southern ones for the lowest, so that 南浦 does not lie in the north."""
    by_height = sorted(range(len(middles_y)), key=lambda i: -middles_y[i])
    wanted = [*names.COMMUNITY_NAMES_NORTH, *names.COMMUNITY_NAMES_SOUTH]
    return [name for _, name in sorted(zip(by_height, wanted, strict=True))]


def _grids_and_communities(layout: Layout, builder: Builder) -> tuple[list[GridPlan], list[Community]]:
    count = 1 + max(block.community for block in layout.blocks)
    members = [[g for g in layout.grids if layout.blocks[g[0]].community == i] for i in range(count)]
    outlines = [shapely.coverage_union_all([grid_polygon(layout, g) for g in group]) for group in members]
    titles = _community_names([outline.centroid.y for outline in outlines])
    grids: list[GridPlan] = []
    communities: list[Community] = []
    for i, group in enumerate(members):
        code = f"{frame.STREET_CODE[:9]}{i + 1:03d}"
        polygons = [grid_polygon(layout, g) for g in group]
        for running, position in enumerate(west_to_east(polygons), 1):
            blocks = [layout.blocks[b] for b in group[position]]
            grids.append(_grid(f"{code}{running:03d}", code, titles[i], running, polygons[position], blocks, builder))
        office = next(c.polygon.representative_point() for c in builder.compounds if c.community_code == code)
        communities.append(Community(code, titles[i], outlines[i], office))
    return grids, communities


def _grid(
    code: str,
    community_code: str,
    community_name: str,
    running: int,
    polygon: Polygon,
    blocks: list[Block],
    builder: Builder,
) -> GridPlan:
    use = blocks[0].use
    kind: GridKind = "comprehensive"
    dedicated_to: DedicatedTo | None = None
    name = f"{community_name}第{running}网格"
    if use == "undeveloped":
        kind, name = "undeveloped", f"{community_name}待开发网格"
    elif use in {"school", "hospital", "market", "office_tower", "industrial_park"}:
        kind, dedicated_to, name = "dedicated", use, f"{blocks[0].place_name}专属网格"
    households, people = builder.build_grid(code, community_code, blocks)
    return GridPlan(code, name, community_code, kind, dedicated_to, polygon, households, people)


def _roads(layout: Layout) -> list[Road]:
    streets = [street for street in [*layout.streets, *layout.outside_streets] if street.line.length > 20.0]
    return [
        Road(s.name, s.road_class, BANK_ROAD_WIDTH_M if s.name.startswith("滨江") else WIDTH_M[s.road_class], s.line)
        for s in streets
    ]


def _bridges(layout: Layout) -> list[Bridge]:
    bridges = []
    for road in layout.skeleton.roads:
        if road.crosses:
            span = road.line.intersection(layout.skeleton.river.buffer(6.0))
            bridges.append(Bridge(_BRIDGES[road.name], road.name, WIDTH_M[road.road_class], span))
    return bridges


def _embankments(layout: Layout) -> list[Green]:
    """Return the planted strips between bank roads and water, cut at the bridges."""
    skeleton = layout.skeleton
    streets = shapely.union_all([road.line.buffer(WIDTH_M[road.road_class] / 2 + 3) for road in skeleton.roads])
    strips = skeleton.corridor.difference(skeleton.river.buffer(3.0)).difference(streets)
    return [Green("滨江绿道", "embankment", part) for part in shapely.get_parts(strips) if part.area > 900.0]


def _surroundings(layout: Layout) -> list[Polygon]:
    lines = [*layout.outside_streets, *layout.streets]
    surfaces = [street.line.buffer(WIDTH_M[street.road_class] / 2 + 3.5, quad_segs=2) for street in lines]
    tree = shapely.STRtree(surfaces)
    blocks = []
    for block in layout.outside_blocks:
        near = shapely.union_all([surfaces[int(i)] for i in tree.query(block)])
        ground = largest(block.difference(near).difference(layout.skeleton.corridor))
        if ground.area > 2000.0:
            blocks.append(ground)
    return blocks
