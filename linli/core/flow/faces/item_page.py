"""The page of one item: what it is about, its timeline, clocks and requests, and what this person may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.core.access.public import Access, access_on, unit_title
from linli.core.areas.public import place
from linli.core.catalogue.public import limit_words
from linli.core.flow.allowed import possible
from linli.core.flow.definition import AnyFlow
from linli.core.flow.faces.item_pages import ItemPages
from linli.core.flow.models import ClockRow
from linli.core.flow.parts import Who
from linli.core.flow.reading import Entry, Full, full
from linli.core.flow.words import clock_said, phase_of
from linli.core.platform.public import moment_words, now

BUTTONS_SHOWN = 3


@dataclass(frozen=True)
class Button:
    """What opens the dialog of one action."""

    action: str
    words: str
    url: str
    danger: bool


@dataclass(frozen=True)
class Line:
    """One entry of the timeline as the page shows it."""

    what: str
    who: str
    at: datetime
    said: list[str]
    words: str
    files: list[Any]
    is_late: bool
    erased: int


@dataclass(frozen=True)
class ClockLine:
    """One clock that runs or ran."""

    stage: str
    state: str
    words: str
    limit: str
    due: str


def show(pages: ItemPages, request: HttpRequest, item_id: int) -> HttpResponse:
    """One item."""
    return render(request, pages.template, context_of(pages, request, pages.item(request, item_id)))


def context_of(pages: ItemPages, request: HttpRequest, item: Any, **more: Any) -> dict[str, Any]:
    """What the page of an item shows; `more` is a dialog that was refused, or what is said above everything."""
    access, instant, flow = access_on(request), now(), pages.flow
    known, said = full(flow, item), clock_said(item, instant)
    rows = possible(flow, item, Who(access))
    buttons = [_button(pages, item, row.action) for row in rows]
    usual = next((one for one in flow.next_steps.get(item.state, ()) if any(row.action == one for row in rows)), "")
    buttons.sort(key=lambda one: one.action != usual)
    loud = [one for one in buttons if not one.danger and one.action not in pages.quiet]
    safe = [one for one in buttons if not one.danger]
    # What is to be done next stands there even where all of it is grave.
    main = (loud or safe or [one for one in buttons if one.action == usual])[:BUTTONS_SHOWN]
    return {
        "item": item, "flow": flow, "title": pages.flow.heading(item), **pages.way_back(access),
        "facts": pages.facts(item, access), "place": place(item.area_id), "file_url": f"{pages.name}-file",
        "unit": unit_title(getattr(item, "unit_id", None)), "phase": phase_of(flow, item.state),
        "clock": said.word, "due_at": said.due_at, "left": said.left, "due": said.due,
        "timeline": [_line(pages, entry) for entry in reversed(known.timeline)], "instant": instant,
        "files": known.files, "clocks": [_clock(flow, row, instant) for row in reversed(known.clocks)],
        "requests": _requests(pages, known), "usual": usual, "buttons": list(reversed(main)),
        "print_url": reverse(f"{pages.name}-print", args=[item.id]) if pages.printed else "",
        "others": [one for one in buttons if one not in main], "toasts": _toasts(flow, request, known, access),
        **pages.more(item, access), **more,
    }  # fmt: skip


def _button(pages: ItemPages, item: Any, action: str) -> Button:
    url = reverse(pages.do_name, args=[item.id, action])
    return Button(action, str(pages.flow.titles[action]), url, action in pages.dangerous)


def _line(pages: ItemPages, entry: Entry) -> Line:
    event = entry.event
    who = " · ".join(part for part in (entry.who, entry.unit) if part)
    somebody = {"system": _("System"), "resident": _("Resident")}.get(event.actor_kind, "")
    what = str(pages.flow.titles.get(event.action, event.action))
    said = [*pages.said(entry), *([_("Level %s") % event.facts["level"]] if event.action == "escalate" else [])]
    return Line(
        what, who or somebody, event.at, said, entry.note, entry.files, event.action == "escalate", entry.erased
    )


def _clock(flow: AnyFlow, row: ClockRow, instant: datetime) -> ClockLine:
    state = "red" if row.due_at < instant else "amber" if row.amber_at <= instant else "on_time"
    words = ""
    if row.stopped_at:
        state, words = "done", _("In time") if row.stopped_at <= row.due_at else _("Late")
    elif row.paused_at:
        state = "paused"
    due = moment_words(row.due_at)
    if row.provisional and not row.stopped_at:
        due = _("%s (provisional)") % due
    stage = flow.stages[row.stage]
    return ClockLine(str(stage.title), state, words, "" if stage.until else limit_words(row.amount, row.unit), due)


def _requests(pages: ItemPages, known: Full[Any]) -> list[tuple[Any, str, str]]:
    """Each request with what was asked for and how much."""
    words = {step.kind: str(pages.flow.titles[step.ask]) for step in pages.flow.two_steps}
    unit, requests = pages.amount_unit(known.item), cast(list[Any], known.requests)
    return [
        (one, words[one.kind], f"{one.amount.normalize():f} {unit}".strip() if one.amount else "")
        for one in reversed(requests)
    ]


def _toasts(flow: AnyFlow, request: HttpRequest, known: Full[Any], access: Access) -> list[dict[str, Any]]:
    """What is said after an action: that it was done."""
    done = request.GET.get("done", "") if request.method == "GET" else ""
    last = known.timeline[-1].event if known.timeline else None
    if last is None or (last.action, last.actor_id) != (done, access.user_id):
        return []
    return [{"text": _("%s: done") % flow.titles[done]}]
