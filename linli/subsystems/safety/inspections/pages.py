"""The pages of inspections that the engine does not make: plans and their form, the way into the checklist, which answers are hazards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import access_on, names_of, staff_page, unit_title, unit_tree
from linli.core.areas.public import place
from linli.core.desk.public import (
    AreaField,
    Chooser,
    DayField,
    DeskForm,
    LineField,
    Offer,
    UnitField,
    answer_once,
    do_once,
    list_urls,
    posted_from,
)
from linli.core.flow.public import item_urls, phase_of
from linli.core.forms.public import AnswerSheet, Form, begins_on, schema_of, title_of, told
from linli.core.platform.public import Actor, NotThere, Refusal, local_today
from linli.core.registry.public import PremisesKind, Risk
from linli.subsystems.safety.inspection_records import Doer, Every, Inspection, InspectionPlan, Level
from linli.subsystems.safety.inspections.checklists import (
    asked_of,
    checklists,
    forms_about_premises,
    in_words,
    rules_of,
    set_rules,
)
from linli.subsystems.safety.inspections.filling import begin_checklist
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.inspections.lists import INSPECTION_PLANS, INSPECTIONS, PAGES, counted, meant
from linli.subsystems.safety.inspections.planning import (
    PlanGiven,
    change_plan,
    end_plan,
    make_plan,
    plans_seen,
    premises_of,
)
from linli.subsystems.safety.models import Severity

SHOWN = 30


class ChecklistField(Chooser[Form]):
    """A checklist that the person may have filled in; cleaned to its form."""

    unknown = pgettext_lazy("safety", "No checklist is called “%s”; choose one from the list.")

    def offers(self, access: Any) -> list[Offer[Form]]:
        """The checklists by their titles."""
        return [Offer(one.code, title_of(one), one) for one in checklists(access)]


class PlanForm(DeskForm):
    """A plan of inspections."""

    names = {"form_id": "form", "team_id": "team"}
    title = LineField(label=pgettext_lazy("safety", "Title of the plan"), max_length=80)
    level = forms.ChoiceField(label=pgettext_lazy("safety", "Level"), choices=Level.choices, widget=forms.RadioSelect)
    area = AreaField(permission="inspection.plan", label=pgettext_lazy("safety", "Premises in"))
    kinds = forms.MultipleChoiceField(
        label=pgettext_lazy("safety", "Kinds of premises"), choices=PremisesKind.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=pgettext_lazy("safety", "None chosen: all."),
    )  # fmt: skip
    risks = forms.MultipleChoiceField(
        label=pgettext_lazy("safety", "Risk by the ledger"), choices=Risk.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=pgettext_lazy("safety", "None chosen: all."),
    )  # fmt: skip
    form = ChecklistField(label=pgettext_lazy("safety", "Checklist"))
    every = forms.ChoiceField(
        label=pgettext_lazy("safety", "How often"), choices=Every.choices, widget=forms.RadioSelect,
        help_text=pgettext_lazy("safety", "Each inspection is due on the last day of its week, month or quarter."),
    )  # fmt: skip
    first_day = DayField(label=pgettext_lazy("safety", "First day"))
    last_day = DayField(label=pgettext_lazy("safety", "Last day"))
    doer = forms.ChoiceField(
        label=pgettext_lazy("safety", "Who goes there"), choices=Doer.choices, widget=forms.RadioSelect
    )
    team = UnitField(permission="inspection.plan", required=False, label=pgettext_lazy("safety", "The team"))
    note = LineField(label=pgettext_lazy("safety", "What to know"), max_length=300, required=False)

    def given(self) -> PlanGiven:
        """What was typed, as the service takes it."""
        values = dict(self.cleaned_data)
        form, team = values.pop("form"), values.pop("team")
        kinds, risks = tuple(values.pop("kinds")), tuple(values.pop("risks"))
        return PlanGiven(**values, form_id=form.id, team_id=team.id if team else None, kinds=kinds, risks=risks)


def _form_page(request: HttpRequest, form: PlanForm, title: str, back: str, words: str) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": back, "words": words}
    return render(request, "safety/inspection_plan_form.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("inspection.plan")
def new_plan(request: HttpRequest) -> HttpResponse:
    """The form of a new plan."""
    usual = {"level": "community", "every": "quarter", "doer": "grid", "first_day": local_today()}
    form, access = PlanForm(request, initial=usual), access_on(request)

    def effect(actor: Actor, uuid: UUID) -> int:
        return make_plan(actor, access=access, uuid=uuid, given=form.given()).id

    answer = form.send(["inspection_plan"], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("safety:inspection-plan", args=[int(answer.body)]))
    return _form_page(
        request, form, pgettext("safety", "New inspection plan"), reverse("safety:inspection-plans"), pgettext("safety", "Make the plan")
    )  # fmt: skip


def _the_plan(request: HttpRequest, plan_id: int) -> InspectionPlan:
    plan = plans_seen(access_on(request)).filter(id=plan_id).select_related("area").first()
    if plan is None:
        raise NotThere(pgettext("safety", "There is no such plan of yours."))
    return plan


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("inspection.plan")
def change_a_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The form of a plan that is there."""
    plan, access = _the_plan(request, plan_id), access_on(request)
    if not access.may_in_area("inspection.plan", plan.area_id):
        raise NotThere(pgettext("safety", "There is no such plan of yours."))
    plain = ("title", "level", "kinds", "risks", "every", "first_day", "last_day", "doer", "note")
    team = {"team": unit.code} if (unit := _unit(plan.team_id)) else {}
    shown = {name: getattr(plan, name) for name in plain} | {
        "area": plan.area.code,
        "form": Form.objects.get(id=plan.form_id).code,
    }
    form = PlanForm(request, initial=shown | team)

    def effect(actor: Actor, _uuid: UUID) -> int:
        change_plan(actor, access=access, plan_id=plan_id, given=form.given())
        return plan_id

    address = reverse("safety:inspection-plan", args=[plan_id])
    if form.send(["inspection_plan", plan_id], effect) is not None:
        return HttpResponseRedirect(address)
    return _form_page(request, form, plan.title, address, pgettext("safety", "Save"))


