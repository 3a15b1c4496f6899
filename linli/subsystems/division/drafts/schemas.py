"""What the API answers about drafts of grids, for its description; `drawn` next door makes the answers."""

from __future__ import annotations

from typing import Any

from ninja import Schema


class DraftOut(Schema):
    """A draft without what stands in it."""

    id: int
    name: str
    area: str
    area_name: str
    layer: str
    revision: int
    begun_at: str
    changed_at: str
    state: str
    version_id: int | None


class DraftsOut(Schema):
    """Drafts, the last changed first."""

    items: list[DraftOut]


class ArcOut(Schema):
    """A border between two grids, or a grid and the outside (""); `movable` says whether it may be drawn anew."""

    id: int
    points: list[list[float]]
    left: str
    right: str
    movable: bool


class FaceOut(Schema):
    """A grid of a draft with its polygon (GeoJSON) and measures. `title` is its name in the language of the request, `estimate` says that
    the share of ground stands in for households."""

    code: str
    name: str
    title: str
    kind: str
    purpose: str
    polygon: dict[str, Any]
    households: float | None
    people: float | None
    estimate: bool
    buildings: int | None
    area_m2: float
    compactness: float
    worker: str
    fits: bool | None


class StepOut(Schema):
    """What is different after a step: borders and grids as they are now, and those that are gone."""

    revision: int
    can_undo: bool
    can_redo: bool
    arcs: list[ArcOut]
    arcs_gone: list[int]
    faces: list[FaceOut]
    faces_gone: list[str]


class EditingOut(Schema):
    """Somebody who did something in a draft within ten minutes."""

    name: str
    at: str
    is_self: bool


class WatchOut(Schema):
    """The revision of a draft, whether it has ended, and who did something in it lately."""

    revision: int
    ended: bool
    editing: list[EditingOut]


class SiteOut(Schema):
    """A building of a draft."""

    code: str
    lon: float
    lat: float
    households: float | None
    ring: list[list[float]] | None


class WholeOut(StepOut):
    """A draft with everything that stands in it. `mended` are grids whose borders had to be fitted together, by at most `mended_m`."""

    draft: DraftOut
    low: float
    high: float
    sites: list[SiteOut]
    mended: list[str]
    mended_m: float
    editing: list[EditingOut]


class LosingOut(Schema):
    """A worker whose grid ends."""

    worker: str
    grid: str


class ComparisonOut(Schema):
    """What publishing a draft would change, by codes of grids."""

    added: list[str]
    changed: list[str]
    retired: list[str]
    unchanged: int
    losing: list[LosingOut]
    gaps: list[str]
    cases_moving: int


class PublishedOut(Schema):
    """The version that a draft became."""

    version_id: int
    number: int
    added: int
    changed: int
    retired: int
