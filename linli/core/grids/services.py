"""Writes of grids: a parsed set becomes a published version of a layer, and a version begins when its time has come.

Parsing stands in files.py, what a set would change in differences.py. Who works in grids and which cases lie in them is
the business of the areas above: they subscribe to the event `grids.in_force`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from linli.core.grids.differences import check_beginning, difference
from linli.core.grids.models import GridLayer, GridSetVersion
from linli.core.grids.rows import GridRow, content_digest
from linli.core.grids.selectors import version_at
from linli.core.grids.shapes import close_shapes, ended_grids_of, replace_shapes
from linli.core.platform.public import Actor, Refusal, Work, bump, locked, write

BEGIN_JOB = "grids.begin_version"
PUBLISHED, IN_FORCE, TAKEN_BACK = "grids.published", "grids.in_force", "grids.taken_back"


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing did; `version` is None when nothing differed from the last version.

    `taken_back` is the version announced for the same instant whose place it took.
    """

    version: GridSetVersion | None
    added: int
    changed: int
    retired: int
    unchanged: int
    taken_back: GridSetVersion | None = None


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
    reason: str = "",
    undoes: GridSetVersion | None = None,
    carried: Sequence[tuple[str, str, float]] = (),
) -> Publication:
    """Makes `rows` the grids of a layer from `valid_from` (default: now) on, as a new immutable version.

    Grids with the same code stay the same grid; those whose facts differ get a new shape; missing ones are retired. The
    same content again makes no version. A version that is still to begin is taken back by one from the same instant. When
    it begins, now or by a job at that instant, `grids.in_force` is emitted once. `reason`, `undoes` and `carried` stand in the version.

    `based_on` is the number of the version that `rows` were made from (0: none); somebody else's in between is refused.
    Raises Refusal for codes that occur twice, an area that is not in force, a beginning in the past of a layer that has
    grids, one before the last version's or years ahead, and a later one that files a grid under another area.
    """
    with write(actor) as work:
        lock_layer(layer)
        found = difference(layer, rows)
        last = found.since
        if based_on is not None and based_on != (last.number if last else 0):
            raise Refusal(_("Somebody published these grids in between; look at what is in force now."), code="changed")
        if found.same:
            return Publication(None, 0, 0, 0, len(rows))
        begins = valid_from or work.now
        check_beginning(found, begins, work.now)
        replaced = last if last and last.begun_at is None and begins == last.valid_from > work.now else None
        if replaced:
            unpublish(work, replaced)
            found = difference(layer, rows)
            if found.same:
                return Publication(None, 0, 0, 0, len(rows), replaced)
        version = GridSetVersion.objects.create(
            layer=layer,
            number=(GridSetVersion.objects.filter(layer=layer).aggregate(last=Max("number"))["last"] or 0) + 1,
            valid_from=begins,
            published_at=work.now,
            published_by_id=actor.user_id,
            source=source[:200],
            content_digest=content_digest(rows),
            grid_count=len(rows),
            reason=reason,
            undoes=undoes,
            carried=[list(one) for one in carried],
        )
        replace_shapes(layer, version, rows, found)
        bump("grids")
        counts = {"added": len(found.added), "changed": len(found.changed), "retired": len(found.retired)}
        work.audit("city", "grids.publish", "grid_set", version.id, {
            "layer": layer.code, "number": version.number, "digest": version.content_digest, "source": source,
            "valid_from": begins.isoformat(), "reason": reason, "undoes": undoes.number if undoes else None, **counts,
        })  # fmt: skip
        told = {
            "layer": layer.code,
            "number": version.number,
            "version_id": version.id,
            "grids": ended_grids_of(version),
        }
        work.emit(PUBLISHED, "grid_set", version.id, told)
        tell_or_wait(work, version)
    return Publication(version, unchanged=len(found.unchanged), taken_back=replaced, **counts)


def unpublish(work: Work, version: GridSetVersion, reason: str = "") -> None:
    """Takes an announced version back, inside a write that holds its layer: what it would have ended goes on."""
    stays = ended_grids_of(version)
    close_shapes(version)
    version.taken_back_at, version.taken_back_by_id, version.taken_back_reason = work.now, work.actor.user_id, reason
    version.save(update_fields=["taken_back_at", "taken_back_by_id", "taken_back_reason"])
    bump("grids")
    content = {"layer": version.layer.code, "number": version.number, "reason": reason}
    work.audit("city", "grids.take_back", "grid_set", version.id, content)
    work.emit(TAKEN_BACK, "grid_set", version.id, {"version_id": version.id, "grids": stays})


def tell_or_wait(work: Work, version: GridSetVersion) -> None:
    """Tells everybody of a version whose instant has come; for any other, has a job look at that instant."""
    if version.valid_from <= work.now:
        _tell(work, version)
        return
    key = f"{BEGIN_JOB}:{version.id}:{version.valid_from.isoformat()}"
    work.enqueue(BEGIN_JOB, {"version": version.id}, run_at=version.valid_from, key=key)


def begin_version(work: Work, version_id: int) -> bool:
    """Tells everybody that a version published for later is now in force. False when another one has taken its place, when it
    was taken back or put off, and when it was told before.

    The shapes are dated, so points are located by it from its instant on, with or without this; what follows (staff,
    open cases) waits for it. Once per version: the job that calls it commits with the event.
    """
    version = GridSetVersion.objects.select_related("layer").get(id=version_id)
    current = version_at(version.layer_id, work.now)
    if current is None or current.id != version.id or version.begun_at is not None:
        return False
    bump("grids")
    content = {"layer": version.layer.code, "number": version.number}
    work.audit("city", "grids.begin", "grid_set", version.id, content)
    _tell(work, version)
    return True


def _tell(work: Work, version: GridSetVersion) -> None:
    layer = version.layer
    version.begun_at = work.now
    version.save(update_fields=["begun_at"])
    content = {
        "layer": layer.code, "layer_id": layer.id, "is_main": layer.is_main, "number": version.number, "version_id": version.id,
        "undoes_id": version.undoes_id,
    }  # fmt: skip
    work.emit(IN_FORCE, "grid_set", version.id, content)


def lock_layer(layer: GridLayer) -> None:
    """Two who change the versions of a layer do so one after the other."""
    locked(GridLayer.objects.filter(id=layer.id)).get()
