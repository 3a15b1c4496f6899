"""Reads of cases: lists with filters and full-text search, the case page, the public progress page. counts.py counts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import EmptyResultSet
from django.db.models import Case as Either
from django.db.models import Q, QuerySet, Value, When

from linli.algorithms.drawn import Drawn
from linli.core.access.public import Access, names_of
from linli.core.areas.public import area_condition
from linli.core.cases.models import (
    CASE_TABLES,
    OPEN_STATES,
    Case,
    CaseClock,
    CaseEvent,
    CaseFile,
    CaseNote,
    CaseRequest,
    CaseUnit,
)
from linli.core.cases.reading.listed import AnyCase, ListedCase, is_urgent, unplaced_filter
from linli.core.cases.reading.matching import are_common, newest_with, search
from linli.core.cases.reading.rules import waiting_filter
from linli.core.cases.reading.seeing import find_case, requests_of, visible, ways_to_see
from linli.core.cases.reading.within import narrowed_to
from linli.core.cases.transitions import QUEUE_STEPS
from linli.core.flow import public as flow
from linli.core.flow.public import Entry, entries, timeline_of
from linli.core.platform.public import ask, now
from linli.lib.bigrams import QueryToken, answers, query_clauses
from linli.lib.outside import instant, whole_number

LOOKED_THROUGH = 500  # cases, a few milliseconds
LOOKED_FURTHER = 4000  # some thirty
PAGE_ROWS = 50
# What is_urgent of listed.py says of a row, as the database sorts by it: 1 for urgent, else 0.
URGENT = When(Q(urgency="urgent") | Q(~Q(source="history"), limit_unit="urgent_hour"), then=Value(1))


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list asks for; empty means any. `order` is `new` (newest first) or `due` (most urgent first)."""

    words: str = ""
    are_rare: bool = False  # of the words, see matching.search
    hits: tuple[int, ...] | None = None  # the same
    states: tuple[str, ...] = ()
    late: bool = False
    amber: bool = False
    mine: bool = False
    unplaced: bool = False
    area_id: int | None = None
    unit_id: int | None = None
    grid_id: int | None = None
    source: str = ""
    category: str = ""
    since: datetime | None = None
    until: datetime | None = None
    closed_since: datetime | None = None
    within: Drawn | None = None
    order: str = "new"


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list and the cursor of the next, empty at the end."""

    rows: list[ListedCase]
    next_cursor: str


def filtered(access: Access, wanted: CaseFilter) -> QuerySet[Case]:
    """The visible cases that a filter asks for, without order."""
    return narrowed(visible(access), access, wanted)


def narrowed(rows: QuerySet[Case], access: Access, wanted: CaseFilter) -> QuerySet[Case]:
    """Those of the rows that a filter asks for; whether they may be seen is the caller's matter."""
    if wanted.words.strip():
        rows = search(rows, wanted.words, are_rare=wanted.are_rare, hits=wanted.hits)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.late:
        rows = rows.filter(clock_state="running", due_at__lt=now())
    if wanted.amber:
        rows = rows.filter(clock_state="running", amber_at__lte=now(), due_at__gte=now())
    if wanted.unplaced:
        rows = rows.filter(unplaced_filter())
    if wanted.mine:
        # What waits is open; saying so lets the database take its index of the open cases.
        rows = rows.filter(waiting_filter(access), state__in=OPEN_STATES)
    if wanted.area_id:
        rows = rows.filter(area_condition(wanted.area_id))
    if wanted.within is not None:
        rows = narrowed_to(rows, wanted.within)
    plain = {
        "unit_id": wanted.unit_id,
        "grid_id": wanted.grid_id,
        "source": wanted.source,
        "category_code": wanted.category,
        "reported_at__gte": wanted.since,
        "reported_at__lt": wanted.until,
        "closed_at__gte": wanted.closed_since,
    }
    return rows.filter(**{column: value for column, value in plain.items() if value})


def list_cases(access: Access, wanted: CaseFilter, *, cursor: str = "", rows_per_page: int = PAGE_ROWS) -> CasePage:
    """One page of the visible cases, newest first or most urgent first; keyset pages, so the cost does not grow with the rows.

    By urgency, cases whose clock does not run come after the others. A cursor that cannot be read starts at the beginning.
    """
    if wanted.order == "due":
        return _page_by_due(filtered(access, wanted), cursor, rows_per_page)
    last = whole_number(cursor)
    before = Q() if last is None else Q(id__lt=last)
    ways = ways_to_see(access) or [Q()]
    parts = [narrowed(Case.objects.filter(way, before), access, wanted) for way in ways]
    found = _listed(_newest(parts, rows_per_page + 1))
    return CasePage(found[:rows_per_page], str(found[rows_per_page - 1].id) if len(found) > rows_per_page else "")


