"""The page of limits: how long each stage of each flow may take, usually and in this city, and the form that chooses another limit.

For whoever may change settings. A limit holds from a day on; clocks that run are computed anew when it begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import staff_page
from linli.core.catalogue.public import LimitUnit, limit_words
from linli.core.desk.public import DayField, DeskForm, marks
from linli.core.flow.public import (
    FALLBACK_SHARE,
    AnyFlow,
    Limit,
    flows,
    limit_in_force,
    limit_to_come,
    may_be_chosen,
    set_limit,
    set_usual_limit,
    usual_limit,
)
from linli.core.platform.public import NotThere, local_today

NUMBER_SAID = gettext_lazy("Give a number above zero and below 1000, with at most three digits after the point.")
NUMBER: dict[str, Any] = {
    "min_value": Decimal("0.001"), "max_digits": 6, "decimal_places": 3,
    "error_messages": dict.fromkeys(
        ("min_value", "invalid", "max_digits", "max_decimal_places", "max_whole_digits"), NUMBER_SAID
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One stage as the page shows it."""

    title: str
    url: str
    usual: str
    now: str
    since: str
    to_come: str
    saved: bool


@dataclass(frozen=True)
class Group:
    """The stages of one flow."""

    title: str
    lines: list[Line]


class LimitForm(DeskForm):
    """Another limit of a stage; what does not fit the stage is left out."""

    amount = forms.DecimalField(label=gettext_lazy("Limit"), **NUMBER)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    urgent_hours = forms.DecimalField(
        label=gettext_lazy("Limit of what is urgent, in hours round the clock"), required=False, **NUMBER,
        help_text=gettext_lazy("Empty: the same limit as for everything else."),
    )  # fmt: skip
    amber_share = forms.IntegerField(
        label=gettext_lazy("Amber from this share of the limit on, in percent"), min_value=10, max_value=99,
        error_messages=dict.fromkeys(("min_value", "max_value"), gettext_lazy("Give a share from 10 to 99 percent.")),
    )  # fmt: skip
    valid_from = DayField(
        label=gettext_lazy("Holds from"),
        help_text=gettext_lazy("Today or a later day. Clocks that run then are computed anew."),
    )

    def __init__(self, request: HttpRequest, flow: AnyFlow, stage: str) -> None:
        limit, plan = limit_in_force(flow, stage), flow.stages[stage]
        initial = {
            "amount": limit.amount and f"{limit.amount.normalize():f}", "unit": limit.unit,
            "urgent_hours": limit.urgent_hours and f"{limit.urgent_hours.normalize():f}",
            "amber_share": int(limit.amber_share * 100), "valid_from": local_today(),
        }  # fmt: skip
        super().__init__(request, initial=initial)
        if plan.amount is None:
            del self.fields["amount"], self.fields["unit"]
        if flow.urgent is None:
            del self.fields["urgent_hours"]

    def given(self, plan_unit: str) -> dict[str, Any]:
        """What was chosen, as `set_limit` takes it."""
        given = {name: self.cleaned_data.get(name) for name in ("amount", "urgent_hours", "valid_from")}
        share = Decimal(self.cleaned_data["amber_share"]) / 100
        return {**given, "unit": self.cleaned_data.get("unit") or plan_unit, "amber_share": share}


def in_words(flow: AnyFlow, limit: Limit) -> str:
    """A limit as people read it."""
    own = limit_words(limit.amount, limit.unit) if limit.amount is not None else _("as each one says")
    said = [own]
    if limit.urgent_hours is not None and flow.urgent is not None:
        urgent = limit_words(limit.urgent_hours, LimitUnit.URGENT_HOUR)
        said.append((_("urgent: %s") if limit.amount is not None else _("urgent: at most %s")) % urgent)
    if limit.amber_share != FALLBACK_SHARE:  # what nobody changed need not be read on every line
        said.append(_("amber from %s%%") % int(limit.amber_share * 100))
    return " · ".join(said)


def _line(flow: AnyFlow, stage: str, saved: str) -> Line:
    holds, coming = limit_in_force(flow, stage), limit_to_come(flow, stage)
    begins = f"{marks.day_words(coming.since)} · {in_words(flow, coming)}" if coming and coming.since else ""
    return Line(
        str(flow.stages[stage].title), reverse("limit", args=[flow.code, stage]), in_words(flow, usual_limit(flow, stage)),
        in_words(flow, holds) if holds.since else "", marks.day_words(holds.since) if holds.since else "", begins,
        saved == f"{flow.code}.{stage}",
    )  # fmt: skip


@require_GET
@staff_page("settings.manage", whole_city=True)
def limits_page(request: HttpRequest) -> HttpResponse:
    """All stages of all flows."""
    saved, groups = request.GET.get("saved", ""), []
    for flow in flows().values():
        lines = [_line(flow, stage, saved) for stage in flow.stages if may_be_chosen(flow, stage)]
        if lines:
            title = str(flow.title)
            groups.append(Group(title[:1].upper() + title[1:], lines))
    return render(request, "workbench/limits.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("settings.manage", whole_city=True)
def limit_page(request: HttpRequest, flow: str, stage: str) -> HttpResponse:
    """Another limit of one stage, or the usual one again."""
    found = flows().get(flow)
    if found is None or stage not in found.stages or not may_be_chosen(found, stage):
        raise NotThere(_("There is no such stage."))
    form = LimitForm(request, found, stage)
    usual = "usual" in request.POST

    def effect(actor: Any, _uuid: Any) -> str:
        if usual:
            set_usual_limit(actor, found, stage, valid_from=form.cleaned_data["valid_from"])
        else:
            set_limit(actor, found, stage, **form.given(found.stages[stage].unit))
        return f"{flow}.{stage}"

    answer = form.send(["limit", flow, stage], effect)
    if answer is not None:
        return HttpResponseRedirect(f"{reverse('limits')}?saved={answer.body}")
    context = {
        "form": form, "flow": found, "stage": found.stages[stage], "usual": in_words(found, usual_limit(found, stage)),
        "changed": limit_in_force(found, stage).since or limit_to_come(found, stage),
    }  # fmt: skip
    return render(request, "workbench/limit.html", context, status=form.status)


limits_urls = [
    path("settings/limits/", limits_page, name="limits"),
    path("settings/limits/<slug:flow>/<slug:stage>/", limit_page, name="limit"),
]
