"""The ground that the grids of the main layer cover, as one outline: where this office is at work, for maps that anybody sees."""

from __future__ import annotations

import json
from typing import Any

import shapely

from linli.core.grids.selectors import extent_of, main_layer, next_beginning, shapes_at
from linli.core.platform.public import Versioned, now

# More polygons than this are not joined while somebody waits; their rectangle stands in.
MOST_GRIDS = 5000
TOLERANCE_DEGREES = 0.00005  # some 5 m


def _load() -> dict[str, Any] | None:
    main, extent = main_layer(), extent_of(None)
    if main is None or extent is None:
        return None
    ground = shapely.box(*extent)
    if len(main.nodes) <= MOST_GRIDS:
        polygons = shapely.from_wkb(
            [bytes(wkb) for wkb in shapes_at(main.layer_id, now()).values_list("polygon", flat=True)]
        )
        ground = shapely.simplify(shapely.union_all(polygons, grid_size=1e-7), TOLERANCE_DEGREES)
    return {"type": "Feature", "geometry": json.loads(shapely.to_geojson(ground)), "properties": {}}


_outline = Versioned(_load, "grids", until=next_beginning)


def ground_outline() -> dict[str, Any] | None:
    """A GeoJSON feature (WGS 84) around all grids in force, its borders true to 5 m; None without grids. Joined once a version."""
    return _outline.get()
