"""The page of one case, its print, and the map data around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.core.access.public import Access, access_on, staff_page, unit_title
from linli.core.areas.public import place
from linli.core.cases.pages.alike import alike
from linli.core.cases.pages.extent import tile_layers
from linli.core.cases.public import (
    ACTION_TITLES,
    ACTIONS,
    NEXT_STEPS,
    OPEN_STATES,
    WAYS_BACK,
    AnyCase,
    Case,
    CaseClock,
    CaseFile,
    CaseFilter,
    CaseFull,
    Reporter,
    case_full,
    clock_word,
    find_case,
    has_queue,
    is_unplaced,
    list_cases,
    nearby_cases,
    possible,
    reveal_purposes,
)
from linli.core.cases.reading.listed import is_urgent
from linli.core.cases.reading.seeing import visible
from linli.core.cases.reading.words import (
    case_title,
    category_title,
    clock_words,
    event_facts,
    filed_words,
    left_words,
    matter,
    stage_title,
)
from linli.core.catalogue.public import limit_words
from linli.core.flow.public import Transition, clock_said, due_words
from linli.core.grids.public import grid_title, main_layer
from linli.core.platform.public import NotThere, ask, listed, moment_words, now
from linli.core.registry.public import where_is
from linli.core.staff.public import staff_of
from linli.lib.outside import whole_number

NEAR_M = 300
DANGEROUS = ("void", "reject")
QUIET = (
    "comment", "instruct", "urge", "supervise", "escalate", "split", "merge", "void", "reject", "archive", "add_assisting",
)  # fmt: skip
BUTTONS_SHOWN = 3
MERGED_SHOWN = 50


@dataclass(frozen=True)
class Entry:
    """One entry of the timeline as the page shows it."""

    seq: int
    what: str
    who: str
    at: datetime
    facts: list[str]
    words: str
    photos: list[CaseFile]
    is_late: bool
    erased: int = 0


@dataclass(frozen=True)
class ClockLine:
    """One clock that runs or ran."""

    stage: str
    state: str
    words: str
    limit: str
    due: str


@dataclass(frozen=True)
class ActionButton:
    """What opens the dialog of one action."""

    action: str
    words: str
    danger: bool
    quiet: bool


def action_button(row: Transition) -> ActionButton:
    """The button of a possible action."""
    words = str(ACTION_TITLES[row.action])
    return ActionButton(row.action, words, row.action in DANGEROUS, row.action in QUIET)


def the_case(request: HttpRequest, case_id: int) -> Case:
    """The case of an address. Raises NotThere when it does not exist, or not for this person."""
    case = find_case(access_on(request), case_id)
    if case is None:
        raise NotThere(_("There is no such case."))
    return case


def case_context(
    request: HttpRequest,
    case: Case,
    *,
    dialog: dict[str, Any] | None = None,
    notice: str = "",
    kept: str = "",
    revealed: Reporter | None = None,
    reveal_error: str = "",
) -> dict[str, Any]:
    """What the case page shows; `dialog` is one that was refused, `kept` what somebody had written where it is not possible any more."""
    access, instant = access_on(request), now()
    full = case_full(case)
    rows = possible(case, access)
    actions = [action_button(row) for row in rows]
    usual = next((action for action in NEXT_STEPS.get(case.state, ()) if any(row.action == action for row in rows)), "")
    actions.sort(key=lambda one: one.action != usual)
    loud = [one for one in actions if not one.quiet]
    # Who takes no step of the loop (a leader) has what they may do in sight; remarks, which everybody has, come last.
    others = sorted((one for one in actions if not one.danger), key=lambda one: one.action == "comment")
    main = (loud or others)[:BUTTONS_SHOWN]
    # An answer to what was sent tells of that; what was done before is old by then.
    done = request.GET.get("done", "") if request.method == "GET" else ""
    return {
        **plain_context(case, full, access, instant), "told": told_first(case, full),
        "buttons": list(reversed(main)), "usual": usual, "more": [one for one in actions if one not in main], "notice": notice,
        "dialog": dialog, "kept": kept,
        "alike": alike(access, case), "may_merge": any(row.action == "merge" for row in rows),
        "toasts": toasts(case, full, access, done), "works": has_queue(access),
        "near_url": reverse("case-near", args=[case.id]), "point": [case.lon, case.lat],
        "grid_code": grid_code(case.grid_id),
        "unplaced": is_unplaced(case.state, case.grid_id, case.community_id),
        **tile_layers(access),
        "may_reveal": full.has_reporter and access.may_in_area("case.reveal", case.area_id),
        "purposes": reveal_purposes(),
        "revealed": revealed,
        "reveal_error": reveal_error,
    }  # fmt: skip


def toasts(case: Case, full: CaseFull, access: Access, done: str) -> list[dict[str, Any]]:
    """What is said after an action: that it was done, the way to the next case, and the way back where the table has one."""
    if done not in ACTIONS:
        return []
    said: dict[str, Any] = {"text": _("%s: done") % ACTION_TITLES[done]}
    if has_queue(access):
        said |= {"next_url": f"{reverse('next-case')}?besides={case.id}", "next": _("Next case")}
    last = full.timeline[-1].event
    back = way_back(case, last.state_from, access) if (last.action, last.actor_id) == (done, access.user_id) else None
    if back is not None:
        url = reverse("case-action", args=[case.id, back.action])
        said |= {"undo_url": url, "undo": ACTION_TITLES[back.action], "seen_seq": case.seq, "effect_id": uuid4()}
    return [said]


def way_back(case: Case, state: str, access: Access) -> Transition | None:
    """The row that takes a case back to `state` by one press, if there is one and it is this person's (WAYS_BACK).

    It is offered under its own name, since the timeline keeps both steps. Sending somebody to look, dispatching and shelving
    have one; what was filed, refused or closed has a number or an answer that the reporter reads.
    """
    rows = possible(case, access) if state not in ("", case.state) else []
    return next((row for row in rows if row.to == state and row.action in WAYS_BACK), None)


@dataclass(frozen=True)
class Told:
    """What stands above a case because whoever has it must read it: a leader's instruction, a resident's reason to reopen."""

    kind: str
    words: str
    who: str
    at: datetime


def told_first(case: Case, full: CaseFull) -> list[Told]:
    """The last instruction and the reason of the last reopening, while the case is open; newest first."""
    if case.state not in OPEN_STATES:
        return []
    last = {one.event.action: one for one in full.timeline if one.event.action in ("instruct", "reopen")}
    entries = sorted(last.values(), key=lambda one: -one.event.seq)
    return [
        Told(
            one.event.action,
            one.note,
            one.who or (_("Resident") if one.event.actor_kind == "resident" else one.unit),
            one.event.at,
        )
        for one in entries
    ]


def grid_code(grid_id: int | None) -> str:
    """The code of a grid in force, by which the map knows it."""
    layer = main_layer()
    node = layer.nodes.get(grid_id) if layer and grid_id is not None else None
    return node.code if node else ""


def plain_context(case: Case, full: CaseFull, access: Access, instant: datetime) -> dict[str, Any]:
    """What page and print share."""
    photos = [file for file in full.files if file.role != "voice"]
    compared = before_after(photos)
    condition, closing = filed_words(case)
    said = clock_said(case, instant)
    return {
        "workers": workers(case, access),
        "condition": condition, "closing": closing,
        "case": case, "title": case_title(case), "matter": matter(case), "category": category_title(case), "clock": clock_word(case, instant),
        "clock_words": clock_words(case, instant), "left": left_words(case, instant),
        "due_at": said.due_at,
        "due": due_words(case.due_at, provisional=case.due_provisional),
        "place": place(case.area_id), "where": _where(case), "grid": grid_title(case.grid_id), "unit": unit_title(case.unit_id),
        "handling_unit": unit_title(case.handling_unit_id), "limit": limit_words(case.limit_amount, case.limit_unit),
        "assisting": [(unit_title(row.unit_id), row.done_at) for row in full.units if row.part == "assist"],
        "timeline": timeline(full), "photos": photos, "compared": compared, "other_photos": [file for file in photos if file not in compared],
        "voices": [file for file in full.files if file.role == "voice"],
        "clocks": [clock_line(row, instant) for row in reversed(full.clocks)],
        "requests": [(one, limit_words(one.amount, case.limit_unit)) for one in reversed(full.requests)],
        "has_reporter": full.has_reporter, "urgent": is_urgent(case), "instant": instant, "checker": full.checker,
        "related": related_cases(case, access), "merged_here": merged_cases(case, access),
    }  # fmt: skip


def before_after(photos: Sequence[CaseFile]) -> list[CaseFile]:
    """The newest photo of how it was and the newest of how it is, to be seen side by side; empty unless there are both."""
    before = [file for file in photos if file.role in ("report", "before")]
    after = [file for file in photos if file.role in ("after", "proof")]
    return [before[-1], after[-1]] if before and after else []


def _where(case: Case) -> str:
    """The address as it was given; without one what the position says: a crossing, a street, a compound."""
    if case.address or case.lon is None or case.lat is None:
        return case.address
    return where_is(case.lon, case.lat)


def workers(case: Case, access: Access) -> str:
    """Who works in the case's grid now, for those who may see the staff there. From memory."""
    if case.grid_id is None or not access.may_in_area("staff.view", case.area_id):
        return ""
    return listed(dict.fromkeys(one.name for one in staff_of(case.grid_id) if one.post == "worker"))


