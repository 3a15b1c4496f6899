"""What is special about each action, one small function each: what it changes on the case besides state and clocks.

Called by the engine (linli.core.flow) inside its unit of work, after permission and needs are checked. Each gives the facts for the timeline:
ids, codes and amounts, never personal words.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid5

from django.utils.translation import gettext as _

from linli.algorithms.tracking import new_tracking_number
from linli.core.cases.loop import handling
from linli.core.cases.loop.given import Act, Effect
from linli.core.cases.loop.keeping import category_facts, insert_case, keep_category, search_tokens
from linli.core.cases.loop.new_grids import place_anew
from linli.core.cases.loop.numbers import next_case_number
from linli.core.cases.loop.timeline import salt_words
from linli.core.cases.models import OPEN_STATES, Case, CaseClock, CaseFile
from linli.core.cases.reading.units import desk_for
from linli.core.cases.transitions import REOPEN_DAYS, UNSATISFIED
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import add_event, drop_requests, escalate, in_time, new_clock, show_again
from linli.core.platform.public import BadInput, Refusal

# The actions whose photos show the result; what somebody adds to a comment or a doubt stays in the office.
SHOWING = ("hand_over", "assist", "solve_on_spot", "verify_pass", "pass_and_close")


def _file(act: Act) -> dict[str, Any]:
    category, condition = act.named.category, act.named.condition
    if category is None or condition is None:
        raise BadInput(_("This category has no filing condition; choose another."), field="category")
    case = act.item
    keep_category(case, category, condition)
    case.handling_unit_id = catalogue().route(category, case.area_id, act.work.now)
    if not case.number:
        case.number = next_case_number(case.home_district, act.work.now)
    case.filed_at = act.work.now
    case.search_tokens = search_tokens(case)
    return {
        "number": case.number,
        **category_facts(case),
        "condition": condition.number,
        "handling_unit": case.handling_unit_id,
    }


def _confirm(act: Act) -> dict[str, Any]:
    act.item.confirmed = act.given.found
    _restart_file_clock(act)
    return {"found": act.given.found}


def _call_off_confirm(act: Act) -> dict[str, Any]:
    _restart_file_clock(act)
    return {}


def _restart_file_clock(act: Act) -> None:
    """Back at the desk the clock for filing runs on."""
    show_again(act.flow, act.item, "file")


def _end(act: Act) -> dict[str, Any]:
    act.item.closed_at = act.work.now
    return {}


def _merge(act: Act) -> dict[str, Any]:
    """The case goes on as another one, which is open and locked with it. What was merged into it before goes along, so that
    each merged case names the one that goes on, and no chain has to be followed.
    """
    target = act.named.target
    if target is None or target.id == act.item.id:
        raise BadInput(_("Choose another case to merge into."), field="case")
    if target.state not in OPEN_STATES:
        raise Refusal(_("The case %s is not open any more; choose an open one.") % target, field="case")
    if target.home_district != act.item.home_district:
        raise Refusal(_("Cases of different districts are not merged."), field="case")
    act.item.merged_into_id = target.id
    act.item.closed_at = act.work.now
    Case.objects.filter(merged_into_id=act.item.id).update(merged_into_id=target.id)
    return {"into": target.id}


# What became of the parent so far; the child begins its own way.
_OF_THE_WAY = (
    "number", "merged_into_id", "handled_by_id", "handle_due_at", "filed_at", "dispatched_at", "handled_at", "closed_at",
    "archived_at", "in_time", "rework_count", "return_count", "reopen_count", "urge_count", "supervise_count",
    "instruct_count", "escalation_level", "confirmed", "rating", "checker_id",
)  # fmt: skip


def _split(act: Act) -> dict[str, Any]:
    """A second problem in the same report becomes a case of its own, at the same place, in the state reported."""
    parent, category, condition = act.item, act.named.category, act.named.condition
    child = Case.objects.get(id=parent.id)
    child.pk = None
    child.uuid = uuid5(parent.uuid, f"split {parent.seq}")
    for field in Case._meta.concrete_fields:
        if field.attname in _OF_THE_WAY:
            setattr(child, field.attname, field.get_default())
    child.tracking = new_tracking_number(secrets.randbelow)
    child.state, child.seq, child.split_from_id = "reported", 1, parent.id
    child.description = act.given.note
    child.unit_id = desk_for(parent.area_id)
    child.reported_at = act.work.now
    keep_category(child, category, condition)
    child.handling_unit_id = catalogue().route(category, child.area_id, act.work.now)
    child.search_tokens = search_tokens(child)
    salt_words(child)
    columns = new_clock(act.flow, child, "file", act.work.now)
    insert_case(child)
    if columns:
        CaseClock.objects.create(**{**columns, "case_id": child.id})
    add_event(
        act.flow,
        act.work,
        child,
        action="report",
        state_from="",
        uuid=child.uuid,
        facts={
            "source": child.source,
            "grid": child.grid_id,
            "unit": child.unit_id,
            "split_from": parent.id,
            **category_facts(child),
        },
        note=act.given.note,
    )
    return {"child": child.id}


def _hand_over(act: Act) -> dict[str, Any]:
    case = act.item
    case.handled_by_id, case.handled_at = act.work.actor.user_id, act.work.now
    case.unit_id = desk_for(case.area_id)
    drop_requests(act)
    case.in_time = in_time(case.handle_due_at, case.handled_at, act.work.now)
    return {"in_time": case.in_time}


def _back_to_handler(act: Act) -> dict[str, Any]:
    case = act.item
    if case.handling_unit_id is None:
        raise Refusal(_("No unit handled this case, so it cannot go back to one."), code="no_handler")
    case.unit_id = case.handling_unit_id
    case.rework_count += 1
    case.in_time = None
    return {"unit": case.handling_unit_id}


def _close(act: Act) -> dict[str, Any]:
    case = act.item
    case.closed_at = act.work.now
    if case.in_time is None:
        case.in_time = in_time(case.handle_due_at, case.handled_at, act.work.now)
    CaseFile.objects.filter(case_id=case.id, role__in=("after", "proof"), event__action__in=SHOWING).update(
        is_public=True
    )
    return {"in_time": case.in_time}


def _count(column: str) -> Effect:
    def effect(act: Act) -> dict[str, Any]:
        setattr(act.item, column, getattr(act.item, column) + 1)
        return {"count": getattr(act.item, column)}

    return effect


def _rate(act: Act) -> dict[str, Any]:
    score = act.given.score
    if score is None or not 1 <= score <= 5:
        raise BadInput(_("Give one to five stars."), field="score")
    if act.item.rating is not None and not act.given.rates_anew:
        # Whoever holds the number may rate; the first stars of a round are then not for the next one to change.
        raise Refusal(_("This was rated already; the stars stay as they were given."), code="rated")
    act.item.rating = score
    return {"score": score}


def _reopen(act: Act) -> dict[str, Any]:
    case = act.item
    if case.closed_at is None or act.work.now > case.closed_at + timedelta(days=REOPEN_DAYS):
        raise Refusal(
            _("A case can be reopened within %s days after it was closed; report it anew.") % REOPEN_DAYS,
            code="too_late",
        )
    if act.relation == "reporter" and (case.rating is None or case.rating > UNSATISFIED):
        raise Refusal(
            _("Rate the result with one or two stars first if you are not satisfied."), code="not_unsatisfied"
        )
    case.unit_id = desk_for(case.area_id)
    case.closed_at = case.handled_at = case.dispatched_at = case.in_time = None
    # The stars were for what was done; they stay in the timeline, and what is done now is rated anew.
    case.handled_by_id = case.rating = None
    case.reopen_count += 1
    return {"count": case.reopen_count, **place_anew(case)}


def _archive(act: Act) -> dict[str, Any]:
    act.item.archived_at = act.work.now
    return {}


def _only_import(act: Act) -> dict[str, Any]:  # noqa: ARG001 - an effect's form
    raise Refusal(_("Only an import of history does this, with the rows that it brings."))


def _only_division(act: Act) -> dict[str, Any]:  # noqa: ARG001 - an effect's form
    raise Refusal(_("Only a new version of the grids does this, for all cases that it touches."))


def _take_back(act: Act) -> dict[str, Any]:
    """A case that came with an import goes with it. The case stays, void, and so does its timeline."""
    case = act.item
    if case.source != "history":
        raise Refusal(_("This case did not come with an import; it cannot be taken back with one."))
    case.closed_at = case.closed_at or act.work.now
    return {}


def _send(act: Act) -> dict[str, Any]:
    """Somebody is asked to look on the spot; without a name whoever may."""
    if act.named.checker is None:
        return {}
    act.item.checker_id = act.named.checker.id
    return {"checker": act.named.checker.id}


def _pass_and_close(act: Act) -> dict[str, Any]:
    if not catalogue().may_pass_and_close():
        raise Refusal(_("In this city somebody else closes what one has verified."), code="two_people")
    return _close(act)


EFFECTS: dict[str, Effect] = {
    "send_to_confirm": _send,
    "send_to_verify": _send,
    "pass_and_close": _pass_and_close,
    "instruct": _count("instruct_count"),
    "file": _file,
    "confirm": _confirm,
    "reject": _end,
    "void": _end,
    "merge": _merge,
    "split": _split,
    "dispatch": handling.dispatch,
    "add_assisting": handling.add_assisting,
    "assist": handling.assist,
    "return": handling.give_back,
    "recall": handling.recall,
    "call_off_confirm": _call_off_confirm,
    "hand_over": _hand_over,
    "verify_fail": _back_to_handler,
    "rework": _back_to_handler,
    "close": _close,
    "urge": _count("urge_count"),
    "supervise": _count("supervise_count"),
    "escalate": escalate,
    "rate": _rate,
    "reopen": _reopen,
    "archive": _archive,
    "settle": _only_import,
    "take_over": _only_import,
    "take_back": _take_back,
    "change_grid": _only_division,
}
