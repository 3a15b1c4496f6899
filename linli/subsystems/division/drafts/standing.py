"""What stands in a draft after its steps: the topology at a revision, and which steps undo and redo would be about.

A process keeps the state that it read last of a few drafts and adds the steps since then, so a command costs one step and not all. Only
what was committed is kept: whoever writes puts the new state nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linli.algorithms.topology.model import Edit, Topology, applied
from linli.core.platform.public import Versioned
from linli.subsystems.division.drafts.beginnings import MOST_KEPT, beginning_of
from linli.subsystems.division.drafts.written import edit_of
from linli.subsystems.division.models import DraftStep, GridDraft, StepKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft at a revision. `done` are the revisions of steps that hold, in order; `undone` those that can be done again."""

    revision: int
    topology: Topology
    done: tuple[int, ...] = ()
    undone: tuple[int, ...] = ()


_kept: Versioned[dict[int, Standing]] = Versioned(dict, "grids")


def standing_of(draft: GridDraft) -> Standing:
    """What stands at the revision that the draft's row says. Ask in the transaction that read the row."""
    known = _kept.get().get(draft.id)
    if known is None or known.revision > draft.revision:
        known = Standing(0, beginning_of(draft).built.topology)
    if known.revision < draft.revision:
        steps = DraftStep.objects.filter(draft=draft, revision__gt=known.revision, revision__lte=draft.revision)
        known = _moved(draft, known, list(steps.order_by("revision")))
    return known


def keep(draft: GridDraft, standing: Standing) -> None:
    """Keeps a state for the next who asks: one that was read and committed, never one that is just being written."""
    kept = _kept.get()
    if len(kept) >= MOST_KEPT and draft.id not in kept:
        kept.clear()
    kept[draft.id] = standing


def _moved(draft: GridDraft, standing: Standing, steps: Sequence[DraftStep]) -> Standing:
    asked = {step.about for step in steps if step.about is not None} - {step.revision for step in steps}
    edits = {step.revision: edit_of(step.edit) for step in steps if step.edit is not None}
    for step in DraftStep.objects.filter(draft=draft, revision__in=asked):
        edits[step.revision] = edit_of(step.edit or {})
    for step in steps:
        standing = stepped(
            standing, step.revision, step.kind, edits[step.revision if step.about is None else step.about]
        )
    return standing


def stepped(standing: Standing, revision: int, kind: str, edit: Edit) -> Standing:
    """The state after one more step."""
    done, undone = standing.done, standing.undone
    if kind == StepKind.DO:
        return Standing(revision, applied(standing.topology, edit), (*done, revision), ())
    if kind == StepKind.UNDO:
        return Standing(revision, applied(standing.topology, edit.inverse), done[:-1], (*undone, done[-1]))
    return Standing(revision, applied(standing.topology, edit), (*done, undone[-1]), undone[:-1])
