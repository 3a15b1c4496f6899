"""What staffing does when something happens elsewhere: a version of grids begins, and some grids are no more."""

from __future__ import annotations

from linli.core.grids.public import IN_FORCE
from linli.core.platform.public import Event, Work, subscribe
from linli.core.staff.services import end_on_retired_grids


def on_grids_in_force(work: Work, event: Event) -> None:
    """Once per version, in a job of its own."""
    end_on_retired_grids(work, event.payload["layer_id"])


subscribe(IN_FORCE, "staff.end_on_retired_grids", on_grids_in_force)
