"""The indicators of patrols: coverage of points and share of rounds walked whole. Counted over windows that have ended."""

from __future__ import annotations

from django.db.models import Count, F, Q, Sum

from linli.core.cases.public import IndicatorScope
from linli.core.platform.public import Indicator
from linli.subsystems.patrol.models import Round, RoundState


def coverage(scope: IndicatorScope) -> tuple[float, float]:
    """Points passed of points due, over the windows that ended in the period; one statement."""
    rows = scope.rows(Round.objects.all()).filter(scope.within("closes_at"), state=RoundState.CLOSED)
    total = rows.order_by().aggregate(checked=Sum("checked_points"), due=Sum("due_points"))
    return float(total["checked"] or 0), float(total["due"] or 0)


def whole_rounds(scope: IndicatorScope) -> tuple[float, float]:
    """Rounds in which every point was passed of rounds due; one statement."""
    rows = scope.rows(Round.objects.all()).filter(scope.within("closes_at"), state=RoundState.CLOSED, due_points__gt=0)
    total = rows.order_by().aggregate(all=Count("id"), whole=Count("id", filter=Q(checked_points=F("due_points"))))
    return float(total["whole"]), float(total["all"])


_PERIOD = {"zh-hans": "按巡查时段结束时间", "en": "by the end of the round's window"}
INDICATORS = (
    Indicator(
        code="patrol_coverage",
        titles={"zh-hans": "点位巡查覆盖率", "en": "Patrol coverage"},
        numerator={"zh-hans": "其中已检查", "en": "of these, checked"},
        denominator={"zh-hans": "应检查点位（每个时段每个点位计一次）", "en": "Check points due, once in each window"},
        period=_PERIOD,
        compute=coverage,
    ),
    Indicator(
        code="patrol_rounds",
        titles={"zh-hans": "巡查完成率", "en": "Rounds completed"},
        numerator={"zh-hans": "其中全部点位已检查", "en": "of these, with every point checked"},
        denominator={"zh-hans": "应完成的巡查（每个时段一次）", "en": "Rounds due, one in each window"},
        period=_PERIOD,
        compute=whole_rounds,
    ),
)
