"""Figures of inspections: how many were done in time, how many are late, how many premises could not be inspected."""

from __future__ import annotations

from django.db.models import Count, F, Q

from linli.core.access.public import Access
from linli.core.cases.public import IndicatorScope
from linli.core.platform.public import Indicator, Tile, local_day, local_today
from linli.subsystems.safety.inspection_records import Inspection
from linli.subsystems.safety.inspections.flow import INSPECTION


def inspected_in_time(scope: IndicatorScope) -> tuple[float, float]:
    """Of the inspections whose last day lay in the period and is over, those that were done by then; one statement."""
    until = min(local_day(scope.until), local_today())
    rows = scope.rows(Inspection.objects.filter(plan_id__isnull=False)).exclude(state="withdrawn")
    rows = rows.filter(due_on__gte=local_day(scope.since), due_on__lt=until)
    counted = rows.order_by().aggregate(
        all=Count("id"), kept=Count("id", filter=Q(state="done", done_on__lte=F("due_on")))
    )
    return float(counted["kept"]), float(counted["all"])


def late_inspections(access: Access) -> int | None:
    """How many inspections are late in the person's areas; no tile where none is."""
    late = INSPECTION.visible(access).filter(state__in=("todo", "missed"), due_on__lt=local_today())
    return late.count() or None


IN_TIME = Indicator(
    code="inspections_in_time",
    titles={"zh-hans": "计划检查完成率", "en": "Inspected as planned"},
    numerator={"zh-hans": "其中按期完成", "en": "of these, done by then"},
    denominator={"zh-hans": "计划应检查", "en": "Inspections that plans asked for"},
    period={"zh-hans": "按检查期限", "en": "by their last day"},
    exclusions={"zh-hans": "已撤回的", "en": "what was withdrawn"},
    compute=inspected_in_time,
)
LATE = Tile(
    code="late_inspections", titles={"zh-hans": "逾期检查", "en": "Late inspections"}, permission="inspection.view",
    url_name="safety:inspections", count=late_inspections, alarming=True,
)  # fmt: skip
