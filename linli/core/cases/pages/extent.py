"""Where a map begins for a person: the rectangle of the grids in their areas, else the whole city's."""

from __future__ import annotations

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.public import CaseFilter
from linli.core.grids.public import extent_of


def start_of_map(access: Access, wanted: CaseFilter | None = None) -> list[float] | None:
    """West, south, east, north in degrees; None before grids are imported."""
    chosen = wanted.area_id if wanted is not None else None
    areas = access.areas() if chosen is None else area_tree().subtree(chosen)
    return extent_of(set(areas)) or extent_of(None)


def tile_layers(access: Access) -> dict[str, str | None]:
    """The addresses of the tiles that this person may see, for the keys `grids` and `components` of a map."""
    return {
        "grid_tiles": "/map/grids/{z}/{x}/{y}.mvt" if access.may("grid.view") else None,
        "component_tiles": "/map/components/{z}/{x}/{y}.mvt" if access.may("registry.view") else None,
    }