def found_cases(access: Access, words: str, count: int) -> list[ListedCase]:
    """The newest visible cases that the words find, at most so many, for the one search.

    What is asked costs by what is there: first the newest LOOKED_THROUGH cases of the person are read, which are all of them in a quiet
    street, however common the words are elsewhere; where they hold some, more of the newest; where they hold none of words that are
    common elsewhere, LOOKED_FURTHER of them; the whole index only for words that are rare, of which it has few.
    """
    clauses = query_clauses(words)
    if not clauses or whole_number(words.translate({32: None, 45: None})) is not None:
        return list_cases(access, CaseFilter(words=words, are_rare=True), rows_per_page=count).rows
    ways = ways_to_see(access)
    hits, are_all = _with_words(ways, clauses, LOOKED_THROUGH, count)
    if not hits and not are_all and ways is not None and are_common(words):
        hits, are_all = _with_words(ways, clauses, LOOKED_FURTHER, count)
    if len(hits) >= count:
        return _listed(Case.objects.filter(id__in=hits).order_by("-id"))
    if are_all:
        return list_cases(access, CaseFilter(words=words, hits=tuple(hits)), rows_per_page=count).rows
    if hits and (newest := newest_with(words)) is not None:
        where, given = newest
        rows = _listed(visible(access).extra(where=[where], params=given).order_by("-id")[:count])  # noqa: S610 - our own words
        if len(rows) == count:
            return rows
    return list_cases(access, CaseFilter(words=words, are_rare=True), rows_per_page=count).rows


def _with_words(
    ways: list[Q] | None, clauses: Sequence[Sequence[QueryToken]], most: int, count: int
) -> tuple[list[int], bool]:
    """The newest of the newest `most` visible cases that have the words, at most `count`; and whether these are all that are visible."""
    hits: list[int] = []
    looked = 0
    parts = [Case.objects.filter(way) for way in ways or [Q()]]
    for case_id, tokens in _newest(parts, most).values_list("id", "search_tokens"):
        looked += 1
        if answers(tokens, clauses):
            hits.append(case_id)
            if len(hits) == count:
                break
    return hits, looked < most


def _newest(parts: list[QuerySet[Case]], count: int) -> QuerySet[Case]:
    """The newest so many cases of several sets: of those that are the newest of their own set.

    Each set is one index read backwards. Asked for all of them with OR, PostgreSQL reads the whole table backwards until
    it has enough, which takes the longer the quieter a street is.
    """
    if len(parts) == 1:
        return parts[0].order_by("-id")[:count]
    newest = []
    for part in parts:
        with suppress(EmptyResultSet):
            newest.append(part.order_by("-id").values("id")[:count].query.sql_with_params())
    ids = " UNION ".join(f"SELECT id FROM ({sql}) AS part{number}" for number, (sql, _given) in enumerate(newest))  # noqa: S608 - written by Django
    where = [f"cases_case.id IN ({ids})"] if newest else ["1 = 0"]
    given = [value for _sql, values in newest for value in values]
    rows = Case.objects.order_by("-id")
    return rows.extra(where=where, params=given)[:count]  # noqa: S610 - see above


def _listed(rows: QuerySet[Case]) -> list[ListedCase]:
    return [ListedCase._make(row) for row in rows.values_list(*ListedCase._fields)]


