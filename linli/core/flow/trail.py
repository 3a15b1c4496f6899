"""Holds what hangs on a timeline against it, for `linli audit verify`: the item, its place, its notes, its files.

The entries themselves are bound into the audit chain (timeline.py), so what they say is what happened. Words and files may be gone
when their time is over, and not before; when that is, the entries say too, not the columns beside them. Everything streams in the
order of the items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from linli.core.flow.definition import AnyFlow
from linli.core.flow.models import FlowEvent
from linli.core.flow.parts import SHARED
from linli.core.flow.register import small_flows
from linli.core.flow.timeline import PLACE, UNTOLD, event_digests, note_digest
from linli.core.platform.public import StoredFile, now

MOST_STRAYS = 100  # of each table; more lines help nobody
SLICE_ROWS = 5000
Row = dict[str, Any]
Check = Callable[[Row, list[Row]], Iterator[str]]


def small_digests() -> Iterator[tuple[str, bytes]]:
    """Id and digest of every entry of the shared timelines."""
    return event_digests(FlowEvent, "flow", "item_id")


def small_findings() -> Iterator[str]:
    """Sentences about items of small flows that are not as their timelines say."""
    for flow in small_flows():
        yield from findings(flow)


def nothing_found(_item: Row, _timeline: list[Row]) -> Iterator[str]:
    """For flows that bind nothing of their own."""
    return iter(())


def findings(
    flow: AnyFlow,
    *,
    columns: tuple[str, ...] = (),
    check: Check = nothing_found,
    hanging: tuple[type[models.Model], ...] = (),
) -> Iterator[str]:
    """Sentences about items, words and files of a flow that are not as the timelines say.

    `check(item, timeline)` says what a flow binds itself, of the further `columns` of an item; `hanging` are tables of the flow
    beside those of the engine whose rows name an item.
    """
    instant, tables, key = now(), flow.tables, flow.tables.key
    events = InOrder(
        _rows_of(flow, tables.event), key, "id", "seq", "action", "state_to", "at", "actor_id", "facts",
        order=(key, "seq", "id"),
    )  # fmt: skip
    notes = InOrder(_rows_of(flow, tables.note), key, "event_id", "text", "salt", "at")
    content = StoredFile.objects.filter(id=OuterRef("stored_file_id")).values("sha256")[:1]
    files = InOrder(
        _rows_of(flow, tables.file).annotate(content=Subquery(content)), key, "event_id", "role", "content", "stored_file_id"
    )  # fmt: skip
    wanted = dict.fromkeys(("id", *PLACE, "seq", "state", *columns))
    for item in flow.model._default_manager.order_by("id").values(*wanted).iterator(chunk_size=SLICE_ROWS):
        timeline = events.of(item["id"])
        if not timeline:
            if item["seq"] != UNTOLD:
                yield _("%(first)s %(id)s has no timeline.") % named(flow, item["id"])
            continue
        yield from _end_findings(flow, item, timeline[-1])
        if facts_of(timeline[0]).get("place") != [item[column] for column in PLACE]:
            yield _("%(first)s %(id)s is filed under another area than it was reported in.") % named(flow, item["id"])
        yield from check(item, timeline)
        yield from _note_findings(flow, timeline, notes.of(item["id"]), instant)
        over = is_over(tables.file, "stored_file_id", ended_at(flow, timeline), instant)
        yield from _file_findings(flow, timeline, files.of(item["id"]), over=over)
    yield from _strays(flow, hanging)


def _rows_of(flow: AnyFlow, model: type[models.Model]) -> QuerySet[Any]:
    rows = model._default_manager.all()
    return rows.filter(flow=flow.code) if flow.tables.shared else rows


def named(flow: AnyFlow, item_id: int) -> dict[str, Any]:
    """Noun and id of an item; `first` is the noun as a sentence begins with it."""
    noun = str(flow.title)
    return {"item": noun, "first": noun[:1].upper() + noun[1:], "id": item_id}


class InOrder:
    """Rows in the order of the items that they belong to, handed out item by item while somebody walks through the items."""

    def __init__(self, rows: QuerySet[Any], key: str, *columns: str, order: tuple[str, ...] = ()) -> None:
        ordered = rows.order_by(*(order or (key, "id"))).values(key, *columns)
        self._key = key
        self._rows: Iterator[Row] = ordered.iterator(chunk_size=SLICE_ROWS)
        self._next = next(self._rows, None)

    def of(self, item_id: int) -> list[Row]:
        """The rows of an item; each call must name a later item. Those of items left out are passed over."""
        found = []
        while self._next is not None and self._next[self._key] <= item_id:
            if self._next[self._key] == item_id:
                found.append(self._next)
            self._next = next(self._rows, None)
        return found


def facts_of(event: Row) -> Row:
    """The facts of an entry; whoever made something else of them is found by its digest."""
    return event["facts"] if isinstance(event["facts"], dict) else {}


def ended_at(flow: AnyFlow, timeline: list[Row]) -> datetime | None:
    """When an item's way ended, by its entries; None while it goes on."""
    ended: datetime | None = None
    for event in timeline:
        ended = (ended or event["at"]) if event["state_to"] in flow.ended else None
    return ended


