"""Writes of drafts: begun, a step done, undone, done again, put away. Publishing stands in publishing.py next door.

Two who edit one draft are told of each other: who sends a step says which revision they saw, and when somebody was faster nothing happens
and they are told who did something when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.topology.commands import Command, CutOut, Describe, SplitFace
from linli.algorithms.topology.model import Edit, Topology, TopologyRefused
from linli.algorithms.topology.planning import ground_under, planned
from linli.core.access.public import Access, names_of
from linli.core.areas.public import area_tree
from linli.core.grids.public import GridKind, GridLayer, GridRow, rows_of_last
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    cleaned,
    in_words,
    insert_rows,
    locked,
    moment_words,
    write,
)
from linli.subsystems.division.drafts.beginnings import Beginning, beginning_of, built_of
from linli.subsystems.division.drafts.codes import names_for, next_code
from linli.subsystems.division.drafts.measures import measured
from linli.subsystems.division.drafts.selectors import area_rows, digest_of_rows, find_draft
from linli.subsystems.division.drafts.standing import Standing, keep, standing_of, stepped
from linli.subsystems.division.drafts.written import command_json, edit_json, edit_of, row_json
from linli.subsystems.division.models import DraftStep, GridDraft, StepKind

MOST_STEPS = 5000
MOST_GRIDS = 600
MOST_SITES = 20_000
NAME_MAX, GRID_NAME_MAX, PURPOSE_MAX = 80, 120, 40
LOW, HIGH = 300.0, 500.0


@dataclass(frozen=True, slots=True)
class Became:
    """What a step made of a draft: before, after, and the edit between."""

    draft: GridDraft
    beginning: Beginning
    before: Standing
    after: Standing
    edit: Edit


def begin_draft(
    actor: Actor,
    *,
    access: Access | None,
    layer: GridLayer,
    area_code: str,
    name: str = "",
    rows: Sequence[GridRow] | None = None,
    sites: Sequence[Sequence[Any]] = (),
    low: float = LOW,
    high: float = HIGH,
) -> GridDraft:
    """A draft of the grids of a street or community: of `rows`, or of what the layer's last version has there.

    `access` is None for a command at the terminal. `sites` are buildings as `GridDraft.sites` holds them. Raises BadInput for an area that
    is none of these or has no grids, for grids that do not fit together and for too many, NotAllowed outside of the person's areas.
    """
    node = area_tree().by_code.get(area_code)
    if node is None or node.level in ("city", "district"):
        raise BadInput(_("Choose the street or community whose grids you want to draw."), field="area")
    if access is not None and not access.may_in_area("grid.publish", node.id):
        raise NotAllowed(_("%s lies outside the areas where you publish grids.") % node.title)
    standing = area_rows(rows_of_last(layer), node.id)
    chosen = list(standing if rows is None else rows)
    if not chosen:
        raise BadInput(_("%s has no grids in this layer yet; divide it first.") % node.title, field="area")
    if len(chosen) > MOST_GRIDS or len(sites) > MOST_SITES:
        raise BadInput(
            _("%(area)s has %(count)d grids, more than %(most)d; choose a part of it.")
            % {"area": node.title, "count": len(chosen), "most": MOST_GRIDS},
            field="area",
        )
    built_of(chosen)
    if not 0 < low <= high < float("inf"):
        raise BadInput(_("Give how many households a grid has at least and at most."), field="low")
    words = cleaned("name", name, max_chars=NAME_MAX, lines=False) or node.name
    with write(actor) as work:
        draft = GridDraft.objects.create(
            **area_tree().scope_columns(node.id), layer=layer, name=words, begun=[row_json(row) for row in chosen],
            sites=[list(site) for site in sites], stood=digest_of_rows(standing), low=low, high=high,
            begun_at=work.now, begun_by_id=actor.user_id, changed_at=work.now,
        )  # fmt: skip
        content = {"name": words, "grids": len(chosen)}
        work.audit(area_tree().audit_chain(node.id), "grid_draft.begin", "grid_draft", draft.id, content)
    return draft


def do(actor: Actor, *, access: Access, draft_id: int, revision: int, command: Command) -> Became:
    """Does a command that was made at a revision. What it calls `new` is filled in: the next code that is free.

    Raises NotThere, Refusal with code `changed` when somebody was faster, BadInput with the reason where the command would break the
    ground. Everything that was undone before can then not be done again.
    """
    with write(actor):
        draft, standing, beginning = _held(access, draft_id, revision)
        try:
            command, edit = _planned(draft, beginning, standing.topology, _in_words_of_ours(command))
        except TopologyRefused as refused:
            raise BadInput(in_words(refused.sentence), field="command") from None
        if not edit.arcs and not edit.faces:
            return Became(draft, beginning, standing, standing, edit)
        return _step(actor, draft, beginning, standing, StepKind.DO, edit, command=command_json(command))


def undo(actor: Actor, *, access: Access, draft_id: int, revision: int) -> Became:
    """Takes the last step back, to the bit. Raises as `do`, and where there is none."""
    with write(actor):
        draft, standing, beginning = _held(access, draft_id, revision)
        if not standing.done:
            raise Refusal(_("There is nothing to undo."), field="revision")
        return _again(actor, draft, beginning, standing, StepKind.UNDO, standing.done[-1])


def redo(actor: Actor, *, access: Access, draft_id: int, revision: int) -> Became:
    """Does again what was undone last. Raises as `do`, and where there is nothing."""
    with write(actor):
        draft, standing, beginning = _held(access, draft_id, revision)
        if not standing.undone:
            raise Refusal(_("There is nothing to do again."), field="revision")
        return _again(actor, draft, beginning, standing, StepKind.REDO, standing.undone[-1])


def put_away(actor: Actor, *, access: Access, draft_id: int) -> GridDraft:
    """Ends a draft that nobody wants any more; its rows stay. Twice does nothing more."""
    with write(actor) as work:
        draft = held_draft(access, draft_id, ended=True)
        if draft.ended_at is None:
            draft.ended_at = work.now
            draft.save(update_fields=["ended_at"])
            work.audit(area_tree().audit_chain(draft.area_id), "grid_draft.put_away", "grid_draft", draft.id, {})
    return draft


def held_draft(access: Access, draft_id: int, *, ended: bool = False) -> GridDraft:
    """The row of a draft, locked, inside a write. Raises NotThere, and Refusal for one that has ended unless `ended`."""
    if find_draft(access, draft_id) is None:
        raise NotThere(_("There is no such draft of grids."))
    draft = locked(GridDraft.objects.filter(id=draft_id).defer("begun", "sites")).get()
    if draft.ended_at is not None and not ended:
        raise Refusal(_("This draft has been published or put away; begin a new one."), code="ended")
    return draft


def refuse_changed(draft: GridDraft, revision: int) -> None:
    """Raises Refusal where a draft is not at the revision that somebody saw; the sentence says who changed it."""
    if draft.revision == revision:
        return
    last = DraftStep.objects.filter(draft=draft, revision=draft.revision).first()
    who = names_of({last.made_by_id}).get(last.made_by_id) if last is not None else None
    raise Refusal(
        _("%(who)s changed this draft at %(at)s; look at what stands now and do yours again.")
        % {"who": who or _("Somebody"), "at": moment_words(draft.changed_at)},
        code="changed",
        field="revision",
    )


def _held(access: Access, draft_id: int, revision: int) -> tuple[GridDraft, Standing, Beginning]:
    draft = held_draft(access, draft_id)
    refuse_changed(draft, revision)
    if draft.revision >= MOST_STEPS:
        raise Refusal(_("This draft has %d steps; publish it, or begin a new one from it.") % MOST_STEPS)
    standing = standing_of(draft)
    keep(draft, standing)
    return draft, standing, beginning_of(draft)


def _in_words_of_ours(command: Command) -> Command:
    """Names from outside, fit to keep."""
    if isinstance(command, CutOut | Describe):
        name = cleaned("name", command.name, max_chars=GRID_NAME_MAX, lines=False)
        purpose = cleaned("purpose", command.purpose, max_chars=PURPOSE_MAX, lines=False)
        if command.kind not in GridKind.values:
            raise BadInput(_("Choose what kind of grid it is."), field="kind")
        if not name:
            raise BadInput(_("Give the grid a name."), field="name")
        return replace(command, name=name, purpose=purpose)
    return command


def _planned(draft: GridDraft, beginning: Beginning, topology: Topology, command: Command) -> tuple[Command, Edit]:
    """The command with the code of a new grid, and its edit. Of a grid that is split the part with more in it stays."""
    if isinstance(command, CutOut):
        command = replace(command, new=next_code(draft, beginning, topology, ground_under(topology, command.ring)))
    if not isinstance(command, SplitFace):
        return command, planned(topology, command)[0]
    face = topology.faces.get(command.face)
    if face is None:
        return command, planned(topology, command)[0]
    new = next_code(draft, beginning, topology, face.ground)
    command = replace(command, new=new, keeps="left", name=names_for(new, face.ground, face.kind)[0])
    edit, after = planned(topology, command)
    stays, comes = measured(draft, beginning, after, (command.face, new))
    if ((comes.households or 0), comes.area_m2) > ((stays.households or 0), stays.area_m2):
        command = replace(command, keeps="right")
        edit, _after = planned(topology, command)
    return command, edit


def _again(actor: Actor, draft: GridDraft, beginning: Beginning, standing: Standing, kind: str, about: int) -> Became:
    kept = DraftStep.objects.get(draft=draft, revision=about).edit
    edit = edit_of(kept or {})
    return _step(actor, draft, beginning, standing, kind, edit, about=about)


def _step(
    actor: Actor,
    draft: GridDraft,
    beginning: Beginning,
    standing: Standing,
    kind: str,
    edit: Edit,
    *,
    command: dict[str, Any] | None = None,
    about: int | None = None,
) -> Became:
    with write(actor) as work:
        after = stepped(standing, draft.revision + 1, kind, edit)
        insert_rows(DraftStep, [{
            "draft_id": draft.id, "revision": after.revision, "kind": kind, "about": about, "command": command,
            "edit": edit_json(edit) if about is None else None, "at": work.now, "made_by_id": actor.user_id,
        }])  # fmt: skip
        draft.revision, draft.changed_at = after.revision, work.now
        draft.save(update_fields=["revision", "changed_at"])
        content = {"revision": after.revision, "kind": kind, "do": (command or {}).get("do", ""), "about": about}
        work.audit(area_tree().audit_chain(draft.area_id), "grid_draft.step", "grid_draft", draft.id, content)
    return Became(draft, beginning, standing, after, edit.inverse if kind == StepKind.UNDO else edit)
