"""Where a map begins for a person: the rectangle of the grids in their areas, else the whole city's."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.public import CaseFilter
from linli.core.grids.public import extent_of, layers


def start_of_map(access: Access, wanted: CaseFilter | None = None) -> list[float] | None:
    """West, south, east, north in degrees; None before grids are imported."""
    chosen = wanted.area_id if wanted is not None else None
    areas = access.areas() if chosen is None else area_tree().subtree(chosen)
    return extent_of(set(areas)) or extent_of(None)


def tile_layers(access: Access) -> dict[str, Any]:
    """The addresses of the tiles that this person may see, for the keys `grids`, `grid_layers` (the other layers) and `components` of a map."""
    return {
        "grid_tiles": "/map/grids/{z}/{x}/{y}.mvt" if access.may("grid.view") else None,
        "grid_layers": [
            {
                "code": layer.layer_code,
                "words": layer.title,
                "tiles": f"/map/grids/{{z}}/{{x}}/{{y}}.mvt?layer={quote(layer.layer_code)}",
            }
            for layer in layers().values()
            if not layer.is_main and access.may("grid.view")
        ],
        "component_tiles": "/map/components/{z}/{x}/{y}.mvt" if access.may("registry.view") else None,
    }