def _end_findings(flow: AnyFlow, item: Row, last: Row) -> Iterator[str]:
    if (last["seq"], last["state_to"]) != (item["seq"], item["state"]):
        yield _("%(first)s %(id)s is %(state)s at entry %(entry)s, its timeline ends with %(last_state)s at entry %(last)s.") % {
            **named(flow, item["id"]), "state": item["state"], "entry": item["seq"],
            "last_state": last["state_to"], "last": last["seq"],
        }  # fmt: skip


def is_over(model: Any, field: str, since: datetime | None, instant: datetime) -> bool:
    """Whether the time of a personal field has passed, so that it may be erased."""
    return since is not None and since < instant - timedelta(days=model.personal[field].keep_days)


def _note_findings(flow: AnyFlow, timeline: list[Row], notes: list[Row], instant: datetime) -> Iterator[str]:
    model, key = flow.tables.note, flow.tables.key
    for event, own in _by_entry(timeline, notes):
        if event is None:
            yield _("Words of %(item)s %(id)s belong to no entry of its timeline.") % named(flow, own[0][key])
            continue
        bound, place = facts_of(event).get("note"), {"entry": event["seq"], **named(flow, event[key])}
        if not own:
            if bound is not None and not is_over(model, "text", event["at"], instant):
                yield _("The words of entry %(entry)s of %(item)s %(id)s are gone before their time.") % place
        elif bound is None or len(own) > 1:
            yield _("Words were added to entry %(entry)s of %(item)s %(id)s.") % place
        elif note_digest(own[0]["salt"], own[0]["text"]) != bound:
            yield _("The words of entry %(entry)s of %(item)s %(id)s were changed.") % place
        elif own[0]["at"] != event["at"]:  # the date decides when they are erased
            yield _("The words of entry %(entry)s of %(item)s %(id)s carry another date than the entry.") % place


def _file_findings(flow: AnyFlow, timeline: list[Row], files: list[Row], *, over: bool) -> Iterator[str]:
    """`over`: the time of the files has passed, so a row may name none any more; its role still stands."""
    key = flow.tables.key
    for event, own in _by_entry(timeline, files):
        if event is None:
            yield _("A file of %(item)s %(id)s belongs to no entry of its timeline.") % named(flow, own[0][key])
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
            yield _("The files of entry %(entry)s of %(item)s %(id)s are not those that came with it.") % {
                "entry": event["seq"], **named(flow, event[key]),
            }  # fmt: skip


def _bound_files(event: Row) -> list[Any]:
    bound = facts_of(event).get("files", [])
    return bound if isinstance(bound, list) else [bound]


def _by_entry(timeline: list[Row], rows: list[Row]) -> Iterator[tuple[Row | None, list[Row]]]:
    """Each entry with its rows, then the rows of no entry, if there are any, with None."""
    mine: dict[int, list[Row]] = {event["id"]: [] for event in timeline}
    strange: list[Row] = []
    for row in rows:
        mine.get(row["event_id"], strange).append(row)
    for event in timeline:
        yield event, mine[event["id"]]
    if strange:
        yield None, strange


def _strays(flow: AnyFlow, hanging: tuple[type[models.Model], ...]) -> Iterator[str]:
    """Rows that hang on an item that is not there: what foreign keys would refuse, had these tables any."""
    tables, key = flow.tables, flow.tables.key
    owner = flow.model._default_manager.filter(id=OuterRef(key), home_district=OuterRef("home_district"))
    lost = _rows_of(flow, tables.event).filter(~Exists(owner)).order_by(key).values_list(key, flat=True).distinct()
    for item_id in lost[:MOST_STRAYS]:
        yield _("%(first)s %(id)s of the timeline is gone.") % named(flow, item_id)
    for model in (tables.note, tables.file, tables.clock, tables.request, *hanging):
        rows = (
            _rows_of(flow, model)
            if model in (SHARED.note, SHARED.file, SHARED.clock, SHARED.request)
            else model._default_manager.all()
        )
        for id_, item_id in rows.filter(~Exists(owner)).values_list("id", key)[:MOST_STRAYS]:
            yield _("%(row)s belongs to %(item)s %(id)s, which is not there.") % {
                **named(flow, item_id), "row": f"{model.__name__} {id_}", "item": flow.title,
            }  # fmt: skip
