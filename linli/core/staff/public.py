"""The door of staffing."""

from linli.core.staff.files import STAFF_FILES
from linli.core.staff.models import Employment, Force, GridAssignment, Post, StaffFile
from linli.core.staff.selectors import (
    Assigned,
    gap_count,
    gaps,
    grids_of,
    households_of,
    staff_of,
    worker_of,
    workers_by_grid,
    works_in_grids,
)
from linli.core.staff.services import PERMISSION as ASSIGN_PERMISSION
from linli.core.staff.services import (
    assign,
    assign_to_grids,
    end_assignment,
    end_assignments,
    end_on_retired_grids,
    hand_over,
)

__all__ = [
    "ASSIGN_PERMISSION",
    "STAFF_FILES",
    "Assigned",
    "Employment",
    "Force",
    "GridAssignment",
    "Post",
    "StaffFile",
    "assign",
    "assign_to_grids",
    "end_assignment",
    "end_assignments",
    "end_on_retired_grids",
    "gap_count",
    "gaps",
    "grids_of",
    "hand_over",
    "households_of",
    "staff_of",
    "worker_of",
    "workers_by_grid",
    "works_in_grids",
]
