"""Regular unit grids (单元网格) of the communities whose outlines were brought in, as a layer that goes out and comes in as any file of grids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from linli.algorithms.coordinates import choose_system
from linli.algorithms.unit_grids import Overflow, codes_of, unit_grids
from linli.core.areas.public import AreaNode, area_tree
from linli.core.grids.parents import outlines_of
from linli.lib.geo.layer import Layer
from linli.lib.systems import WGS84, parse_system, to_wgs84

if TYPE_CHECKING:
    import pyproj  # 10 MB: only what cuts ground loads it


@dataclass(frozen=True)
class RegularGrids:
    """The grids as a layer, and the communities that have none: their outline is not known, their code has no twelve digits, or their
    pieces are more than three digits can number (with how many, and a side in metres that would do)."""

    layer: Layer
    without_outline: list[AreaNode]
    foreign: list[AreaNode]
    overflowing: list[tuple[AreaNode, int, float]]


def regular_grids(side_m: float, codes: Sequence[str] = ()) -> RegularGrids:
    """Cuts the communities of the areas with these codes (of the city where none is given). Raises KeyError for an unknown code."""
    tree = area_tree()
    chosen = (
        {area_id for code in codes for area_id in tree.subtree(tree.by_code[code].id)} if codes else set(tree.nodes)
    )
    communities = sorted(
        (node for node in tree.nodes.values() if node.level == "community" and node.id in chosen),
        key=lambda node: node.code,
    )
    outlines = outlines_of([node.id for node in communities])
    without, foreign, overflowing = list[AreaNode](), list[AreaNode](), list[tuple[AreaNode, int, float]]()
    grids, areas, shapes = list[str](), list[str](), list[bytes | None]()
    system = next((_system(outline) for outline in outlines if outline is not None), None)
    for node, outline in zip(communities, outlines, strict=True):
        if outline is None or system is None:
            without.append(node)
            continue
        if not (len(node.code) == 12 and node.code.isdigit()):
            foreign.append(node)
            continue
        there, back = system
        try:
            pieces = unit_grids(shapely.transform(outline, there.transform, interleaved=False), side_m)
        except Overflow as overflow:
            overflowing.append((node, overflow.pieces, overflow.side_m))
            continue
        grids.extend(codes_of(node.code, len(pieces)))
        areas.extend([node.code] * len(pieces))
        shapes.extend(shapely.to_wkb(shapely.transform(piece, back.transform, interleaved=False)) for piece in pieces)
    layer = Layer("unit-grids", (), {"code": grids, "name": list(grids), "area": areas}, shapes, WGS84)
    return RegularGrids(layer, without, foreign, overflowing)


def _system(outline: object) -> tuple[pyproj.Transformer, pyproj.Transformer]:
    """To metres and back. One system for all, so that communities meet point to point."""
    import pyproj

    west, south, east, north = shapely.bounds(outline)
    metres = parse_system(choose_system((west + east) / 2, (south + north) / 2))
    return pyproj.Transformer.from_crs(metres.geodetic_crs, metres, always_xy=True), to_wgs84(metres)
