"""Pictures of what a border costs, and of a division that is adjusted to new households."""

from __future__ import annotations

import dataclasses

import numpy as np
import shapely

from linli.algorithms.division.adjust import adjust
from linli.algorithms.division.atoms import summed
from linli.algorithms.division.changes import Changes, changes
from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints, Line, ParcelGraph
from tools.division_pictures.dividing import BOUNDS, TOWN
from tools.division_pictures.drawing import TOP, Map, headed, legend, panels, picture, swatch, text
from tools.division_pictures.town import RULES, Town, town

# Buildings and seed of a town where the border of a cut block runs along all kinds of lines.
TOWN_WITH_CUT = (300, 46)
KINDS = {Line.MAIN: "主干道|main road", Line.MINOR: "支路|street", Line.INSIDE: "街块内|in a block"}
AROUND_M = 12.0  # shown around the two grids of a border
# A block of this grid is rebuilt for so many more households.
GROWN_GRID, GROWN_HOUSEHOLDS = 7, 200


def price_picture() -> str:
    """A block given to one grid, to the other, and cut; with the border's metres and prices."""
    of = town(*TOWN_WITH_CUT)
    graph, grid_of = of.parcels.graph, of.division.grid_of
    block, pair = cut_block(of)
    polygons = of.polygons(grid_of)[list(pair)]
    west, south, east, north = shapely.total_bounds(polygons)
    whole = shapely.total_bounds(of.ground.communities)
    window = np.array([west, south, east + AROUND_M, north])
    window = np.concatenate([np.maximum(window, whole)[:2], np.minimum(window, whole)[2:]])
    places, width = panels(3)
    heads = (
        "整块归绿色网格|Whole block to the green grid",
        "整块归黄色网格|Whole block to the yellow grid",
        "切开街块|Block cut in two",
    )
    parts = []
    end = 0.0
    for x, head, owner in zip(places, heads, (*pair, None), strict=True):
        label = grid_of if owner is None else np.where(graph.block == block, owner, grid_of).astype(np.int32)
        here = Map(of, x, width, window)
        metres = border_map(here, label, pair, block)
        loads = summed(label, graph.load, int(label.max()) + 1)[list(pair)]
        bad = bool(((loads < RULES.low) | (loads > RULES.high)).any())
        verdict = f"超出 {BOUNDS} 户，不可取|out of bounds" if bad else f"都在 {BOUNDS} 户内|both within bounds"
        end = TOP + here.height + 36
        parts += [headed(x, head), here.svg(), text(x, end, verdict, "b bad" if bad else "b")]
        rows, end = account(x, end, width, metres)
        parts += rows
    key, end = legend(
        end + 38,
        ("stripe", "户数超界的网格|grid out of bounds"),
        ("around", "待定街块|the block in question"),
        ("pale", "其他网格|other grids"),
    )
    return picture(
        "边界的代价：户数界限不让步，只好切开街块|What borders cost: bounds are not for sale, so this block is cut",
        end,
        parts + key,
    )


def account(x: float, y: float, width: float, metres: Floats) -> tuple[list[str], float]:
    """The metres of a border, by `Line`, times their prices, and the sum; and where its last row is."""
    parts = []
    for kind, words in KINDS.items():
        y += 27
        price = RULES.border_costs[kind]
        parts += [
            swatch(x, y, f"k{kind}"),
            text(x + 38, y, words),
            text(x + width, y, f"{metres[kind]:.1f} m × {price:g} = {metres[kind] * price:.0f}", "r"),
        ]
    total = sum(metres[kind] * RULES.border_costs[kind] for kind in KINDS)
    y += 36
    rule = f'<path d="M{x:g} {y - 23:g}h{width:g}" stroke="#d6d3d1"/>'
    return [*parts, rule, text(x + 38, y, "合计|total"), text(x + width, y, f"{total:.0f}", "r b")], y


def cut_block(of: Town) -> tuple[int, tuple[int, int]]:
    """The block that the division cuts, and the two grids that share it, the western one first."""
    graph, grid_of = of.parcels.graph, of.division.grid_of
    for block in np.unique(graph.block):
        sharing = np.unique(grid_of[graph.block == block])
        if len(sharing) == 2:
            middles = shapely.get_x(shapely.centroid(of.polygons(grid_of)[sharing]))
            first, second = sharing[np.argsort(middles)].tolist()
            return int(block), (first, second)
    raise ValueError(f"town {TOWN_WITH_CUT}: no block is cut any more; choose another seed")


