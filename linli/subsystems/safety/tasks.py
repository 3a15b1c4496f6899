"""The jobs of the department stand in its rooms; they register when these are read."""

from linli.subsystems.safety.inspections.planning import give_plan, look_at_plans
from linli.subsystems.safety.looking_ahead import look_ahead
from linli.subsystems.safety.stars.proposing import propose_stars

__all__ = ["give_plan", "look_ahead", "look_at_plans", "propose_stars"]
