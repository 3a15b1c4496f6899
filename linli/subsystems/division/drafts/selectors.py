"""Reads of drafts: which there are for a person, one of them, what its area has in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from linli.core.access.public import Access, names_of, restrict
from linli.core.areas.public import area_tree
from linli.core.grids.public import GridRow, content_digest
from linli.subsystems.division.models import DraftStep, GridDraft


@dataclass(frozen=True, slots=True)
class Editing:
    """Somebody who did something in a draft, and when last."""

    name: str
    at: datetime
    is_self: bool


def drafts_for(access: Access) -> QuerySet[GridDraft]:
    """The drafts that this person may edit, the last changed first, without what they hold."""
    rows = restrict(access, "grid.publish", GridDraft.objects.select_related("layer", "version"))
    return rows.defer("begun", "sites").order_by("-changed_at", "-id")


def find_draft(access: Access, draft_id: int) -> GridDraft | None:
    """A draft that this person may edit, else None."""
    return drafts_for(access).filter(id=draft_id).first()


def area_rows(rows: Sequence[GridRow], area_id: int) -> list[GridRow]:
    """Those of a layer's grids that are filed under an area or below it."""
    below = set(area_tree().subtree(area_id))
    return [row for row in rows if row.area_id in below]


def digest_of_rows(rows: Sequence[GridRow]) -> str:
    """What says whether grids are still those that a draft was begun beside."""
    return content_digest(rows)


def editing(access: Access, draft: GridDraft, since: datetime) -> list[Editing]:
    """Who did something in a draft since an instant, the last first."""
    rows = (
        DraftStep.objects.filter(draft=draft, at__gte=since).order_by("-revision").values_list("made_by_id", "at")[:200]
    )
    last: dict[int | None, datetime] = {}
    for by_id, at in rows:
        last.setdefault(by_id, at)
    names = names_of(set(last))
    return [Editing(names.get(by_id, ""), at, by_id == access.user_id) for by_id, at in last.items()]
