"""A document in (收文): registered, proposed for handling (拟办), instructed by a leader (批示), dealt with, circulated (传阅), filed (归档)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.flow.public import (
    Act,
    Flow,
    Stage,
    Transition,
    by_system,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import BadInput, local_day
from linli.subsystems.office.documents import readers
from linli.subsystems.office.documents.models import DocumentIn, DocumentInState, Urgency
from linli.subsystems.office.documents.numbers import give_number

OPEN = ("registered", "proposed", "assigned", "answered")
# Work days for the proposal and for the instruction.
LIMITS = {
    Urgency.PLAIN: {"propose": Decimal(1), "instruct": Decimal(2)},
    Urgency.URGENT: {"propose": Decimal("0.5"), "instruct": Decimal(1)},
    Urgency.VERY_URGENT: {"propose": Decimal("0.125"), "instruct": Decimal("0.25")},
}

TRANSITIONS = (
    Transition("register", "", "registered", ("area",), takes=("note", "photo"), starts="propose"),
    Transition("propose", "registered", "proposed", ("area",), needs=("note",), stops=("propose",), starts="instruct"),
    Transition("instruct", "proposed", "assigned", ("area",), needs=("handler",), takes=("note", "due_day"), stops=("instruct",), starts="answer"),
    Transition("reassign", "assigned", "assigned", ("area",), needs=("handler",), takes=("note", "due_day"), stops=("answer",), starts="answer"),
    Transition("hand_back", "assigned", "proposed", ("handler",), needs=("reason",), stops=("answer",), starts="instruct"),
    Transition("answer", "assigned", "answered", ("handler",), needs=("note",), takes=("photo",), stops=("answer",)),
    Transition("put_by", "registered", "filed", ("area",), takes=("note",), stops=("propose",)),
    Transition("put_by", "proposed", "filed", ("area",), takes=("note",), stops=("instruct",)),
    Transition("file", "answered", "filed", ("area",), takes=("note",)),
    Transition("void", "registered", "void", ("area",), needs=("reason",), stops=("propose",)),
    *each(OPEN, "circulate", ("area",), needs=("readers",), takes=("note",)),
    *each(OPEN, "read", ("unread",), takes=("note",)),
    *each(OPEN, "take_off", ("area",), needs=("unread",)),
    *each(OPEN[:3], "escalate", ("system",)),
)  # fmt: skip


def _register(act: Act[DocumentIn]) -> dict[str, Any]:
    """Gives the number. Refuses a date to come, a day that is over, and what the register holds already."""
    item, today = act.item, local_day(act.work.now)
    if item.sender_date is not None and item.sender_date > today:
        raise BadInput(_("The document bears a day that is still to come."), field="sender_date")
    _check_due(act)
    unit_id = act.work.actor.unit_id or 0
    number = give_number(
        item, unit_id, act.work.now
    )  # holds the register, so that of two at once the second sees the first
    same = DocumentIn.objects.filter(unit_id=unit_id, sender=item.sender, sender_number=item.sender_number)
    held = same.exclude(state="void").first() if item.sender_number else None
    if held is not None:
        raise BadInput(_("This document is in the register already: %s.") % held.reference, field="sender_number")
    return number


def _check_due(act: Act[DocumentIn]) -> None:
    due = act.item.due_day
    if due is not None and due < local_day(act.work.now):
        raise BadInput(_("The day by which it is to be answered is over; choose a later one."), field="due_day")


def _instruct(act: Act[DocumentIn]) -> dict[str, Any]:
    """Names who deals with it, and by which day if that is another than the sender's."""
    item, values = act.item, act.given.values
    item.handler_id = values["handler"].user_id
    if values.get("due_day"):
        item.due_day = values["due_day"]
        _check_due(act)
    return {"handler": item.handler_id, "due_day": item.due_day.isoformat() if item.due_day else None}


def _hand_back(act: Act[DocumentIn]) -> dict[str, Any]:
    act.item.handler_id = None
    return {}


def _limit(item: DocumentIn, stage: str) -> tuple[Decimal, str] | None:
    amount = LIMITS[Urgency(item.urgency)].get(stage)  # an answer that nobody asked for by a day has none
    return None if amount is None else (amount, "work_day")


DOCUMENT_IN: Flow[DocumentIn] = Flow(
    code="document_in",
    title=gettext_lazy("document in"),
    model=DocumentIn,
    states=DocumentInState,
    transitions=TRANSITIONS,
    titles={
        "register": gettext_lazy("Register a document"),
        "propose": gettext_lazy("Propose"),
        "instruct": gettext_lazy("Instruct"),
        "reassign": gettext_lazy("Give to somebody else"),
        "hand_back": gettext_lazy("Return it"),
        "answer": gettext_lazy("Dealt with it"),
        "put_by": gettext_lazy("File without handling"),
        "file": gettext_lazy("File"),
        "void": gettext_lazy("Void"),
        "circulate": gettext_lazy("Circulate"),
        "read": gettext_lazy("I have read it"),
        "take_off": gettext_lazy("Take off the circulation"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={
        "area": in_area(), "handler": of_person("handler_id", covered=True), "reader": readers.of_readers(unread=False),
        "unread": readers.of_readers(unread=True), "system": by_system(),
    },
    stages={
        "propose": Stage(gettext_lazy("Proposal")),
        "instruct": Stage(gettext_lazy("Instruction")),
        "answer": Stage(gettext_lazy("Answer"), until=lambda item: item.due_day),
    },
    limit=_limit,
    handing={"handler_id": ("reassign", "handler")},
    effects={
        "register": _register, "instruct": _instruct, "reassign": _instruct, "hand_back": _hand_back,
        "put_by": readers.refuse_unread, "file": readers.refuse_unread, "circulate": readers.circulate,
        "take_off": readers.take_off, "read": readers.read, "escalate": escalate,
    },
    needed={
        "handler": gettext_lazy("Say who deals with it."),
        "readers": gettext_lazy("Say who is to read it."),
        "unread": gettext_lazy("Say who need not read it."),
    },
    notes={
        "propose": gettext_lazy("Say in a few words how to deal with it."),
        "answer": gettext_lazy("Say in a few words what came of it."),
    },
    permissions={
        **dict.fromkeys(("propose", "put_by", "file", "void"), "document_in.register"), "reassign": "document_in.instruct",
        "take_off": "document_in.circulate",
    },
    view="document_in.view",
    not_there=gettext_lazy("There is no such document."),
    ended=("filed", "void"),
    waiting=("propose", "instruct", "answer", "file", "read"),
    page="office:document-in",
    heading=str,
    told={"instruct": ("handler_id",), "reassign": ("handler_id",), "circulate": ("readers",)},
    order=("propose", "instruct", "answer", "read", "file", "circulate", "reassign", "hand_back", "take_off", "put_by", "void"),
    next_steps={"registered": ("propose", "read"), "proposed": ("instruct", "read"), "assigned": ("answer", "read"), "answered": ("file", "read")},
    phases={"registered": "new", "proposed": "check", "assigned": "work", "answered": "waiting", "void": "stopped"},
)  # fmt: skip
