"""The door of staffing."""

from linli.core.staff.models import Force, GridAssignment, Post
from linli.core.staff.selectors import Assigned, gap_count, gaps, grids_of, staff_of, worker_of
from linli.core.staff.services import assign, end_assignment

__all__ = [
    "Assigned",
    "Force",
    "GridAssignment",
    "Post",
    "assign",
    "end_assignment",
    "gap_count",
    "gaps",
    "grids_of",
    "staff_of",
    "worker_of",
]
