"""The API of patrols, below /api/v1/patrol/: its lists."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.subsystems.patrol.lists import PLANS, ROUNDS

router = Router(tags=["patrol"])
list_route(
    router,
    PLANS,
    "/plans",
    name="patrol-plans",
    operation="listPatrolPlans",
    summary="Patrol plans with today's rounds",
)
list_route(
    router, ROUNDS, "/rounds", name="patrol-rounds", operation="listPatrolRounds", summary="Rounds that are over"
)
