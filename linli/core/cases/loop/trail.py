"""Holds what hangs on a timeline against it, for `linli audit verify`: the case, its words, its notes, its files.

The entries themselves are bound into the audit chain (timeline.py), so what they say is what happened. Words may be
gone when their time is over, and not before; when that is, the entries say too, not the columns beside them. Everything
but who was merged into whom streams in the order of the cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from linli.core.cases.loop.timeline import key_digest, note_digest, words_digest
from linli.core.cases.models import (
    Case,
    CaseClock,
    CaseEvent,
    CaseFile,
    CaseNote,
    CaseReporter,
    CaseRequest,
    CaseUnit,
)
from linli.core.platform.public import StoredFile, now

MOST_STRAYS = 100  # of each table; more lines help nobody
SLICE_ROWS = 5000


def state_findings() -> Iterator[str]:
    """Sentences about cases, words, notes and files that are not as the timelines say."""
    instant, merges = now(), _merges()
    events = _InCaseOrder(
        CaseEvent.objects.order_by("case_id", "seq", "id"),
        "case_id",
        "id",
        "seq",
        "action",
        "state_to",
        "at",
        "actor_id",
        "facts",
    )
    notes = _InCaseOrder(CaseNote.objects.order_by("case_id", "id"), "case_id", "event_id", "text", "salt", "at")
    content = StoredFile.objects.filter(id=OuterRef("stored_file_id")).values("sha256")[:1]
    files = _InCaseOrder(
        CaseFile.objects.annotate(content=Subquery(content)).order_by("case_id", "id"),
        "case_id", "event_id", "role", "content", "stored_file_id",
    )  # fmt: skip
    columns = ("id", "uuid", "tracking", *PLACE, "seq", "state", "description", "address", "words_salt", *UNTOUCHED)
    for case in Case.objects.order_by("id").values(*columns).iterator(chunk_size=SLICE_ROWS):
        timeline = events.of(case["id"])
        if not timeline:
            yield _("Case %s has no timeline.") % case["id"]
            continue
        last = timeline[-1]
        if (last["seq"], last["state_to"]) != (case["seq"], case["state"]):
            yield _("Case %(case)s is %(state)s at entry %(entry)s, its timeline ends with %(last_state)s at entry %(last)s.") % {
                "case": case["id"], "state": case["state"], "entry": case["seq"],
                "last_state": last["state_to"], "last": last["seq"],
            }  # fmt: skip
        told = _as_told(timeline)
        if isinstance(told["merged_into_id"], int):
            told["merged_into_id"] = _goes_on_as(told["merged_into_id"], merges)
        yield from _figure_findings(case, told)
        yield from _start_findings(case, _facts(timeline[0]))
        yield from _words_findings(case, timeline[0], told["closed_at"], instant)
        yield from _note_findings(timeline, notes.of(case["id"]), instant)
        over = _is_over(CaseFile, "stored_file_id", told["closed_at"], instant)
        yield from _file_findings(timeline, files.of(case["id"]), over=over)
    yield from _strays()


class _InCaseOrder:
    """Rows in the order of their cases, handed out case by case while somebody walks through the cases."""

    def __init__(self, rows: QuerySet[Any], *columns: str) -> None:
        self._rows: Iterator[dict[str, Any]] = rows.values(*columns).iterator(chunk_size=SLICE_ROWS)
        self._next = next(self._rows, None)

    def of(self, case_id: int) -> list[dict[str, Any]]:
        """The rows of a case; each call must name a later case. Those of cases left out are passed over."""
        found = []
        while self._next is not None and self._next["case_id"] <= case_id:
            if self._next["case_id"] == case_id:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _amount(value: Any) -> Any:
    """A limit as the case carries it; what is none stays and fits nothing."""
    try:
        return None if value is None else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return value


def _as_it_is(value: Any) -> Any:
    return value


# Where a case is filed, from the first entry on.
PLACE = ("area_id", "district_id", "street_id", "community_id")
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


def _facts(event: dict[str, Any]) -> dict[str, Any]:
    return event["facts"] if isinstance(event["facts"], dict) else {}  # whoever changed it is found by its digest


def _as_told(timeline: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of UNTOUCHED as the entries make them, one after the other."""
    told = dict(UNTOUCHED)
    for event in timeline:
        action, facts = event["action"], _facts(event)
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
        (case_id, _facts({"facts": facts}).get("into")) for case_id, facts in merges.iterator(chunk_size=SLICE_ROWS)
    )
    return {case_id: into for case_id, into in told if isinstance(into, int)}


def _goes_on_as(case_id: int, merges: dict[int, int]) -> int:
    """Where a case went by the merges that were written down: what was merged into it before names that case from then on."""
    seen: set[int] = set()
    while case_id in merges and case_id not in seen:
        seen.add(case_id)
        case_id = merges[case_id]
    return case_id


