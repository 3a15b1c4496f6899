"""Commands, edits and rows of a draft as JSON and back, every number as it was: Python writes a double so that it comes back to the bit."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from linli.algorithms.topology.commands import (
    Command,
    CutOut,
    Describe,
    MergeFaces,
    MoveNode,
    MovePiece,
    RedrawArc,
    SplitFace,
)
from linli.algorithms.topology.model import Arc, Edit, Face
from linli.core.grids.public import GridRow

COMMANDS: dict[str, type[Command]] = {
    "redraw": RedrawArc,
    "move_node": MoveNode,
    "split": SplitFace,
    "merge": MergeFaces,
    "move_piece": MovePiece,
    "cut_out": CutOut,
    "describe": Describe,
}
WORDS = {kind: word for word, kind in COMMANDS.items()}


def command_json(command: Command) -> dict[str, Any]:
    """A command with its word under `do`."""
    return {"do": WORDS[type(command)], **asdict(command)}


def edit_json(edit: Edit) -> dict[str, Any]:
    """An edit, every arc before and after."""
    return {
        "arcs": [[number, _arc_json(before), _arc_json(after)] for number, before, after in edit.arcs],
        "faces": [[code, _face_json(before), _face_json(after)] for code, before, after in edit.faces],
    }


def edit_of(kept: dict[str, Any]) -> Edit:
    """The edit that was kept."""
    return Edit(
        tuple((int(number), _arc_of(before), _arc_of(after)) for number, before, after in kept["arcs"]),
        tuple((str(code), _face_of(before), _face_of(after)) for code, before, after in kept["faces"]),
    )


def _arc_json(arc: Arc | None) -> list[Any] | None:
    return None if arc is None else [arc.left, arc.right, arc.points]


def _arc_of(kept: list[Any] | None) -> Arc | None:
    return None if kept is None else Arc(tuple((float(x), float(y)) for x, y in kept[2]), kept[0], kept[1])


def _face_json(face: Face | None) -> list[str] | None:
    return None if face is None else [face.ground, face.name, face.kind, face.purpose]


def _face_of(kept: list[str] | None) -> Face | None:
    return None if kept is None else Face(*kept)


def row_json(row: GridRow) -> dict[str, Any]:
    """A row of a draft's beginning."""
    return asdict(row) | {"polygon": row.polygon.hex()}


def row_of(kept: dict[str, Any]) -> GridRow:
    """The row that was kept."""
    known = {one.name for one in fields(GridRow)}
    return GridRow(
        **{key: value for key, value in kept.items() if key in known} | {"polygon": bytes.fromhex(kept["polygon"])}
    )
