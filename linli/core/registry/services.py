"""Writes of places and things: adding them in bulk, as an import or the demo city does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from linli.algorithms.tile_keys import tile_key
from linli.core.areas.public import area_tree
from linli.core.ledger.public import New, Said, add_many
from linli.core.platform.public import Actor, insert_rows, local_day, write
from linli.core.registry.cells import count_again
from linli.core.registry.ledgers import PREMISES
from linli.core.registry.models import Component, Compound, Placed

BATCH_ROWS = 2000


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """One place or thing: its code, WGS 84 position, the area it is filed under, and the columns of its kind."""

    code: str
    lon: float
    lat: float
    area_id: int
    columns: dict[str, Any] = field(default_factory=dict)


def _add(
    actor: Actor,
    model: type[Placed],
    noun: str,
    rows: Iterable[PlacedRow],
    source: str,
    progress: Callable[[int], None] | None,
) -> int:
    """Adds the rows whose code is not there yet, so a second time adds nothing. Gives the number added."""
    tree = area_tree()
    added = 0
    with write(actor) as work:
        taken = set(model.objects.values_list("code", flat=True))  # type: ignore[attr-defined]
        waiting: list[dict[str, Any]] = []
        for row in rows:
            if row.code in taken:
                continue
            taken.add(row.code)
            waiting.append(
                {
                    **tree.scope_columns(row.area_id),
                    **row.columns,
                    "code": row.code,
                    "lon": row.lon,
                    "lat": row.lat,
                    "tile_key": int(tile_key(row.lon, row.lat)),
                }
            )
            if len(waiting) == BATCH_ROWS:
                insert_rows(model, waiting)
                added += len(waiting)
                waiting = []
                if progress:
                    progress(added)
        insert_rows(model, waiting)
        added += len(waiting)
        if added:
            work.audit("city", f"{noun}.import", noun, "", {"source": source, "added": added})
    return added


def add_components(
    actor: Actor, rows: Iterable[PlacedRow], *, source: str, progress: Callable[[int], None] | None = None
) -> int:
    """Adds components; columns: standard, major_code, minor_code, name, owner_unit_id. A second time adds nothing."""
    touched = set[int]()

    def passing() -> Iterator[PlacedRow]:
        for row in rows:
            touched.add(int(tile_key(row.lon, row.lat)))
            yield row

    with write(actor):
        added = _add(actor, Component, "component", passing(), source, progress)
        if added:
            count_again(touched)
    return added


def add_premises(
    actor: Actor, rows: Iterable[PlacedRow], *, source: str, progress: Callable[[int], None] | None = None
) -> int:
    """Adds premises to their ledger; columns: its fields (kind, name, address, …). A second time adds nothing."""
    with write(actor) as work:
        taken = set(PREMISES.model._default_manager.values_list("code", flat=True))
        fresh = {row.code: row for row in rows if row.code not in taken}
        news = [New(row.area_id, row.columns, row.code, row.lon, row.lat) for row in fresh.values()]
        add_many(actor, PREMISES, news, Said("import", local_day(work.now)))
        if news:
            work.audit("city", "premises.import", "premises", "", {"source": source, "added": len(news)})
        if progress:
            progress(len(news))
    return len(news)


def add_compounds(
    actor: Actor, rows: Iterable[PlacedRow], *, source: str, progress: Callable[[int], None] | None = None
) -> int:
    """Adds compounds; columns: name, property_manager, outline (WKB), households. A second time adds nothing."""
    return _add(actor, Compound, "compound", rows, source, progress)