def _start_findings(case: dict[str, Any], first: dict[str, Any]) -> Iterator[str]:
    """Whoever moves a case to another street takes it out of that street's lists; a changed key locks the reporter out."""
    if first.get("place") != [case[column] for column in PLACE]:
        yield _("Case %s is filed under another area than it was reported in.") % case["id"]
    if first.get("key") != key_digest(case["uuid"], case["tracking"]):
        yield _("Case %s has another tracking number or UUID than it was given.") % case["id"]


def _words_findings(
    case: dict[str, Any], first: dict[str, Any], closed_at: datetime | None, instant: datetime
) -> Iterator[str]:
    """Words whose time is over are not asked for: the next night erases what is left of them."""
    if _is_over(Case, "description", closed_at, instant):
        return
    bound, salt, words = _facts(first).get("words"), case["words_salt"], (case["description"], case["address"])
    if bound is None:
        if any(words):
            yield _("Case %s has a description or an address, it was reported without.") % case["id"]
    elif salt is None or words_digest(salt, *words) != bound:
        yield _("Description or address of case %s are not what was reported.") % case["id"]


def _is_over(model: Any, field: str, since: datetime | None, instant: datetime) -> bool:
    """Whether the time of a personal field has passed, so that it may be erased."""
    return since is not None and since < instant - timedelta(days=model.personal[field].keep_days)


def _note_findings(timeline: list[dict[str, Any]], notes: list[dict[str, Any]], instant: datetime) -> Iterator[str]:
    for event, own in _by_entry(timeline, notes):
        if event is None:
            yield _("Words of case %s belong to no entry of its timeline.") % own[0]["case_id"]
            continue
        bound, place = _facts(event).get("note"), {"entry": event["seq"], "case": event["case_id"]}
        if not own:
            if bound is not None and not _is_over(CaseNote, "text", event["at"], instant):
                yield _("The words of entry %(entry)s of case %(case)s are gone before their time.") % place
        elif bound is None or len(own) > 1:
            yield _("Words were added to entry %(entry)s of case %(case)s.") % place
        elif note_digest(own[0]["salt"], own[0]["text"]) != bound:
            yield _("The words of entry %(entry)s of case %(case)s were changed.") % place
        elif own[0]["at"] != event["at"]:  # the date decides when they are erased
            yield _("The words of entry %(entry)s of case %(case)s carry another date than the entry.") % place


def _file_findings(timeline: list[dict[str, Any]], files: list[dict[str, Any]], *, over: bool) -> Iterator[str]:
    """`over`: the time of the files has passed, so a row may name none any more; its role still stands."""
    for event, own in _by_entry(timeline, files):
        if event is None:
            yield _("A file of case %s belongs to no entry of its timeline.") % own[0]["case_id"]
            continue
        left = [str(one) for one in _bound_files(event)]
        erased = [file for file in own if over and file["stored_file_id"] is None]
        strange = 0
        for file in own:
            if file in erased:
                continue
            there = str([file["role"], file["content"]])
            strange += there not in left
            if there in left:
                left.remove(there)
        roles = sorted(str(one[0]) for one in _bound_files(event) if str(one) in left and isinstance(one, list))
        if strange or len(left) != len(erased) or (erased and roles != sorted(file["role"] for file in erased)):
            yield _("The files of entry %(entry)s of case %(case)s are not those that came with it.") % {
                "entry": event["seq"], "case": event["case_id"],
            }  # fmt: skip


def _bound_files(event: dict[str, Any]) -> list[Any]:
    bound = _facts(event).get("files", [])
    return bound if isinstance(bound, list) else [bound]


def _by_entry(
    timeline: list[dict[str, Any]], rows: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any] | None, list[dict[str, Any]]]]:
    """Each entry with its rows, then the rows of no entry, if there are any, with None."""
    mine: dict[int, list[dict[str, Any]]] = {event["id"]: [] for event in timeline}
    strange: list[dict[str, Any]] = []
    for row in rows:
        mine.get(row["event_id"], strange).append(row)
    for event in timeline:
        yield event, mine[event["id"]]
    if strange:
        yield None, strange


def _strays() -> Iterator[str]:
    """Rows that hang on a case that is not there: what foreign keys would refuse, had these tables any."""
    owner = Case.objects.filter(id=OuterRef("case_id"), home_district=OuterRef("home_district"))
    lost = CaseEvent.objects.filter(~Exists(owner)).order_by("case_id").values_list("case_id", flat=True).distinct()
    for case_id in lost[:MOST_STRAYS]:
        yield _("Case %s of the timeline is gone.") % case_id
    for model in (CaseNote, CaseFile, CaseClock, CaseRequest, CaseUnit, CaseReporter):
        for id_, case_id in model._default_manager.filter(~Exists(owner)).values_list("id", "case_id")[:MOST_STRAYS]:
            yield _("%(row)s belongs to case %(case)s, which is not there.") % {
                "row": f"{model.__name__} {id_}", "case": case_id,
            }  # fmt: skip