def border_map(to: Map, label: Ints, pair: tuple[int, int], block: int) -> Floats:
    """Draws two grids and the border between them by kind; returns its metres by `Line`."""
    of = to.of
    graph = of.parcels.graph
    loads = summed(label, graph.load, int(label.max()) + 1)
    polygons = of.polygons(label)
    to.draw(of.ground.communities, "pale")
    kept = {number: RULES.low <= loads[number] <= RULES.high for number in pair}
    for css, number in zip(("c0", "c1"), pair, strict=True):
        to.draw(polygons[number], css if kept[number] else "stripe")
    to.streets()
    to.bridges()
    to.draw(of.ground.buildings, "house")
    shared = shapely.intersection(*(shapely.boundary(polygons[number]) for number in pair))
    roads, streets = (shapely.union_all(of.lines(kind)).buffer(0.5) for kind in (Line.MAIN, Line.MINOR))
    along = {
        Line.INSIDE: shared.difference(roads).difference(streets),
        Line.MINOR: shared.intersection(streets).difference(roads),
        Line.MAIN: shared.intersection(roads),
    }
    for kind, piece in along.items():
        to.draw(shapely.line_merge(piece), f"k{kind}")
    to.draw(shapely.boundary(of.polygons(graph.block)[block]), "around")
    for number in pair:
        to.label(polygons[number], f"{loads[number]:.0f} 户", css="halo" if kept[number] else "halo bad")
    between = np.isin(label[graph.a], pair) & np.isin(label[graph.b], pair) & (label[graph.a] != label[graph.b])
    return summed(graph.kind[between], graph.border_m[between], len(Line))


def adjust_picture() -> str:
    """A block is rebuilt; few buildings change their grid."""
    of = town(*TOWN)
    before = of.division.grid_of
    grown, estate = with_estate(of)
    after = adjust(grown, before, RULES).division.grid_of
    found = changes(before, after, grown.load)
    (left, right), width = panels(2)
    first = state_map(Map(of, left, width), before, grown, estate, None)
    second = state_map(Map(of, right, width), after, grown, estate, found)
    heads = (
        headed(
            left,
            f"之前：一个街块改建，增加 {GROWN_HOUSEHOLDS} 户，网格超界|"
            f"Before: a block is rebuilt for {GROWN_HOUSEHOLDS} more households",
        ),
        headed(
            right,
            f"之后：{found.buildings_moved} 栋 {found.load_moved:.0f} 户换到相邻网格|"
            f"After: {found.buildings_moved} buildings go to the grid beside; the rest stays",
        ),
    )
    key, end = legend(
        TOP + first.height + 36,
        ("new", "改建的街块|rebuilt"),
        ("out", f"超过 {RULES.high:g} 户|over {RULES.high:g}"),
        ("moved", "换网格的建筑|changes its grid"),
        ("edge", "网格边界|border of a grid"),
        ("hatch", "学校|school"),
    )
    share = f"{found.load_moved / grown.load.sum():.1%}"
    return picture(
        f"动态调整：{share} 的住户换网格，其余不动|"
        f"Adjusting: {share} of the households change their grid, all others stay",
        end,
        (*heads, first.svg(), second.svg(), *key),
    )


def state_map(to: Map, label: Ints, grown: ParcelGraph, estate: Bools, found: Changes | None) -> Map:
    """Draws grids with the households of today, and what `found` says has moved."""
    of = to.of
    buildings, parcel = of.ground.buildings, of.parcels.building_parcel
    moved = np.zeros(grown.size, np.bool_) if found is None else found.moved
    size = int(label.max()) + 1
    loads = summed(label, grown.load, size)
    was = of.division.load if found is None else summed(of.division.grid_of, grown.load, size)[found.predecessor]
    special = summed(label, of.parcels.graph.dedicated != NOBODY, size) > 0
    styles = [
        "hatch" if own else "out" if load > RULES.high else "pale" for own, load in zip(special, loads, strict=True)
    ]
    polygons = to.areas(label, styles)
    to.draw(of.polygons(np.arange(grown.size))[moved], "flow")
    to.streets()
    to.draw(buildings[~moved[parcel] & ~estate[parcel]], "house")
    to.draw(buildings[estate[parcel] & ~moved[parcel]], "new")
    to.draw(buildings[moved[parcel]], "moved")
    to.borders(polygons)
    for number, polygon in enumerate(polygons):
        if not special[number]:
            same = round(was[number]) == round(loads[number])
            words = f"{loads[number]:.0f}" if same else f"{was[number]:.0f} → {loads[number]:.0f}"
            to.label(polygon, f"{words} 户", css="halo bad" if loads[number] > RULES.high else "halo")
    return to


def with_estate(of: Town) -> tuple[ParcelGraph, Bools]:
    """The graph with more households in the largest block of a grid, and which parcels (n) those are."""
    graph = of.parcels.graph
    own = of.division.grid_of == GROWN_GRID
    areas = summed(graph.block[own], graph.area_m2[own], int(graph.block.max()) + 1)
    estate = own & (graph.block == areas.argmax())
    load = graph.load + np.where(estate, GROWN_HOUSEHOLDS / estate.sum(), 0.0)
    return dataclasses.replace(graph, load=load), estate
