"""The jobs of this room: destroying keys, and forgetting whose time is over or who came back with a backup."""

from __future__ import annotations

from datetime import time
from typing import Any

from linli.core.people.keys import destroy
from linli.core.people.services import DESTROY, forget_again, forget_over
from linli.core.platform.public import Work, job, periodic, unless_clock_runs_ahead


@job(DESTROY)
def destroy_keys(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Destroys the keys of persons who are gone; tried again until the store and its mirror have both forgotten."""
    destroy([int(slot) for slot in payload["slots"]])


@periodic("forget_people_whose_time_is_over", daily_at=time(2, 35))
@unless_clock_runs_ahead
def forget_people(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Forgets who stands in no service any more, and once more whoever a backup brought back."""
    forget_over()
    forget_again()
