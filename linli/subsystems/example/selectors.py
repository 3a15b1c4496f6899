"""Reads of the example."""

from __future__ import annotations

from linli.core.access.public import Access, restrict
from linli.subsystems.example.models import BenchNote

MOST_NOTES = 50


def notes_for(access: Access) -> list[BenchNote]:
    """The latest notes in the person's areas."""
    return list(restrict(access, "example.view", BenchNote.objects.order_by("-id"))[:MOST_NOTES])


def places() -> list[str]:
    """Where benches were noted, the latest first, for whoever runs the machine."""
    return list(BenchNote.objects.order_by("-id").values_list("place", flat=True)[:MOST_NOTES])
