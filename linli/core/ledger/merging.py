"""Two records that are one: found, joined, and taken apart again.

Joining moves no row of anybody's. The gone record names the one that it goes on as, what had been merged into it before names that
one too (so no chain has to be followed), and its history stays under its own id. Whoever points at records keeps the id they have and
reads through `joined_ids`. So undoing it gives back both records and both histories as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.algorithms.distances import bounds_around, distance_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.access.public import Access
from linli.core.ledger.binding import add_rows, value_row
from linli.core.ledger.history import Standing, holds, seen, standing_before, text_in
from linli.core.ledger.keeping import Changed, act_row, give_back, settle
from linli.core.ledger.models import LedgerMerge
from linli.core.ledger.register import pointers
from linli.core.ledger.told import tell_settled
from linli.core.platform.public import Actor, BadInput, Refusal, Work, locked, write

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

NEAR_M = 60.0
MOST_ALIKE, MOST_LOOKED_AT = 8, 200


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that may be the same one, and why one thinks so."""

    record: Any
    metres: int | None
    same_name: bool


def alike(ledger: Ledger, access: Access, record: Any) -> list[Alike]:
    """Records that may be the same: of the same name in the district, or within 60 m; those of both first. Two statements at most."""
    name, rows = ledger.heading(record), seen(ledger, access).exclude(id=record.id).filter(retired_at__isnull=True)
    district, close = Q(home_district=record.home_district), Q()
    if ledger.is_placed and record.tile_key is not None:
        for low, high in tile_key_ranges(bounds_around(record.lon, record.lat, NEAR_M)):
            close |= Q(tile_key__gte=low, tile_key__lte=high)
    named = [one for one in ledger.named if getattr(record, one, "")]
    by_name = rows.filter(district, **{named[0]: getattr(record, named[0])}) if named else rows.none()
    found = {one.id: one for one in by_name.order_by("id")[:MOST_LOOKED_AT]}
    if close:
        found |= {one.id: one for one in rows.filter(district, close).order_by("id")[:MOST_LOOKED_AT]}
    alikes = []
    for one in found.values():
        far = None
        if ledger.is_placed and record.tile_key is not None and one.tile_key is not None:
            far = round(float(distance_m(record.lon, record.lat, one.lon, one.lat)))
        same = ledger.heading(one) == name
        if same or (far is not None and far <= NEAR_M):
            alikes.append(Alike(one, far, same))
    alikes.sort(key=lambda one: (not one.same_name, one.metres if one.metres is not None else 1_000_000, one.record.id))
    return alikes[:MOST_ALIKE]


def pointed_at(ledger: Ledger, record_ids: Sequence[int]) -> int:
    """How many rows elsewhere point at these records; one statement for each column that does."""
    return sum(
        model._default_manager.filter(**{f"{column}__in": list(record_ids)}).count()
        for model, column in pointers(ledger.code)
    )


def _both(ledger: Ledger, kept_id: int, gone_id: int) -> tuple[Any, Any]:
    """Both records, locked in the order of their ids, so that two merges wait for one another and never in a ring."""
    if kept_id == gone_id:
        raise BadInput(_("Choose another record than this one."), field="other")
    rows = locked(ledger.model._default_manager.filter(id__in=[kept_id, gone_id]).order_by("id"))
    found = {one.id: one for one in rows}
    if len(found) < 2:
        raise BadInput(_("There is no such record of yours."), field="other")
    return found[kept_id], found[gone_id]


