"""The API of drafts of grids, below /api/v1/division/: what the editor's page and any other client draws with.

A step is sent with the revision that it was made at; when somebody was faster it is refused with 409 `changed`, and `/now` tells who
edits. Every answer to a step says what is different, so that nobody reads a street anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from linli.algorithms.topology import commands
from linli.core.access.public import Access
from linli.core.api.public import Body, Code, Id, Key, Words, answer, carried_out, require, staff_actor
from linli.core.grids.public import GridLayer, parse_beginning
from linli.core.platform.public import NotThere, now
from linli.subsystems.division.drafts.beginnings import beginning_of
from linli.subsystems.division.drafts.drawn import draft_json, drafts_json, step_json, whole_json
from linli.subsystems.division.drafts.publishing import comparison, publish_draft
from linli.subsystems.division.drafts.schemas import (
    ComparisonOut,
    DraftOut,
    DraftsOut,
    PublishedOut,
    StepOut,
    WatchOut,
    WholeOut,
)
from linli.subsystems.division.drafts.selectors import drafts_for, editing, find_draft
from linli.subsystems.division.drafts.services import Became, begin_draft, do, put_away, redo, undo
from linli.subsystems.division.drafts.standing import keep, standing_of
from linli.subsystems.division.models import GridDraft

router = Router(tags=["grid drafts"])
PERMISSION = "grid.publish"
MOST_DRAFTS = 200
LATELY = timedelta(minutes=10)

Coordinate = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Position = Annotated[list[Coordinate], Field(min_length=2, max_length=2, description="Longitude and latitude, WGS 84.")]
Positions = Annotated[list[Position], Field(min_length=2, max_length=2000)]
Revision = Annotated[int, Field(ge=0, le=1_000_000, description="The revision of the draft that the step was made at.")]


class Redraw(Body):
    """Draw a border anew between its ends."""

    do: Literal["redraw"]
    arc: Id
    points: Positions


class MoveNode(Body):
    """Move the place where borders meet."""

    do: Literal["move_node"]
    node: Position
    to: Position


class Split(Body):
    """Cut a grid along a line from border to border; the part with more households stays the grid."""

    do: Literal["split"]
    face: Code
    points: Positions


class Merge(Body):
    """Join the grid `other` to `face`."""

    do: Literal["merge"]
    face: Code
    other: Code


class MovePiece(Body):
    """Give the ground of a building or block to the grid beside it."""

    do: Literal["move_piece"]
    ring: Positions
    to: Code


class CutOut(Body):
    """Make a dedicated grid of the ground inside an outline."""

    do: Literal["cut_out"]
    ring: Positions
    name: Annotated[str, Field(max_length=120)]
    purpose: Annotated[str, Field(max_length=40)] = ""


class Describe(Body):
    """Give a grid another name, kind and purpose."""

    do: Literal["describe"]
    face: Code
    name: Annotated[str, Field(max_length=120)]
    kind: Literal["comprehensive", "dedicated", "undeveloped"]
    purpose: Annotated[str, Field(max_length=40)] = ""


Command = Annotated[Redraw | MoveNode | Split | Merge | MovePiece | CutOut | Describe, Field(discriminator="do")]


class BeginIn(Body):
    """What a draft is begun of: what a layer has in force in an area."""

    area: Code
    layer: Code = ""
    name: Words = ""


class CommandIn(Body):
    """A command and the revision that it was made at."""

    revision: Revision
    command: Command


class RevisionIn(Body):
    """The revision that undo or redo was asked at."""

    revision: Revision


class PublishIn(Body):
    """From which day the draft is in force (empty: at once), and why."""

    revision: Revision
    valid_from: Annotated[str, Field(max_length=10, description="A day such as 2027-01-01; empty: at once.")] = ""
    reason: Words = ""


@router.get(
    "/drafts", response=DraftsOut, url_name="grid-drafts", operation_id="listGridDrafts", summary="Drafts of grids"
)
def drafts(request: HttpRequest) -> HttpResponse:
    """The drafts that the person may edit, the last changed first; at most 200."""
    return answer(drafts_json(drafts_for(require(request, PERMISSION))[:MOST_DRAFTS]))


@router.post(
    "/drafts",
    response={201: DraftOut},
    url_name="grid-drafts-begin",
    operation_id="beginGridDraft",
    summary="Begin a draft of grids",
)
def begin(request: HttpRequest, key: Key, body: BeginIn) -> HttpResponse:
    """Begins a draft of what a layer (default: the main one) has last in a street or community."""
    access, actor = require(request, PERMISSION), staff_actor(request)
    layer = layer_named(body.layer)
    return carried_out(
        request,
        actor=actor,
        key=key,
        effect=lambda _work: draft_json(
            begin_draft(actor, access=access, layer=layer, area_code=body.area, name=body.name)
        ),
    )


def layer_named(code: str) -> GridLayer:
    """A layer by its code, the main one for "". Raises NotThere."""
    rows = GridLayer.objects.filter(retired_at__isnull=True)
    layer = (rows.filter(code=code) if code else rows.filter(is_main=True)).first()
    if layer is None:
        raise NotThere(_("There is no such layer of grids."))
    return layer


@router.get(
    "/drafts/{int:draft_id}",
    response=WholeOut,
    url_name="grid-draft",
    operation_id="getGridDraft",
    summary="A draft of grids as it stands",
)
def whole(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Everything that stands in a draft: borders, grids with polygons and measures, buildings, who edits."""
    access = require(request, PERMISSION)
    draft = _draft(access, draft_id)
    standing = standing_of(draft)
    keep(draft, standing)
    body = whole_json(draft, beginning_of(draft), standing)
    return answer(body | {"editing": _editing(access, draft)})