def _unit(unit_id: int | None) -> Any:
    return unit_tree().nodes.get(unit_id) if unit_id else None


@require_safe
@staff_page("inspection.view")
def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: what it says, how far it has come, its last inspections."""
    return _plan_page(request, _the_plan(request, plan_id))


def _plan_page(request: HttpRequest, plan: InspectionPlan, refusal: Refusal | None = None) -> HttpResponse:
    access = access_on(request)
    given = Inspection.objects.filter(plan_id=plan.id).order_by("-id")[:SHOWN]
    figures = counted([plan.id]).get(plan.id, {"given": 0, "done": 0, "late": 0})
    form = Form.objects.get(id=plan.form_id)
    over = plan.last_day < local_today()
    context = {
        "plan": plan, "figures": figures, "area": place(plan.area_id), "meant": meant(plan), "count": premises_of(plan).count(),
        "checklist": title_of(form), "checklist_url": reverse("safety:checklist", args=[form.id]) if form in forms_about_premises(access) else "",
        "team": unit_title(plan.team_id),
        "maker": names_of([plan.made_by_id]).get(plan.made_by_id, ""), "over": over, "ends_today": plan.last_day == local_today(),
        "may_plan": not over and access.may_in_area("inspection.plan", plan.area_id),
        "given": [(one, phase_of(INSPECTION, one.state), one.get_state_display()) for one in given],
        "notice": refusal.sentence if refusal else "",
    }  # fmt: skip
    return render(request, "safety/inspection_plan.html", context, status=refusal.status if refusal else 200)


@posted_from("safety:inspection-plan", "plan_id")
@staff_page("inspection.plan")
def end_a_plan(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Ends a plan with today."""
    plan, access = _the_plan(request, plan_id), access_on(request)
    return answer_once(
        request, ["inspection_plan.end", plan_id], lambda actor, _uuid: end_plan(actor, access=access, plan_id=plan_id),
        to=reverse("safety:inspection-plan", args=[plan_id]), refused=lambda refusal: _plan_page(request, plan, refusal),
    )  # fmt: skip


