"""What becomes of a version after it was published: another day, taken back before it begins, undone when it is in force.

Each acts on the last version of its layer only, since the next one was made from it. Publishing stands in services.py.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.core.grids.differences import check_ahead, last_version, rows_of, version_before
from linli.core.grids.models import GridSetVersion
from linli.core.grids.services import Publication, lock_layer, publish_grid_set, tell_or_wait, unpublish
from linli.core.grids.shapes import move_shapes
from linli.core.platform.public import Actor, Refusal, Work, bump, write


def take_back(actor: Actor, *, version: GridSetVersion, reason: str = "") -> GridSetVersion:
    """Takes back a version that was announced and has not begun: the grids of before go on as if it had never been.

    Raises Refusal for one that is in force (undo it), that was taken back before, and that another one follows.
    """
    with write(actor) as work:
        held = _held(version)
        _refuse_begun(work, held)
        unpublish(work, held, reason)
    return held


def move_beginning(actor: Actor, *, version: GridSetVersion, valid_from: datetime | None) -> GridSetVersion:
    """Gives an announced version another day, earlier or later; None is now. The same day again changes nothing.

    Raises Refusal as `take_back` does, and for a day that publishing would refuse.
    """
    with write(actor) as work:
        held = _held(version)
        _refuse_begun(work, held)
        begins, before = valid_from or work.now, version_before(held)
        if begins == held.valid_from:
            return held
        if begins < work.now:
            raise Refusal(_("This day is over; choose now or a later beginning."), field="valid_from")
        if before is not None and begins < before.valid_from:
            raise Refusal(
                _("Version %d begins later than that; choose its day or a later one.") % before.number,
                field="valid_from",
            )
        check_ahead(begins, work.now)
        was, held.valid_from = held.valid_from, begins
        held.save(update_fields=["valid_from"])
        move_shapes(held, begins)
        bump("grids")
        content = {"layer": held.layer.code, "number": held.number, "from": was.isoformat(), "to": begins.isoformat()}
        work.audit("city", "grids.move", "grid_set", held.id, content)
        tell_or_wait(work, held)
    return held


def undo(actor: Actor, *, version: GridSetVersion, reason: str = "") -> Publication:
    """Puts the grids of before a version back, at once, as a version of its own: codes, polygons, names and areas to the byte.

    What follows from it (staff, open cases) is put back by who put it there, since `grids.in_force` says what it undoes.
    An undo can be undone. Raises Refusal for a version that has not begun (take it back), that another one follows, that was
    the first, or whose former grids lie in an area that is not in force any more.
    """
    with write(actor) as work:
        held = _held(version)
        if held.valid_from > work.now:
            raise Refusal(_("Version %d has not begun; take it back.") % held.number, field="version")
        before = version_before(held)
        if before is None:
            raise Refusal(_("This is the first version; there is nothing to go back to."), field="version")
        return publish_grid_set(
            actor, layer=held.layer, rows=rows_of(before), source=before.source, based_on=held.number, reason=reason,
            undoes=held,
        )  # fmt: skip


def _held(version: GridSetVersion) -> GridSetVersion:
    """The version as it stands now, its layer locked; refused where it is not the last one."""
    lock_layer(version.layer)
    held = GridSetVersion.objects.select_related("layer").get(id=version.id)
    if held.taken_back_at is not None:
        raise Refusal(_("Version %d was taken back already.") % held.number, field="version", code="changed")
    last = last_version(held.layer)
    if last is not None and last.id != held.id:
        raise Refusal(
            _("Version %(last)d follows version %(number)d; begin with that one.")
            % {"last": last.number, "number": held.number},
            field="version",
        )
    return held


def _refuse_begun(work: Work, version: GridSetVersion) -> None:
    if version.valid_from <= work.now:
        raise Refusal(_("Version %d is in force; undo it.") % version.number, field="version", code="changed")
