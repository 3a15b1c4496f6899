"""Pictures of a division from ground to grids."""

from __future__ import annotations

import numpy as np

from linli.algorithms.division.atoms import block_atoms, contract, summed
from linli.algorithms.division.clusters import clusters
from linli.algorithms.division.divide import counts, dedicate
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, Floats, Ints
from tools.division_pictures.drawing import (
    BRIDGE,
    GAP,
    MAIN_ROAD,
    MARGIN,
    TOP,
    WIDTH,
    Map,
    headed,
    legend,
    panels,
    picture,
    swatch,
    text,
)
from tools.division_pictures.town import RULES, Town, coloured, dense, town

# Buildings and seed of the town of most pictures: with a river, a school and a superblock that cannot stand alone.
TOWN = (340, 0)
BOUNDS = f"{RULES.low:g}–{RULES.high:g}"


def ground_picture() -> str:
    """From streets and buildings to parcels, blocks and superblocks."""
    of = town(*TOWN)
    graph = of.parcels.graph
    places, width = panels(2)
    given, parcels = (Map(of, x, width) for x in places)
    below = TOP + given.height + 86
    blocks, superblocks = (Map(of, x, width, y=below) for x in places)
    for one in (given, parcels):
        one.draw(of.ground.communities, "land")
        if one is parcels:
            one.draw(of.polygons(np.arange(graph.size)), "fine")
        one.streets("grey")
        one.draw(of.ground.buildings, "house")
    numbers = []
    for one, label in ((blocks, dense(graph.block)), (superblocks, dense(graph.superblock))):
        one.areas(label, [f"c{colour}" for colour in coloured(of, label)])
        one.streets()
        numbers.append(int(label.max()) + 1)
    for one in (given, parcels, blocks, superblocks):
        one.bridges()
    buildings = len(of.ground.buildings)
    heads = (
        (given, f"① 已知：道路、河流与 {buildings} 栋建筑|Given: streets, a river, {buildings} buildings"),
        (
            parcels,
            f"② {graph.size} 个地块：土地归最近的建筑|{graph.size} parcels: ground goes to the nearest building",
        ),
        (blocks, f"③ {numbers[0]} 个街块：道路之间的土地|{numbers[0]} blocks: the ground between streets"),
        (
            superblocks,
            f"④ {numbers[1]} 个大街区：主干道与河流之间的土地|{numbers[1]} superblocks: between main roads and rivers",
        ),
    )
    key, end = legend(
        below + blocks.height + 36,
        (MAIN_ROAD, "主干道|main road"),
        ("grey", "支路|minor street"),
        (BRIDGE, "河流与桥|river, bridge"),
        ("house", "建筑|building"),
        ("land fine", "地块|parcel"),
    )
    parts = [part for one, words in heads for part in (headed(one.x, words, one.y - 36), one.svg())]
    return picture(
        "从道路和建筑到地块、街块、大街区|From streets and buildings to parcels, blocks and superblocks",
        end,
        parts + key,
    )


def cluster_picture() -> str:
    """Which superblocks can be divided by themselves, and which must be joined."""
    of = town(*TOWN)
    graph = of.parcels.graph
    (left, right), width = panels(2)
    superblock = dense(graph.superblock)
    free = dedicate(graph, RULES)[0] == NOBODY
    atoms = contract(graph, block_atoms(graph, free), RULES)
    cluster_of = np.zeros(superblock.max() + 1, np.int32)
    cluster_of[superblock[free]] = clusters(atoms, RULES)[atoms.of_parcel[free]]
    cluster = dense(cluster_of[superblock])
    loads = summed(superblock, graph.load, superblock.max() + 1)
    sums = [
        " + ".join(f"{load:.0f}" for load in loads[np.unique(superblock[cluster == number])])
        for number in range(cluster.max() + 1)
    ]
    alone = shares(Map(of, left, width), superblock, loads, [f"{load:.0f}" for load in loads])
    joined = shares(Map(of, right, width), cluster, summed(cluster, graph.load, len(sums)), sums)
    key, end = legend(
        TOP + alone.height + 36,
        ("c0", "可独立划分|can be divided by itself"),
        ("stripe", f"无法划成 {BOUNDS} 户的网格|fits no number of grids"),
        ("c2", "合并后一起划分|divided together"),
        (MAIN_ROAD, "主干道|main road"),
    )
    heads = (
        headed(left, "大街区各有多少户、能分成几个网格|Households of each superblock, and grids that they make"),
        headed(right, "只在不得已处合并，跨主干道最少|Joined only where they must be: fewest main roads crossed"),
    )
    return picture(
        "哪些大街区能独立划分|Superblocks that stand alone, and one that does not",
        end,
        (*heads, alone.svg(), joined.svg(), *key),
    )


