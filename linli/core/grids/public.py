"""The door of grids: layers, versions, the location service."""

from linli.core.grids.differences import Difference, check_beginning, difference, last_version, rows_of_last
from linli.core.grids.files import GridRowError, parse_beginning, parse_grid_file
from linli.core.grids.models import Grid, GridKind, GridLayer, GridSetVersion, GridShape
from linli.core.grids.outline import ground_outline
from linli.core.grids.rows import GridRow
from linli.core.grids.selectors import (
    GridNode,
    GridOnMap,
    LayerIndex,
    city_bounds,
    ended_grids,
    extent_of,
    grid_for,
    grid_title,
    grids_at,
    grids_for,
    grids_on_map,
    layers,
    locate,
    locate_main,
    main_layer,
    nearest_grid,
    shapes_at,
    version_at,
)
from linli.core.grids.services import IN_FORCE, Publication, create_layer, publish_grid_set

__all__ = [
    "IN_FORCE",
    "Difference",
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
    "check_beginning",
    "city_bounds",
    "create_layer",
    "difference",
    "ended_grids",
    "extent_of",
    "grid_for",
    "grid_title",
    "grids_at",
    "grids_for",
    "grids_on_map",
    "ground_outline",
    "last_version",
    "layers",
    "locate",
    "locate_main",
    "main_layer",
    "nearest_grid",
    "parse_beginning",
    "parse_grid_file",
    "publish_grid_set",
    "rows_of_last",
    "shapes_at",
    "version_at",
]