def timeline(full: CaseFull) -> list[Entry]:
    """The entries, newest first."""
    made, limit_unit = [], ""
    for entry in full.timeline:
        event = entry.event
        limit_unit = event.facts.get("limit_unit") or limit_unit
        who = " · ".join(part for part in (entry.who, entry.unit) if part)
        if not who:
            who = {"system": _("System"), "resident": _("Resident")}.get(event.actor_kind, "")
        made.append(
            Entry(
                event.seq, str(ACTION_TITLES.get(event.action, event.action)), who, event.at, event_facts(entry, limit_unit), entry.note,
                entry.files, event.action == "escalate", entry.erased,
            )
        )  # fmt: skip
    return made[::-1]


def clock_line(row: CaseClock, instant: datetime) -> ClockLine:
    """A clock as the page shows it: running, paused, or stopped in time or late."""
    state = "red" if row.due_at < instant else "amber" if row.amber_at <= instant else "on_time"
    words = ""
    if row.stopped_at:
        state = "done"
        words = _("In time") if row.stopped_at <= row.due_at else _("Late")
    elif row.paused_at:
        state = "paused"
    due = (
        _("%s (provisional)") % moment_words(row.due_at)
        if row.provisional and not row.stopped_at
        else moment_words(row.due_at)
    )
    return ClockLine(stage_title(row.stage), state, words, limit_words(row.amount, row.unit), due)


