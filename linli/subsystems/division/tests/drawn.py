"""Proposals to draw, made without the engine: the demo city's own grids, and a made-up one of any size.

Tests of the report use them, since it must show any proposal, not only what the engine gives today.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pyproj
import shapely

from linli.algorithms.division.model import NOBODY, Finding, Floats, Geometries, Line, Rules
from linli.demo.city import City, generate_city
from linli.subsystems.division.proposal.model import MapGround, Members, Proposal, ProposedGrid, Run
from linli.subsystems.division.publishing.in_force import InForce

SYSTEM = "EPSG:4547"


@lru_cache(maxsize=1)
def demo_city() -> City:
    """The demo city; a few seconds the first time."""
    return generate_city(1)


def projected(geometries: list[shapely.Geometry]) -> Geometries:
    """Longitude and latitude as metres."""
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", SYSTEM, always_xy=True)
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return np.asarray(shapely.transform(array, lambda xy: np.stack(to_metres.transform(xy[:, 0], xy[:, 1]), axis=1)))


def compactness(polygon: shapely.Geometry) -> float:
    """Polsby–Popper."""
    return float(4 * math.pi * polygon.area / polygon.length**2)


@lru_cache(maxsize=1)
def demo_proposal() -> Proposal:
    """The demo city's grids as if somebody proposed them."""
    city = demo_city()
    shapes = projected([grid.polygon for grid in city.grids])
    place = {grid.code: number for number, grid in enumerate(city.grids)}
    grid_of = np.array([place[building.grid_code] for building in city.buildings], dtype=np.int32)
    counts = np.bincount(grid_of, minlength=len(city.grids))
    households = np.array([building.households for building in city.buildings], dtype=float)
    lines = [road.line for road in city.roads] + [city.river.centreline]
    kinds = [Line.MAIN if road.road_class == "main" else Line.MINOR for road in city.roads] + [Line.RIVER]
    grids = tuple(
        ProposedGrid(
            code=plan.code, name=plan.name, name_en="", kind=plan.kind, purpose=plan.dedicated_to or "", community=plan.community_code,
            load=float(plan.households), households=float(plan.households), people=float(plan.people), buildings=int(counts[number]),
            area_m2=shapes[number].area, perimeter_m=shapes[number].length, polsby_popper=compactness(shapes[number]),
            superblocks=1, on_streets=0.9, in_bounds=plan.kind != "comprehensive" or 300 <= plan.households <= 500, contiguous=True,
            polygon=shapes[number],
        )
        for number, plan in enumerate(city.grids)
    )  # fmt: skip
    return Proposal(
        grids=grids,
        members=Members(
            codes=tuple(building.code for building in city.buildings),
            grid_of=grid_of,
            load=households,
            households=households,
            people=np.array([building.people for building in city.buildings], dtype=float),
            outlines=projected([building.footprint for building in city.buildings]),
        ),
        map_ground=MapGround(
            communities=projected([community.polygon for community in city.communities]),
            community_codes=tuple(community.code for community in city.communities),
            community_names=tuple(community.name for community in city.communities),
            lines=projected(lines),
            line_kinds=np.array(kinds, dtype=np.int8),
            shops=projected([premises.point for premises in city.premises]),
            shop_codes=tuple(premises.code for premises in city.premises),
            shop_names=tuple(premises.name for premises in city.premises),
        ),
        findings=(
            Finding("building_astride_communities", grids[0].community, ("1", "2")),
            Finding("communities_overlap", grids[0].community, values={"area_m2": 12.0}),
        ),
        run=Run(
            ground="demo.gpkg", ground_digest="0" * 64, system=SYSTEM, rules=Rules(), seed=1, engine="linli 0.1.0",
            made_at="2026-11-21T14:05:09+08:00", totals={"street_share": 0.972, "crossing_bound": 2},
        ),
    )  # fmt: skip


