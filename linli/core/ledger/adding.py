"""Adding records: one, or many of a file, each with its first values; and beginning the history of those that were there before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils.translation import gettext as _

from linli.algorithms.tile_keys import tile_key
from linli.core.areas.public import area_tree
from linli.core.ledger.binding import add_rows, value_row
from linli.core.ledger.keeping import Said, check_needed
from linli.core.ledger.models import LedgerRecord
from linli.core.ledger.persons import acquaint, strangers
from linli.core.ledger.register import ledgers
from linli.core.ledger.words import grows_old, text_of
from linli.core.platform.public import SYSTEM, Actor, BadInput, Taken, Work, insert_rows, local_day, locked, write

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

BATCH_RECORDS = 500


@dataclass(frozen=True, slots=True)
class New:
    """A record that comes in: its code (empty: it is given one), its area, its values by field, its point if it stands somewhere."""

    area_id: int
    values: Mapping[str, Any]
    code: str = ""
    lon: float | None = None
    lat: float | None = None
    columns: Mapping[str, Any] | None = None


def add(actor: Actor, ledger: Ledger, new: New, said: Said) -> Any:
    """Adds one record. Raises BadInput for a value that must be there, Taken for a code that exists."""
    (record,) = add_many(actor, ledger, [new], said)
    return record


def add_many(actor: Actor, ledger: Ledger, news: Iterable[New], said: Said) -> list[Any]:
    """Adds records with their first values, a few hundred with a handful of statements. Raises as `add` does: all or nothing."""
    made: list[Any] = []
    with write(actor) as work:
        if said.on > local_day(work.now):
            raise BadInput(_("This day has not come yet."), field="stated_on")
        waiting: list[New] = []
        for new in news:
            check_needed(ledger, new.values)
            waiting.append(new)
            if len(waiting) == BATCH_RECORDS:
                made += _insert(ledger, work, waiting, said)
                waiting = []
        made += _insert(ledger, work, waiting, said)
    return made


def _insert(ledger: Ledger, work: Work, news: Sequence[New], said: Said) -> list[Any]:
    if not news:
        return []
    records = [_made(ledger, new, said) for new in news]
    codes = [(one.home_district, one.code) for one in records]
    there = ledger.model._default_manager.filter(code__in=[code for _district, code in codes])
    known = set(there.values_list("home_district", "code")) & set(codes)
    if known or len(set(codes)) < len(codes):
        twice = sorted(known) or sorted(code for code in set(codes) if codes.count(code) > 1)
        raise Taken(
            _("There is a record with the code %s already; take another, or open that one.") % twice[0][1], field="code"
        )
    names = [one.attname for one in ledger.model._meta.concrete_fields if not one.primary_key]
    rows = [{name: getattr(record, name) for name in names} for record in records]
    for record, id_ in zip(records, insert_rows(ledger.model, rows), strict=True):
        record.id = id_
    _name_by_id(ledger, records)
    acquaint(ledger, work, records)
    acts: dict[str, list[list[dict[str, Any]]]] = {}
    areas: dict[str, int] = {}
    for record in records:
        chain = area_tree().audit_chain(record.area_id)
        areas[chain] = record.area_id
        acts.setdefault(chain, []).append(_first_rows(ledger, work, record, said))
    for chain, found in acts.items():
        add_rows(ledger, work, areas[chain], found)
    return records


def _first_rows(ledger: Ledger, work: Work, record: Any, said: Said) -> list[dict[str, Any]]:
    """The history of a new record begins with the act itself, and with each value that is known."""
    texts = first_texts(ledger, record)
    state = "verified" if said.verified else "reported"
    how = {"act": "add", "source": said.source, "stated_on": said.on, "batch_id": said.batch_id}
    return [
        value_row(ledger, work, record, "", record.code, state="", **how),  # type: ignore[arg-type]
        *(value_row(ledger, work, record, name, text, state=state, **how) for name, text in texts.items()),  # type: ignore[arg-type]
    ]


def first_texts(ledger: Ledger, record: Any) -> dict[str, str]:
    """What is known of a record, by field."""
    texts = {kept.name: text_of(getattr(record, kept.name)) for kept in ledger.kept}
    return {name: text for name, text in texts.items() if text}


def _made(ledger: Ledger, new: New, said: Said) -> Any:
    unknown = set(new.values) - set(ledger.by_name)
    if unknown:
        raise LookupError(f"{ledger!r} keeps no {', '.join(sorted(unknown))}.")
    values = {
        name: (ledger.empty(ledger.by_name[name]) if value in (None, "") else value)
        for name, value in new.values.items()
    }
    place = {} if not ledger.is_placed else _place(new)
    record = ledger.model(
        **area_tree().scope_columns(new.area_id), **(new.columns or {}), **values, **place, code=new.code or f"new-{uuid4().hex}", seq=1,
    )  # fmt: skip
    texts = first_texts(ledger, record)
    record.verify_by = grows_old(ledger, {name: (text, said.on) for name, text in texts.items()})
    return record


def _place(new: New) -> dict[str, Any]:
    if new.lon is None or new.lat is None:
        return {"lon": None, "lat": None, "tile_key": None}
    return {"lon": new.lon, "lat": new.lat, "tile_key": int(tile_key(new.lon, new.lat))}


def _name_by_id(ledger: Ledger, records: Sequence[LedgerRecord]) -> None:
    """Gives a code to those that came without: the first letters of the ledger's code and the number."""
    nameless = [one for one in records if one.code.startswith("new-")]
    for record in nameless:
        record.code = f"{ledger.code[:2].upper()}{record.id:06d}"
    if nameless:
        ledger.model._default_manager.bulk_update(nameless, ["code"], batch_size=BATCH_RECORDS)


def adopt(ledger: Ledger, work: Work, most: int = 5000) -> int:
    """Begins the history of records that have none, because they were there before the ledger: with what they hold, from before.

    Gives how many; `linli migrate` calls it until there are none. Twice begins nothing more.
    """
    records = list(locked(ledger.model._default_manager.filter(seq=0).order_by("id"))[:most])
    said = Said("before", local_day(work.now))
    for record in records:
        record.seq = 1
        add_rows(ledger, work, record.area_id, [_first_rows(ledger, work, record, said)])
        record.verify_by = grows_old(
            ledger, {name: (text, said.on) for name, text in first_texts(ledger, record).items()}
        )
    ledger.model._default_manager.bulk_update(records, ["seq", "verify_by"], batch_size=BATCH_RECORDS)
    acquaint(ledger, work, records)
    return len(records)


def adopt_all() -> None:
    """Begins the history of all records that have none, in writes of some thousand, and writes down whom they name. Twice begins
    nothing more."""
    for ledger in ledgers().values():
        while ledger.model._default_manager.filter(seq=0).exists():
            with write(SYSTEM) as work:
                adopt(ledger, work)
        while nameless := strangers(ledger, BATCH_RECORDS):
            with write(SYSTEM) as work:
                acquaint(ledger, work, nameless)
