"""The door of staffing."""

from linli.core.staff.files import STAFF_FILES
from linli.core.staff.following import Follower, followers
from linli.core.staff.models import Employment, Following, Force, GridAssignment, Post, StaffFile
from linli.core.staff.new_grids import SETTLED, accept_following, end_on_retired_grids
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
from linli.core.staff.services import CHANGED, assign, assign_to_grids, end_assignment, end_assignments, hand_over
from linli.core.staff.services import PERMISSION as ASSIGN_PERMISSION

__all__ = [
    "ASSIGN_PERMISSION",
    "CHANGED",
    "SETTLED",
    "STAFF_FILES",
    "Assigned",
    "Employment",
    "Follower",
    "Following",
    "Force",
    "GridAssignment",
    "Post",
    "StaffFile",
    "accept_following",
    "assign",
    "assign_to_grids",
    "end_assignment",
    "end_assignments",
    "end_on_retired_grids",
    "followers",
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
