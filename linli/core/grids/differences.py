"""What a set of grids would change, read before anything is written: the same answer that publishing acts upon.

selectors.py next door answers what is in force at an instant; here it is the last published version that counts, also
when it is still to begin, since that is what the next one follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.grids.models import GridLayer, GridSetVersion, GridShape
from linli.core.grids.rows import GridRow, content_digest
from linli.core.platform.public import Refusal, local_time


@dataclass(frozen=True, slots=True)
class Difference:
    """The codes that a set adds, changes and retires, and those it leaves alone, each sorted; `since` is the last version.

    `moved` are those of `changed` and `unchanged` that are filed under another area than before. `same` says that the set is
    the last version again, to the byte.
    """

    since: GridSetVersion | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    unchanged: tuple[str, ...]
    moved: tuple[str, ...]
    same: bool


def last_version(layer: GridLayer) -> GridSetVersion | None:
    """The version of a layer that was published last, whether it has begun or not."""
    return GridSetVersion.objects.filter(layer=layer).order_by("-number").first()


def rows_of_last(layer: GridLayer) -> list[GridRow]:
    """The grids of the last published version as rows, by code: what a set that changes a part of them begins with."""
    shapes = GridShape.objects.filter(grid__layer=layer, valid_to__isnull=True).order_by("grid__code")
    columns = ("polygon", "lon", "lat", "name", "kind", "purpose", "names", "households", "people")
    return [
        GridRow(code=code, area_id=area_id, polygon=bytes(polygon), **dict(zip(columns[1:], values, strict=True)))
        for code, area_id, polygon, *values in shapes.values_list("grid__code", "grid__area_id", *columns)
    ]


def difference(layer: GridLayer, rows: Sequence[GridRow]) -> Difference:
    """What `rows` as the next version would change in a layer. Reads only.

    Raises Refusal for codes that occur twice and for an area that is not in force.
    """
    if len({row.code for row in rows}) != len(rows):
        raise Refusal(_("A grid code occurs twice in this set."), field="code")
    tree = area_tree()
    missing = next((row for row in rows if row.area_id not in tree.nodes), None)
    if missing:
        raise Refusal(_("The area of grid %s is not in force.") % missing.code, field="area")
    since = last_version(layer)
    there = {row.code: row for row in rows_of_last(layer)} if since else {}
    kept = [row for row in rows if row.code in there]
    return Difference(
        since=since,
        added=tuple(sorted(row.code for row in rows if row.code not in there)),
        changed=tuple(sorted(row.code for row in kept if row.facts() != there[row.code].facts())),
        retired=tuple(sorted(there.keys() - {row.code for row in rows})),
        unchanged=tuple(sorted(row.code for row in kept if row.facts() == there[row.code].facts())),
        moved=tuple(sorted(row.code for row in kept if row.area_id != there[row.code].area_id)),
        same=since is not None and since.content_digest == content_digest(rows),
    )


def check_beginning(found: Difference, begins: datetime, now: datetime) -> None:
    """Whether a set with this difference may begin at an instant, `now` being at once; what a dry run asks beforehand.

    Raises Refusal for a beginning in the past of a layer that has grids, one before the last version's, and a later one
    that files a grid under another area. The same set again changes nothing and may be published for any day.
    """
    last = found.since
    if last is None or found.same:
        return
    if begins < now:
        raise Refusal(
            _("Grids in force are not changed for the past; choose now or a later beginning."), field="valid_from"
        )
    if begins < last.valid_from:
        raise Refusal(
            _("Version %(number)d begins on %(date)s, later than this one would; choose that day or a later one.")
            % {"number": last.number, "date": f"{local_time(last.valid_from):%Y-%m-%d %H:%M}"},
            field="valid_from",
        )
    if found.moved and begins > now:
        # A grid is filed under one area, which is not dated; until the version begins it has to stay there.
        raise Refusal(
            _("Grid %s would lie in another area from then on; give it a new code, or publish it on the day itself.")
            % found.moved[0],
            field="area",
        )
