"""What the one search finds of inspections: plans by their titles."""

from __future__ import annotations

from django.urls import reverse

from linli.core.areas.public import place
from linli.core.platform.public import Found, IndexedKind
from linli.subsystems.safety.inspection_records import InspectionPlan
from linli.subsystems.safety.inspections.planning import plans_seen


def plan_found(plan: InspectionPlan) -> Found:
    """What the search says of a plan."""
    return Found(plan.title, place(plan.area_id), reverse("safety:inspection-plan", args=[plan.id]))


PLANS_FOUND = IndexedKind(
    code="inspection_plans", titles={"zh-hans": "检查计划", "en": "Inspection plans"}, icon="eye", permission="inspection.view",
    model=InspectionPlan, rows=plans_seen, shown=plan_found, names=("title",), text=("note",), more="safety:inspection-plans", order=69,
)  # fmt: skip