def related_cases(case: Case, access: Access) -> list[tuple[str, Case]]:
    """The cases that this one was merged into or split from, where the person may see them."""
    found = []
    for words, case_id in ((_("Merged into"), case.merged_into_id), (_("Split from"), case.split_from_id)):
        other = find_case(access, case_id) if case_id else None
        if other is not None:
            found.append((words, other))
    return found


def merged_cases(case: Case, access: Access) -> list[tuple[str, Case]]:
    """The cases that were merged into this one and that the person may see, as they were reported, each with what it is about;
    at most `MERGED_SHOWN`. One statement by an index, and another where there are any."""
    if not ask("SELECT 1 FROM cases_case WHERE merged_into_id = %s LIMIT 1", [case.id]):
        return []
    rows = visible(access).filter(merged_into_id=case.id).defer("search_tokens").order_by("reported_at", "id")
    return [(matter(row), row) for row in rows[:MERGED_SHOWN]]


@require_GET
@staff_page("case.view")
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case with everything that is known of it and what this person may do now."""
    return render(request, "cases/case.html", case_context(request, the_case(request, case_id)))


@require_GET
@staff_page("case.view")
def case_print(request: HttpRequest, case_id: int) -> HttpResponse:
    """The case on paper (A4), with its timeline and photos."""
    case = the_case(request, case_id)
    context = plain_context(case, case_full(case), access_on(request), now())
    return render(request, "cases/print.html", context)


@require_GET
@staff_page("case.view", part=True)
def case_near(request: HttpRequest, case_id: int) -> JsonResponse:
    """The visible open cases within 300 m, as GeoJSON for the map beside a case."""
    case = the_case(request, case_id)
    if case.lon is None or case.lat is None:
        return JsonResponse(collection([]))
    near = nearby_cases(access_on(request), case.lon, case.lat, radius_m=NEAR_M, besides=case.id)
    return JsonResponse(collection([feature(row, now()) for row in near]))


def feature(case: Case, instant: datetime) -> dict[str, Any]:
    """A case as a GeoJSON feature with what the map shows of it."""
    properties = {
        "uuid": str(case.uuid), "title": case_title(case), "clock": clock_word(case, instant), "url": reverse("case", args=[case.id]),
    }  # fmt: skip
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
        "properties": properties,
    }


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": features}


@require_GET
@staff_page("case.merge", part=True)
def merge_targets(request: HttpRequest, case_id: int) -> HttpResponse:
    """What a case could be merged into: the open ones nearby, or those that the words find."""
    case, access = the_case(request, case_id), access_on(request)
    words = request.GET.get("merge_words", "").strip()[:60]
    rows: Sequence[AnyCase] = []
    if words:
        page = list_cases(access, CaseFilter(words=words, states=OPEN_STATES), rows_per_page=12)
        rows = [row for row in page.rows if row.id != case.id]
    elif case.lon is not None and case.lat is not None:
        rows = nearby_cases(access, case.lon, case.lat, radius_m=200, besides=case.id, limit=8)
    chosen = whole_number(request.GET.get("case", ""))
    if chosen is not None and chosen not in {row.id for row in rows}:
        kept = find_case(access, chosen)  # what is chosen already must not be lost by a search
        rows = [*([kept] if kept else []), *rows]
    context = {
        "rows": [(row, case_title(row), category_title(row)) for row in rows],
        "words": words,
        "chosen": chosen,
    }
    return render(request, "cases/merge_choices.html", context)
