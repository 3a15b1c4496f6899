"""The pages of plans of recurring tasks: making and changing one, one plan with the tasks that it gave. Their list stands in lists.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import access_on, names_of, staff_page, unit_title, unit_tree
from linli.core.desk.public import (
    DayField,
    DeskForm,
    GridField,
    LineField,
    SpansField,
    WordsField,
    answer_once,
    posted_from,
)
from linli.core.flow.public import phase_of
from linli.core.grids.public import grid_title, main_layer
from linli.core.inbox.pages.task_pages import DoerField, DoingUnitField
from linli.core.inbox.public import (
    TASK,
    WEEKDAYS,
    Every,
    PlanGiven,
    TaskPlan,
    change_task_plan,
    end_task_plan,
    make_task_plan,
    may_change,
    pause_task_plan,
    plans_seen,
    rhythm_words,
    tasks_of_plan,
)
from linli.core.platform.public import Actor, NotThere, Refusal, local_today, moment_words

BLANK = [("", ""), ("", "")]


class PlanForm(DeskForm):
    """A task that is given again and again."""

    subject = LineField(label=gettext_lazy("What is to be done"), max_length=120)
    note = WordsField(label=gettext_lazy("What to know about it"), required=False)
    assignee = DoerField(required=False)
    unit = DoingUnitField(label=gettext_lazy("Or the unit"), required=False)
    grid = GridField(
        permission="task.give", required=False, label=gettext_lazy("Or a grid"),
        help_text=gettext_lazy("Whoever works in the grid on that day gets the task."),
    )  # fmt: skip
    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=Every.choices, widget=forms.RadioSelect)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"), choices=list(enumerate(WEEKDAYS)), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Of a plan for every week."),
    )  # fmt: skip
    day = forms.IntegerField(
        label=gettext_lazy("Day of the month"), min_value=1, max_value=31, required=False,
        help_text=gettext_lazy("Of a plan for every month; for every quarter, of its first month. Where a month is shorter, its last day."),
    )  # fmt: skip
    work_days_only = forms.BooleanField(
        label=gettext_lazy("Only on work days"), required=False,
        help_text=gettext_lazy("What is due once a month or quarter moves to the next work day instead of being left out."),
    )  # fmt: skip
    times = SpansField(
        label=gettext_lazy("At fixed times of the day"), required=False,
        help_text=gettext_lazy("Given when a span begins, due when it ends. Leave it empty for the whole day."),
    )  # fmt: skip
    days_to_do = forms.IntegerField(
        label=gettext_lazy("Days to do it"), min_value=0, max_value=90, required=False,
        help_text=gettext_lazy("0: on the same day."),
    )  # fmt: skip
    valid_from = DayField(label=gettext_lazy("First day"))
    valid_to = DayField(label=gettext_lazy("Last day"), required=False)

    def given(self) -> PlanGiven:
        """What was filled in, as the service takes it."""
        values = dict(self.cleaned_data)
        assignee, unit, grid = (values.pop(name) for name in ("assignee", "unit", "grid"))
        values["day"], values["days_to_do"] = values["day"] or 1, values["days_to_do"] or 0
        return PlanGiven(
            **values, assignee_id=assignee and assignee.user_id, unit_id=unit and unit.id, grid_id=grid and grid.id
        )


def _shown(plan: TaskPlan) -> dict[str, Any]:
    """A plan as its form shows it."""
    layer, unit = main_layer(), unit_tree().nodes.get(plan.unit_id or 0)
    grid = layer.nodes.get(plan.grid_id) if layer and plan.grid_id is not None else None
    plain = ("subject", "note", "every", "day", "work_days_only", "days_to_do", "valid_from", "valid_to")
    return {name: getattr(plan, name) for name in plain} | {
        "assignee": str(plan.assignee_id or ""), "unit": unit.code if unit else "", "grid": grid.code if grid else "",
        "weekdays": [int(one) for one in plan.weekdays], "times": [*plan.times, *BLANK][:6],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def new_plan(request: HttpRequest) -> HttpResponse:
    """The form of a new plan."""
    usual = {
        "every": "week",
        "times": BLANK,
        "valid_from": local_today(),
        "work_days_only": True,
        "days_to_do": 0,
        "day": 1,
    }
    form, access = PlanForm(request, initial=usual), access_on(request)

    def effect(actor: Actor, uuid: UUID) -> int:
        return make_task_plan(actor, access=access, uuid=uuid, given=form.given()).id

    answer = form.send(["task_plan"], effect)
    if answer is not None:
        return HttpResponseRedirect(reverse("task-plan", args=[int(answer.body)]))
    return _form(request, form, _("New plan of tasks"), reverse("task-plans"), _("Make the plan"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page()
def change_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The form of a plan that is there."""
    plan, access = _the_plan(request, plan_id), access_on(request)
    if not may_change(plan, access):
        raise NotThere(_("There is no such plan."))
    form = PlanForm(request, initial=_shown(plan))

    def effect(actor: Actor, _uuid: UUID) -> int:
        return change_task_plan(actor, access=access, plan_id=plan_id, given=form.given()).id

    address = reverse("task-plan", args=[plan_id])
    if form.send(["task_plan", plan_id], effect) is not None:
        return HttpResponseRedirect(address)
    return _form(request, form, str(plan), address, _("Save"))


