"""The pages of leave: asking for one, the list of my own and of those to decide, and what the engine makes of the flow."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.access.public import Access, names_of
from linli.core.desk.public import (
    ChoiceFilter,
    Column,
    DayField,
    DaysFilter,
    DeskForm,
    Empty,
    List,
    PersonField,
    WordsField,
    new_button,
)
from linli.core.flow.public import ItemPages, begin_page, bulk_step, due_column, flow_filters, state_column, with_names
from linli.core.platform.public import Actor
from linli.subsystems.office.leave import LEAVE, ask_for_leave, span
from linli.subsystems.office.models import Leave, LeaveKind


def how_long(leave: Leave) -> str:
    """The work days of a leave in words."""
    return ngettext("%s work day", "%s work days", leave.work_days) % leave.work_days


def facts(leave: Leave, _access: Access) -> list[tuple[str, str]]:
    """Who, why, when, and who stands in."""
    names = names_of([leave.begun_by_id, leave.stand_in_id])
    return [
        (_("On leave"), names.get(leave.begun_by_id, "")), (_("Kind"), str(leave.get_kind_display())), (_("Days of leave"), span(leave)),
        (_("Away for"), how_long(leave)), (_("Stand-in"), names.get(leave.stand_in_id, "")),
    ]  # fmt: skip


PAGES = ItemPages(
    flow=LEAVE,
    back="office:leaves",
    back_title=gettext_lazy("Leave"),
    facts=facts,
    labels={"note": gettext_lazy("Note"), ("refuse", "reason"): gettext_lazy("Why not")},
    hints={"withdraw": gettext_lazy("The days are free again; whoever stands in need not.")},
    dangerous=("refuse", "withdraw"),
)


class LeaveForm(DeskForm):
    """A leave of one's own."""

    names = {"stand_in_id": "stand_in"}
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LeaveKind.choices)
    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))
    note = WordsField(label=gettext_lazy("What for"), max_length=500)
    stand_in = PersonField(label=gettext_lazy("Stand-in"), of_own_unit=True, required=False)


def ask(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Leave:
    """Asks for a leave."""
    stand_in = values.pop("stand_in")
    return ask_for_leave(actor, access=access, uuid=uuid, stand_in_id=stand_in and stand_in.user_id, **values)


new_leave = begin_page(PAGES, LeaveForm, ask, title=gettext_lazy("Ask for leave"))


LEAVES = List[Leave](
    code="leaves",
    title=gettext_lazy("Leave"),
    permission="",
    rows=LEAVE.visible,
    complete=with_names(who="begun_by_id", stand_in="stand_in_id"),
    address=lambda leave: reverse("office:leave", args=[leave.id]),
    columns=(
        Column("who", gettext_lazy("On leave"), lambda leave: leave.__dict__["who"]),
        Column("kind", gettext_lazy("Kind"), lambda leave: str(leave.get_kind_display()), code_of=lambda leave: leave.kind, css="fixed"),
        Column("first_day", gettext_lazy("First day"), lambda leave: leave.first_day, sort="first_day", css="fixed", kind=date),
        Column("last_day", gettext_lazy("Last day"), lambda leave: leave.last_day, css="fixed col-wide", kind=date),
        Column("work_days", gettext_lazy("Work days away"), lambda leave: leave.work_days, css="number fixed col-wide", kind=int),
        Column("stand_in", gettext_lazy("Stand-in"), lambda leave: leave.__dict__["stand_in"], css="fixed col-wide"),
        due_column(),
        state_column(LEAVE),
    ),
    order="-first_day",
    filters=(
        *flow_filters(LEAVE),
        ChoiceFilter("kind", gettext_lazy("Kind"), LeaveKind.choices),
        DaysFilter("days", gettext_lazy("First day"), "first_day", of_days=True),
    ),
    bulk=(bulk_step(LEAVE, "grant"), bulk_step(LEAVE, "refuse", danger=True)),
    empty=Empty(gettext_lazy("No leave yet"), gettext_lazy("What you ask for stands here, and what you decide."), "calendar"),
    context=new_button("office:new-leave", gettext_lazy("Ask for leave")),
)  # fmt: skip