@router.get(
    "/drafts/{int:draft_id}/now",
    response=WatchOut,
    url_name="grid-draft-now",
    operation_id="watchGridDraft",
    summary="The revision of a draft, and who edits it",
)
def watch(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Cheap enough to be asked every few seconds by everybody who has the draft open."""
    access = require(request, PERMISSION)
    draft = _draft(access, draft_id)
    return answer({"revision": draft.revision, "ended": draft.ended_at is not None, "editing": _editing(access, draft)})


@router.post(
    "/drafts/{int:draft_id}/commands",
    response={201: StepOut},
    url_name="grid-draft-do",
    operation_id="doInGridDraft",
    summary="Do something in a draft",
)
def command(request: HttpRequest, draft_id: int, key: Key, body: CommandIn) -> HttpResponse:
    """Carries a command out, if it keeps the ground whole: what is different then, with all measures."""
    return _step(
        request,
        key,
        lambda actor, access: do(
            actor, access=access, draft_id=draft_id, revision=body.revision, command=_command(body.command)
        ),
    )


@router.post(
    "/drafts/{int:draft_id}/undo",
    response={201: StepOut},
    url_name="grid-draft-undo",
    operation_id="undoInGridDraft",
    summary="Undo the last step of a draft",
)
def undo_last(request: HttpRequest, draft_id: int, key: Key, body: RevisionIn) -> HttpResponse:
    """Takes the last step back, to the bit, whoever took it."""
    return _step(
        request, key, lambda actor, access: undo(actor, access=access, draft_id=draft_id, revision=body.revision)
    )


@router.post(
    "/drafts/{int:draft_id}/redo",
    response={201: StepOut},
    url_name="grid-draft-redo",
    operation_id="redoInGridDraft",
    summary="Do again what was undone last",
)
def redo_last(request: HttpRequest, draft_id: int, key: Key, body: RevisionIn) -> HttpResponse:
    """Does again what was undone last."""
    return _step(
        request, key, lambda actor, access: redo(actor, access=access, draft_id=draft_id, revision=body.revision)
    )


@router.get(
    "/drafts/{int:draft_id}/comparison",
    response=ComparisonOut,
    url_name="grid-draft-comparison",
    operation_id="compareGridDraft",
    summary="What publishing a draft would change",
)
def compare(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Grids that are new, changed and ended beside what is in force, workers whose grid ends, gaps, open cases that move."""
    found = comparison(require(request, PERMISSION), draft_id)
    return answer(
        {
            "added": found.change.added,
            "changed": found.change.changed,
            "retired": found.change.retired,
            "unchanged": len(found.change.unchanged),
            "losing": [{"worker": worker, "grid": code} for worker, code in found.losing],
            "gaps": found.gaps,
            "cases_moving": sum(one.count for one in found.moving),
        }
    )


@router.post(
    "/drafts/{int:draft_id}/publication",
    response={201: PublishedOut},
    url_name="grid-draft-publish",
    operation_id="publishGridDraft",
    summary="Publish a draft from a day on",
)
def publish(request: HttpRequest, draft_id: int, key: Key, body: PublishIn) -> HttpResponse:
    """Makes the draft the next version of its layer; only who may publish in all areas of the layer."""
    access, actor = require(request, PERMISSION), staff_actor(request)

    def effect(_work: object) -> dict[str, Any]:
        done = publish_draft(
            actor,
            access=access,
            draft_id=draft_id,
            revision=body.revision,
            valid_from=parse_beginning(body.valid_from),
            reason=body.reason,
        )
        version = done.version
        return {
            "version_id": version.id if version else 0, "number": version.number if version else 0,
            "added": done.added, "changed": done.changed, "retired": done.retired,
        }  # fmt: skip

    return carried_out(request, actor=actor, key=key, effect=effect)


@router.post(
    "/drafts/{int:draft_id}/put-away",
    response={201: DraftOut},
    url_name="grid-draft-put-away",
    operation_id="putGridDraftAway",
    summary="Put a draft away",
)
def away(request: HttpRequest, draft_id: int, key: Key) -> HttpResponse:
    """Ends a draft that nobody wants any more."""
    access, actor = require(request, PERMISSION), staff_actor(request)
    return carried_out(
        request,
        actor=actor,
        key=key,
        effect=lambda _work: draft_json(put_away(actor, access=access, draft_id=draft_id)),
    )


def _draft(access: Access, draft_id: int) -> GridDraft:
    draft = find_draft(access, draft_id)
    if draft is None:
        raise NotThere(_("There is no such draft of grids."))
    return draft


def _editing(access: Access, draft: GridDraft) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "at": one.at.isoformat(), "is_self": one.is_self}
        for one in editing(access, draft, now() - LATELY)
    ]


