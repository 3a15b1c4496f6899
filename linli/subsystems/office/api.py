"""The API of office work, below /api/v1/office/: its lists."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.subsystems.office.approval_pages import APPROVALS
from linli.subsystems.office.leave_pages import LEAVES

router = Router(tags=["office"])
list_route(
    router, LEAVES, "/leaves", name="office-leaves", operation="listLeaves", summary="My leaves and those to decide"
)
list_route(
    router,
    APPROVALS,
    "/approvals",
    name="office-approvals",
    operation="listApprovals",
    summary="Purchases and uses of the seal",
)
