"""The page of indicators: each figure of core and subsystems with its numerator, denominator, base and period.

What is counted stands in linli/core/cases/reading/indicators.py and in the subsystems; this page only asks and shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import access_on, staff_page
from linli.core.areas.public import area_tree
from linli.core.cases.public import IndicatorScope
from linli.core.platform.public import Indicator, brought, day_start, local_today, title_in
from linli.lib.outside import day

SMALL_BASE = 30
USUAL_DAYS = 30
MOST_AREAS = 500
MOST_DAYS = 3 * 366


@dataclass(frozen=True)
class Shown:
    """One indicator as the page shows it. `share` is in percent with two digits, empty without a base."""

    title: str
    share: str
    width: float
    numerator: int
    base: int
    is_small: bool
    numerator_words: str
    denominator_words: str
    period_words: str
    exclusion_words: str


def shown(indicator: Indicator, scope: IndicatorScope) -> Shown:
    """Asks for one figure and puts the city's choice beside it."""
    some, base = indicator.compute(scope)
    share = 100 * some / base if base else 0.0
    return Shown(
        title_in(indicator.titles), f"{share:.2f}" if base else "", round(share, 1), int(some), int(base), 0 < base < SMALL_BASE,
        title_in(indicator.numerator), title_in(indicator.denominator), title_in(indicator.period),
        title_in(indicator.exclusions) if indicator.exclusions else "",
    )  # fmt: skip


@require_GET
@staff_page("indicator.view")
def indicators_page(request: HttpRequest) -> HttpResponse:
    """All indicators over the days asked for (default: the last 30) and the area asked for (default: all one may see)."""
    access, tree = access_on(request), area_tree()
    first, last, trouble = _days(request)
    area = tree.by_code.get(request.GET.get("area", ""))
    until = day_start(last + timedelta(days=1))
    scope = IndicatorScope(access, day_start(first), until, area.id if area else None)
    groups: dict[str, list[Shown]] = {}
    for package, indicator in brought(Indicator):
        groups.setdefault(title_in(package.titles), []).append(shown(indicator, scope))
    context = {
        "groups": groups.items(), "first": first, "last": last, "area": area,
        "areas": area_tree().largest(access.areas_with("indicator.view", for_units=True), MOST_AREAS), "small_base": SMALL_BASE,
        "trouble": trouble,
    }  # fmt: skip
    return render(request, "workbench/indicators.html", context, status=422 if trouble else 200)


def _days(request: HttpRequest) -> tuple[date, date, str]:
    """First and last day of the period; the usual ones with a sentence when those asked for cannot be meant."""
    today = local_today()
    usual = today - timedelta(days=USUAL_DAYS - 1), today
    first = day(request.GET.get("first") or usual[0].isoformat())
    last = day(request.GET.get("last") or usual[1].isoformat())
    if first is None or last is None:
        return *usual, _("Write the day as 2026-11-21.")
    if not 2000 <= first.year < 2100 or not 2000 <= last.year < 2100:
        return *usual, _("Choose a day of this century.")
    if last < first or (last - first).days > MOST_DAYS:
        return *usual, _("The last day comes after the first, at most three years later.")
    return first, last, ""


indicator_urls = [path("indicators/", indicators_page, name="indicators")]
