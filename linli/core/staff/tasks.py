"""What staffing does when something happens elsewhere: a version of grids is announced, taken back or begins."""

from __future__ import annotations

from linli.core.grids.public import IN_FORCE, PUBLISHED, TAKEN_BACK, GridSetVersion
from linli.core.platform.public import Event, Work, subscribe
from linli.core.staff.new_grids import settle, tell_beforehand


def on_grids_published(work: Work, event: Event) -> None:
    """Whoever works in a grid that will end hears of it on the day of the announcement."""
    version = GridSetVersion.objects.get(id=event.payload["version_id"])
    if version.begun_at is None and version.taken_back_at is None:
        tell_beforehand(work, event.payload["grids"], "will_end")


def on_grids_taken_back(work: Work, event: Event) -> None:
    """And that it stays after all."""
    tell_beforehand(work, event.payload["grids"], "goes_on")


def on_grids_in_force(work: Work, event: Event) -> None:
    """Once per version, in a job of its own."""
    settle(work, event.payload["version_id"])


subscribe(PUBLISHED, "staff.tell_beforehand", on_grids_published)
subscribe(TAKEN_BACK, "staff.tell_taken_back", on_grids_taken_back)
subscribe(IN_FORCE, "staff.settle", on_grids_in_force)
