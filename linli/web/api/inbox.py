"""The API of the inbox: its lists."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.core.inbox.public import GIVEN_NOTICES, LETTERS, PLANS, TASKS

router = Router(tags=["inbox"])
list_route(
    router, TASKS, "/tasks", name="tasks", operation="listTasks", summary="My tasks, those I gave and those of my unit"
)
list_route(
    router, PLANS, "/tasks/plans", name="task-plans", operation="listTaskPlans", summary="Plans of recurring tasks"
)
list_route(
    router,
    LETTERS,
    "/inbox/letters",
    name="letters",
    operation="listLetters",
    summary="Letters sent, and whether they arrived",
)
list_route(
    router,
    GIVEN_NOTICES,
    "/inbox/notices",
    name="given-notices",
    operation="listGivenNotices",
    summary="Notices given, and whether they were read",
)
