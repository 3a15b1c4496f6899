"""A record that was filed in the wrong area goes to another one; its history says from where to where, when and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from linli.algorithms.tile_keys import tile_key
from linli.core.areas.public import area_tree
from linli.core.ledger.binding import add_rows
from linli.core.ledger.keeping import act_row, locked_record
from linli.core.ledger.told import tell_settled
from linli.core.platform.public import Actor, BadInput, write
from linli.lib.outside import whole_number

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger

BETWEEN = ">"


def move(
    actor: Actor,
    ledger: Ledger,
    record_id: int,
    area_id: int,
    *,
    point: tuple[float, float] | None = None,
    seen_seq: int | None = None,
) -> None:
    """Files a record under another area of its district, and at another point if one is given. Whether somebody may is asked by who calls,
    for both areas. Twice does nothing more. Who was asked to verify it is asked no more; whoever works there is.

    Raises Changed, BadInput for an area of another district: there it is added anew, since codes and histories belong to a district.
    """
    with write(actor) as work:
        record = locked_record(ledger, record_id, seen_seq)
        scope = area_tree().scope_columns(area_id)
        if scope["home_district"] != record.home_district:
            raise BadInput(_("It stays in its district; retire it here and add it there."), field="area")
        if record.area_id == area_id and point in (None, (getattr(record, "lon", None), getattr(record, "lat", None))):
            return
        record.seq += 1
        # Bound where it was: who looks at that street finds where it went.
        add_rows(
            ledger,
            work,
            record.area_id,
            [[act_row(ledger, work, record, "move", f"{record.area_id}{BETWEEN}{area_id}")]],
        )
        for name, value in scope.items():
            setattr(record, name, value)
        columns = ["seq", *scope, *tell_settled(ledger, work, record)]
        if point is not None and ledger.is_placed:
            record.lon, record.lat = point
            record.tile_key = int(tile_key(*point))
            columns += ["lon", "lat", "tile_key"]
        record.save(update_fields=columns)


def moved(text: str) -> tuple[str, str]:
    """The names of both areas of an act of moving."""
    nodes = area_tree().nodes
    old, _between, new = text.partition(BETWEEN)
    before, after = (nodes.get(whole_number(one) or 0) for one in (old, new))
    return before.title if before else "—", after.title if after else "—"
