"""What has grown old: which records somebody has to be asked to verify. Who is asked is decided above, by who gives tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from linli.core.ledger.history import Standing
from linli.core.ledger.words import grows_old
from linli.core.platform.public import locked

if TYPE_CHECKING:
    from linli.core.ledger.definition import Kept, Ledger


class Ripe(NamedTuple):
    """A record of which some value is old and that nobody was asked about yet: as much of it as says who could be asked."""

    id: int
    area_id: int
    lon: float | None
    lat: float | None


def ripe(ledger: Ledger, day: date) -> Iterator[Ripe]:
    """The records to ask about on `day`, the oldest value first. One statement that streams; of a million a tenth may be old."""
    rows = ledger.model._default_manager.filter(
        verify_by__lte=day, asked_on__isnull=True, retired_at__isnull=True, merged_into_id__isnull=True
    ).order_by("verify_by", "id")
    place = ("lon", "lat") if ledger.is_placed else ()
    for one in rows.values_list("id", "area_id", *place).iterator(chunk_size=2000):
        lon, lat = one[2:] or (None, None)
        yield Ripe(one[0], one[1], lon, lat)


def to_ask(ledger: Ledger, day: date, most: int) -> list[Any]:
    """The first of them, as records, the oldest first; two statements."""
    ids = [one.id for one in islice(ripe(ledger, day), most)]
    found = ledger.model._default_manager.in_bulk(ids)
    return [found[id_] for id_ in ids]


def to_be_asked(ledger: Ledger, record_ids: list[int]) -> list[Any]:
    """Those of these records about which somebody has still to be asked, locked until the commit."""
    rows = ledger.model._default_manager.filter(
        id__in=record_ids, asked_on__isnull=True, retired_at__isnull=True, merged_into_id__isnull=True
    )
    return list(locked(rows.order_by("verify_by", "id")))


def asked(ledger: Ledger, record_ids: list[int], day: date) -> None:
    """Writes down that somebody was asked to verify these records. Inside a write."""
    ledger.model._default_manager.filter(id__in=record_ids).update(asked_on=day)


def old_ones(ledger: Ledger, held: dict[str, Standing], day: date) -> list[Kept]:
    """The fields of a record that are old on a day, out of what holds of it."""
    found = []
    for kept in ledger.kept:
        row = held[kept.name].row if kept.name in held else None
        if row is None:
            continue
        text = row.sealed or row.value
        due = grows_old(ledger, {kept.name: (text, row.stated_on)})
        if due is not None and due <= day:
            found.append(kept)
    return found
