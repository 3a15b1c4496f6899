"""The door of patrols: for tests, the demo city and what is built upon it."""

from linli.subsystems.patrol.closing import close_windows
from linli.subsystems.patrol.models import Check, CheckPoint, Days, Means, MissedPoint, PatrolPlan, Round
from linli.subsystems.patrol.rhythm import Rhythm, Window, parse_times
from linli.subsystems.patrol.selectors import (
    PlanToday,
    RoundToday,
    find_plan,
    find_round,
    list_plans,
    missed_points,
    my_rounds,
    passed_today,
    plans_today,
    points_in_force,
    points_of_round,
    recent_rounds,
)
from linli.subsystems.patrol.services import (
    PointPlan,
    add_point,
    check_point,
    end_plan,
    end_round,
    make_plan,
    retire_point,
    start_round,
)

__all__ = [
    "Check",
    "CheckPoint",
    "Days",
    "Means",
    "MissedPoint",
    "PatrolPlan",
    "PlanToday",
    "PointPlan",
    "Rhythm",
    "Round",
    "RoundToday",
    "Window",
    "add_point",
    "check_point",
    "close_windows",
    "end_plan",
    "end_round",
    "find_plan",
    "find_round",
    "list_plans",
    "make_plan",
    "missed_points",
    "my_rounds",
    "parse_times",
    "passed_today",
    "plans_today",
    "points_in_force",
    "points_of_round",
    "recent_rounds",
    "retire_point",
    "start_round",
]
