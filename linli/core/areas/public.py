"""The door of the area tree: everything other rooms may use of it."""

from linli.core.areas.models import LEVELS, Area, AreaScoped, Level, loose
from linli.core.areas.selectors import (
    AreaNode,
    AreaTree,
    area_condition,
    area_conditions,
    area_tree,
    expected_bounds,
    place,
)
from linli.core.areas.services import AREA_HEADINGS, AreaImport, AreaRow, import_areas, parse_area_rows

__all__ = [
    "AREA_HEADINGS",
    "LEVELS",
    "Area",
    "AreaImport",
    "AreaNode",
    "AreaRow",
    "AreaScoped",
    "AreaTree",
    "Level",
    "area_condition",
    "area_conditions",
    "area_tree",
    "expected_bounds",
    "import_areas",
    "loose",
    "parse_area_rows",
    "place",
]
