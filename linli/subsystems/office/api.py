"""The API of office work, below /api/v1/office/: its lists."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.subsystems.office.accounts.lists import BOOKINGS, BOOKS
from linli.subsystems.office.accounts.pages import MONTHS
from linli.subsystems.office.approvals.pages import APPROVALS
from linli.subsystems.office.documents.pages_in import DOCUMENTS_IN
from linli.subsystems.office.documents.pages_out import DOCUMENTS_OUT
from linli.subsystems.office.leave.pages import LEAVES
from linli.subsystems.office.meetings.lists import DECISIONS, MEETINGS

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
list_route(
    router,
    DOCUMENTS_IN,
    "/documents-in",
    name="office-documents-in",
    operation="listDocumentsIn",
    summary="Documents in",
)
list_route(
    router,
    DOCUMENTS_OUT,
    "/documents-out",
    name="office-documents-out",
    operation="listDocumentsOut",
    summary="Documents out",
)
for shown, where, operation, summary in (
    (MEETINGS, "/meetings", "listMeetings", "Meetings that I called, am invited to, or may see"),
    (DECISIONS, "/decisions", "listDecisions", "What was decided in them, and what became of it"),
    (BOOKS, "/accounts", "listAccounts", "Small accounts of communities"),
    (MONTHS, "/account-months", "listAccountMonths", "Months of small accounts"),
    (BOOKINGS, "/account-entries", "listAccountEntries", "What came into small accounts and went out of them"),
):
    list_route(router, shown, where, name=f"office-{where[1:]}", operation=operation, summary=summary)
