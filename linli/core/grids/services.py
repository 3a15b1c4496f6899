"""Writes of grids: a parsed file becomes a published version of a layer. Parsing stands in grids/files.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linli.core.areas.public import area_tree
from linli.core.grids.models import Grid, GridLayer, GridSetVersion, GridShape
from linli.core.platform.public import Actor, Refusal, bump, insert_rows, write


@dataclass(frozen=True, slots=True)
class GridRow:
    """One parsed grid: code, polygon (WKB, WGS 84), a point inside, the area it lies in, what it is."""

    code: str
    polygon: bytes
    lon: float
    lat: float
    area_id: int
    name: str
    kind: str = "comprehensive"
    purpose: str = ""
    names: dict[str, str] = field(default_factory=dict)
    households: int | None = None
    people: int | None = None

    def facts(self) -> tuple[Any, ...]:
        """What makes a shape: two rows with equal facts are the same shape."""
        return (self.polygon, self.kind, self.purpose, self.name, self.names, self.households, self.people)


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did; `version` is None when nothing differed from what is in force."""

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


def content_digest(rows: Iterable[GridRow]) -> str:
    """SHA-256 over the facts of all grids in the order of their codes."""
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda row: row.code):
        facts = [row.code, row.area_id, row.polygon.hex(), *row.facts()[1:]]
        digest.update(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def publish_grid_set(
    actor: Actor, *, layer: GridLayer, rows: list[GridRow], source: str, valid_from: datetime | None = None
) -> Publication:
    """Makes `rows` the grids of a layer from `valid_from` (default: now) on, as a new immutable version.

    Grids with the same code stay the same grid; those whose facts differ get a new shape; missing ones are retired. The
    same content again makes no version. Raises Refusal for codes that occur twice, an area that is not in force, or a
    beginning before the version in force.
    """
    if len({row.code for row in rows}) != len(rows):
        raise Refusal(_("A grid code occurs twice in this set."), field="code")
    tree = area_tree()
    missing = next((row for row in rows if row.area_id not in tree.nodes), None)
    if missing:
        raise Refusal(_("The area of grid %s is not in force.") % missing.code, field="area")
    with write(actor) as work:
        begins = valid_from or work.now
        last = GridSetVersion.objects.filter(layer=layer).order_by("-number").first()
        digest = content_digest(rows)
        if last is not None and last.content_digest == digest:
            return Publication(None, 0, 0, 0, len(rows))
        if last is not None and begins < last.valid_from:
            raise Refusal(
                _("The last version begins later than this one would; choose a later beginning."), field="valid_from"
            )
        version = GridSetVersion.objects.create(
            layer=layer,
            number=(last.number if last else 0) + 1,
            valid_from=begins,
            published_at=work.now,
            published_by_id=actor.user_id,
            source=source[:200],
            content_digest=digest,
            grid_count=len(rows),
        )
        result = _replace_shapes(layer, version, rows, begins)
        bump("grids")
        work.audit(
            "city",
            "grids.publish",
            "grid_set",
            version.id,
            {
                "layer": layer.code,
                "number": version.number,
                "digest": digest,
                "source": source,
                "added": result.added,
                "changed": result.changed,
                "retired": result.retired,
            },
        )
        work.emit("grids.published", "grid_set", version.id, {"layer": layer.code, "number": version.number})
    return result


def _replace_shapes(layer: GridLayer, version: GridSetVersion, rows: list[GridRow], begins: datetime) -> Publication:
    tree = area_tree()
    grids = {grid.code: grid for grid in Grid.objects.filter(layer=layer)}
    shapes = {
        shape.grid.code: shape
        for shape in GridShape.objects.filter(grid__layer=layer, valid_to__isnull=True).select_related("grid")
    }
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
    changed, ended, moved = [], [], 0
    for row in rows:
        shape = shapes.get(row.code)
        if shape is not None and _facts(shape) == row.facts():
            continue
        if shape is not None:
            ended.append(shape.id)
        changed.append(row)
    gone = [code for code in shapes if code not in grid_ids or code not in {row.code for row in rows}]
    ended += [shapes[code].id for code in gone]
    GridShape.objects.filter(id__in=ended).update(valid_to=begins)
    Grid.objects.filter(layer=layer, code__in=gone).update(valid_to=begins)
    Grid.objects.filter(
        id__in=[grids[row.code].id for row in rows if row.code in grids and grids[row.code].valid_to]
    ).update(valid_to=None)
    for row in rows:
        grid = grids.get(row.code)
        if grid is not None and grid.area_id != row.area_id:
            Grid.objects.filter(id=grid.id).update(**tree.scope_columns(row.area_id))
            moved += 1
    insert_rows(
        GridShape,
        [
            {
                "grid_id": grid_ids[row.code],
                "kind": row.kind,
                "purpose": row.purpose,
                "name": row.name,
                "names": row.names,
                "polygon": row.polygon,
                "lon": row.lon,
                "lat": row.lat,
                "households": row.households,
                "people": row.people,
                "first_version_id": version.id,
                "valid_from": begins,
            }
            for row in changed
        ],
    )
    return Publication(version, len(fresh), len(changed) - len(fresh), len(gone), len(rows) - len(changed))


def _facts(shape: GridShape) -> tuple[Any, ...]:
    return (bytes(shape.polygon), shape.kind, shape.purpose, shape.name, shape.names, shape.households, shape.people)
