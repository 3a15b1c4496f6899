"""The API of the department, below /api/v1/safety/."""

from __future__ import annotations

from ninja import Router

from linli.core.desk.public import list_route
from linli.subsystems.safety.files.lists import ENTRIES
from linli.subsystems.safety.inspections.lists import INSPECTION_PLANS, INSPECTIONS
from linli.subsystems.safety.lists import HAZARDS
from linli.subsystems.safety.overview import FILES
from linli.subsystems.safety.plans.lists import DRILLS, PLANS
from linli.subsystems.safety.stars.lists import RATINGS

router = Router(tags=["safety"])
list_route(router, HAZARDS, "/hazards", name="safety-hazards", operation="listHazards", summary="Hazards")
list_route(
    router, FILES, "/files", name="safety-files", operation="listSafetyFiles", summary="Safety files of premises"
)
list_route(
    router, ENTRIES, "/entries", name="safety-entries", operation="listFileEntries", summary="Papers and equipment"
)
list_route(router, PLANS, "/plans", name="safety-plans", operation="listEmergencyPlans", summary="Emergency plans")
list_route(router, DRILLS, "/drills", name="safety-drills", operation="listDrills", summary="Drills")
list_route(
    router, INSPECTIONS, "/inspections", name="safety-inspections", operation="listInspections", summary="Inspections"
)
list_route(
    router,
    INSPECTION_PLANS,
    "/inspection-plans",
    name="safety-inspection-plans",
    operation="listInspectionPlans",
    summary="Inspection plans",
)
list_route(
    router,
    RATINGS,
    "/stars",
    name="safety-stars",
    operation="listStarRatings",
    summary="Star ratings of rented dwellings",
)
