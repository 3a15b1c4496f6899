"""The dated shapes of a version: made when it is published, moved when its day changes, closed when it is taken back.

services.py and versions.py next door decide and record; they hold the layer locked when they come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max, Min, OuterRef, Q, QuerySet, Subquery

from linli.core.areas.public import area_tree
from linli.core.grids.differences import Difference
from linli.core.grids.models import Grid, GridLayer, GridSetVersion, GridShape
from linli.core.grids.rows import GridRow
from linli.core.platform.public import insert_rows


def replace_shapes(layer: GridLayer, version: GridSetVersion, rows: Sequence[GridRow], found: Difference) -> None:
    """Makes the grids that are new, ends the shapes that change or go, and inserts those that begin."""
    tree, begins = area_tree(), version.valid_from
    grids = {grid.code: grid for grid in Grid.objects.filter(layer=layer)}
    fresh = [row for row in rows if row.code not in grids]
    ids = insert_rows(
        Grid,
        [
            {**tree.scope_columns(row.area_id), "layer_id": layer.id, "code": row.code, "valid_from": begins}
            for row in fresh
        ],
    )
    grid_ids = {code: grid.id for code, grid in grids.items()} | {
        row.code: id_ for row, id_ in zip(fresh, ids, strict=True)
    }
    ended = [grid_ids[code] for code in (*found.changed, *found.retired)]
    GridShape.objects.filter(grid_id__in=ended, valid_to__isnull=True).update(valid_to=begins, ended_by=version)
    Grid.objects.filter(id__in=[grid_ids[code] for code in found.retired]).update(valid_to=begins)
    back = [grids[row.code].id for row in rows if row.code in grids and grids[row.code].valid_to]
    Grid.objects.filter(id__in=back).update(valid_to=None)
    for row in rows:
        grid = grids.get(row.code)
        if grid is not None and grid.area_id != row.area_id:
            Grid.objects.filter(id=grid.id).update(**tree.scope_columns(row.area_id))
    begun = {*found.added, *found.changed}
    insert_rows(
        GridShape,
        [
            {
                "grid_id": grid_ids[row.code], "kind": row.kind, "purpose": row.purpose, "name": row.name, "names": row.names,
                "polygon": row.polygon, "lon": row.lon, "lat": row.lat, "households": row.households, "people": row.people,
                "area_id": row.area_id, "first_version_id": version.id, "valid_from": begins,
            }
            for row in rows
            if row.code in begun
        ],
    )  # fmt: skip


def close_shapes(version: GridSetVersion) -> None:
    """Takes the shapes of an announced version out of every instant and opens again those that it would have ended."""
    touched = _touched(version)
    GridShape.objects.filter(first_version=version).update(valid_to=F("valid_from"), ended_by=version)
    GridShape.objects.filter(ended_by=version).exclude(first_version=version).update(valid_to=None, ended_by=None)
    _date_grids(touched)


def move_shapes(version: GridSetVersion, begins: datetime) -> None:
    """Gives the shapes of an announced version another day, and those that it ends."""
    touched = _touched(version)
    GridShape.objects.filter(first_version=version).update(valid_from=begins)
    GridShape.objects.filter(ended_by=version).update(valid_to=begins)
    _date_grids(touched)


def ended_grids_of(version: GridSetVersion) -> list[int]:
    """The grids that are no more when a version begins, by id: it ends their shape and gives them no other."""
    ended = GridShape.objects.filter(ended_by=version).exclude(first_version=version)
    goes_on = GridShape.objects.filter(first_version=version).values("grid_id")
    return list(ended.exclude(grid_id__in=goes_on).order_by("grid_id").values_list("grid_id", flat=True).distinct())


def _touched(version: GridSetVersion) -> list[int]:
    """The grids with a shape that the version begins or ends."""
    shapes = GridShape.objects.filter(Q(first_version=version) | Q(ended_by=version))
    return list(shapes.values_list("grid_id", flat=True).distinct())


def _date_grids(grid_ids: Sequence[int]) -> None:
    """Has the dates of grids follow from their shapes: from the first one's beginning to the last one's end."""
    grids, shapes = Grid.objects.filter(id__in=grid_ids), GridShape.objects.filter(grid=OuterRef("pk"))
    standing = GridShape.objects.filter(grid_id__in=grid_ids, valid_to__isnull=True).values("grid_id")
    grids.update(valid_from=_of(shapes, Min("valid_from")))
    grids.filter(id__in=standing).update(valid_to=None)
    grids.exclude(id__in=standing).update(valid_to=_of(shapes, Max("valid_to")))


def _of(shapes: QuerySet[GridShape], value: Min | Max) -> Subquery:
    return Subquery(shapes.order_by().values("grid_id").annotate(found=value).values("found"))
