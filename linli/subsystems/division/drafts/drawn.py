"""Drafts as plain values for the API: whole, and what a step changed. Points go out as they are kept, so that they come back the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.utils.translation import get_language
from shapely.geometry import mapping

from linli.algorithms.topology.faces import shape_of
from linli.algorithms.topology.model import Topology
from linli.core.areas.public import area_tree
from linli.subsystems.division.drafts.beginnings import Beginning
from linli.subsystems.division.drafts.measures import Measured, measured, names_after
from linli.subsystems.division.drafts.services import Became
from linli.subsystems.division.drafts.standing import Standing
from linli.subsystems.division.models import GridDraft

# Not told: codes stand beside, and the length of a border is in the shape.
UNTOLD = ("code", "perimeter_m", "is_estimate")


def state_of(draft: GridDraft) -> str:
    """`open`, `published` or `put_away`."""
    if draft.ended_at is None:
        return "open"
    return "published" if draft.version_id else "put_away"


def draft_json(draft: GridDraft) -> dict[str, Any]:
    """A draft without what stands in it."""
    area = area_tree().nodes.get(draft.area_id)
    return {
        "id": draft.id, "name": draft.name, "area": area.code if area else "", "area_name": area.title if area else "",
        "layer": draft.layer.code, "revision": draft.revision, "begun_at": draft.begun_at.isoformat(),
        "changed_at": draft.changed_at.isoformat(), "state": state_of(draft), "version_id": draft.version_id,
    }  # fmt: skip


def drafts_json(drafts: Iterable[GridDraft]) -> dict[str, Any]:
    """A list of drafts."""
    return {"items": [draft_json(draft) for draft in drafts]}


def whole_json(draft: GridDraft, beginning: Beginning, standing: Standing) -> dict[str, Any]:
    """All of a draft but who edits it."""
    topology = standing.topology
    return {
        "draft": draft_json(draft), "low": draft.low, "high": draft.high,
        **_changes(draft, beginning, standing, sorted(topology.arcs), sorted(topology.faces)),
        "arcs_gone": [], "faces_gone": [],
        "sites": [
            {"code": site.code, "lon": site.lon, "lat": site.lat, "households": site.households, "ring": site.ring}
            for site in beginning.sites
        ],
        "mended": list(beginning.built.mended), "mended_m": beginning.built.moved_m,
    }  # fmt: skip


def step_json(became: Became) -> dict[str, Any]:
    """What a step changed."""
    topology, edit = became.after.topology, became.edit
    arcs = {number for number, _, after in edit.arcs if after is not None}
    faces = [code for code in edit.touched if code in topology.faces]
    return {
        **_changes(became.draft, became.beginning, became.after, sorted(arcs), faces),
        "arcs_gone": [number for number, _, after in edit.arcs if after is None],
        "faces_gone": [code for code, _, after in edit.faces if after is None],
    }  # fmt: skip


def _changes(
    draft: GridDraft, beginning: Beginning, standing: Standing, arcs: Iterable[int], faces: list[str]
) -> dict[str, Any]:
    topology = standing.topology
    return {
        "revision": standing.revision, "can_undo": bool(standing.done), "can_redo": bool(standing.undone),
        "arcs": [_arc(topology, number) for number in arcs],
        "faces": [_face(beginning, topology, one) for one in measured(draft, beginning, topology, faces)],
    }  # fmt: skip


def _arc(topology: Topology, number: int) -> dict[str, Any]:
    arc = topology.arcs[number]
    return {
        "id": number, "points": arc.points, "left": arc.left, "right": arc.right, "movable": topology.is_movable(arc),
    }  # fmt: skip


def _face(beginning: Beginning, topology: Topology, one: Measured) -> dict[str, Any]:
    face, measures = topology.faces[one.code], asdict(one)
    told = {key: value for key, value in measures.items() if key not in UNTOLD}
    shape = mapping(shape_of(topology, one.code))
    title = names_after(beginning, one.code, face).get(get_language() or "", face.name)
    return {
        "code": one.code, "name": face.name, "title": title, "kind": face.kind, "purpose": face.purpose, "polygon": shape,
        **told, "estimate": one.is_estimate,
    }  # fmt: skip
