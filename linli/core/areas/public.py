"""The door of the area tree: everything other rooms may use of it."""

from linli.core.areas.models import LEVELS, Area, AreaScoped, Level, loose
from linli.core.areas.rows import AREA_HEADINGS, LEVEL_WORDS, AreaRow, is_area_code, parse_area_rows
from linli.core.areas.selectors import (
    AreaNode,
    AreaTree,
    area_condition,
    area_conditions,
    area_tree,
    expected_bounds,
    place,
)
from linli.core.areas.services import (
    AreaImport,
    AreaPlan,
    held_by,
    import_areas,
    plan_areas,
    take_back_areas,
    why_areas_stay,
)

__all__ = [
    "AREA_HEADINGS",
    "LEVELS",
    "LEVEL_WORDS",
    "Area",
    "AreaImport",
    "AreaNode",
    "AreaPlan",
    "AreaRow",
    "AreaScoped",
    "AreaTree",
    "Level",
    "area_condition",
    "area_conditions",
    "area_tree",
    "expected_bounds",
    "held_by",
    "import_areas",
    "is_area_code",
    "loose",
    "parse_area_rows",
    "place",
    "plan_areas",
    "take_back_areas",
    "why_areas_stay",
]
