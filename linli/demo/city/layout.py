"""Gives every block its community, its grid and its use. Metres throughout; `generate.py` turns it into a City.

Top-down: superblocks become communities, communities are divided into blocks along streets, blocks become grids.
All borders are noded together once, so that street, communities and grids are coverages that share every vertex.
"""

import math
import random
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from linli.demo.city import names
from linli.demo.city.division import Divider
from linli.demo.city.model import CompoundKind, LandUse, RoadClass
from linli.demo.city.streets import Skeleton, bank_parts, build_skeleton, cells_between

COMMUNITIES: Final = 12
GRIDS: Final = 148
PARK_BLOCKS: Final = 6
DEDICATED: Final[tuple[tuple[LandUse, tuple[str, ...]], ...]] = (
    ("hospital", names.HOSPITALS),
    ("office_tower", names.OFFICE_TOWERS),
    ("industrial_park", names.INDUSTRIAL_PARKS),
    ("market", names.MARKETS),
    ("school", names.SCHOOLS),
)


@dataclass(slots=True)
class Block:
    """Ground between streets. `place_name` is the school's, park's, … name; `style` that of its housing."""

    polygon: Polygon
    community: int
    use: LandUse | Literal["park"] = "residential"
    place_name: str = ""
    style: CompoundKind = "slabs"


@dataclass(slots=True)
class StreetLine:
    """A road axis with its final name."""

    name: str
    road_class: RoadClass
    line: LineString


@dataclass(slots=True)
class Layout:
    """Blocks by grid; `grids[i]` are the positions in `blocks` that make up grid i."""

    skeleton: Skeleton
    blocks: list[Block]
    grids: list[list[int]]
    streets: list[StreetLine]
    outside_blocks: list[Polygon]
    outside_streets: list[StreetLine]


def build_layout(rng: random.Random) -> Layout:
    """Return the layout for `rng`: 12 communities, 148 grids, 154 blocks."""
    skeleton = build_skeleton(rng)
    divider = Divider(rng, skeleton.corridor)
    communities = _communities(skeleton, divider)
    counts = _shares([_dry_m2(part, skeleton) for part in communities], GRIDS + PARK_BLOCKS)
    leaves = [
        (leaf, i)
        for i, (part, count) in enumerate(zip(communities, counts, strict=True))
        for leaf in divider.divide(part, count)
    ]
    blocks = _noded_blocks(skeleton, divider, leaves)
    inside_cuts = len(divider.cuts)
    outside = [
        leaf
        for part in skeleton.outside
        for leaf in divider.divide(part, max(1, round(_dry_m2(part, skeleton) / 90_000)))
    ]
    _assign_uses(blocks, skeleton, rng)
    streets = _name_streets(skeleton, divider, rng)
    long_roads = [StreetLine(road.name, road.road_class, road.line) for road in skeleton.roads]
    outside_streets = [street for street, cut in streets if cut >= inside_cuts]
    inside_streets = [street for street, cut in streets if cut < inside_cuts]
    return Layout(skeleton, blocks, _grids(blocks, skeleton), long_roads + inside_streets, outside, outside_streets)


def _dry_m2(part: Polygon, skeleton: Skeleton) -> float:
    return float(part.difference(skeleton.corridor).area)


def _communities(skeleton: Skeleton, divider: Divider) -> list[Polygon]:
    parts = list(skeleton.superblocks)
    while len(parts) < COMMUNITIES:
        largest = max(parts, key=lambda part: _dry_m2(part, skeleton))
        parts.remove(largest)
        parts.extend(divider.split(largest, divider.rng.uniform(0.46, 0.54), "secondary"))
    return sorted(parts, key=lambda part: (-round(part.centroid.y / 400), part.centroid.x))


