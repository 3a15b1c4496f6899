"""What the example puts on pages of the core: a tile, panels, a layer of the map, and what the search finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from linli.core.access.public import Access, User, restrict
from linli.core.areas.public import AreaNode, area_condition
from linli.core.cases.public import Case
from linli.core.platform.public import Found, MapPoint, value_of
from linli.subsystems.example.models import Bench, BenchNote
from linli.subsystems.example.repair import REPAIR
from linli.subsystems.example.settings import SHOWS_CASE


def _notes(access: Access) -> Any:
    return restrict(access, "example.view", BenchNote.objects.order_by("-id"))


def bench_count(access: Access) -> int | None:
    """How many benches were noted in the person's areas; no tile where there is none."""
    return _notes(access).count() or None


def bench_of_case(access: Access, case: Case) -> Mapping[str, object] | None:
    """The bench that a case came of."""
    note = _notes(access).filter(case_id=case.id).first() if value_of(SHOWS_CASE) else None
    return {"notes": [note]} if note else None


def benches_of_grid(access: Access, grid: Any) -> Mapping[str, object] | None:
    """The benches noted in the community of a grid."""
    notes = list(_notes(access).filter(community_id=grid.area_id)[:5])
    return {"notes": notes} if notes else None


def benches_of_place(access: Access, area: AreaNode) -> Mapping[str, object] | None:
    """The benches noted in an area and what lies in it."""
    notes = list(_notes(access).filter(area_condition(area.id))[:5])
    return {"notes": notes} if notes else None


def notes_near_bench(access: Access, bench: Bench) -> Mapping[str, object] | None:
    """The notes in the community of a bench of the ledger."""
    notes = list(_notes(access).filter(community_id=bench.community_id)[:5])
    return {"notes": notes} if notes else None


def repairs_of_person(access: Access, user: User) -> Mapping[str, object] | None:
    """The repairs that somebody asked for."""
    repairs = list(REPAIR.visible(access).filter(begun_by_id=user.id).order_by("-id")[:5])
    return {"repairs": repairs} if repairs else None


def benches_in(access: Access, box: tuple[float, float, float, float]) -> list[MapPoint]:
    """The benches in a box."""
    west, south, east, north = box
    inside = _notes(access).filter(lon__range=(west, east), lat__range=(south, north))[:500]
    return [MapPoint(note.lon, note.lat, note.place, reverse("example:notes")) for note in inside]


def bench_found(note: BenchNote) -> Found:
    """What the search says of a bench."""
    return Found(note.place, "", reverse("example:notes"), (note.lon, note.lat))


def benches_seen(access: Access) -> Any:
    """The benches that somebody may find."""
    return _notes(access)