def demo_in_force(proposal: Proposal) -> InForce:
    """Grids in force that differ from the proposal: every tenth building lies in the next grid."""
    grid_of = proposal.members.grid_of.copy()
    community = np.array([grid.community for grid in proposal.grids])
    step = np.arange(len(grid_of)) % 10 == 0
    other = np.minimum(grid_of + 1, len(proposal.grids) - 1)
    grid_of[step & (community[other] == community[grid_of])] += 1
    grid_of[3] = NOBODY
    names = tuple(grid.name for grid in proposal.grids)
    workers = tuple("" if number % 7 == 6 else f"网格员{number}" for number in range(len(names)))
    return InForce("2026-01-01", tuple(grid.code for grid in proposal.grids), names, workers, grid_of)


def city_of(grids: int, seed: int = 4) -> Proposal:
    """A made-up city of about `grids` crooked grids, 40 buildings each, in communities of 16: only its size is of interest."""
    draw = np.random.default_rng(seed)
    side = math.ceil(math.sqrt(grids))
    corners = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=2) * 300
    corners += draw.uniform(-60, 60, corners.shape)
    edges = {
        (y, x, dy, dx): crooked(draw, corners[y, x], corners[y + dy, x + dx])
        for y in range(side + 1)
        for x in range(side + 1)
        for dy, dx in ((0, 1), (1, 0))
        if y + dy <= side and x + dx <= side
    }
    places = [(y, x) for y in range(side) for x in range(side)]
    shapes = [
        shapely.Polygon(
            np.concatenate(
                [edges[y, x, 0, 1], edges[y, x + 1, 1, 0], edges[y + 1, x, 0, 1][::-1], edges[y, x, 1, 0][::-1]]
            )
        )
        for y, x in places
    ]
    community = [f"39010200{y // 4:02d}{x // 4:02d}" for y, x in places]
    codes = sorted(set(community))
    load = draw.integers(280, 520, len(shapes)).astype(float)
    middles = np.array([[shape.centroid.x, shape.centroid.y] for shape in shapes])
    grid_of = np.repeat(np.arange(len(shapes), dtype=np.int32), 40)
    points = middles[grid_of] + draw.uniform(-90, 90, (len(grid_of), 2))
    return Proposal(
        grids=tuple(
            ProposedGrid(
                code=f"{community[number]}{number:04d}", name=f"第{number}网格", name_en=f"Grid {number}", kind="comprehensive",
                purpose="", community=community[number], load=load[number], households=load[number], people=None, buildings=40,
                area_m2=shape.area, perimeter_m=shape.length, polsby_popper=compactness(shape), superblocks=1 + number % 3,
                on_streets=0.95, in_bounds=300 <= load[number] <= 500, contiguous=True, polygon=shape,
            )
            for number, shape in enumerate(shapes)
        ),
        members=Members(
            codes=tuple(f"b{number}" for number in range(len(grid_of))), grid_of=grid_of, load=np.full(len(grid_of), 10.0),
            households=np.full(len(grid_of), 10.0), people=np.full(len(grid_of), np.nan), outlines=shapely.points(points),
        ),
        map_ground=MapGround(
            communities=np.array([shapely.union_all([s for s, c in zip(shapes, community, strict=True) if c == code]) for code in codes]),
            community_codes=tuple(codes),
            community_names=tuple(f"第{number}社区" for number in range(len(codes))),
            lines=np.array([shapely.LineString(edge) for edge in edges.values()]),
            line_kinds=np.array([Line.MAIN if key[0] % 5 == 0 else Line.MINOR for key in edges], dtype=np.int8),
            shops=np.array([], dtype=object), shop_codes=(), shop_names=(),
        ),
        findings=(),
        run=Run(ground="city.gpkg", ground_digest="1" * 64, system=SYSTEM, rules=Rules(), seed=seed, made_at="2026-11-21T14:05:09"),
    )  # fmt: skip


def crooked(draw: np.random.Generator, start: Floats, end: Floats) -> Floats:
    """A line with twelve vertices between two places."""
    way = np.linspace(start, end, 12)
    way[1:-1] += draw.uniform(-6, 6, (10, 2))
    return way
