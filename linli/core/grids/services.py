"""Writes of grids: a parsed set becomes a published version of a layer, and a version begins when its time has come.

Parsing stands in files.py, what a set would change in differences.py. Who works in grids and which cases lie in them is
the business of the areas above: they subscribe to the event `grids.in_force`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.grids.differences import Difference, check_beginning, difference
from linli.core.grids.models import Grid, GridLayer, GridSetVersion, GridShape
from linli.core.grids.rows import GridRow, content_digest
from linli.core.grids.selectors import version_at
from linli.core.platform.public import Actor, Refusal, Work, bump, insert_rows, locked, write

BEGIN_JOB = "grids.begin_version"
IN_FORCE = "grids.in_force"


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did; `version` is None when nothing differed from the last version."""

    version: GridSetVersion | None
    added: int
    changed: int
    retired: int
    unchanged: int


def create_layer(
    actor: Actor, *, code: str, name: str, names: dict[str, str] | None = None, is_main: bool = False
) -> GridLayer:
    """The layer of this code, made if there is none. One layer is the main one."""
    with write(actor) as work:
        layer = GridLayer.objects.filter(code=code).first()
        if layer is None:
            if is_main and GridLayer.objects.filter(is_main=True, retired_at__isnull=True).exists():
                raise Refusal(_("There is a main layer already; retire it first."), field="is_main")
            layer = GridLayer.objects.create(code=code, name=name, names=names or {}, is_main=is_main)
            bump("grids")
            work.audit("city", "layer.create", "layer", layer.id, {"code": code})
    return layer


def publish_grid_set(
    actor: Actor,
    *,
    layer: GridLayer,
    rows: Sequence[GridRow],
    source: str,
    valid_from: datetime | None = None,
    based_on: int | None = None,
) -> Publication:
    """Makes `rows` the grids of a layer from `valid_from` (default: now) on, as a new immutable version.

    Grids with the same code stay the same grid; those whose facts differ get a new shape; missing ones are retired. The
    same content again makes no version. A version that is still to begin is replaced by one from the same instant. When
    it begins, now or by a job at that instant, `grids.in_force` is emitted once.

    `based_on` is the number of the version that `rows` were made from (0: none); somebody else's in between is refused.
    Raises Refusal for codes that occur twice, an area that is not in force, a beginning in the past of a layer that has
    grids, one before the last version's, and a later one that files a grid under another area.
    """
    with write(actor) as work:
        _lock(layer)
        found = difference(layer, rows)
        last = found.since
        if based_on is not None and based_on != (last.number if last else 0):
            raise Refusal(_("Somebody published these grids in between; look at what is in force now."), code="changed")
        if found.same:
            return Publication(None, 0, 0, 0, len(rows))
        begins = valid_from or work.now
        check_beginning(found, begins, work.now)
        version = GridSetVersion.objects.create(
            layer=layer,
            number=(last.number if last else 0) + 1,
            valid_from=begins,
            published_at=work.now,
            published_by_id=actor.user_id,
            source=source[:200],
            content_digest=content_digest(rows),
            grid_count=len(rows),
        )
        _replace_shapes(layer, version, rows, found)
        bump("grids")
        counts = {"added": len(found.added), "changed": len(found.changed), "retired": len(found.retired)}
        work.audit("city", "grids.publish", "grid_set", version.id, {
            "layer": layer.code, "number": version.number, "digest": version.content_digest, "source": source,
            "valid_from": begins.isoformat(), **counts,
        })  # fmt: skip
        work.emit("grids.published", "grid_set", version.id, {"layer": layer.code, "number": version.number})
        if begins <= work.now:
            _tell(work, layer, version)
        else:
            work.enqueue(BEGIN_JOB, {"version": version.id}, run_at=begins, key=f"{BEGIN_JOB}:{version.id}")
    return Publication(version, unchanged=len(found.unchanged), **counts)


def begin_version(work: Work, version_id: int) -> bool:
    """Tells everybody that a version published for later is now in force. False when another one has taken its place.

    The shapes are dated, so points are located by it from its instant on, with or without this; what follows (staff,
    open cases) waits for it. Once per version: the job that calls it commits with the event.
    """
    version = GridSetVersion.objects.select_related("layer").get(id=version_id)
    current = version_at(version.layer_id, work.now)
    if current is None or current.id != version.id:
        return False
    bump("grids")
    content = {"layer": version.layer.code, "number": version.number}
    work.audit("city", "grids.begin", "grid_set", version.id, content)
    _tell(work, version.layer, version)
    return True


def _tell(work: Work, layer: GridLayer, version: GridSetVersion) -> None:
    content = {"layer": layer.code, "layer_id": layer.id, "is_main": layer.is_main, "number": version.number}
    work.emit(IN_FORCE, "grid_set", version.id, content)


def _lock(layer: GridLayer) -> None:
    """Two who publish the same layer do so one after the other."""
    locked(GridLayer.objects.filter(id=layer.id)).get()


def _replace_shapes(layer: GridLayer, version: GridSetVersion, rows: Sequence[GridRow], found: Difference) -> None:
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
    GridShape.objects.filter(grid_id__in=ended, valid_to__isnull=True).update(valid_to=begins)
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
                "first_version_id": version.id, "valid_from": begins,
            }
            for row in rows
            if row.code in begun
        ],
    )  # fmt: skip