def _page_by_due(rows: QuerySet[Case], cursor: str, rows_per_page: int) -> CasePage:
    """Running clocks by due time, of those due at the same moment the urgent ones first; then the rest, newest first.

    A cursor is the due time, `u` for urgent or `n`, and the id of the last row; that of the rest begins with `rest_`.
    """
    found: list[ListedCase] = []
    at, _underscore, last = cursor.partition("_")
    due, last_id = instant(at), whole_number(last if at == "rest" else last[1:])
    if at != "rest":
        running = rows.filter(clock_state="running", due_at__isnull=False)
        running = running.annotate(urgent=Either(URGENT, default=Value(0))).order_by("due_at", "-urgent", "id")
        if due is not None and last_id is not None and last[:1] in ("u", "n"):
            urgent = int(last[0] == "u")
            same = Q(urgent__lt=urgent) | Q(urgent=urgent, id__gt=last_id)
            running = running.filter(Q(due_at__gt=due) | Q(same, due_at=due))
        found = _listed(running[: rows_per_page + 1])
    if len(found) <= rows_per_page:
        rest = rows.exclude(clock_state="running", due_at__isnull=False).order_by("-id")
        if at == "rest" and last_id is not None:
            rest = rest.filter(id__lt=last_id)
        found += _listed(rest[: rows_per_page + 1 - len(found)])
    if len(found) <= rows_per_page:
        return CasePage(found, "")
    end = found[rows_per_page - 1]
    if end.clock_state == "running" and end.due_at is not None:
        return CasePage(found[:rows_per_page], f"{end.due_at.isoformat()}_{'u' if is_urgent(end) else 'n'}{end.id}")
    return CasePage(found[:rows_per_page], f"rest_{end.id}")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a row of a list shows besides its case: the id of its first photo whose time is not over, and why it was taken up again."""

    photo_id: int | None = None
    reopened: str = ""


_FIRST_PHOTOS = (
    "SELECT case_id, MIN(id) FROM cases_casefile "
    "WHERE case_id IN (%s) AND stored_file_id IS NOT NULL AND role <> 'voice' GROUP BY case_id"
)


def glimpses(rows: Sequence[AnyCase]) -> dict[int, Glimpse]:
    """The glimpse of each case of a page, in one statement for the photos and one more where a case was taken up again."""
    ids = [row.id for row in rows]
    photos: dict[int, int] = {}
    words: dict[int, str] = {}
    if ids:
        photos = dict(ask(_FIRST_PHOTOS % ",".join(["%s"] * len(ids)), ids))
    again = [row.id for row in rows if row.reopen_count]
    if again:
        notes = CaseNote.objects.filter(case_id__in=again, event__action="reopen").order_by("event__seq")
        words = dict(notes.values_list("case_id", "text"))
    return {case_id: Glimpse(photos.get(case_id), words.get(case_id, "")) for case_id in ids}


def has_queue(access: Access) -> bool:
    """Whether cases can wait for this person at all; others watch."""
    return any(access.may(f"case.{step}") for step in QUEUE_STEPS)


def find_file(access: Access, file_id: int) -> CaseFile | None:
    """The photo or voice note of a case that this person may see, by the id of its CaseFile, else None.

    The id of the stored file would not do: the same photo may hang on cases of different people.
    """
    file = CaseFile.objects.filter(id=file_id).first()
    return file if file is not None and find_case(access, file.case_id) is not None else None


@dataclass(frozen=True, slots=True)
class TimelineEntry(Entry):
    """An entry with the name of who was asked to look."""

    checker: str = ""


@dataclass(frozen=True, slots=True)
class CaseFull:
    """Everything the case page shows besides nearby things."""

    case: Case
    timeline: list[TimelineEntry]
    files: list[CaseFile]
    clocks: list[CaseClock]
    requests: list[CaseRequest]
    units: list[CaseUnit]
    has_reporter: bool
    checker: str = ""


# The actions after which a case has requests, and units that take part.
ASKING = frozenset({"ask_extension", "ask_shelving"})
TAKING_PART = frozenset({"dispatch", "add_assisting", "take_over"})


def case_full(case: Case) -> CaseFull:
    """The case with its timeline, files, clocks, requests and units, in two statements whatever their number.

    The timeline tells whether there is anything to ask for besides: files, requests, units that take part, people who were
    asked to look. Each is a statement more.
    """
    key = {"case_id": case.id}
    events = timeline_of(
        CASE_TABLES, key, "EXISTS (SELECT 1 FROM cases_casereporter WHERE case_id = event.case_id) AS has_reporter"
    )
    told, done = {name for one in events for name in one.facts}, {one.action for one in events}
    rows = list(CaseFile.objects.filter(**key).order_by("id")) if "files" in told else []
    if not done & ASKING:
        case.__dict__["asked_requests"] = []
    names = _checkers(case, events)
    timeline = [
        TimelineEntry(
            one.event, one.note, one.files, one.who, one.unit, one.erased, names.get(one.event.facts.get("checker"), "")
        )
        for one in entries(events, rows)
    ]
    return CaseFull(
        case,
        timeline,
        [row for row in rows if row.stored_file_id is not None],
        list(CaseClock.objects.filter(case_id=case.id).order_by("id")),
        requests_of(case),
        list(CaseUnit.objects.filter(case_id=case.id, until__isnull=True)) if done & TAKING_PART else [],
        bool(events and events[0].__dict__["has_reporter"]),
        names.get(case.checker_id, ""),
    )


def _checkers(case: Case, events: list[CaseEvent]) -> dict[int | None, str]:
    """The names of the people who are or were asked to look, by their ids."""
    return names_of({event.facts.get("checker") for event in events} | {case.checker_id})


def case_by_tracking(tracking: str) -> Case | None:
    """The case behind a parsed tracking number, or None."""
    return Case.objects.filter(tracking=tracking).first()


def late_since(case: AnyCase, instant: datetime | None = None) -> timedelta | None:
    """How long a running clock is past due; None when it is not."""
    instant = instant or now()
    return instant - case.due_at if case.clock_state == "running" and case.due_at and case.due_at < instant else None


def clock_word(case: AnyCase, instant: datetime | None = None) -> str:
    """The one of five clock states that lists, map and wall show: on_time, amber, red, paused, done."""
    instant = instant or now()
    return "paused" if case.state == "shelved" else flow.clock_word(case, instant)