def _form(request: HttpRequest, form: PlanForm, title: str, back: str, words: str) -> HttpResponse:
    context = {"form": form, "title": title, "back_url": back, "words": words}
    return render(request, "inbox/plan_form.html", context, status=form.status)


def _the_plan(request: HttpRequest, plan_id: int) -> TaskPlan:
    plan = plans_seen(access_on(request)).filter(id=plan_id).first()
    if plan is None:
        raise NotThere(_("There is no such plan."))
    return plan


@require_GET
@staff_page()
def plan_page(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One plan: what it says, and the last tasks that it gave."""
    return _plan_page(request, _the_plan(request, plan_id))


def _plan_page(request: HttpRequest, plan: TaskPlan, refusal: Refusal | None = None) -> HttpResponse:
    access, given = access_on(request), tasks_of_plan(plan, access_on(request))
    names = names_of([plan.giver_id, plan.assignee_id, *(task.assignee_id for task in given)])
    over = plan.valid_to is not None and plan.valid_to < local_today()
    context = {
        "plan": plan, "rhythm": rhythm_words(plan), "over": over, "may_change": may_change(plan, access) and not over,
        "doer": names.get(plan.assignee_id) or unit_title(plan.unit_id) or (grid_title(plan.grid_id) if plan.grid_id else ""),
        "giver": names.get(plan.giver_id, ""), "next": moment_words(plan.next_at), "notice": refusal.sentence if refusal else "",
        "tasks": [
            (task, names.get(task.assignee_id, "") or unit_title(task.unit_id), phase_of(TASK, task.state), task.get_state_display())
            for task in given
        ],
    }  # fmt: skip
    return render(request, "inbox/plan.html", context, status=refusal.status if refusal else 200)


def _pressed(request: HttpRequest, plan_id: int, what: str, effect: Any) -> HttpResponseBase:
    plan = _the_plan(request, plan_id)
    return answer_once(
        request, [f"task_plan.{what}", plan_id], effect, to=reverse("task-plan", args=[plan_id]),
        refused=lambda refusal: _plan_page(request, plan, refusal),
    )  # fmt: skip


@posted_from("task-plan", "plan_id")
@staff_page()
def pause_plan(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Lets a plan rest, or go on, as the button says."""
    access, paused = access_on(request), request.POST.get("pause") == "1"
    return _pressed(
        request, plan_id, "pause" if paused else "go_on",
        lambda actor, _uuid: pause_task_plan(actor, access=access, plan_id=plan_id, paused=paused),
    )  # fmt: skip


@posted_from("task-plan", "plan_id")
@staff_page()
def end_plan(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Ends a plan with today."""
    access = access_on(request)
    return _pressed(request, plan_id, "end", lambda actor, _uuid: end_task_plan(actor, access=access, plan_id=plan_id))
