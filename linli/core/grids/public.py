"""The door of grids: layers, versions, the location service."""

from linli.core.grids.files import GridRowError, parse_grid_file
from linli.core.grids.models import Grid, GridKind, GridLayer, GridSetVersion, GridShape
from linli.core.grids.selectors import (
    GridNode,
    GridOnMap,
    LayerIndex,
    city_bounds,
    extent_of,
    grid_for,
    grid_title,
    grids_for,
    grids_on_map,
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
    "GridOnMap",
    "GridRow",
    "GridRowError",
    "GridSetVersion",
    "GridShape",
    "LayerIndex",
    "Publication",
    "city_bounds",
    "create_layer",
    "extent_of",
    "grid_for",
    "grid_title",
    "grids_for",
    "grids_on_map",
    "layers",
    "locate",
    "locate_main",
    "main_layer",
    "parse_grid_file",
    "publish_grid_set",
    "shapes_at",
]
