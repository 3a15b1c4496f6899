"""A draft is held against what is in force, and becomes the next version of its layer through the service that every import uses.

What publishing would change is worked out the same way for the page that asks and for the write that does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.public import CasesMoving, cases_moving
from linli.core.grids.public import (
    Difference,
    Grid,
    GridLayer,
    GridRow,
    Publication,
    difference,
    may_publish,
    publish_grid_set,
    rows_of_last,
)
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal, cleaned, write
from linli.core.staff.public import staff_of
from linli.subsystems.division.drafts.beginnings import beginning_of
from linli.subsystems.division.drafts.measures import measured, row_after
from linli.subsystems.division.drafts.selectors import area_rows, digest_of_rows, find_draft
from linli.subsystems.division.drafts.services import held_draft, refuse_changed
from linli.subsystems.division.drafts.standing import standing_of
from linli.subsystems.division.models import GridDraft

REASON_MAX = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a draft would change beside what the layer has last.

    `before` and `after` are the grids of its area, `losing` (worker, code) of grids that end, `gaps` the codes of its grids without a
    worker, `moving` the open cases that would change their grid. `rows` is the whole layer as it would be.
    """

    rows: tuple[GridRow, ...]
    before: tuple[GridRow, ...]
    after: tuple[GridRow, ...]
    based_on: int
    change: Difference
    moving: tuple[CasesMoving, ...]
    losing: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]


def comparison(access: Access, draft_id: int) -> Comparison:
    """What publishing this draft would change now. Reads only. Raises NotThere, and Refusal where others changed its area in force."""
    draft = find_draft(access, draft_id)
    if draft is None:
        raise NotThere(_("There is no such draft of grids."))
    return _compared(draft)


def publish_draft(
    actor: Actor, *, access: Access, draft_id: int, revision: int, valid_from: datetime | None, reason: str = ""
) -> Publication:
    """Publishes a draft, as it stands at a revision, from an instant on (None: at once), and ends it.

    Only who may publish in all areas of the layer. Raises as `publish_grid_set` does, and Refusal where somebody changed the draft, where
    its area in force is not what the draft was begun beside, and where it changes nothing.
    """
    words = cleaned("reason", reason, max_chars=REASON_MAX, lines=False)
    with write(actor) as work:
        draft = held_draft(access, draft_id)
        refuse_changed(draft, revision)
        if not may_publish(access, draft.layer):
            raise NotAllowed(_("You publish grids only where you answer for all areas of the layer."))
        found = _compared(draft)
        source = _("Draft “%s”") % draft.name
        done = publish_grid_set(
            actor, layer=draft.layer, rows=found.rows, source=source, valid_from=valid_from, based_on=found.based_on, reason=words,
        )  # fmt: skip
        if done.version is None:
            raise Refusal(_("This draft changes nothing of what is in force."), field="revision")
        draft.ended_at, draft.version = work.now, done.version
        draft.save(update_fields=["ended_at", "version"])
        content = {"version": done.version.number}
        work.audit(area_tree().audit_chain(draft.area_id), "grid_draft.publish", "grid_draft", draft.id, content)
    return done


def draft_rows(draft: GridDraft) -> list[GridRow]:
    """The grids of a draft as they would be published, by code."""
    beginning, topology = beginning_of(draft), standing_of(draft).topology
    return [row_after(beginning, topology, one) for one in measured(draft, beginning, topology, sorted(topology.faces))]


def _compared(draft: GridDraft) -> Comparison:
    layer: GridLayer = draft.layer
    standing = rows_of_last(layer)
    own = area_rows(standing, draft.area_id)
    if digest_of_rows(own) != draft.stood:
        raise Refusal(
            _(
                "The grids of this area were published anew since the draft was begun; begin a new one from what stands now."
            ),
            code="changed",
        )
    replaced = {row.code for row in own}
    mine = draft_rows(draft)
    rows = tuple(sorted([*mine, *(row for row in standing if row.code not in replaced)], key=lambda row: row.code))
    change = difference(layer, rows)
    workers = _workers(draft, [row.code for row in (*own, *mine)])
    return Comparison(
        rows=rows,
        before=tuple(own),
        after=tuple(mine),
        based_on=change.since.number if change.since else 0,
        change=change,
        moving=tuple(cases_moving(rows)) if layer.is_main else (),
        losing=tuple((workers[code], code) for code in change.retired if workers.get(code)),
        gaps=tuple(row.code for row in mine if not workers.get(row.code)),
    )


def _workers(draft: GridDraft, codes: Sequence[str]) -> dict[str, str]:
    found = {}
    for code, grid_id in Grid.objects.filter(layer=draft.layer_id, code__in=codes).values_list("code", "id"):
        found[code] = next((one.name for one in staff_of(grid_id) if one.post == "worker"), "")
    return found
