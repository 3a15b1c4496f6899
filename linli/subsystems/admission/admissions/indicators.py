"""The indicators of admission: what of the admitted tasks is done, and the hours that they took."""

from __future__ import annotations

from django.db.models import Count, Q, Sum

from linli.core.cases.public import IndicatorScope
from linli.core.inbox.public import Task
from linli.core.platform.public import Indicator, local_day
from linli.subsystems.admission.admissions.models import Admission


def _due_in(scope: IndicatorScope) -> Q:
    return Q(due_on__gte=local_day(scope.since), due_on__lt=local_day(scope.until))


def done(scope: IndicatorScope) -> tuple[float, float]:
    """Tasks done of those that admissions gave to grids; one statement."""
    rows = scope.rows(Task.objects.filter(_due_in(scope), about_flow="admission")).exclude(state="withdrawn")
    counted = rows.order_by().aggregate(all=Count("id"), some=Count("id", filter=Q(state="done")))
    return float(counted["some"]), float(counted["all"])


def hours(scope: IndicatorScope) -> tuple[float, float]:
    """Hours that tasks took of those that were asked for them, where workers told; two statements."""
    rows = scope.rows(
        Task.objects.filter(_due_in(scope), about_flow="admission", state="done", hours_used__isnull=False)
    )
    told = list(rows.order_by().values_list("about_id").annotate(Count("id"), Sum("hours_used")))
    asked = dict(
        Admission.objects.filter(id__in=[about_id for about_id, _count, _hours in told]).values_list("id", "hours")
    )
    used = sum(float(used) for _about, _count, used in told)
    return used, sum(float(asked[about_id]) * count for about_id, count, _used in told)


_PERIOD = {"zh-hans": "按任务完成期限", "en": "by the day on which the task is due"}
INDICATORS = (
    Indicator(
        code="admission_done",
        titles={"zh-hans": "准入事项完成率", "en": "Admitted tasks done"},
        numerator={"zh-hans": "其中已办结", "en": "of these, done"},
        denominator={"zh-hans": "准入事项派到网格的任务", "en": "Tasks that admissions gave to grids"},
        period=_PERIOD,
        exclusions={"zh-hans": "已收回的任务", "en": "Tasks that were withdrawn"},
        compute=done,
    ),
    Indicator(
        code="admission_hours",
        titles={"zh-hans": "准入工时实际用时比", "en": "Hours used of hours asked"},
        numerator={"zh-hans": "网格员填报的用时（小时）", "en": "Hours that grid workers told"},
        denominator={"zh-hans": "这些任务申报的工时（小时）", "en": "Hours that departments asked for these tasks"},
        period=_PERIOD,
        exclusions={"zh-hans": "没有填报用时的任务", "en": "Tasks of which nobody told the hours"},
        compute=hours,
        better="low",
    ),
)
