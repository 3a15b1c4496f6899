"""The list of imports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from linli.core.access.public import access_on
from linli.core.desk.public import ChoiceFilter, Column, DaysFilter, Empty, List, marks, page_at, person_column
from linli.core.exchange.public import ImportRun, RunState, declaration, open_to, runs_seen
from linli.core.platform.public import title_in

PHASES = {
    "received": "new", "checking": "check", "checked": "waiting", "keeping": "work", "broken": "stopped", "brought_in": "done",
    "undoing": "work", "taken_back": "joined", "dropped": "joined",
}  # fmt: skip


def state_of(run: ImportRun) -> str:
    """The pill of a state."""
    return str(marks.state(run.state, str(RunState(run.state).label), PHASES[run.state]))


def kind_of(run: ImportRun) -> str:
    """What is brought in, in the reader's language."""
    declared = declaration(run)
    return title_in(declared.titles) if declared else run.code


def _cards(request: HttpRequest) -> Mapping[str, object]:
    cards = [
        {"title": title_in(one.titles), "text": title_in(one.explained), "url": reverse("import-new", args=[one.code])}
        for one in open_to(access_on(request))
        if not one.command
    ]
    return {"cards": cards}


RUNS = List[ImportRun](
    code="imports",
    title=gettext_lazy("Imports"),
    permission="",
    rows=runs_seen,
    address=lambda run: page_at("import", run.id),
    columns=(
        Column("file", gettext_lazy("Table file"), lambda run: run.file_name, css="grow"),
        Column("kind", gettext_lazy("What"), kind_of, css="fixed"),
        Column("state", gettext_lazy("State"), lambda run: str(RunState(run.state).label), html=state_of, css="card-plain fixed"),
        Column("added", gettext_lazy("New rows"), lambda run: run.added, css="number fixed", kind=int),
        Column("changed", gettext_lazy("Changed rows"), lambda run: run.changed, css="number fixed col-wide", kind=int),
        person_column("who", gettext_lazy("By whom"), "user_id", css="fixed"),
        Column("began", gettext_lazy("When"), lambda run: run.started_at, sort="started_at", css="fixed", kind=datetime),
    ),
    filters=(
        ChoiceFilter("state", gettext_lazy("State"), [one for one in RunState.choices if one[0] != RunState.DROPPED]),
        DaysFilter("days", gettext_lazy("When"), "started_at"),
    ),
    empty=Empty(
        gettext_lazy("Nothing brought in yet"),
        gettext_lazy("Each file that you bring in stands here, with what became of its rows, and can be taken back."), "upload",
    ),
    template="exchange/imports.html",
    context=_cards,
    exported=False,
)  # fmt: skip