def _shares(weights: list[float], total: int) -> list[int]:
    exact = [weight / sum(weights) * total for weight in weights]
    shares = [math.floor(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: shares[i] - exact[i])
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def _noded_blocks(skeleton: Skeleton, divider: Divider, leaves: list[tuple[Polygon, int]]) -> list[Block]:
    rims = [part.exterior for part in skeleton.superblocks]
    cells = cells_between([*rims, *(cut.border for cut in divider.cuts)])
    tree = shapely.STRtree([leaf for leaf, _ in leaves])
    blocks = []
    for cell in cells:
        hits = tree.query(cell.representative_point(), predicate="within")
        if len(hits) == 1:
            blocks.append(Block(cell, leaves[int(hits[0])][1]))
    return blocks


def _touching_m(one: Polygon, other: Polygon, skeleton: Skeleton) -> float:
    """Return how long the common border is on dry land."""
    return float(one.intersection(other).difference(skeleton.corridor).length)


def _assign_uses(blocks: list[Block], skeleton: Skeleton, rng: random.Random) -> None:
    middle = skeleton.outline.centroid
    radius = [block.polygon.centroid.distance(middle) for block in blocks]
    noise = [rng.uniform(0.0, 450.0) for _ in blocks]
    wet = [block.polygon.distance(skeleton.corridor) < 1.0 for block in blocks]
    mains = shapely.union_all([road.line for road in skeleton.roads if road.road_class == "main"])
    on_main = [block.polygon.distance(mains) < 1.0 for block in blocks]
    rank = {
        "park": lambda i: noise[i] + (0 if wet[i] else 260),
        "hospital": lambda i: radius[i] + noise[i] + (0 if on_main[i] else 900),
        "office_tower": lambda i: 0.7 * radius[i] + 0.4 * noise[i] + (0 if on_main[i] else 2000),
        "industrial_park": lambda i: -radius[i] + 2 * blocks[i].polygon.centroid.y / 3 + noise[i],
        "market": lambda i: radius[i] / 2 + noise[i] * 2 + (600 if wet[i] else 0),
        "school": lambda i: noise[i] * 2 + (500 if wet[i] else 0),
        "undeveloped": lambda i: -radius[i] - blocks[i].polygon.centroid.x + noise[i],
    }
    plan: list[tuple[LandUse | Literal["park"], tuple[str, ...]]] = [
        ("park", names.PARKS[:PARK_BLOCKS]),
        ("undeveloped", ("待开发地块",)),
        *DEDICATED,
    ]
    taken: dict[int, str] = {}
    for use, place_names in plan:
        for place_name in place_names:

            def clash(i: int, use: str = use) -> bool:
                same = [j for j, other in taken.items() if other == use]
                apart_m = 150 if use == "office_tower" else 330
                crowded = sum(blocks[j].community == blocks[i].community for j in taken) >= 4
                return (
                    i in taken
                    or crowded
                    or any(blocks[i].polygon.centroid.distance(blocks[j].polygon.centroid) < apart_m for j in same)
                )

            best = min((i for i in range(len(blocks)) if not clash(i)), key=rank[use])
            taken[best] = use
            blocks[best].use, blocks[best].place_name = use, place_name
    _assign_styles(blocks, skeleton, rng)


def _assign_styles(blocks: list[Block], skeleton: Skeleton, rng: random.Random) -> None:
    # An old town lies by the northern bank, new towers look at the river from the south and fill the edges.
    north = [block.polygon for block in blocks if block.polygon.centroid.y > -150.0]
    old_heart = min((polygon.centroid for polygon in north), key=lambda c: c.distance(Point(-420.0, 130.0)))
    for block in blocks:
        centre = block.polygon.centroid
        draw = rng.random()
        if centre.distance(old_heart) < 420.0:
            block.style = "old_town" if draw < 0.72 else "slabs"
        elif centre.y < -250.0 or centre.distance(skeleton.outline.exterior) < 190.0:
            block.style = "towers" if draw < 0.62 else "slabs"
        elif centre.x < -300.0:
            block.style = "work_unit_housing" if draw < 0.45 else "slabs" if draw < 0.85 else "towers"
        else:
            block.style = "slabs" if draw < 0.62 else "towers" if draw < 0.85 else "work_unit_housing"


def _grids(blocks: list[Block], skeleton: Skeleton) -> list[list[int]]:
    """Join each park to the housing block beside it; every other block is a grid by itself."""
    grids = {i: [i] for i, block in enumerate(blocks) if block.use != "park"}
    for i, block in enumerate(blocks):
        if block.use == "park":
            hosts = [
                j
                for j in grids
                if blocks[j].community == block.community and blocks[j].use == "residential" and len(grids[j]) == 1
            ]
            host = max(hosts, key=lambda j: _touching_m(block.polygon, blocks[j].polygon, skeleton))
            grids[host].append(i)
    return list(grids.values())


def _name_streets(skeleton: Skeleton, divider: Divider, rng: random.Random) -> list[tuple[StreetLine, int]]:
    """Return each dry stretch of the cut streets with its name, and the number of its cut."""
    stems = names.road_stems(rng)
    road_names: dict[int, str] = {}
    streets = []
    for number, cut in enumerate(divider.cuts):
        if cut.road not in road_names:
            endings = {"lane": ("巷", "巷", "里", "弄"), "minor": ("街", "路"), "secondary": ("路",), "main": ("大道",)}
            stem = stems.pop() if stems else ""
            road_names[cut.road] = stem + rng.choice(endings[cut.road_class]) if stem else ""
        for line in bank_parts(cut.border, skeleton.corridor):
            streets.append((StreetLine(road_names[cut.road], cut.road_class, line), number))
    return streets


def grid_polygon(layout: Layout, grid: list[int]) -> Polygon:
    """Return the polygon of one grid; raises ValueError if its blocks do not hang together."""
    joined = shapely.coverage_union_all([layout.blocks[i].polygon for i in grid])
    if isinstance(joined, MultiPolygon) or not isinstance(joined, Polygon):
        raise ValueError(f"blocks {grid} do not make one polygon")
    return joined


def west_to_east(polygons: list[Polygon]) -> list[int]:
    """Return the order in which grids are numbered: bands of 250 m from north to south, west to east in each band."""
    keys = [(-math.floor(polygon.centroid.y / 250.0), polygon.centroid.x) for polygon in polygons]
    return [int(i) for i in np.lexsort((np.array([k[1] for k in keys]), np.array([k[0] for k in keys])))]
