"""The door of staffing."""

from linli.core.staff.files import STAFF_FILES
from linli.core.staff.models import Employment, Force, GridAssignment, Post, StaffFile
from linli.core.staff.selectors import (
    Assigned,
    gap_count,
    gaps,
    grids_of,
    staff_of,
    worker_of,
    workers_by_grid,
    works_in_grids,
)
from linli.core.staff.services import assign, end_assignment, end_on_retired_grids

__all__ = [
    "STAFF_FILES",
    "Assigned",
    "Employment",
    "Force",
    "GridAssignment",
    "Post",
    "StaffFile",
    "assign",
    "end_assignment",
    "end_on_retired_grids",
    "gap_count",
    "gaps",
    "grids_of",
    "staff_of",
    "worker_of",
    "workers_by_grid",
    "works_in_grids",
]
