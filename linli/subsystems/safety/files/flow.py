"""How something in a safety file goes on: filed, kept current by somebody, asked for before it ends, renewed or taken out."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access
from linli.core.flow.public import (
    Act,
    Flow,
    Stage,
    Transition,
    begin_from,
    by_system,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import Actor, BadInput, local_today
from linli.subsystems.safety.records import EntryState, FileEntry
from linli.subsystems.safety.subjects import subject_of

IN_FILE = ("held", "ending")
RENEWED: dict[str, Any] = {"needs": ("valid_until",), "takes": ("note", "photo")}
TRANSITIONS = (
    Transition("put", "", "held", ("area",), takes=("note", "photo")),
    Transition("remind", "held", "ending", ("system",), starts="renew"),
    Transition("renew", "ending", "held", ("keeper",), **RENEWED, stops=("renew",)),
    *each(IN_FILE, "update", ("area",), "held", **RENEWED, stops=("renew",)),
    *each(IN_FILE, "hand_over", ("keeper", "area"), needs=("keeper", "reason")),
    *each(IN_FILE, "take_out", ("area",), "out", needs=("reason",), stops=("renew",)),
    Transition("escalate", "ending", "ending", ("system",)),
)  # fmt: skip


def _put(act: Act[FileEntry]) -> dict[str, Any]:
    entry = act.item
    if entry.keeper_id is None:
        entry.keeper_id = act.work.actor.user_id
    if entry.kind == "other" and not entry.title:
        raise BadInput(pgettext("safety", "Say what it is."), field="title")
    return _known(entry)


def _known(entry: FileEntry) -> dict[str, Any]:
    until = entry.valid_until
    return {"kind": entry.kind, "until": until.isoformat() if until else None, "keeper": entry.keeper_id}


def _renew(act: Act[FileEntry]) -> dict[str, Any]:
    day: date = act.given.values["valid_until"]
    if day < local_today():
        raise BadInput(pgettext("safety", "This day is over; say until when it holds now."), field="valid_until")
    former, act.item.valid_until = act.item.valid_until, day
    return {"former": former.isoformat() if former else None, "until": day.isoformat()}


def _hand_over(act: Act[FileEntry]) -> dict[str, Any]:
    former, act.item.keeper_id = act.item.keeper_id, act.given.values["keeper"].user_id
    return {"former": former, "keeper": act.item.keeper_id}


FILE_ENTRY: Flow[FileEntry] = Flow(
    code="file_entry",
    title=pgettext_lazy("safety", "entry of a safety file"),
    model=FileEntry,
    states=EntryState,
    transitions=TRANSITIONS,
    titles={
        "put": pgettext_lazy("safety", "Put into a safety file"),
        "update": pgettext_lazy("safety", "Write down a renewal"),
        "remind": pgettext_lazy("safety", "It ends soon"),
        "renew": pgettext_lazy("safety", "Renewed"),
        "hand_over": pgettext_lazy("safety", "Let another keep it"),
        "take_out": pgettext_lazy("safety", "Take out of the file"),
        "escalate": pgettext_lazy("safety", "Escalate"),
    },
    relations={"area": in_area(), "keeper": of_person("keeper_id", covered=True), "system": by_system()},
    stages={"renew": Stage(pgettext_lazy("safety", "Renewing"), until=lambda entry: entry.valid_until)},
    effects={
        "put": _put, "renew": _renew, "update": _renew, "hand_over": _hand_over, "escalate": escalate,
    },
    needed={
        "valid_until": pgettext_lazy("safety", "Say until when it holds."),
        "keeper": pgettext_lazy("safety", "Choose who keeps it current."),
    },
    permissions=dict.fromkeys(("update", "hand_over", "take_out"), "file_entry.put"),
    handing={"keeper_id": ("hand_over", "keeper")},
    view="file_entry.view",
    not_there=pgettext_lazy("safety", "There is no such entry of a safety file."),
    ended=("out",),
    waiting=("renew",),
    page="safety:file-entry",
    heading=lambda entry: f"{entry} · {entry.subject_words}",
    told={"remind": ("keeper_id",), "escalate": ("keeper_id",), "hand_over": ("keeper_id",)},
    order=("renew", "update", "hand_over", "take_out"),
    next_steps={"ending": ("renew", "update")},
    phases={"held": "done", "ending": "waiting", "out": "stopped"},
)  # fmt: skip


def put_in_file(actor: Actor, access: Access, uuid: UUID, values: dict[str, Any]) -> FileEntry:
    """Puts something into the file of premises, a community or a street. Raises NotAllowed, BadInput for neither, Taken for a uuid that
    came before."""
    return begin_from(FILE_ENTRY, actor, subject_of(values), access=access, uuid=uuid)
