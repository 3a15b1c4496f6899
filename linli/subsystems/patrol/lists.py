"""The lists of patrols: plans with today's coverage, and the rounds that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, access_on
from linli.core.desk.public import (
    AreaFilter,
    Bulk,
    ChoiceFilter,
    Column,
    DaysFilter,
    Empty,
    GridFilter,
    List,
    PersonFilter,
    SwitchFilter,
    WordsFilter,
    looked_for_in,
    marks,
    page_at,
)
from linli.core.platform.public import Actor, local_time
from linli.subsystems.patrol.public import (
    Days,
    PastRound,
    PlanToday,
    RoundToday,
    end_plan,
    past_rounds,
    plans_seen,
    plans_today,
    rounds_over,
)

STATES = {
    "complete": ("done", gettext_lazy("Complete")),
    "open": ("on_time", gettext_lazy("Under way")),
    "coming": ("", gettext_lazy("Coming")),
    "incomplete": ("amber", gettext_lazy("Incomplete")),
    "missed": ("red", gettext_lazy("Not walked")),
}


def state_drawn(state: str) -> str:
    """Shape and word of the state of a round."""
    clock, word = STATES[state]
    if clock:
        return marks.clock(clock, str(word))
    return f'<span class="clock soft">{marks.icon("clock")}{escape(word)}</span>'


def _span(one: RoundToday) -> str:
    return f"{local_time(one.window.opens_at):%H:%M}–{local_time(one.window.closes_at):%H:%M}"


def _rounds_drawn(row: PlanToday) -> str:
    drawn = [f'<span class="fixed round-time">{_span(one)} {state_drawn(one.state)}</span>' for one in row.rounds]
    if drawn:
        return " ".join(drawn)
    none = _("No round today") if row.points else _("No check points yet")
    return f'<span class="soft">{escape(none)}</span>'


def end(actor: Actor, access: Access, plan_id: int, reason: str) -> None:
    """Ends one plan with today."""
    end_plan(actor, access=access, plan_id=plan_id, reason=reason)


def what_one_may(request: HttpRequest) -> Mapping[str, object]:
    """Which buttons stand at the head."""
    access = access_on(request)
    may_plan = access.may("patrol.plan")
    more = {"list_new_url": reverse("patrol:new-plan"), "list_new_words": _("Make a plan")} if may_plan else {}
    return {"may_plan": may_plan, "may_walk": access.may("patrol.walk"), **more}


PLANS = List[PlanToday](
    code="plans",
    title=gettext_lazy("Patrol plans"),
    permission="patrol.view",
    rows=plans_seen,
    complete=lambda _access, plans: plans_today(plans),
    id_of=lambda row: row.plan.id,
    address=lambda row: page_at("patrol:plan", row.plan.id),
    columns=(
        Column(
            "name", gettext_lazy("Plan"), lambda row: row.plan.name, sort="name", note=lambda row: row.plan.area.title
        ),
        Column(
            "rounds",
            gettext_lazy("Rounds of today"),
            lambda row: len(row.rounds),
            html=_rounds_drawn,
            kind=int,
            css="card-plain card-wide",
        ),
        Column(
            "checked",
            gettext_lazy("Checked today"),
            lambda row: f"{row.checked} / {row.due}" if row.due else None,
            css="number fixed",
        ),
        Column("points", gettext_lazy("Check points"), lambda row: row.points, css="number fixed col-wide", kind=int),
        Column("grid", gettext_lazy("Grid"), lambda row: row.grid, css="fixed col-wide card-wide"),
        Column(
            "since",
            gettext_lazy("First day"),
            lambda row: row.plan.valid_from,
            sort="valid_from",
            only="data",
            kind=date,
        ),
    ),
    filters=(
        WordsFilter("q", gettext_lazy("Name of the plan"), looked_for_in("name")),
        AreaFilter("area", "patrol.view"),
        GridFilter("grid", "patrol.view"),
        ChoiceFilter("days", gettext_lazy("Days"), Days.choices),
    ),
    bulk=(Bulk("end", gettext_lazy("End with today"), "patrol.plan", end, danger=True),),
    empty=Empty(
        gettext_lazy("No patrol plan yet"),
        gettext_lazy("A plan says which points a round passes and when; missed points become cases."),
        "repeat",
    ),
    template="patrol/plans.html",
    context=what_one_may,
)

ROUNDS = List[PastRound](
    code="rounds",
    title=gettext_lazy("Past rounds"),
    permission="patrol.view",
    rows=rounds_over,
    complete=lambda _access, rounds: past_rounds(rounds),
    id_of=lambda row: row.round.id,
    address=lambda row: page_at("patrol:round", row.round.id),
    columns=(
        Column("plan", gettext_lazy("Plan"), lambda row: row.round.plan.name, note=lambda row: row.area),
        Column(
            "closed",
            gettext_lazy("Round"),
            lambda row: row.round.closes_at,
            html=lambda row: escape(row.span),
            sort="closes_at",
            css="fixed card-wide",
            kind=datetime,
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda row: str(STATES[row.state][1]),
            html=lambda row: state_drawn(row.state),
            code_of=lambda row: row.state,
            css="card-plain fixed",
        ),
        Column(
            "checked",
            gettext_lazy("Point checked"),
            lambda row: row.round.checked_points,
            html=lambda row: f"{row.round.checked_points} / {row.round.due_points}",
            css="number fixed",
            kind=int,
        ),
        Column("due", gettext_lazy("Check points"), lambda row: row.round.due_points, only="data", kind=int),
        Column("worker", gettext_lazy("Worker"), lambda row: row.worker, css="fixed"),
    ),
    order="-closed",
    filters=(
        AreaFilter("area", "patrol.view"),
        DaysFilter("day", gettext_lazy("Days"), "closes_at"),
        PersonFilter("worker", "begun_by_id"),
        SwitchFilter(
            "short",
            gettext_lazy("With missed points"),
            lambda rounds: rounds.filter(checked_points__lt=F("due_points")),
        ),
    ),
    empty=Empty(
        gettext_lazy("No round is over yet"),
        gettext_lazy("When the time of a round has ended it stands here."),
        "repeat",
    ),
)