def merge(
    actor: Actor,
    ledger: Ledger,
    *,
    uuid: UUID,
    kept_id: int,
    gone_id: int,
    takes: Sequence[str] = (),
    seen_seq: int | None = None,
) -> LedgerMerge:
    """Lets `gone` go on as `kept`, which takes over the values of the fields `takes`. Whether somebody may is asked by who calls.

    Raises BadInput for records of different districts, Changed where one was merged or changed meanwhile, Taken for a uuid that came
    before.
    """
    with write(actor) as work:
        kept, gone = _both(ledger, kept_id, gone_id)
        if kept.merged_into_id is not None or gone.merged_into_id is not None:
            raise Changed(_("One of the two was merged meanwhile; look at them again."))
        if seen_seq is not None and kept.seq != seen_seq:
            raise Changed(_("Somebody changed this record meanwhile; look at it again."))
        if kept.home_district != gone.home_district:
            raise BadInput(_("Records of different districts are not merged."), field="other")
        both = holds(ledger, [kept.id, gone.id])
        before = _take_over(ledger, work, kept, gone, both, takes)
        carried = list(
            ledger.model._default_manager.filter(merged_into_id=gone.id).order_by("id").values_list("id", flat=True)
        )
        ledger.model._default_manager.filter(merged_into_id=gone.id).update(merged_into_id=kept.id)
        _go(ledger, work, gone, kept.id, "join")
        return LedgerMerge.objects.create(
            uuid=uuid, home_district=kept.home_district, ledger=ledger.code, kept_id=kept.id, gone_id=gone.id, seq=kept.seq,
            before=before, carried=carried, at=work.now, by_id=actor.user_id,
        )  # fmt: skip


def _take_over(
    ledger: Ledger, work: Work, kept: Any, gone: Any, both: dict[int, dict[str, Standing]], takes: Sequence[str]
) -> dict[str, Any]:
    """Writes down what the kept record takes over; gives what it had there before."""
    held, offered = both.get(kept.id, {}), both.get(gone.id, {})
    kept.seq += 1
    rows, before, taken, days = [act_row(ledger, work, kept, "merge", str(gone.id))], {}, {}, {}
    for name in takes:
        row = offered.get(name, Standing()).row
        text = text_in(row)
        if row is None or text is None or name not in ledger.by_name:
            continue
        had = held.get(name, Standing()).row
        before[name] = had.seq if had is not None else 0
        taken[name], days[name] = text, row.stated_on
        rows.append(
            value_row(
                ledger, work, kept, name, text, act="merge", state=row.state, source=row.source, stated_on=row.stated_on
            )
        )
    add_rows(ledger, work, kept.area_id, [rows])
    settle(ledger, work, kept, held, taken, days)
    return before


def _go(ledger: Ledger, work: Work, gone: Any, into: int | None, act: str) -> None:
    gone.seq += 1
    gone.merged_into_id = into
    add_rows(ledger, work, gone.area_id, [[act_row(ledger, work, gone, act, str(into or ""))]])
    gone.save(update_fields=["seq", "merged_into_id", *tell_settled(ledger, work, gone)])


def undo_merge(actor: Actor, ledger: Ledger, merge_id: int) -> LedgerMerge:
    """Takes two records apart again. What the kept one took over becomes what it had before, unless somebody has said another value
    since; both histories are as they were, each with the two acts at its end. Twice does nothing more.

    Raises Refusal while the kept record has itself gone on as another one: that merge is undone first.
    """
    with write(actor) as work:
        done = locked(LedgerMerge.objects.filter(id=merge_id, ledger=ledger.code)).get()
        if done.undone_at is not None:
            return done
        kept, gone = _both(ledger, done.kept_id, done.gone_id)
        if kept.merged_into_id is not None:
            raise Refusal(_("The record itself was merged into another one since; undo that first."))
        _give_back(ledger, work, kept, done)
        ledger.model._default_manager.filter(id__in=done.carried, merged_into_id=kept.id).update(merged_into_id=gone.id)
        _go(ledger, work, gone, None, "part")
        done.undone_at, done.undone_by_id = work.now, actor.user_id
        done.save(update_fields=["undone_at", "undone_by_id"])
        return done


def _give_back(ledger: Ledger, work: Work, kept: Any, done: LedgerMerge) -> None:
    held = holds(ledger, [kept.id]).get(kept.id, {})
    still = {
        name: done.seq
        for name in done.before
        if (row := held.get(name, Standing()).row) is not None and row.seq == done.seq
    }
    kept.seq += 1
    first = [act_row(ledger, work, kept, "unmerge", str(done.gone_id))]
    earlier = standing_before(ledger, kept.id, still)
    for name in still:  # what was said beside since stays beside
        earlier[name].beside += held[name].beside
    give_back(ledger, work, kept, held, earlier, act="unmerge", first=first)


def merges_of(ledger: Ledger, record_id: int) -> list[LedgerMerge]:
    """What was merged into a record and is not undone, newest first."""
    return list(
        LedgerMerge.objects.filter(ledger=ledger.code, kept_id=record_id, undone_at__isnull=True).order_by("-id")
    )
