"""How a request about one's own data goes on: fifteen days by the calendar, answered by the data office and never by who looked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from linli.core.flow.public import (
    Act,
    Duty,
    Flow,
    Relation,
    Stage,
    Transition,
    Who,
    by_system,
    escalate,
    in_area,
)
from linli.core.people.public import correct_sealed, forget_person, row_of
from linli.core.platform.public import Refusal
from linli.subsystems.dataoffice.models import DataRequest, RequestKind, RequestState

DAYS = 15
ANSWERED_IN_WORDS = (RequestKind.QUESTION, RequestKind.EXPORT)


def key_of(holder: str, holder_id: int) -> str:
    """The key that the page of one's own shows for its person."""
    return f"{holder}:{holder_id}"


def _is_theirs(item: DataRequest, _permission: str, who: Who) -> bool:
    if who.access is not None or who.is_system:
        return False
    return item.pk is None or who.key == key_of(item.holder, item.holder_id)


def carry_out(act: Act[DataRequest]) -> dict[str, Any]:
    """Corrects the value as the person typed it, or forgets the person, key and all."""
    item = act.item
    if item.kind in ANSWERED_IN_WORDS:
        raise Refusal(_("This request is answered in words."), code="unfit")
    row = row_of(item.holder, item.holder_id)
    if row is None:
        raise Refusal(_("This person was forgotten already."), code="forgotten")
    if item.kind == RequestKind.ERASURE:
        forget_person(act.work.actor, row)
    else:
        correct_sealed(act.work.actor, row, service=item.service, field=item.field, token=item.new_value)
    return {"kind": str(item.kind)}


def answer(act: Act[DataRequest]) -> dict[str, Any]:
    """Words answer a question; a correction or erasure is done or refused."""
    if act.item.kind not in ANSWERED_IN_WORDS:
        raise Refusal(_("This request is carried out or refused; words alone do not answer it."), code="unfit")
    return {"kind": str(act.item.kind)}


def _sensible(item: DataRequest, rows: list[Transition], _who: Who) -> list[Transition]:
    unfit = "carry_out" if item.kind in ANSWERED_IN_WORDS else "answer"
    return [row for row in rows if row.action != unfit]


REQUEST: Flow[DataRequest] = Flow(
    code="data_request",
    title=pgettext_lazy("dataoffice", "data request"),
    model=DataRequest,
    states=RequestState,
    transitions=(
        Transition("ask", "", "open", ("person",), takes=("note",), starts="answer"),
        Transition("answer", "open", "done", ("area",), needs=("note",), stops=("answer",), not_by=("looker",)),
        Transition("carry_out", "open", "done", ("area",), takes=("note",), stops=("answer",)),
        Transition("refuse", "open", "refused", ("area",), needs=("reason",), stops=("answer",), not_by=("looker",)),
        Transition("withdraw", "open", "withdrawn", ("person",), stops=("answer",)),
        Transition("escalate", "open", "open", ("system",)),
    ),
    titles={
        "ask": pgettext_lazy("dataoffice", "Ask"),
        "answer": pgettext_lazy("dataoffice", "Answer the request"),
        "carry_out": pgettext_lazy("dataoffice", "Do what is asked for"),
        "refuse": pgettext_lazy("dataoffice", "Refuse the request"),
        "withdraw": pgettext_lazy("dataoffice", "Withdraw the request"),
        "escalate": pgettext_lazy("dataoffice", "Raise a late request"),
    },
    relations={
        "area": in_area(),
        "person": Relation(pgettext_lazy("dataoffice", "whose data they are"), _is_theirs, asks=False),
        "system": by_system(),
    },
    duties={
        "looker": Duty(
            pgettext_lazy("dataoffice", "Whoever looked does not answer why."),
            "own_look",
            lambda item, access: access is not None and item.looker_id == access.user_id,
            lambda access: Q(looker_id=access.user_id),
        )
    },
    stages={
        "answer": Stage(pgettext_lazy("dataoffice", "Answer to the person"), Decimal(DAYS), "calendar_day"),
    },
    effects={"answer": answer, "carry_out": carry_out, "escalate": escalate},
    notes={
        "answer": pgettext_lazy("dataoffice", "Write the answer; the person reads it on the page of their own."),
        "refuse": pgettext_lazy("dataoffice", "Give the reason; the person reads it."),
    },
    sensible=_sensible,
    asked=lambda action, _access: {
        "answer": Q(kind__in=ANSWERED_IN_WORDS),
        "carry_out": ~Q(kind__in=ANSWERED_IN_WORDS),
    }.get(action),
    view="data_request.view",
    not_there=pgettext_lazy("dataoffice", "There is no such data request."),
    ended=("done", "refused", "withdrawn"),
    waiting=("answer", "carry_out"),
    page="dataoffice:request",
    heading=lambda item: f"{item.get_kind_display()} · {item.pk}",
    order=("answer", "carry_out", "refuse", "withdraw"),
    next_steps={"open": ("answer", "carry_out")},
    phases={"open": "check", "done": "work", "refused": "stopped", "withdrawn": "stopped"},
)
