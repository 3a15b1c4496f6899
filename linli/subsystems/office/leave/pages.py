"""The pages of leave: asking for one, the list of my own and of those to decide, and what the engine makes of the flow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from linli.core.access.public import access_on
from linli.core.desk.public import (
    ChoiceFilter,
    DayField,
    DaysFilter,
    DeskForm,
    Empty,
    PersonField,
    SwitchFilter,
    WordsField,
    column_of,
    facts_of,
    person_column,
    with_people,
)
from linli.core.flow.public import ItemPages, Print, begin_page, flow_list
from linli.core.platform.public import local_today
from linli.subsystems.office.leave.days import away
from linli.subsystems.office.leave.flow import LEAVE
from linli.subsystems.office.leave.models import Leave, LeaveKind

MOST_AWAY = 30
COLUMNS = (
    person_column("who", gettext_lazy("On leave"), "begun_by_id"),
    column_of(Leave, "kind", gettext_lazy("Kind"), css="fixed"),
    column_of(Leave, "first_day", gettext_lazy("First day"), sort=True, css="fixed"),
    column_of(Leave, "last_day", gettext_lazy("Last day"), css="fixed col-wide"),
    column_of(Leave, "work_days", gettext_lazy("Work days away"), css="number fixed col-wide"),
    person_column("stand_in", gettext_lazy("Stand-in"), "stand_in_id", css="fixed col-wide"),
)
AWAY_SHOWN = (COLUMNS[0], COLUMNS[3], COLUMNS[5])
BACK = column_of(Leave, "back_day", gettext_lazy("At work again"))

PAGES = ItemPages(
    flow=LEAVE,
    back="office:leaves",
    back_title=gettext_lazy("Leave"),
    facts=facts_of(*COLUMNS, BACK),
    fields={"back_day": lambda _leave, _access: DayField(initial=local_today())},
    labels={
        "note": gettext_lazy("Note"),
        "back_day": gettext_lazy("At work again on"),
        ("refuse", "reason"): gettext_lazy("Why not"),
    },
    hints={
        "withdraw": gettext_lazy("The days are free again; whoever stands in need not."),
        "report_back": gettext_lazy("The days of leave that are left are free again."),
    },
    dangerous=("refuse", "withdraw"),
    printed=Print(
        title=gettext_lazy("Leave slip"),
        boxes=(
            (gettext_lazy("What for"), ("ask",)),
            (gettext_lazy("Decision"), ("grant", "refuse")),
            (gettext_lazy("Report back"), ("report_back",)),
        ),
    ),
)


class LeaveForm(DeskForm):
    """A leave of one's own."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LeaveKind.choices)
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    note = WordsField(label=gettext_lazy("What for"), max_length=500)
    stand_in = PersonField(label=gettext_lazy("Stand-in"), of_own_unit=True, required=False)


new_leave = begin_page(PAGES, LeaveForm, title=gettext_lazy("Ask for leave"))


def away_today(request: HttpRequest) -> dict[str, Any]:
    """Who of those whose leave this person decides about is away today."""
    access = access_on(request)
    rows = LEAVE.visible(access).filter(away(local_today())).order_by("last_day", "id")
    found = list(rows[:MOST_AWAY]) if access.may("leave.decide") else []
    with_people(COLUMNS, found)
    return {"away": [(leave.id, *(column.value(leave) for column in AWAY_SHOWN)) for leave in found]}


LEAVES = flow_list(
    PAGES,
    code="leaves",
    title=gettext_lazy("Leave"),
    columns=COLUMNS,
    order="-first_day",
    filters=(
        ChoiceFilter("kind", gettext_lazy("Kind"), LeaveKind.choices),
        DaysFilter("days", gettext_lazy("First day"), "first_day", of_days=True),
        SwitchFilter("away", gettext_lazy("Away today"), lambda rows: rows.filter(away(local_today()))),
    ),
    bulk=("grant", "refuse"),
    template="office/leaves.html",
    context=away_today,
    new="office:new-leave",
    empty=Empty(gettext_lazy("No leave yet"), gettext_lazy("What you ask for stands here, and what you decide."), "calendar"),
)  # fmt: skip