@posted_from("safety:inspection", "item_id")
@staff_page()
def fill_in(request: HttpRequest, item_id: int) -> HttpResponseBase:
    """Begins the checklist of an inspection, or goes on with it, and leads to its pages."""
    access, item = access_on(request), PAGES.item(request, item_id)

    def effect(actor: Actor, uuid: UUID) -> int:
        return begin_checklist(actor, access=access, uuid=uuid, inspection_id=item.id).id

    answer = do_once(request, ["inspection.fill", item.id], effect)
    sheet = AnswerSheet.objects.get(id=int(answer.body))
    return HttpResponseRedirect(reverse(begins_on(schema_of(sheet.version_id)), args=[sheet.id]))


@require_safe
@staff_page("inspection.view")
def checklists_page(request: HttpRequest) -> HttpResponse:
    """The forms about premises, and how many of their answers are hazards."""
    rows = []
    for form in forms_about_premises(access_on(request)):
        schema = schema_of(form.version_id or 0)
        rules = rules_of(form)
        grave = sum(rule["severity"] == Severity.GRAVE for rule in rules.values())
        rows.append((form, title_of(form), len(asked_of(schema)), len(rules), grave))
    return render(request, "safety/checklists.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("inspection.view")
def checklist_page(request: HttpRequest, form_id: int) -> HttpResponse:
    """One checklist: which answers are hazards, and how grave; who plans inspections for the area of the form may change it."""
    access = access_on(request)
    found = next((one for one in forms_about_premises(access) if one.id == form_id), None)
    if found is None:
        raise NotThere(pgettext("safety", "There is no such checklist."))
    schema, rules = schema_of(found.version_id or 0), rules_of(found)
    may_set = access.may_in_area("inspection.plan", found.area_id)
    asked = asked_of(schema)
    fields = {
        one.name: forms.ChoiceField(
            label=told(one.label), required=False, choices=_ways(one), initial=_way(rules.get(one.name))
        )
        for one in asked
    }
    form = type("RulesForm", (DeskForm,), dict(fields))(request)

    def effect(actor: Actor, _uuid: UUID) -> int:
        chosen = {name: tuple(value.split(":", 1)) for name, value in form.cleaned_data.items() if value}
        set_rules(actor, access=access, form_id=form_id, rules=chosen)
        return form_id

    if may_set and form.send(["checklist", form_id], effect) is not None:
        return HttpResponseRedirect(reverse("safety:checklists"))
    lines = [(told(one.label), _told_rule(one, rules.get(one.name))) for one in asked]
    context = {"found": found, "title": title_of(found), "form": form, "lines": lines, "may_set": may_set}
    return render(request, "safety/checklist.html", context, status=form.status if may_set else 200)


def _ways(question: Any) -> list[Any]:
    """No hazard, then each answer with each severity; “no” first."""
    answers = sorted(question.choices, key=lambda one: one.code != "no")
    groups = [
        (told(one.label), [(f"{one.code}:{code}", f"{told(one.label)} → {label}") for code, label in Severity.choices]) for one in answers
    ]  # fmt: skip
    return [("", pgettext("safety", "No hazard")), *groups]


def _way(rule: Any) -> str:
    return f"{rule['answer']}:{rule['severity']}" if rule else ""


def _told_rule(question: Any, rule: Any) -> str:
    if not rule:
        return pgettext("safety", "No hazard")
    label = next((told(one.label) for one in question.choices if one.code == rule["answer"]), rule["answer"])
    return f"{label} → {in_words(rule)}"


inspection_urls = [
    *list_urls(INSPECTIONS, "inspections/", "safety"),
    *item_urls(PAGES, "inspections/"),
    path("inspections/<int:item_id>/fill/", fill_in, name="fill-in"),
    *list_urls(INSPECTION_PLANS, "inspection-plans/", "safety"),
    path("inspection-plans/new/", new_plan, name="new-inspection-plan"),
    path("inspection-plans/<int:plan_id>/", plan_page, name="inspection-plan"),
    path("inspection-plans/<int:plan_id>/change/", change_a_plan, name="change-inspection-plan"),
    path("inspection-plans/<int:plan_id>/end/", end_a_plan, name="end-inspection-plan"),
    path("checklists/", checklists_page, name="checklists"),
    path("checklists/<int:form_id>/", checklist_page, name="checklist"),
]
