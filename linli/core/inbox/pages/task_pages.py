"""The pages of tasks: giving one, and what the engine makes of the flow. Their list stands in lists.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, Colleague, UnitNode, names_of, people_in, unit_title, unit_tree
from linli.core.desk.public import (
    Chooser,
    DayField,
    DeskForm,
    GridField,
    LineField,
    Offer,
    PhotosField,
    WordsField,
)
from linli.core.flow.public import (
    Entry,
    ItemPages,
    begin_page,
    flows,
)
from linli.core.grids.public import main_layer
from linli.core.inbox.public import TASK, About, Task, give_task, item_about, may_give_to, may_give_to_unit, reach
from linli.core.ledger.public import ledgers, may
from linli.core.platform.public import Actor
from linli.lib.outside import whole_number


class DoerField(Chooser[Colleague]):
    """Somebody to whom the person may give a task, themself among them; cleaned to the Colleague."""

    unknown = gettext_lazy("To nobody called “%s” you can give a task; choose from the list.")

    def __init__(self, *, but: int | None = None, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Who does it"), **kwargs})
        self.but = but

    def offers(self, access: Access) -> Iterable[Offer[Colleague]]:
        """The colleagues by name, each with the unit."""
        return [
            Offer(str(one.user_id), f"{one.name} · {one.unit}" if one.unit else one.name, one, one.name)
            for one in people_in(reach(access), access)
            if one.user_id != self.but and may_give_to(access, one.user_id, one.unit_id)
        ]


class DoingUnitField(Chooser[UnitNode]):
    """A unit to which the person may give a task; cleaned to its UnitNode."""

    unknown = gettext_lazy("To no unit called “%s” you can give a task; choose from the list.")

    def offers(self, access: Access) -> Iterable[Offer[UnitNode]]:
        """The units in force, by code."""
        nodes = unit_tree().nodes
        mine = (nodes[one] for one in reach(access) if one in nodes and may_give_to_unit(access, one))
        found = sorted(mine, key=lambda node: node.code)
        return [Offer(node.code, node.title, node, node.name) for node in found]


class AboutField(forms.CharField):
    """The item that a task is about, as `flow:id`; cleaned to an About. The page that leads here fills it in."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> About:
        """What it names; whether the person may see it, the service asks."""
        flow, _colon, number = str(value or "").partition(":")
        return About(flow, whole_number(number)) if flow else About()


class TaskForm(DeskForm):
    """A task for somebody."""

    names = {"about": ""}  # nobody fills it in, so what is wrong with it is said above the form
    about = AboutField(required=False)
    subject = LineField(label=gettext_lazy("What is to be done"), max_length=120)
    assignee = DoerField(required=False)
    unit = DoingUnitField(
        label=gettext_lazy("Or the unit"), required=False, help_text=gettext_lazy("One of its people takes it on.")
    )
    due = DayField(label=gettext_lazy("Done by"))
    grid = GridField(permission="task.give", required=False)
    note = WordsField(label=gettext_lazy("What to know about it"), required=False)
    photos = PhotosField()

    @property
    def about_words(self) -> str:
        """The item that it is about, in words; empty for none and for one that is not theirs to see."""
        flow, _colon, number = str(self["about"].value() or "").partition(":")
        item = item_about(flow, whole_number(number), self.access)
        return f"{flows()[flow].title} · {flows()[flow].heading(item)}" if item is not None else ""


def give(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> Task:
    """Gives a task."""
    about, grid, assignee, unit = (values[name] for name in ("about", "grid", "assignee", "unit"))
    files = tuple({"role": "before", "stored_file_id": one.id} for one in values["photos"] or ())
    return give_task(
        actor, access=access, uuid=uuid, subject=values["subject"], due=values["due"], note=values["note"], files=files,
        assignee_id=assignee and assignee.user_id, unit_id=unit and unit.id,
        about=About(about.flow, about.item_id, grid_id=grid and grid.id),
    )  # fmt: skip


def about_line(task: Task, access: Access) -> str:
    """What a task is about, as a link for who may see it there; empty for a task that stands by itself."""
    ledger = ledgers().get(task.about_flow)
    if ledger is not None and task.about_id is not None:
        record = ledger.model._default_manager.filter(id=task.about_id).first()
        if record is None or not may(ledger, access, record, "view"):
            return ledger.noun
        page = reverse(f"{ledger.code}-do", args=[record.id, "verify"])
        return format_html('<a href="{}">{} · {}</a>', page, ledger.noun, ledger.heading(record))
    if not task.about_flow or task.about_flow not in flows():
        return ""
    flow, item = flows()[task.about_flow], item_about(task.about_flow, task.about_id, access)
    if item is None:
        return str(flow.title)
    return format_html('<a href="{}">{} · {}</a>', reverse(flow.page, args=[item.id]), flow.title, flow.heading(item))


def facts(task: Task, access: Access) -> list[tuple[str, Any]]:
    """Who gave it to whom, what it is about, and where."""
    names = names_of([task.giver_id, task.assignee_id])
    layer = main_layer() if task.grid_id is not None else None
    grid = layer.nodes.get(task.grid_id) if layer and task.grid_id is not None else None
    more = [(_("About"), about_line(task, access)), (_("Grid"), f"{grid.code} {grid.title}" if grid else "")]
    return [
        (_("Given by"), names.get(task.giver_id, "")),
        (_("Who does it"), names.get(task.assignee_id, "") or unit_title(task.unit_id)),
        *((label, value) for label, value in more if value),
        *([(_("Hours it took"), f"{task.hours_used.normalize():f}")] if task.hours_used else []),
    ]


def said(entry: Entry) -> list[str]:
    """From whom to whom a task was handed, and until when it was given anew."""
    facts = entry.event.facts
    if "former" not in facts:
        return [_("until %s") % facts["due"]] if "due" in facts and entry.event.seq > 1 else []
    new = facts.get("assignee") or facts.get("giver")
    names = names_of([facts["former"], new])
    words = {"former": names.get(facts["former"], ""), "new": names.get(new, "")}
    return [_("from %(former)s to %(new)s") % words if words["former"] else _("to %(new)s") % words]


PAGES = ItemPages(
    flow=TASK,
    back="tasks",
    back_title=gettext_lazy("Tasks"),
    facts=facts,
    said=said,
    fields={
        "assignee": lambda task, _access: DoerField(but=task.assignee_id),
        "giver": lambda task, _access: DoerField(but=task.giver_id),
        "due": lambda task, _access: DayField(initial=task.due_on),
    },
    labels={
        "assignee": gettext_lazy("Who does it"), "giver": gettext_lazy("Who answers for it"), "due": gettext_lazy("Done by"),
        ("done", "note"): gettext_lazy("What was done"),
        ("done", "amount"): gettext_lazy("How long it took"),
        ("again", "note"): gettext_lazy("How it can be done"),
    },
    amount_unit=lambda _task: gettext_lazy("hours"),
    hints={
        "decline": gettext_lazy("The task goes back to who gave it."),
        "withdraw": gettext_lazy("Nobody has to do it any more."),
    },
    dangerous=("withdraw",),
    quiet=("hand_over", "hand_on", "decline"),
)  # fmt: skip

new_task = begin_page(PAGES, TaskForm, give, title=gettext_lazy("Give a task"), template="inbox/task_form.html")
