"""What the grids of one area cover together, and how many households they have: for maps that colour areas. outline.py has that of all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from linli.core.grids.selectors import main_layer, next_beginning, shapes_at
from linli.core.platform.public import Versioned, now

TOLERANCE_DEGREES = 0.00002  # some 2 m


@dataclass(frozen=True, eq=False)
class AreaOutlines:
    """The areas that grids of the main layer are filed under: ids, outlines (WGS 84), and households where each of their grids has a figure."""

    ids: npt.NDArray[np.int64]
    polygons: npt.NDArray[Any]
    households: dict[int, int]


def _load() -> AreaOutlines:
    main = main_layer()
    by_area: dict[int, list[bytes]] = defaultdict(list)
    counted: dict[int, int | None] = {}
    if main is not None:
        rows = shapes_at(main.layer_id, now()).values_list("grid__area_id", "polygon", "households")
        for area_id, polygon, households in rows.iterator(2000):
            by_area[area_id].append(bytes(polygon))
            before = counted.get(area_id, 0)
            counted[area_id] = None if before is None or households is None else before + households
    joined = [
        shapely.simplify(shapely.union_all(shapely.from_wkb(shapes), grid_size=1e-7), TOLERANCE_DEGREES)
        for shapes in by_area.values()
    ]
    polygons = np.empty(len(joined), object)
    polygons[:] = joined
    return AreaOutlines(
        np.array(list(by_area), np.int64), polygons, {area: number for area, number in counted.items() if number}
    )


_outlines = Versioned(_load, "grids", until=next_beginning)


def area_outlines() -> AreaOutlines:
    """Joined once a version, in each process that draws grids: some seconds for ten thousand grids."""
    return _outlines.get()
