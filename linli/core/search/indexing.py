"""Reads anew what was noted as stale and writes its tokens. The job does it every minute, and whoever searches does it first.

An item is locked while its entry is written, so an entry is never older than a change that was committed; what somebody else holds
just then stays noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError

from linli.core.platform.public import SYSTEM, IndexedKind, ask, current_work, locked, write
from linli.core.search.kinds import indexed_kinds
from linli.core.search.models import SearchEntry, SearchStale
from linli.core.search.tokens import tokens_of
from linli.core.search.triggers import AREA_COLUMNS, columns_of

BEFORE_A_SEARCH, BATCH = 200, 1000


def catch_up(most: int = BEFORE_A_SEARCH) -> None:
    """Indexes the oldest so many stale rows, if there are any; one small statement if not.

    A search goes on without them where they cannot be written just now.
    """
    if current_work() is None and not ask("SELECT 1 FROM search_searchstale LIMIT 1", []):
        return
    try:
        with write(SYSTEM):
            index_stale(most)
    except DatabaseError:
        if current_work() is not None:
            raise


def index_stale(most: int) -> int:
    """Indexes the oldest so many stale rows and says how many; inside a write. Twice does the next ones."""
    rows = SearchStale.objects.order_by("id")
    rows = locked(rows, free=True)
    noted: dict[str, dict[int, list[int]]] = {}
    for stale_id, code, item_id in rows.values_list("id", "kind", "item_id")[:most]:
        noted.setdefault(code, {}).setdefault(item_id, []).append(stale_id)
    done: list[int] = []
    for code, items in noted.items():
        kind = indexed_kinds().get(code)
        held = _index(kind, list(items)) if kind is not None else _forget(code, list(items))
        done += [stale_id for item_id, ids in items.items() if item_id not in held for stale_id in ids]
    SearchStale.objects.filter(id__in=done).delete()
    return len(done)


def _index(kind: IndexedKind, item_ids: Sequence[int]) -> set[int]:
    """Writes the entries of these items; gives the ids of those that somebody else holds."""
    columns = columns_of(kind)
    rows = kind.model._base_manager.filter(id__in=item_ids).order_by("id")
    there = set(rows.values_list("id", flat=True))
    rows = locked(rows, free=True, pointed_at=True)
    entries = [
        SearchEntry(
            kind=kind.code, item_id=values[0], tokens=tokens_of_row(kind, dict(zip(columns, values[1:], strict=True)))
        )
        for values in rows.values_list("id", *columns)
    ]
    SearchEntry.objects.bulk_create(
        entries, batch_size=BATCH, update_conflicts=True, unique_fields=["kind", "item_id"], update_fields=["tokens"]
    )
    _forget(kind.code, [item_id for item_id in item_ids if item_id not in there])
    return there - {entry.item_id for entry in entries}


def tokens_of_row(kind: IndexedKind, row: dict[str, Any]) -> str:
    """The tokens of a row of a kind, by its columns_of."""
    areas = dict.fromkeys(row[column] for column in AREA_COLUMNS if row.get(column))
    return tokens_of(
        kind.code,
        (row[name] for name in kind.names),
        (row[name] for name in kind.codes),
        (row[name] for name in kind.text),
        areas,
    )


def _forget(code: str, item_ids: Sequence[int]) -> set[int]:
    if item_ids:
        SearchEntry.objects.filter(kind=code, item_id__in=item_ids).delete()
    return set()
