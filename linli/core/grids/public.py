"""The door of grids: layers, versions, the location service."""

from linli.core.grids.files import GridRowError, parse_grid_file
from linli.core.grids.models import Grid, GridKind, GridLayer, GridSetVersion, GridShape
from linli.core.grids.selectors import (
    GridNode,
    LayerIndex,
    city_bounds,
    grid_title,
    layers,
    locate,
    locate_main,
    main_layer,
    shapes_at,
)
from linli.core.grids.services import GridRow, Publication, create_layer, publish_grid_set

__all__ = [
    "Grid",
    "GridKind",
    "GridLayer",
    "GridNode",
    "GridRow",
    "GridRowError",
    "GridSetVersion",
    "GridShape",
    "LayerIndex",
    "Publication",
    "city_bounds",
    "create_layer",
    "grid_title",
    "layers",
    "locate",
    "locate_main",
    "main_layer",
    "parse_grid_file",
    "publish_grid_set",
    "shapes_at",
]
