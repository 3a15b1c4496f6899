"""A document out (发文): drafted, checked by another (核稿), signed by a leader (签发), which gives it its number, sealed and sent, filed."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.core.flow.public import (
    Act,
    Flow,
    Stage,
    Transition,
    by_system,
    by_who_began,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import Refusal
from linli.subsystems.office.documents.models import DocumentOut, DocumentOutState
from linli.subsystems.office.documents.numbers import give_number

TRANSITIONS = (
    Transition("draft", "", "drafted", ("drafter",), takes=("photo",)),
    Transition("revise", "drafted", "drafted", ("drafter",), needs=("text",), takes=("subject", "addressee")),
    Transition("hand_in", "drafted", "checking", ("drafter",), takes=("note",), starts="check"),
    Transition("check", "checking", "signing", ("area",), takes=("note",), stops=("check",), starts="sign", not_by=("drafter",)),
    Transition("send_back", "checking", "drafted", ("area",), needs=("reason",), stops=("check",), not_by=("drafter",)),
    Transition("sign", "signing", "signed", ("area",), takes=("note",), stops=("sign",), starts="send", not_by=("drafter",)),
    Transition("refuse", "signing", "drafted", ("area",), needs=("reason",), stops=("sign",), not_by=("drafter",)),
    Transition("send", "signed", "sent", ("area",), takes=("note", "photo"), stops=("send",)),
    Transition("file", "sent", "filed", ("area",), takes=("note",)),
    *each(("drafted", "checking", "signing"), "withdraw", ("drafter",), "withdrawn", takes=("note",), stops=("check", "sign")),
    *each(("checking", "signing", "signed"), "escalate", ("system",)),
)  # fmt: skip


def _draft(act: Act[DocumentOut]) -> dict[str, Any]:
    """The register that it will stand in is that of the drafter's unit."""
    act.item.unit_id = act.work.actor.unit_id
    return {"answers": act.item.answers_id} if act.item.answers_id else {}


def _revise(act: Act[DocumentOut]) -> dict[str, Any]:
    """Puts in what was changed; what was left empty stays."""
    for name in ("text", "subject", "addressee"):
        setattr(act.item, name, act.given.values.get(name) or getattr(act.item, name))
    return {"text_sha256": _digest(act.item)}


def _sign(act: Act[DocumentOut]) -> dict[str, Any]:
    """Gives the number, and binds the text that was signed into the trail."""
    if act.item.unit_id is None:
        raise Refusal(_("Its drafter belonged to no unit, so there is no register for it."), code="no_register")
    return {**give_number(act.item, act.item.unit_id, act.work.now), "text_sha256": _digest(act.item)}


def _digest(item: DocumentOut) -> str:
    return hashlib.sha256(f"{item.subject}\n{item.addressee}\n{item.text}".encode()).hexdigest()


DOCUMENT_OUT: Flow[DocumentOut] = Flow(
    code="document_out",
    title=gettext_lazy("document out"),
    model=DocumentOut,
    states=DocumentOutState,
    transitions=TRANSITIONS,
    titles={
        "draft": gettext_lazy("Draft a document"),
        "revise": gettext_lazy("Change the draft"),
        "hand_in": gettext_lazy("Hand in for checking"),
        "check": pgettext_lazy("document", "Checked"),
        "send_back": gettext_lazy("Send back for changes"),
        "sign": gettext_lazy("Sign"),
        "refuse": gettext_lazy("Do not sign"),
        "send": gettext_lazy("Sealed and sent"),
        "file": gettext_lazy("File"),
        "withdraw": gettext_lazy("Give up the draft"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={"drafter": of_person(), "area": in_area(), "system": by_system()},
    duties={"drafter": by_who_began(gettext_lazy("Who drafted it neither checks nor signs it."), "own_draft")},
    stages={
        "check": Stage(gettext_lazy("Checking"), Decimal(1)),
        "sign": Stage(gettext_lazy("Signing"), Decimal(2)),
        "send": Stage(pgettext_lazy("document", "Sending"), Decimal(1)),
    },
    effects={"draft": _draft, "revise": _revise, "sign": _sign, "escalate": escalate},
    needed={"text": gettext_lazy("Write the text.")},
    permissions={"send_back": "document_out.check", "refuse": "document_out.sign", "file": "document_out.send"},
    view="document_out.view",
    not_there=gettext_lazy("There is no such document."),
    ended=("filed", "withdrawn"),
    waiting=("hand_in", "check", "sign", "send", "file"),
    page="office:document-out",
    heading=str,
    told={"send_back": ("begun_by_id",), "refuse": ("begun_by_id",), "sign": ("begun_by_id",)},
    order=("hand_in", "check", "sign", "send", "file", "revise", "send_back", "refuse", "withdraw"),
    next_steps={"drafted": ("hand_in",), "checking": ("check",), "signing": ("sign",), "signed": ("send",), "sent": ("file",)},
    phases={"drafted": "new", "checking": "check", "signing": "check", "signed": "waiting", "sent": "waiting", "withdrawn": "stopped"},
)  # fmt: skip
