"""The API of the department, below /api/v1/admission/: its lists. Requests themselves have the API of their flow."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.subsystems.admission.admissions.lists import ADMISSIONS, DEPARTMENTS, LOADS
from linli.subsystems.admission.campaigns.lists import CAMPAIGNS

router = Router(tags=["admission"])
for shown, where, operation, summary in (
    (ADMISSIONS, "/admissions", "listAdmissions", "What departments ask grids to do, and what became of it"),
    (LOADS, "/loads", "listGridLoads", "What grids carry a month of what is admitted"),
    (CAMPAIGNS, "/campaigns", "listCampaigns", "Forms that grids fill in within a term, and how far they have come"),
    (DEPARTMENTS, "/departments", "listDepartments", "How departments do by what was admitted"),
):
    list_route(router, shown, where, name=f"admission-{where[1:]}", operation=operation, summary=summary)
