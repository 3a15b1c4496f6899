"""Holds what a case binds itself against its timeline, for `linli audit verify`: its figures, its key, the words of the report.

Place, notes, files and whatever hangs on nothing are the engine's (flow/trail.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from linli.core.cases.loop.flow import CASE
from linli.core.cases.loop.timeline import key_digest, words_digest
from linli.core.cases.models import Case, CaseEvent, CaseReporter, CaseUnit
from linli.core.flow import public as flow
from linli.core.flow.public import facts_of, is_over
from linli.core.platform.public import now

SLICE_ROWS = 5000


def event_digests() -> Iterator[tuple[str, bytes]]:
    """Id and digest of every entry of a case's timeline."""
    return flow.event_digests(CaseEvent, "case_id")


def state_findings() -> Iterator[str]:
    """Sentences about cases, words, notes and files that are not as the timelines say."""
    instant, merges = now(), _merges()

    def check(case: dict[str, Any], timeline: list[dict[str, Any]]) -> Iterator[str]:
        told = _as_told(timeline)
        if isinstance(told["merged_into_id"], int):
            told["merged_into_id"] = _goes_on_as(told["merged_into_id"], merges)
        yield from _figure_findings(case, told)
        if facts_of(timeline[0]).get("key") != key_digest(case["uuid"], case["tracking"]):
            yield _("Case %s has another tracking number or UUID than it was given.") % case["id"]
        yield from _words_findings(case, timeline[0], told["closed_at"], instant)

    columns = ("uuid", "tracking", "description", "address", "words_salt", *UNTOUCHED)
    return flow.findings(CASE, columns=columns, check=check, hanging=(CaseUnit, CaseReporter))


def _amount(value: Any) -> Any:
    """A limit as the case carries it; what is none stays and fits nothing."""
    try:
        return None if value is None else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return value


def _as_it_is(value: Any) -> Any:
    return value


# What a case carries for lists and sums, and how its entries make it. A column that no entry has set is UNTOUCHED.
UNTOUCHED: dict[str, Any] = {
    "number": "", "grid_id": None, "standard": "", "kind": "", "category_code": "", "limit_amount": None, "limit_unit": "",
    "confirmed": None, "in_time": None, "rating": None, "source": "", "merged_into_id": None, "handled_by_id": None,
    "reported_at": None, "filed_at": None, "dispatched_at": None, "handled_at": None, "closed_at": None,
    "rework_count": 0, "return_count": 0, "reopen_count": 0, "urge_count": 0, "supervise_count": 0,
    "instruct_count": 0,
}  # fmt: skip
FROM_FACTS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "number": ("number", _as_it_is), "grid": ("grid_id", _as_it_is), "standard": ("standard", _as_it_is), "kind": ("kind", _as_it_is),
    "code": ("category_code", _as_it_is), "limit": ("limit_amount", _amount), "limit_unit": ("limit_unit", _as_it_is),
    "found": ("confirmed", _as_it_is), "in_time": ("in_time", _as_it_is), "score": ("rating", _as_it_is),
    "source": ("source", _as_it_is), "into": ("merged_into_id", _as_it_is),
}  # fmt: skip
TIMES = {
    "report": ("reported_at",), "solve_on_spot": ("reported_at", "filed_at", "dispatched_at", "handled_at"),
    "file": ("filed_at",), "dispatch": ("dispatched_at",), "take_over": ("dispatched_at",), "hand_over": ("handled_at",),
    "close": ("closed_at",), "pass_and_close": ("closed_at",), "settle": ("closed_at",), "reject": ("closed_at",), "void": ("closed_at",),
    "merge": ("closed_at",),
}  # fmt: skip
CLEARED = {
    "verify_fail": ("in_time",), "rework": ("in_time",), "return": ("dispatched_at",), "recall": ("dispatched_at",),
    "reopen": ("closed_at", "handled_at", "dispatched_at", "in_time", "rating"),
}  # fmt: skip
HANDLED = {"hand_over": True, "solve_on_spot": True, "reopen": False}
COUNTED = {
    "verify_fail": "rework_count", "rework": "rework_count", "return": "return_count", "reopen": "reopen_count",
    "urge": "urge_count", "supervise": "supervise_count", "instruct": "instruct_count",
}  # fmt: skip


def _as_told(timeline: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of UNTOUCHED as the entries make them, one after the other."""
    told = dict(UNTOUCHED)
    for event in timeline:
        action, facts = event["action"], facts_of(event)
        told.update(dict.fromkeys(CLEARED.get(action, ())))
        told.update(dict.fromkeys(TIMES.get(action, ()), event["at"]))
        told.update({column: made(facts[name]) for name, (column, made) in FROM_FACTS.items() if name in facts})
        if action in COUNTED:
            told[COUNTED[action]] += 1
        if action in HANDLED:  # by who acted, and nobody has when it opens again
            told["handled_by_id"] = event["actor_id"] if HANDLED[action] else None
        if action == "take_back":  # of an import: what was open ends here, what was closed stays so
            told["closed_at"] = told["closed_at"] or event["at"]
    return told


def _figure_findings(case: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    for column, value in told.items():
        if case[column] != value:
            yield _("Case %(case)s carries %(column)s = %(value)s, its timeline says %(told)s.") % {
                "case": case["id"], "column": column, "value": case[column], "told": value,
            }  # fmt: skip


def _merges() -> dict[int, int]:
    """Into which case each was merged, by the entries; one statement, and as much memory as there are merged cases."""
    merges = CaseEvent.objects.filter(action="merge").order_by("case_id", "seq").values_list("case_id", "facts")
    told = (
        (case_id, facts_of({"facts": facts}).get("into")) for case_id, facts in merges.iterator(chunk_size=SLICE_ROWS)
    )
    return {case_id: into for case_id, into in told if isinstance(into, int)}


def _goes_on_as(case_id: int, merges: dict[int, int]) -> int:
    """Where a case went by the merges that were written down: what was merged into it before names that case from then on."""
    seen: set[int] = set()
    while case_id in merges and case_id not in seen:
        seen.add(case_id)
        case_id = merges[case_id]
    return case_id


def _words_findings(
    case: dict[str, Any], first: dict[str, Any], closed_at: datetime | None, instant: datetime
) -> Iterator[str]:
    """Words whose time is over are not asked for: the next night erases what is left of them."""
    if is_over(Case, "description", closed_at, instant):
        return
    bound, salt, words = facts_of(first).get("words"), case["words_salt"], (case["description"], case["address"])
    if bound is None:
        if any(words):
            yield _("Case %s has a description or an address, it was reported without.") % case["id"]
    elif salt is None or words_digest(salt, *words) != bound:
        yield _("Description or address of case %s are not what was reported.") % case["id"]