def _step(request: HttpRequest, key: Key, does: Any) -> HttpResponse:
    access, actor = require(request, PERMISSION), staff_actor(request)

    def effect(_work: object) -> dict[str, Any]:
        became: Became = does(actor, access)
        return step_json(became)

    return carried_out(request, actor=actor, key=key, effect=effect)


def _command(asked: Any) -> commands.Command:
    """A command of the API as the engine takes it; codes and sides are filled in by the service."""

    def points(given: list[list[float]]) -> tuple[tuple[float, float], ...]:
        return tuple((x, y) for x, y in given)

    if isinstance(asked, Redraw):
        return commands.RedrawArc(asked.arc, points(asked.points))
    if isinstance(asked, MoveNode):
        return commands.MoveNode(points([asked.node])[0], points([asked.to])[0])
    if isinstance(asked, Split):
        return commands.SplitFace(asked.face, points(asked.points), "")
    if isinstance(asked, Merge):
        return commands.MergeFaces(asked.face, asked.other)
    if isinstance(asked, MovePiece):
        return commands.MovePiece(points(asked.ring), asked.to)
    if isinstance(asked, CutOut):
        return commands.CutOut(points(asked.ring), "", asked.name, "dedicated", asked.purpose)
    return commands.Describe(asked.face, asked.name, asked.kind, asked.purpose)
