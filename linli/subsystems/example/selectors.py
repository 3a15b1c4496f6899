"""Reads of the example."""

from __future__ import annotations

from linli.core.access.public import Access, restrict
from linli.core.platform.public import value_of
from linli.subsystems.example.models import BenchNote
from linli.subsystems.example.settings import MOST_NOTES, ORDER


def notes_for(access: Access) -> list[BenchNote]:
    """The latest notes in the person's areas."""
    order = "place" if value_of(ORDER) == "place" else "-id"
    return list(restrict(access, "example.view", BenchNote.objects.order_by(order))[: value_of(MOST_NOTES)])


def places() -> list[str]:
    """Where benches were noted, the latest first, for whoever runs the machine."""
    return list(BenchNote.objects.order_by("-id").values_list("place", flat=True)[: value_of(MOST_NOTES)])
