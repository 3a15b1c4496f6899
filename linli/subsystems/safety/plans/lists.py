"""How emergency plans and drills are shown, and the lists of them; pages, API and exports are made of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Column,
    DayField,
    DaysFilter,
    Empty,
    LineField,
    PersonField,
    SwitchFilter,
    WordsField,
    WordsFilter,
    column_of,
    facts_of,
    person_column,
)
from linli.core.flow.public import ItemPages, OfMeFilter, Print, flow_list
from linli.core.platform.public import local_today
from linli.core.search.public import words_of
from linli.subsystems.safety.plans.drills import DRILL
from linli.subsystems.safety.plans.flow import IN_FORCE, PLAN
from linli.subsystems.safety.records import Drill, EmergencyPlan, Level
from linli.subsystems.safety.subjects import SUBJECT, file_address

TEXT_CHARS = 20_000
TITLE = column_of(EmergencyPlan, "title", pgettext_lazy("safety", "Plan"), css="card-title")
VERSION = column_of(EmergencyPlan, "version", pgettext_lazy("safety", "Version"), css="number fixed col-wide")
UNTIL = column_of(EmergencyPlan, "valid_until", pgettext_lazy("safety", "Holds until"), sort=True, css="fixed")
DRILL_ON = column_of(
    EmergencyPlan, "drill_on", pgettext_lazy("safety", "Next drill by"), sort=True, css="fixed col-wide"
)
WRITER = person_column("writer", pgettext_lazy("safety", "Written by"), "written_by_id", css="fixed col-wide")
FILE: Column[Any] = Column(
    "subject", pgettext_lazy("safety", "Of whom"), lambda row: str(row.subject_words),
    html=lambda row: format_html('<a href="{}">{}</a>', file_address(row), row.subject_words),
)  # fmt: skip
_FACTS = facts_of(
    FILE, VERSION, column_of(EmergencyPlan, "in_force_on", pgettext_lazy("safety", "In force since")), UNTIL, WRITER,
    person_column("reviewer", pgettext_lazy("safety", "Reviewed by"), "reviewed_by_id"),
    person_column("approver", pgettext_lazy("safety", "Approved by"), "approved_by_id"), DRILL_ON,
)  # fmt: skip


def more(plan: EmergencyPlan, access: Access) -> dict[str, Any]:
    """The drills of a plan and its other versions."""
    versions = PLAN.visible(access).filter(premises_id=plan.premises_id, area_id=plan.area_id, level=plan.level)
    return {
        "drills": list(plan.drills.order_by("-id")[:10]),
        "versions": list(versions.exclude(id=plan.id).order_by("-version")[:10]),
        "may_drill": plan.state in IN_FORCE and access.may_in_area("drill.note_down", plan.area_id),
    }


PLAN_PAGES = ItemPages(
    flow=PLAN,
    back="safety:plans",
    back_title=pgettext_lazy("safety", "Emergency plans"),
    facts=_FACTS,
    more=more,
    template="safety/plan.html",
    fields={
        "title": lambda plan, _access: LineField(label=pgettext_lazy("safety", "Plan"), max_length=80, initial=plan.title),
        "text": lambda plan, _access: WordsField(
            label=pgettext_lazy("safety", "Text"), max_length=TEXT_CHARS, rows=12, initial=plan.text
        ),
        "valid_until": lambda plan, _access: DayField(label=pgettext_lazy("safety", "Holds until"), initial=plan.valid_until),
    },
    labels={
        "photo": pgettext_lazy("safety", "Photos of its pages"), ("send_back", "reason"): pgettext_lazy("safety", "What is to be mended"),
    },
    hints={
        "submit": pgettext_lazy("safety", "One person reviews it, another one approves it."),
        "approve": pgettext_lazy("safety", "It holds from now on and replaces the version before it."),
        "withdraw": pgettext_lazy("safety", "It holds no more. Without another of its own, what it is of falls under the plan of the level above."),
    },
    dangerous=("withdraw", "discard"),
    quiet=("send_back",),
    printed=Print(
        title=pgettext_lazy("safety", "Emergency plan"),
        boxes=((pgettext_lazy("safety", "Review"), ("review",)), (pgettext_lazy("safety", "Approval"), ("approve",))),
    ),
)  # fmt: skip


def _holding(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(state__in=IN_FORCE, valid_until__gte=local_today())


PLANS = flow_list(
    PLAN_PAGES,
    code="plans",
    title=pgettext_lazy("safety", "Emergency plans"),
    permission="emergency_plan.view",
    columns=(TITLE, SUBJECT, VERSION, UNTIL, DRILL_ON, WRITER),
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "Plan or whose it is"), words_of("emergency_plans")),
        SwitchFilter("holds", pgettext_lazy("safety", "Holds today"), _holding),
        ChoiceFilter("level", pgettext_lazy("safety", "Level"), Level.choices),
        AreaFilter("area", "emergency_plan.view"),
        DaysFilter("until", pgettext_lazy("safety", "Holds until"), "valid_until", of_days=True),
    ),
    new="safety:new-plan",
    may_begin="emergency_plan.draft",
    beside=(("safety:drills", pgettext_lazy("safety", "Drills")), ("safety:files", pgettext_lazy("safety", "Safety files"))),
    empty=Empty(
        pgettext_lazy("safety", "No emergency plan yet"),
        pgettext_lazy("safety", "Plans of streets, communities and premises stand here, each approved by two people."), "shield"
    ),
)  # fmt: skip


def _people(_drill: Drill, _access: Access) -> forms.IntegerField:
    return forms.IntegerField(label=pgettext_lazy("safety", "People who took part"), min_value=1, max_value=1_000_000)


def _wrong(_drill: Drill, _access: Access) -> WordsField:
    return WordsField(
        label=pgettext_lazy("safety", "What went wrong"), help_text=pgettext_lazy("safety", "And what is changed because of it. Nobody by name."),
        max_length=2000,
    )  # fmt: skip


DRILL_TITLE: Column[Drill] = Column(
    "title", pgettext_lazy("safety", "Plan"), lambda drill: drill.title, css="card-title"
)
PEOPLE = column_of(Drill, "people", pgettext_lazy("safety", "People"), css="number fixed col-wide")
HELD_ON = column_of(Drill, "held_on", pgettext_lazy("safety", "Held on"), sort=True, css="fixed")
KEEPER = person_column("keeper", pgettext_lazy("safety", "Held by"), "keeper_id", css="fixed col-wide")
WRONG = column_of(Drill, "went_wrong", pgettext_lazy("safety", "What went wrong"), css="col-wide")


def _plan_link(drill: Drill) -> str:
    return format_html('<a href="{}">{}</a>', reverse("safety:plan", args=[drill.plan_id]), drill.title)


DRILL_PAGES = ItemPages(
    flow=DRILL,
    back="safety:drills",
    back_title=pgettext_lazy("safety", "Drills"),
    facts=facts_of(
        Column("title", pgettext_lazy("safety", "Plan"), lambda drill: drill.title, html=_plan_link), SUBJECT,
        column_of(Drill, "due_on", pgettext_lazy("safety", "Due by")), HELD_ON, PEOPLE, KEEPER, WRONG,
    ),
    fields={
        "held_on": lambda _drill, _access: DayField(label=pgettext_lazy("safety", "Held on"), initial=local_today),
        "people": _people,
        "went_wrong": _wrong,
        "keeper": lambda _drill, _access: PersonField(label=pgettext_lazy("safety", "Held by")),
    },
    dangerous=("drop",),
    quiet=("hand_over", "told"),
)  # fmt: skip
DRILLS = flow_list(
    DRILL_PAGES,
    code="drills",
    title=pgettext_lazy("safety", "Drills"),
    permission="emergency_plan.view",
    columns=(DRILL_TITLE, SUBJECT, HELD_ON, PEOPLE, KEEPER, WRONG),
    filters=(
        AreaFilter("area", "emergency_plan.view"),
        ChoiceFilter("level", pgettext_lazy("safety", "Level"), Level.choices),
        OfMeFilter("kept", pgettext_lazy("safety", "Mine to hold"), lambda access: Q(keeper_id=access.user_id)),
        DaysFilter("held", pgettext_lazy("safety", "Held on"), "held_on", of_days=True),
    ),
    new="safety:new-drill",
    may_begin="drill.note_down",
    beside=(("safety:plans", pgettext_lazy("safety", "Emergency plans")), ("safety:files", pgettext_lazy("safety", "Safety files"))),
    empty=Empty(
        pgettext_lazy("safety", "No drill yet"),
        pgettext_lazy("safety", "Drills stand here before they are due, and with what they showed."), "shield"
    ),
)  # fmt: skip
