"""The standard indicators of the loop: each is data, a choice written in words, and one statement that counts it.

Cities define them differently (docs/standards.md), so page and API show numerator, denominator, period and exclusions beside
each figure. Subsystems bring theirs in their descriptors and count with the same IndicatorScope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet

from linli.core.access.public import Access, restrict
from linli.core.areas.public import area_condition
from linli.core.cases.models import Case, CaseClock
from linli.core.platform.public import Indicator

M = TypeVar("M", bound=Model)
Titles = dict[str, str]
Ratio = tuple[float, float]

SATISFIED_STARS = 4
NOT_COUNTED = ("rejected", "merged", "void")


@dataclass(frozen=True, slots=True)
class IndicatorScope:
    """Who asks, for which time [since, until) and which area (None: all that the person may see figures of)."""

    access: Access
    since: datetime
    until: datetime
    area_id: int | None = None

    def rows(self, rows: QuerySet[M]) -> QuerySet[M]:
        """The rows of an AreaScoped model that count: those that `indicator.view` opens, inside the area."""
        seen = restrict(self.access, "indicator.view", rows)
        return seen if self.area_id is None else seen.filter(area_condition(self.area_id))

    def within(self, column: str) -> Q:
        """The condition that a moment lies in the period."""
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})


def _share(numerator: Q, base: QuerySet[Case]) -> Ratio:
    counted = base.order_by().aggregate(all=Count("id"), some=Count("id", filter=numerator))
    return float(counted["some"]), float(counted["all"])


def _counting(
    column: str, numerator: Callable[[IndicatorScope], Q], *, without: tuple[str, ...] = NOT_COUNTED, **base: object
) -> Callable[[IndicatorScope], Ratio]:
    """A count over the cases whose `column` lies in the period, in none of the states `without`, with `base` holding."""

    def compute(scope: IndicatorScope) -> Ratio:
        rows = scope.rows(Case.objects.all()).filter(scope.within(column), **base).exclude(state__in=without)
        return _share(numerator(scope), rows)

    return compute


def _clocks(stage: str) -> Callable[[IndicatorScope], Ratio]:
    """The clocks of a stage that were due in the period, and those of them that stopped in time."""

    def compute(scope: IndicatorScope) -> Ratio:
        cases = scope.rows(Case.objects.all()).exclude(state__in=("merged", "void"))
        rows = CaseClock.objects.filter(scope.within("due_at"), stage=stage, case_id__in=cases.values("id"))
        counted = rows.order_by().aggregate(
            all=Count("id"), some=Count("id", filter=Q(stopped_at__isnull=False, stopped_at__lte=F("due_at")))
        )
        return float(counted["some"]), float(counted["all"])

    return compute


def _closed_by_then(scope: IndicatorScope) -> Q:
    return Q(closed_at__lt=scope.until)


def _filed_in_time(_scope: IndicatorScope) -> Q:
    late = CaseClock.objects.filter(case_id=OuterRef("pk"), stage="file", stopped_at__gt=F("due_at"))
    return Q(~Exists(late))


def _within(**span: float) -> Callable[[IndicatorScope], Q]:
    limit = timedelta(**span)
    return lambda _scope: Q(handled_at__lte=F("filed_at") + limit)


_DUE: Titles = {
    "zh-hans": "应结案：处置时限在本期内到期的案卷",
    "en": "Due: cases whose limit of handling ends in the period",
}
_BY_DUE: Titles = {"zh-hans": "按处置到期时间", "en": "by the end of the limit"}
_BY_REPORT: Titles = {"zh-hans": "按上报时间", "en": "by the time of the report"}
_BY_HANDLED: Titles = {"zh-hans": "按处置完成时间", "en": "by the time of hand-over"}
_NOT: Titles = {"zh-hans": "不计不予立案、并入他案、作废的案卷", "en": "without rejected, merged and void cases"}
_NOT_ENDED: Titles = {"zh-hans": "不计并入他案、作废的案卷", "en": "without merged and void cases"}

CASE_INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        code="in_time_closing", titles={"zh-hans": "按期结案率", "en": "Closed in time"},
        numerator={"zh-hans": "其中在时限内处置完成、并已结案", "en": "of these, handed over within the limit and closed by the end of the period"},
        denominator=_DUE, period=_BY_DUE, exclusions=_NOT,
        compute=_counting("handle_due_at", lambda scope: Q(in_time=True) & _closed_by_then(scope)),
    ),
    Indicator(
        code="closing", titles={"zh-hans": "结案率", "en": "Closed"},
        numerator={"zh-hans": "其中期末已结案", "en": "of these, closed by the end of the period"}, denominator=_DUE, period=_BY_DUE,
        exclusions=_NOT, compute=_counting("handle_due_at", _closed_by_then),
    ),
    Indicator(
        code="filing", titles={"zh-hans": "立案率", "en": "Filed"},
        numerator={"zh-hans": "其中已立案", "en": "of these, filed"}, denominator={"zh-hans": "本期受理的上报", "en": "Reports accepted in the period"},
        period=_BY_REPORT, exclusions=_NOT_ENDED,
        compute=_counting("reported_at", lambda _scope: Q(filed_at__isnull=False), without=("merged", "void")),
    ),
    Indicator(
        code="in_time_filing", titles={"zh-hans": "按时立案率", "en": "Filed in time"},
        numerator={"zh-hans": "其中立案没有超过受理时限", "en": "of these, filed within the limit of acceptance"},
        denominator={"zh-hans": "本期立案的案卷", "en": "Cases filed in the period"}, period={"zh-hans": "按立案时间", "en": "by the time of filing"},
        exclusions=_NOT_ENDED, compute=_counting("filed_at", _filed_in_time, without=("merged", "void")),
    ),
    Indicator(
        code="in_time_handling", titles={"zh-hans": "按期处置率", "en": "Handled in time"},
        numerator={"zh-hans": "其中在时限内处置完成", "en": "of these, handed over within the limit"},
        denominator={"zh-hans": "应处置：处置时限在本期内到期的案卷", "en": "Due: cases whose limit of handling ends in the period"},
        period=_BY_DUE, exclusions=_NOT,
        compute=_counting("handle_due_at", lambda _scope: Q(handled_at__lte=F("handle_due_at"))),
    ),
    Indicator(
        code="in_time_verifying", titles={"zh-hans": "按期核查率", "en": "Verified in time"},
        numerator={"zh-hans": "其中按时核查", "en": "of these, done in time"},
        denominator={"zh-hans": "应核查：核查时限在本期内到期", "en": "Verifications due in the period"},
        period={"zh-hans": "按核查到期时间", "en": "by the end of the limit of verification"}, exclusions=_NOT_ENDED, compute=_clocks("verify"),
    ),
    Indicator(
        code="rework", titles={"zh-hans": "返工率", "en": "Reworked"},
        numerator={"zh-hans": "其中返工至少一次", "en": "of these, sent back for rework at least once"},
        denominator={"zh-hans": "本期处置完成的案卷", "en": "Cases handed over in the period"}, period=_BY_HANDLED, exclusions=_NOT,
        compute=_counting("handled_at", lambda _scope: Q(rework_count__gt=0)), better="low",
    ),
    Indicator(
        code="returned", titles={"zh-hans": "退回率", "en": "Returned"},
        numerator={"zh-hans": "其中被承办单位退回至少一次", "en": "of these, returned by a unit at least once"},
        denominator={"zh-hans": "本期立案的案卷", "en": "Cases filed in the period"}, period={"zh-hans": "按立案时间", "en": "by the time of filing"},
        exclusions=_NOT, compute=_counting("filed_at", lambda _scope: Q(return_count__gt=0)), better="low",
    ),
    Indicator(
        code="satisfaction", titles={"zh-hans": "满意率", "en": "Satisfied"},
        numerator={"zh-hans": "其中四星、五星", "en": "of these, with four or five stars"},
        denominator={"zh-hans": "本期结案且有评价的案卷", "en": "Cases closed in the period that were rated"},
        period={"zh-hans": "按结案时间", "en": "by the time of closing"}, exclusions=_NOT,
        compute=_counting("closed_at", lambda _scope: Q(rating__gte=SATISFIED_STARS), rating__isnull=False),
    ),
    Indicator(
        code="matters_8h", titles={"zh-hans": "事件 8 小时处置率", "en": "Matters within 8 hours"},
        numerator={"zh-hans": "其中立案后 8 小时内处置完成", "en": "of these, handed over within 8 hours after filing"},
        denominator={"zh-hans": "本期处置完成的事件", "en": "Matters handed over in the period"}, period=_BY_HANDLED, exclusions=_NOT,
        compute=_counting("handled_at", _within(hours=8), kind="matter", filed_at__isnull=False),
    ),
    Indicator(
        code="components_3d", titles={"zh-hans": "部件 3 天处置率", "en": "Components within 3 days"},
        numerator={"zh-hans": "其中立案后 3 天内处置完成", "en": "of these, handed over within 3 days after filing"},
        denominator={"zh-hans": "本期处置完成的部件问题", "en": "Component problems handed over in the period"}, period=_BY_HANDLED, exclusions=_NOT,
        compute=_counting("handled_at", _within(days=3), kind="component", filed_at__isnull=False),
    ),
)  # fmt: skip
