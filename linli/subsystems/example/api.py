"""The example's part of the API, below /api/v1/example/; `api` of the descriptor names this module."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from linli.core.api.public import require
from linli.subsystems.example.selectors import notes_for

router = Router(tags=["example"])


class NoteOut(Schema):
    """A note as the API gives it."""

    place: str
    noted_at: datetime


@router.get("/notes", response=list[NoteOut], url_name="example-notes", operation_id="listBenchNotes", summary="Notes")
def notes(request: HttpRequest) -> list[NoteOut]:
    """The latest notes in the person's areas."""
    access = require(request, "example.view")
    return [NoteOut(place=note.place, noted_at=note.noted_at) for note in notes_for(access)]
