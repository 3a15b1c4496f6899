"""Everything that is known of one item: its timeline with words, files and names, its clocks, its requests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from django.utils.translation import gettext as _

from linli.core.access.public import Access, User, names_of, unit_tree
from linli.core.flow.allowed import requests_of
from linli.core.flow.clocks import clocks_of
from linli.core.flow.definition import Flow
from linli.core.flow.models import ClockRow, EventRow, FileRow, RequestRow
from linli.core.flow.parts import Item, Tables


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline with its words, files and the name of who acted; `erased` counts files whose time is over."""

    event: EventRow
    note: str
    files: list[Any]
    who: str
    unit: str
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Full(Generic[Item]):
    """An item with everything that hangs on it."""

    item: Item
    timeline: list[Entry]
    files: list[FileRow]
    clocks: list[ClockRow]
    requests: list[RequestRow]


def find(flow: Flow[Item], access: Access, item_id: int) -> Item | None:
    """An item that this person may see, by its id, else None."""
    item = flow.model._default_manager.filter(id=item_id).first()
    return item if item is not None and flow.may_view(item, access) else None


def timeline_of(tables: Tables, key: dict[str, Any], more: str = "") -> list[Any]:
    """The entries of the item that `key` names, oldest first, each with `note` and `actor_name` in its `__dict__`. One statement.

    `more` is a further column in SQL, of an event that is called `event`. Plain SQL: building such a query took longer than
    running it. An entry has at most one note.
    """
    of = " AND ".join(f"event.{column} = %s" for column in key)
    return list(
        tables.event._default_manager.raw(
            f"""
            SELECT event.*, note.text AS note, actor.display_name AS actor_name{more and f", {more}"}
            FROM {tables.event._meta.db_table} event
              LEFT JOIN {tables.note._meta.db_table} note ON note.event_id = event.id AND note.{tables.key} = event.{tables.key}
              LEFT JOIN {User._meta.db_table} actor ON actor.id = event.actor_id
            WHERE {of} ORDER BY event.seq
            """,  # noqa: S608 - names of tables and columns
            list(key.values()),
        )
    )


def words_of(flow: Flow[Item], item_ids: list[int], actions: tuple[str, ...]) -> dict[int, list[tuple[datetime, str]]]:
    """When these steps were done with each of many items, and with which words, in order; by the item's id. Two statements."""
    same = {column: value for column, value in flow.key_of(0).items() if column != flow.tables.key}
    rows = flow.tables.event._default_manager.filter(**same, **{f"{flow.tables.key}__in": item_ids}, action__in=actions)
    events = list(rows.order_by("id"))
    notes = flow.tables.note._default_manager.filter(**same, event_id__in=[event.id for event in events])
    words = dict(notes.values_list("event_id", "text"))
    found: dict[int, list[tuple[datetime, str]]] = {}
    for event in events:
        found.setdefault(getattr(event, flow.tables.key), []).append((event.at, words.get(event.id, "")))
    return found


def entries(events: list[Any], files: list[Any]) -> list[Entry]:
    """The events of `timeline_of` with the files that came with each."""
    by_event: dict[int, list[Any]] = {}
    for file in files:
        if file.stored_file_id is not None:
            by_event.setdefault(file.event_id, []).append(file)
    erased: Mapping[int, int] = Counter(file.event_id for file in files if file.stored_file_id is None)
    units = unit_tree().nodes
    instead = names_of(event.facts.get("for") for event in events if isinstance(event.facts, dict))
    return [
        Entry(
            event,
            event.__dict__["note"] or "",
            by_event.get(event.id, []),
            _who(event, instead),
            units[event.actor_unit_id].title if event.actor_unit_id in units else "",
            erased[event.id],
        )
        for event in events
    ]


def _who(event: Any, instead: Mapping[int | None, str]) -> str:
    """The name of who acted, and for whom they stood in."""
    name = str(event.__dict__["actor_name"] or "")
    other = instead.get(event.facts.get("for")) if instead else None
    return _("%(name)s for %(other)s") % {"name": name, "other": other} if other else name


def full(flow: Flow[Item], item: Item) -> Full[Item]:
    """The item with its timeline, files, clocks and requests, in four statements whatever their number."""
    files = list(flow.tables.file._default_manager.filter(**flow.key_of(item.id)).order_by("id"))
    return Full(
        item,
        entries(timeline_of(flow.tables, flow.key_of(item.id)), files),
        [file for file in files if file.stored_file_id is not None],
        list(clocks_of(flow, item).order_by("id")),
        requests_of(flow, item),
    )
