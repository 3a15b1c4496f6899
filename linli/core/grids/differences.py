"""What a set of grids would change, read before anything is written: the same answer that publishing acts upon.

selectors.py next door answers what is in force at an instant; here it is the last published version that counts, also
when it is still to begin, since that is what the next one follows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import shapely
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.grids.models import GridLayer, GridSetVersion, GridShape
from linli.core.grids.rows import GridRow, content_digest
from linli.core.platform.public import Refusal, local_time

MOST_AHEAD = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True)
class Difference:
    """The codes that a set adds, changes and retires, and those it leaves alone, each sorted; `since` is the last version.

    `moved` are those of `changed` that are filed under another area than before. `same` says that the set is
    the last version again, to the byte.
    """

    since: GridSetVersion | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    unchanged: tuple[str, ...]
    moved: tuple[str, ...]
    same: bool

    def announced_for(self, instant: datetime) -> datetime | None:
        """When the last version begins, if it has not at an instant."""
        return self.since.valid_from if self.since and self.since.valid_from > instant else None


def last_version(layer: GridLayer) -> GridSetVersion | None:
    """The version of a layer that was published last, whether it has begun or not; none that was taken back."""
    return GridSetVersion.objects.filter(layer=layer, taken_back_at__isnull=True).order_by("-number").first()


def version_before(version: GridSetVersion) -> GridSetVersion | None:
    """The version that another one followed; None for the first."""
    earlier = GridSetVersion.objects.filter(
        layer_id=version.layer_id, number__lt=version.number, taken_back_at__isnull=True
    )
    return earlier.order_by("-number").first()


def rows_of_last(layer: GridLayer) -> list[GridRow]:
    """The grids of the last published version as rows, by code: what a set that changes a part of them begins with."""
    return _rows(GridShape.objects.filter(grid__layer=layer, valid_to__isnull=True))


def rows_of(version: GridSetVersion) -> list[GridRow]:
    """The grids of any version as they were published, by code, to the byte; nothing of one that was taken back."""
    not_ended = Q(ended_by__isnull=True) | Q(ended_by__number__gt=version.number)
    begun = GridShape.objects.filter(grid__layer=version.layer_id, first_version__number__lte=version.number)
    return _rows(begun.filter(not_ended))


def _rows(shapes: QuerySet[GridShape]) -> list[GridRow]:
    columns = ("polygon", "lon", "lat", "name", "kind", "purpose", "names", "households", "people", "area_id")
    return [
        GridRow(code=code, polygon=bytes(polygon), **dict(zip(columns[1:], values, strict=True)))
        for code, polygon, *values in shapes.order_by("grid__code").values_list("grid__code", *columns)
    ]


# What a column of a file says of a grid, by the name of the column.
FACT_OF = {
    "name": "name",
    "name_en": "names",
    "kind": "kind",
    "purpose": "purpose",
    "households": "households",
    "people": "people",
}


def as_they_stand(layer: GridLayer, rows: Sequence[GridRow], given: Collection[str] = FACT_OF) -> list[GridRow]:
    """The rows of a file beside the last version. What the file has no column for stays as it is there (`given` are the columns that it has);
    so does a polygon that is the same but for where its ring begins and how it turns, since formats turn rings as they like."""
    there = {row.code: row for row in rows_of_last(layer)}
    silent = [fact for column, fact in FACT_OF.items() if column not in given]
    return [_as_it_stands(row, there[row.code], silent) if row.code in there else row for row in rows]


def _as_it_stands(row: GridRow, before: GridRow, silent: Sequence[str]) -> GridRow:
    kept: dict[str, Any] = {fact: getattr(before, fact) for fact in silent}
    if _same_shape(row.polygon, before.polygon):
        kept["polygon"] = before.polygon
    return replace(row, **kept)


def _same_shape(one: bytes, other: bytes) -> bool:
    if one == other or len(one) != len(other):
        return one == other
    first, second = (shapely.normalize(shapely.from_wkb(wkb)) for wkb in (one, other))
    return bool(shapely.equals_exact(first, second, 0))


def areas_of(layer: GridLayer) -> set[int]:
    """The areas under which the grids of the last published version are filed."""
    shapes = GridShape.objects.filter(grid__layer=layer, valid_to__isnull=True).order_by()
    return set(shapes.values_list("area_id", flat=True).distinct())


def may_publish(access: Access, layer: GridLayer) -> bool:
    """Whether a person may change the versions of a layer: they publish grids in every area that its last version has."""
    reach = set(access.areas_with("grid.publish"))
    return bool(reach) and areas_of(layer) <= reach


@dataclass(frozen=True, slots=True)
class Changed:
    """The codes that a version brought, drew anew and ended, each sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]


def changes_of(version: GridSetVersion) -> Changed:
    """What a version changed, or will; of one that was taken back, the shapes that it would have begun."""
    begun = set(GridShape.objects.filter(first_version=version).values_list("grid__code", flat=True))
    ended = set(
        GridShape.objects.filter(ended_by=version).exclude(first_version=version).values_list("grid__code", flat=True)
    )
    return Changed(tuple(sorted(begun - ended)), tuple(sorted(begun & ended)), tuple(sorted(ended - begun)))


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


def check_ahead(begins: datetime, now: datetime) -> None:
    """Raises Refusal for a beginning more than two years ahead: nobody plans grids for then, the year is mistyped."""
    if begins > now + MOST_AHEAD:
        raise Refusal(
            _("%s is more than two years ahead; look at the year.") % f"{local_time(begins):%Y-%m-%d}",
            field="valid_from",
        )


def check_beginning(found: Difference, begins: datetime, now: datetime) -> None:
    """Whether a set with this difference may begin at an instant, `now` being at once; what a dry run asks beforehand.

    Raises Refusal for a beginning in the past of a layer that has grids, one more than two years ahead, one before the last
    version's, and a later one that files a grid under another area. The same set again changes nothing and may be published
    for any day.
    """
    last = found.since
    if found.same:
        return
    check_ahead(begins, now)
    if last is None:
        return
    if begins < now:
        raise Refusal(
            _("Grids in force are not changed for the past; choose now or a later beginning."), field="valid_from"
        )
    if begins < last.valid_from:
        raise Refusal(
            _("Version %(number)d begins on %(date)s, later than this one would; choose that day or a later one, or take that version back.")
            % {"number": last.number, "date": f"{local_time(last.valid_from):%Y-%m-%d %H:%M}"},
            field="valid_from",
        )  # fmt: skip
    if found.moved and begins > now:
        # A grid is filed under one area, which is not dated; until the version begins it has to stay there.
        raise Refusal(
            _("Grid %s would lie in another area from then on; give it a new code, or publish it on the day itself.")
            % found.moved[0],
            field="area",
        )
