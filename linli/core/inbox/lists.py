"""The lists of the inbox, for its pages and the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, unit_title
from linli.core.desk.public import (
    ChoiceFilter,
    Column,
    DaysFilter,
    Empty,
    List,
    SwitchFilter,
    WordsFilter,
    column_of,
    looked_for_in,
    new_button,
    page_at,
    person_column,
)
from linli.core.flow.public import OfMeFilter, due_column, state_column, waiting
from linli.core.grids.public import grid_title
from linli.core.inbox.models import Every, Task, TaskPlan
from linli.core.inbox.plans import plans_seen
from linli.core.inbox.rhythm_words import rhythm_words
from linli.core.inbox.task_flow import TASK
from linli.core.platform.public import local_today


def _doing(access: Access) -> Q:
    return Q(assignee_id=access.user_id, state="open")


DOER = person_column("doer", gettext_lazy("Who does it"), "assignee_id", css="fixed")

TASKS = List[Task](
    code="tasks",
    title=gettext_lazy("Tasks"),
    permission="",
    rows=TASK.visible,
    address=lambda task: page_at("task", task.id),
    columns=(
        Column("subject", gettext_lazy("What is to be done"), str, css="grow"),
        replace(DOER, value=lambda task: DOER.value(task) or unit_title(task.unit_id)),
        person_column("giver", gettext_lazy("Given by"), "giver_id", css="fixed col-wide"),
        column_of(Task, "due_on", gettext_lazy("Done by"), sort=True, css="fixed col-wide"),
        due_column(),
        state_column(TASK),
    ),
    filters=(
        WordsFilter("q", gettext_lazy("Search the tasks"), looked_for_in("subject")),
        OfMeFilter("waiting", gettext_lazy("Waits for me"), lambda access: waiting(TASK, access)),
        OfMeFilter("mine", gettext_lazy("Mine to do"), _doing),
        OfMeFilter("given", gettext_lazy("Given by me"), lambda access: Q(giver_id=access.user_id)),
        OfMeFilter("unit", gettext_lazy("Of my unit"), lambda access: Q(unit_id=access.unit_id, unit_id__isnull=False)),
        ChoiceFilter("state", gettext_lazy("State"), TASK.states.choices),
        DaysFilter("days", gettext_lazy("Done by"), "due_on", of_days=True),
    ),
    empty=Empty(gettext_lazy("No task yet"), gettext_lazy("What you are to do stands here, and what you gave to others."), "check"),
    template="inbox/tasks.html",
    context=new_button("new-task", gettext_lazy("Give a task")),
)  # fmt: skip


def _doer(plan: TaskPlan) -> str:
    return str(DOER.value(plan) or unit_title(plan.unit_id) or (grid_title(plan.grid_id) if plan.grid_id else ""))


def _going_on(rows: QuerySet[TaskPlan]) -> QuerySet[TaskPlan]:
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=local_today()), paused_at__isnull=True)


PLANS = List[TaskPlan](
    code="task-plans",
    title=gettext_lazy("Plans of tasks"),
    permission="",
    rows=plans_seen,
    address=lambda plan: page_at("task-plan", plan.id),
    columns=(
        Column("subject", gettext_lazy("What is to be done"), str, css="grow"),
        Column("rhythm", gettext_lazy("How often"), rhythm_words, css="card-plain"),
        replace(DOER, value=_doer),
        person_column("giver", gettext_lazy("Given by"), "giver_id", css="fixed col-wide"),
        Column("next", gettext_lazy("Next time"), lambda plan: plan.next_at, css="fixed col-wide", kind=datetime),
        column_of(TaskPlan, "valid_from", gettext_lazy("First day"), sort=True, only="data"),
    ),
    filters=(
        WordsFilter("q", gettext_lazy("Search the plans"), looked_for_in("subject")),
        SwitchFilter("on", gettext_lazy("Going on"), _going_on),
        OfMeFilter("mine", gettext_lazy("Made by me"), lambda access: Q(giver_id=access.user_id)),
        ChoiceFilter("every", gettext_lazy("How often"), Every.choices),
    ),
    empty=Empty(
        gettext_lazy("No plan yet"),
        gettext_lazy("A plan gives the same task again and again: twice a day, on some weekdays, each month or quarter."), "repeat",
    ),
    context=new_button("new-task-plan", gettext_lazy("New plan")),
)  # fmt: skip