def shares(to: Map, label: Ints, loads: Floats, sums: list[str]) -> Map:
    """Draws ground with its load and the numbers of grids that it can make; striped where there is none."""
    least, most, possible = counts(loads, RULES)
    styles = [
        "stripe" if not fits else "c2" if "+" in words else "c0" for fits, words in zip(possible, sums, strict=True)
    ]
    polygons = to.areas(label, styles)
    to.streets()
    to.draw([polygon for polygon, css in zip(polygons, styles, strict=True) if css == "c2"], "outline")
    to.bridges()
    for number, polygon in enumerate(polygons):
        few, many = least[number], most[number]
        grids = f"{few} 个网格" if few == many else f"{few}–{many} 个网格"
        if possible[number]:
            to.label(polygon, f"{sums[number]} 户", grids)
        else:
            to.label(polygon, f"{sums[number]} 户", "无法划分", css="halo bad")
    return to


def grids_picture() -> str:
    """One community, divided."""
    of = town(*TOWN)
    division, ordinary = of.division, of.division.dedicated == NOBODY
    width, top = 640, 92
    over = Map(of, MARGIN, width, y=top)
    colours = coloured(of, division.grid_of)
    styles = [f"c{colour}" if own else "hatch" for own, colour in zip(ordinary, colours, strict=True)]
    polygons = over.areas(division.grid_of, styles)
    over.streets()
    over.borders(polygons)
    for number, polygon in enumerate(polygons):
        over.label(polygon, f"{division.load[number]:.0f} 户" if ordinary[number] else "学校")
    return picture(
        "一个社区的划分|The division of one community",
        top + over.height + MARGIN,
        (over.svg(), *figures(of, MARGIN + width + GAP, top + 13)),
    )


def figures(of: Town, x: int, y: int) -> list[str]:
    """What the colours of a division mean, and how good it is."""
    division, ordinary = of.division, of.division.dedicated == NOBODY
    found = measure(of.parcels.graph, division, RULES)
    loads = division.load[ordinary]
    parts = []
    for css, words in (
        ("c0 c1", f"综合网格 {ordinary.sum()} 个|ordinary"),
        ("hatch", f"专属网格 {(~ordinary).sum()} 个|dedicated"),
        ("edge", "网格边界|border of a grid"),
        (MAIN_ROAD, "主干道|main road"),
        ("c0 minor", "支路|minor street"),
        (BRIDGE, "河流与桥|river, bridge"),
    ):
        parts += [swatch(x, y, css), text(x + 38, y, words)]
        y += 26
    y += 14
    for value, words in (
        (f"{loads.min():.0f}–{loads.max():.0f} 户", f"每个综合网格（界限 {BOUNDS}）|households in each ordinary grid"),
        (f"{found.share_on_streets:.0%}", "边界沿道路与河流|of borders on streets and rivers"),
        (f"{found.crossing} 个", "网格跨主干道|grid reaches over a main road"),
        (f"{found.mean_compactness:.2f}", "平均紧凑度|mean compactness, 4πA/P²"),
    ):
        chinese, _, english = words.partition("|")
        parts += [
            f'<path d="M{x} {y - 12}H{WIDTH - MARGIN}" stroke="#d6d3d1"/>',
            text(x, y + 16, value, "t"),
            text(x, y + 39, chinese),
            text(x, y + 58, f"|{english}"),
        ]
        y += 79
    return parts
